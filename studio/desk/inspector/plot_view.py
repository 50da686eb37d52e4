"""What all views have in common: a header, plots in the theme's colours, and the one cursor."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter
from shiboken6 import delete

from studio.desk.inspector.cursor_viewbox import CursorViewBox
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.panel_header import PanelHeader
from studio.desk.inspector.plot_colours import PlotColours

#: Width of the axis on the left, in 96ths of an inch: the same in all views over points, so that
#: they stand exactly above each other.
AXIS = 58


class PlotView(pg.GraphicsLayout):
    """One way to look at a recording; on the desk and in figures alike.

    A view is brought up to date by `refresh`, when the desk finds time or the figure is drawn;
    until then `stale` is set.

    Parameters
    ----------
    model : InspectorModel
    colours : PlotColours
    """

    title = ""
    least = 130.0
    """Height below which it cannot be read, in 96ths of an inch."""

    def __init__(self, model: InspectorModel, colours: PlotColours) -> None:
        super().__init__()
        self.model, self.colours = model, colours
        self.stale = True
        self._anew = False
        self.layout.setContentsMargins(0, 0, 0, 0)
        self.layout.setSpacing(colours.px(2))
        self.head = PanelHeader(self.title, colours)
        self.addItem(self.head, row=0, col=0)
        self._word = _Word(colours, self)
        self.geometryChanged.connect(self._place_word)
        self._links: list[tuple[Any, Any]] = []
        self.follow(model.reset, self._begin)
        self.follow(model.grew, self._grow)
        self.follow(model.cursor_changed, self._moved)

    def follow(self, signal: Any, slot: Any) -> None:
        """Listen to the model as long as the view is there."""
        signal.connect(slot)
        self._links.append((signal, slot))

    def leave(self) -> None:
        """Stop listening: the view is thrown away."""
        for signal, slot in self._links:
            signal.disconnect(slot)
        self._links = []

    @property
    def least_height(self) -> float:
        """Pixels below which it cannot be read."""
        return self.colours.px(self.least)

    @property
    def remark(self) -> str:
        """What a figure's caption has to say of it, beyond the line's settings."""
        return ""

    @property
    def told(self) -> str:
        """Why there is nothing to be seen, where that is said."""
        return self._word.sentence

    def tell(self, sentence: str) -> None:
        """Say in the plots' place why there is nothing to be seen; with "" they are seen again."""
        if self._word.say(sentence):
            for item in self.items:
                if item is not self.head:
                    item.setOpacity(0.0 if sentence else 1.0)

    def _place_word(self) -> None:
        """What is said stands in the middle."""
        self._word.setGeometry(self.rect())

    def _begin(self) -> None:
        # When its turn comes: all views at once would stall a frame.
        self._anew = self.stale = True

    def _grow(self) -> None:
        self.stale = True

    def _moved(self) -> None:
        self.stale = True

    def begin(self) -> None:
        """Another recording is looked at: forget what is drawn."""

    def refresh(self) -> None:
        """Draw what has come since the last time."""
        if self._anew:
            self._anew = False
            self.begin()
        self.stale = False

    def plot(
        self,
        row: int,
        brushes: bool = True,
        left: pg.AxisItem | None = None,
        label: str = "",
        below: str = "",
        axis: float = AXIS,
    ) -> pg.PlotItem:
        """A plot in the layout, dressed, with its axes named."""
        c = self.colours
        box = CursorViewBox(brushes)
        axes = {side: pg.AxisItem(side) for side in ("left", "bottom")}
        if left is not None:
            axes["left"] = left
        plot = pg.PlotItem(viewBox=box, axisItems=axes)
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.layout.setContentsMargins(0, 0, c.px(8), 0)
        plot.showAxis("right", False)
        for name, text in (("left", label), ("bottom", below)):
            item = plot.getAxis(name)
            item.setPen(c.pen("line"))
            item.setTextPen(c.colour("muted"))
            item.setTickFont(c.font())
            item.setStyle(
                tickLength=-round(c.px(3)),
                tickTextOffset=round(c.px(3)),
                hideOverlappingLabels=True,
            )
            item.enableAutoSIPrefix(False)
            if text:
                style = {
                    "color": c.colour("muted").name(),
                    "font-size": f"{c.font().pixelSize()}px",
                }
                item.setLabel(text, **style)
        plot.getAxis("left").setWidth(round(c.px(axis)))
        if not below:
            plot.getAxis("bottom").setStyle(showValues=False)
            plot.getAxis("bottom").setHeight(round(c.px(4)))
        else:
            plot.getAxis("bottom").setHeight(round(c.px(32)))
        self.addItem(plot, row=row, col=0)
        return plot

    def name(self, plot: pg.PlotItem, text: str) -> pg.LabelItem:
        """Write what a plot shows into its upper left corner; `text` may be HTML."""
        c = self.colours
        size = f"{c.font(0.92).pixelSize()}px"
        label = pg.LabelItem(text, size=size, color=c.colour("muted"))
        label.setParentItem(plot.getViewBox())
        label.anchor((0, 0), (0, 0), offset=(c.px(4), -c.px(3)))
        label.setZValue(30)
        return label


class _Word(pg.GraphicsWidget):
    """A sentence in the middle of a view."""

    def __init__(self, colours: PlotColours, parent: PlotView) -> None:
        super().__init__(parent)
        self._colours, self.sentence = colours, ""
        self.setZValue(50)
        # The mouse is for what lies below.
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def say(self, sentence: str) -> bool:
        """Say something else; tells whether it is something else."""
        changed = sentence != self.sentence
        self.sentence = sentence
        if changed:
            self.update()
        return changed

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the words."""
        if not self.sentence:
            return
        c = self._colours
        painter.setFont(c.font(1.1))
        painter.setPen(c.colour("muted"))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        area = self.rect().adjusted(c.px(24), c.px(20), -c.px(24), 0)
        painter.drawText(area, flags, self.sentence)


class PointsView(PlotView):
    """A view whose plots run over the points of the line from left to right."""

    def __init__(self, model: InspectorModel, colours: PlotColours) -> None:
        super().__init__(model, colours)
        self._lines: list[pg.InfiniteLine] = []
        self._bands: list[pg.LinearRegionItem] = []
        self._spanned: list[pg.PlotItem] = []
        self.follow(model.span_changed, self._moved)
        self.follow(model.brush_changed, self._moved)

    def over_points(self, plot: pg.PlotItem) -> None:
        """Give a plot over points the cursor, the brush and the shared range."""
        c = self.colours
        box = plot.getViewBox()
        box.setMouseEnabled(x=True, y=False)
        line = pg.InfiniteLine(angle=90, pen=c.pen("accent", 1.0))
        line.setZValue(20)
        line.setVisible(False)
        band = pg.LinearRegionItem(
            movable=False, brush=c.colour("accent", 0.14), pen=c.pen("accent", 0.8, 0.5)
        )
        band.setZValue(-5)
        band.setVisible(False)
        plot.addItem(line, ignoreBounds=True)
        plot.addItem(band, ignoreBounds=True)
        self._lines.append(line)
        self._bands.append(band)
        self._spanned.append(plot)
        box.pointed.connect(self._pointed)
        box.clicked.connect(lambda at: self.model.hold(round(at.x())))
        box.brushed.connect(self.model.brush_range)
        box.emptied.connect(self._emptied)
        box.zoomed.connect(lambda: self.model.look_at(*box.viewRange()[0]))
        box.setXRange(*self.model.span, padding=0)

    def forget_plot(self, plot: pg.PlotItem) -> None:
        """Take a plot over points away."""
        place = self._spanned.index(plot)
        for items in (self._lines, self._bands, self._spanned):
            del items[place]
        self.removeItem(plot)
        # Qt is to take it apart now, before Python does so piece by piece.
        delete(plot)

    def _pointed(self, at: QPointF | None) -> None:
        self.model.hover(None if at is None else round(at.x()))

    def _emptied(self) -> None:
        self.model.hold(None)
        self.model.brush_range(None)
        self.model.look_at_all()

    def refresh(self) -> None:
        """Bring range, cursor and brush to where they are."""
        super().refresh()
        for plot in self._spanned:
            if tuple(plot.getViewBox().viewRange()[0]) != self.model.span:
                plot.getViewBox().setXRange(*self.model.span, padding=0)
        cursor, brush = self.model.cursor, self.model.brush
        for line, band in zip(self._lines, self._bands, strict=True):
            line.setVisible(cursor is not None)
            if cursor is not None:
                line.setValue(cursor)
            band.setVisible(brush is not None)
            if brush is not None:
                band.setRegion((brush[0] - 0.5, brush[1] + 0.5))

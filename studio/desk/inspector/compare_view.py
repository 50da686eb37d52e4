"""Compare: the inks, windows and a trace of two runs, aligned on the text, and the difference."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from engine.errors import SettingError
from engine.sampling.step_metrics import BY_KEY
from studio.desk.inspector.character_axis import CharacterAxis
from studio.desk.inspector.dots import Dots
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.panel_header import Legend
from studio.desk.inspector.plot_colours import PlotColours, levels
from studio.desk.inspector.plot_ink import InkItem
from studio.desk.inspector.plot_view import PlotView
from studio.inspection.run_comparison import AlignedRuns, aligned, differences, window_shares
from studio.inspection.run_recording import RunRecording

NOTHING = np.zeros((0, 2))
GAP = 2.0
"""Offsets units between the inks of two runs."""


class CompareView(PlotView):
    """The inks of A and B, the windows of both, A minus B, and a trace of both over the text."""

    title = "Compare"
    least = 400.0

    def __init__(
        self, model: InspectorModel, colours: PlotColours, key: str = "log_likelihood"
    ) -> None:
        super().__init__(model, colours)
        self.key = key
        self._aligned: AlignedRuns | None = None
        self._drawn: tuple[int, int] = (-1, -1)
        self._maps: list[pg.ImageItem] = []
        self._lines: list[pg.InfiniteLine] = []
        self._axes: list[CharacterAxis] = []
        self.plots: list[pg.PlotItem] = []
        for row, label in enumerate(("A", "B", "A − B")):
            axis = CharacterAxis(colours, model.select_character, self._point_at)
            plot = self.plot(row + 1, brushes=False, left=axis)
            self._axes.append(axis)
            name = self.name(plot, f"<b>{label}</b>")
            # The window comes from the upper left corner.
            name.anchor((1, 0), (1, 0), offset=(-colours.px(4), -colours.px(3)))
            plot.getViewBox().invertY(True)
            image = pg.ImageItem(axisOrder="row-major")
            image.setLookupTable(colours.signed if row == 2 else colours.heat)
            plot.getViewBox().addItem(image, ignoreBounds=True)
            self._maps.append(image)
            self._dress(plot)
        self.trace = self.plot(4, brushes=False, below="character of the text")
        self._name = self.name(self.trace, "")
        self.trace.getAxis("left").setTickDensity(0.6)
        self._dress(self.trace)
        self._curves = [pg.PlotDataItem(pen=colours.line(colours.distinct(n))) for n in range(2)]
        for curve in self._curves:
            self.trace.addItem(curve)
        self.ink = self._ink_plot(colours)
        self.head.explain(
            Legend("φ/Σφ", "0", "1", colours.heat), Legend("A − B", "−1", "1", colours.signed)
        )
        self.follow(model.other_changed, self._begin)
        self.follow(model.character_changed, self._moved)

    def _ink_plot(self, colours: PlotColours) -> pg.PlotItem:
        """The plot of both inks, one below the other."""
        plot = self.plot(5, brushes=False, label="y", below="x and y in offsets units")
        box = plot.getViewBox()
        box.setAspectLocked(True)
        box.invertY(True)
        box.pointed.connect(lambda at: self.model.hover(self._ink_point(at)))
        box.clicked.connect(lambda at: self.model.hold(self._ink_point(at)))
        box.emptied.connect(self._home)
        self._ink_name = self.name(plot, "")
        self._inks = [InkItem(colours, 1.3) for _ in range(2)]
        self._ink_dots = [
            Dots(colours, 9, colours.colour("accent"), colours.colour("panel")) for _ in range(2)
        ]
        for item in (*self._inks, *self._ink_dots):
            box.addItem(item, ignoreBounds=True)
        self._ink_xy = [NOTHING, NOTHING]
        return plot

    def _draw_ink(self, first: RunRecording, second: RunRecording) -> None:
        """Draw the inks with their left ends below each other, in the colours of their curves."""
        low = 0.0
        for number, run in enumerate((first, second)):
            xy = run.xy - run.xy.min(axis=0) + (0.0, low)
            low = float(xy[:, 1].max()) + GAP
            self._ink_xy[number] = xy
            colour = QColor(self.colours.distinct(number))
            table = np.tile(np.array(colour.getRgb(), dtype=np.uint8), (256, 1))
            ends = run["offsets"][:, 2] > 0.5
            self._inks[number].show(xy, ends, np.zeros(len(xy), dtype=np.uint8), table)
        one, two = (self.colours.distinct(n) for n in range(2))
        self._ink_name.setText(
            f"Ink: <span style='color:{one}'>A</span>, <span style='color:{two}'>B</span>"
        )
        both = np.concatenate(self._ink_xy)
        (left, top), (right, bottom) = both.min(axis=0).tolist(), both.max(axis=0).tolist()
        box = self.ink.getViewBox()
        box.setRange(QRectF(left - 1, top - 2, right - left + 2, bottom - top + 3), padding=0)

    def _ink_point(self, at: QPointF | None) -> int | None:
        """The point of A's ink that is nearest, or that stands where the nearest of B's does."""
        if at is None or self._aligned is None:
            return None
        away = [((xy - (at.x(), at.y())) ** 2).sum(axis=1) for xy in self._ink_xy]
        if away[0].min() <= away[1].min():
            return int(away[0].argmin())
        place = int(np.searchsorted(self._aligned.second, int(away[1].argmin())))
        return int(self._aligned.first[min(place, len(self._aligned.first) - 1)])

    @property
    def remark(self) -> str:
        """Which run is which."""
        return self.head.note

    def _dress(self, plot: pg.PlotItem) -> None:
        """Link a plot to the others, and give it the cursor."""
        box = plot.getViewBox()
        box.setMouseEnabled(x=True, y=False)
        if self.plots:
            plot.setXLink(self.plots[0])
        box.pointed.connect(self._pointed)
        box.clicked.connect(self._clicked)
        box.emptied.connect(self._home)
        line = pg.InfiniteLine(angle=90, pen=self.colours.pen("accent", 1.0))
        line.setVisible(False)
        plot.addItem(line, ignoreBounds=True)
        self._lines.append(line)
        self.plots.append(plot)

    def choose(self, key: str) -> None:
        """Compare another trace."""
        self.key = key
        self._begin()

    def begin(self) -> None:
        """Forget the runs."""
        self._aligned, self._drawn = None, (-1, -1)

    def _point(self, at: QPointF | None) -> int | None:
        if at is None or self._aligned is None:
            return None
        place = int(np.searchsorted(self._aligned.places, at.x()))
        return int(self._aligned.first[min(place, len(self._aligned.first) - 1)])

    def _point_at(self, number: int | None) -> None:
        """The mouse is over a character: go to where the window comes to it."""
        self.model.hover(None if number is None else self._point(QPointF(number, 0)))

    def _pointed(self, at: QPointF | None) -> None:
        self.model.hover(self._point(at))

    def _clicked(self, at: QPointF) -> None:
        self.model.hold(self._point(at))

    def _home(self) -> None:
        text = self.model.recording.text if self.model.recording is not None else " "
        self.plots[0].getViewBox().setXRange(-0.5, len(text) - 0.5, padding=0)

    def refresh(self) -> None:
        """Align and draw, where there are two runs."""
        super().refresh()
        first, second = self.model.recording, self.model.other
        if first is None or second is None:
            self._clear(
                "There is nothing to compare with yet. Press Another run… (the two columns above), "
                "or keep this line and write it again."
            )
            return
        if self._drawn != (len(first), len(second)):
            try:
                self._aligned = aligned(first, second)
            except SettingError as error:
                self._clear(str(error))
                return
            self._drawn = (len(first), len(second))
            self._draw(first, second, self._aligned)
        self.tell("")
        self._mark(first, second)

    def _clear(self, sentence: str) -> None:
        self.begin()
        for image in self._maps:
            image.clear()
        for curve in self._curves:
            curve.setData([], [])
        for line in self._lines:
            line.setVisible(False)
        for ink, dots in zip(self._inks, self._ink_dots, strict=True):
            ink.show(NOTHING, np.zeros(0, dtype=bool))
            dots.show(NOTHING)
        self._ink_xy = [NOTHING, NOTHING]
        self.head.say("")
        self.tell(sentence)

    def _draw(self, first: RunRecording, second: RunRecording, run: AlignedRuns) -> None:
        one, two = window_shares(first, run.first), window_shares(second, run.second)
        for image, values, low in zip(
            self._maps, (one, two, one - two), (0.0, 0.0, -1.0), strict=True
        ):
            image.setImage(levels(values, low, 1.0), autoLevels=False, levels=(0, 255))
            image.setRect(QRectF(-0.5, -0.5, len(first.text), len(values)))
        for plot, axis in zip(self.plots[:3], self._axes, strict=True):
            plot.getViewBox().setYRange(-0.5, len(one) - 0.5, padding=0)
            axis.show_text(first.text)
        trace = BY_KEY[self.key]
        curves = (first[self.key][run.first], second[self.key][run.second])
        for curve, numbers in zip(self._curves, curves, strict=True):
            curve.setData(run.places, numbers)
        both = np.concatenate([*curves, np.array(trace.scale)])
        low, high = float(both.min()), float(both.max())
        # The trace's name stands above its curves.
        self.trace.getViewBox().setYRange(low, high + 0.3 * (high - low), padding=0.05)
        one_colour, two_colour = (self.colours.distinct(n) for n in range(2))
        self._name.setText(
            f"{trace.title} ({trace.unit}): <span style='color:{one_colour}'>A</span>, "
            f"<span style='color:{two_colour}'>B</span>"
        )
        letters = [(i, "␣" if a == " " else a) for i, a in enumerate(first.text)]
        self.trace.getAxis("bottom").setTicks([letters])
        self._draw_ink(first, second)
        self._home()

    def _mark(self, first: RunRecording, second: RunRecording) -> None:
        cursor, run = self.model.cursor, self._aligned
        for line in self._lines:
            line.setVisible(cursor is not None)
        under = None if cursor is None else int(first["character"][cursor])
        for axis in self._axes:
            axis.mark(under, self.model.character)
        one, two = differences(first.settings, second.settings)
        said = f"A: {one} · B: {two}"
        if cursor is not None and run is not None:
            place = int(np.searchsorted(run.first, cursor))
            place = min(place, len(run.places) - 1)
            for line in self._lines:
                line.setValue(run.places[place])
            a, b = int(run.first[place]), int(run.second[place])
            for dots, xy, point in zip(self._ink_dots, self._ink_xy, (a, b), strict=True):
                dots.show(xy[point : point + 1])
            said += (
                f" · {BY_KEY[self.key].title} {first[self.key][a]:.2f} (point {a}) and "
                f"{second[self.key][b]:.2f} (point {b})"
            )
        else:
            for dots in self._ink_dots:
                dots.show(NOTHING)
        self.head.say(said)

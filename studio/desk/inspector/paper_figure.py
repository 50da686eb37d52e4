"""Figures for papers: the inspector's views on white, at a column's width, with a caption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QMarginsF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextOption
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QSizePolicy
from shiboken6 import delete

from engine.errors import SettingError
from engine.io.atomic import atomic_write
from studio.desk.inspector import svg_lines
from studio.desk.inspector.axis import unclipped
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.plot_colours import PlotColours
from studio.desk.inspector.plot_view import AXIS, PlotView
from studio.desk.inspector.view_options import KINDS, usual

FORMATS = (".pdf", ".svg", ".png")
COLUMN_MM = {"one column": 85.0, "one and a half": 120.0, "two columns": 178.0}
"""Usual widths of figures in journals."""
HEIGHT = {
    "window": 0.50,
    "traces": 0.20,
    "state": 0.45,
    "mixture": 0.92,
    "compare": 0.66,
}
"""Height of each view to the figure's width; that of the traces is for each of them, and that of
the line as its ink wants it."""
LETTER = 8.0
"""Height of a row of the window that its letter fits into, in 96ths of an inch."""
AROUND = 2.0
"""Offsets units that are left free beside a line and above it, both sides together."""
MM = 1 / 25.4
SMALLEST_MM, LARGEST_MM = 40.0, 500.0
LEAST_DPI, MOST_DPI = 72, 1200


@dataclass(frozen=True)
class PaperFigure:
    """What a figure shows, and how large.

    Parameters
    ----------
    views : sequence of str
        Names of views, from top to bottom; see `choices.KINDS`.
    width : float
        Millimetres.
    dpi : int
        Of a PNG, and of the heat maps' ground in the others.
    caption : bool
        Whether a line below tells the settings.
    options : mapping
        For a view's name its options, where they are not the usual ones.

    Raises
    ------
    SettingError
        If a view is unknown or a number is out of range.
    """

    views: Sequence[str] = ("line", "window", "traces")
    width: float = 178.0
    dpi: int = 300
    caption: bool = True
    options: Mapping[str, Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        for name in self.views:
            if name not in KINDS:
                raise SettingError(f"There is no view {name!r}; there are {', '.join(KINDS)}.")
        if not self.views:
            raise SettingError(f"A figure needs a view; there are {', '.join(KINDS)}.")
        if not SMALLEST_MM <= self.width <= LARGEST_MM:
            raise SettingError(
                f"The figure's width is {self.width} mm; give {SMALLEST_MM:g} to {LARGEST_MM:g}."
            )
        if not LEAST_DPI <= self.dpi <= MOST_DPI:
            raise SettingError(f"The dpi are {self.dpi}; give {LEAST_DPI} to {MOST_DPI}.")


class _Caption(pg.GraphicsWidget):
    """The settings below the plots, wrapped."""

    def __init__(self, text: str, colours: PlotColours, width: float) -> None:
        super().__init__()
        self._text, self._colours = text, colours
        metrics = pg.QtGui.QFontMetricsF(colours.font(0.95))
        room = QRectF(0, 0, width - colours.px(8), 1e6)
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.TextFlag.TextWrapAnywhere)
        height = metrics.boundingRect(room, flags, text).height() + colours.px(4)
        self.setMinimumHeight(height)
        self.setMaximumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the words."""
        unclipped(painter)
        c = self._colours
        painter.setFont(c.font(0.95))
        painter.setPen(c.colour("muted"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(self.rect().adjusted(c.px(4), 0, -c.px(4), 0), self._text, option)


class _Sheet:
    """The views in a canvas that is never seen, as large as the figure in dots."""

    def __init__(self, model: InspectorModel, figure: PaperFigure) -> None:
        scale = figure.dpi / 96
        colours = PlotColours.for_paper(scale)
        self.width = round(figure.width * MM * figure.dpi)
        self.canvas = pg.GraphicsLayoutWidget()
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self.canvas.setBackground("w")
        margin, gap = colours.px(4), colours.px(6)
        self.canvas.ci.layout.setContentsMargins(margin, margin, margin, margin)
        self.canvas.ci.layout.setSpacing(gap)
        self.views: list[PlotView] = []
        height = 2 * margin
        for row, name in enumerate(figure.views):
            options = {**usual(name).values, **(figure.options or {}).get(name, {})}
            view = KINDS[name](model, colours, **options)
            view.refresh()
            self.views.append(view)
            self.canvas.addItem(view, row=row, col=0)
            tall = self._height(name, options, colours, model)
            self.canvas.ci.layout.setRowFixedHeight(row, tall)
            height += tall + gap
        if figure.caption:
            said = [f"{view.title}: {view.remark}" for view in self.views if view.remark]
            words = ". ".join([model.caption(), *said])
            caption = _Caption(words, colours, self.width - 2 * margin)
            self.canvas.addItem(caption, row=len(figure.views), col=0)
            height += caption.minimumHeight()
        self.height = round(height)
        self.canvas.resize(self.width, self.height)
        self.canvas.show()
        self._settle()

    def _height(
        self, name: str, options: Mapping[str, Any], colours: PlotColours, model: InspectorModel
    ) -> float:
        recording = model.recording
        assert recording is not None
        inner = min(self.width, colours.px(600))
        tall = HEIGHT.get(name, 0.0) * inner
        if name == "traces":
            tall *= len(options["keys"]) * 0.55
        elif name == "window":
            # Letters below each other are easier to read than in several columns.
            letters = colours.px(LETTER) * (len(recording.text) + 1)
            tall = letters if tall < letters <= inner else tall
        elif name == "line":
            wide, high = (recording.high - recording.low).tolist()
            tall = (self.width - colours.px(AXIS)) * (high + AROUND) / (wide + AROUND)
            tall = min(max(tall, colours.px(48)), inner)
        return colours.px(44) + tall

    def _settle(self) -> None:
        """Lay out, draw, and once more: a plot's range may depend on its size."""
        for _ in range(3):
            self.canvas.ci.layout.activate()
            for view in self.views:
                view.layout.activate()
                view.stale = True
                while view.stale:
                    view.refresh()
            self.canvas.scene().prepareForPaint()

    def paint(self, painter: QPainter) -> None:
        """Draw all of it."""
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
        )
        area = QRect(0, 0, self.width, self.height)
        self.canvas.render(painter, QRectF(area), area)

    def close(self) -> None:
        """Throw the views away."""
        for view in self.views:
            view.leave()
        self.canvas.close()
        # Qt is to take it apart now, before Python does so piece by piece.
        delete(self.canvas)


def save(model: InspectorModel, figure: PaperFigure, path: Path | str) -> None:
    """Write a figure of what the model shows, as its name's ending says.

    Raises
    ------
    SettingError
        If there is nothing to be shown, or the ending is none of `FORMATS`.
    FileError
        If the file cannot be written.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in FORMATS:
        raise SettingError(f"A figure is {', '.join(FORMATS)}; {target.name!r} is neither.")
    if model.recording is None or not len(model.recording):
        raise SettingError("There is no line to be shown; write one first.")
    sheet = _Sheet(model, figure)
    try:
        with atomic_write(target) as temporary:
            {".pdf": _pdf, ".svg": _svg, ".png": _png}[kind](sheet, figure, temporary, model)
    finally:
        sheet.close()


def _png(sheet: _Sheet, figure: PaperFigure, path: Path, model: InspectorModel) -> None:
    image = QImage(sheet.width, sheet.height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    dots = round(figure.dpi / 0.0254)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    image.setText("Description", model.caption())
    painter = QPainter(image)
    sheet.paint(painter)
    painter.end()
    if not image.save(str(path)):
        raise SettingError(f"The picture could not be written to {path.parent}; choose a folder.")


def _svg(sheet: _Sheet, figure: PaperFigure, path: Path, model: InspectorModel) -> None:
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setFileName(str(path))
    generator.setResolution(figure.dpi)
    generator.setSize(QRect(0, 0, sheet.width, sheet.height).size())
    generator.setViewBox(QRect(0, 0, sheet.width, sheet.height))
    generator.setTitle("Scriptorium")
    generator.setDescription(model.caption())
    painter = QPainter(generator)
    sheet.paint(painter)
    painter.end()
    svg_lines.settle(path)


def _pdf(sheet: _Sheet, figure: PaperFigure, path: Path, model: InspectorModel) -> None:
    writer = QPdfWriter(str(path))
    writer.setResolution(figure.dpi)
    writer.setTitle(model.caption())
    writer.setCreator("Scriptorium")
    size = QSizeF(sheet.width / figure.dpi * 25.4, sheet.height / figure.dpi * 25.4)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(
                size, QPageSize.Unit.Millimeter, "figure", QPageSize.SizeMatchPolicy.ExactMatch
            ),
            QPageLayout.Orientation.Portrait,
            QMarginsF(),
        )
    )
    painter = QPainter(writer)
    sheet.paint(painter)
    painter.end()

"""The head of a view: its title, what it says now, and the scales of its colours."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy

from studio.desk.inspector.axis import unclipped
from studio.desk.inspector.colours import Colours, Table


@dataclass(frozen=True, eq=False)
class Legend:
    """A scale of colours: what it measures and the values at its ends."""

    title: str
    low: str
    high: str
    table: Table


class Head(pg.GraphicsWidget):
    """One line above the plots of a view."""

    def __init__(self, title: str, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self.title, self.note = title, ""
        self.legends: tuple[Legend, ...] = ()
        height = colours.px(16 if colours.paper else 26)
        self.setMinimumHeight(height)
        self.setMaximumHeight(height)
        self.setMinimumWidth(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, note: str) -> None:
        """Change what stands behind the title."""
        if note != self.note:
            self.note = note
            self.update()

    def explain(self, *legends: Legend) -> None:
        """Change the scales."""
        self.legends = legends
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw title, note and scales from left to right."""
        unclipped(painter)
        c = self._colours
        area = self.rect()
        x = area.left() + c.px(2 if c.paper else 8)
        x = self._write(painter, x, self.title, c.font(1.0, bold=True), "text") + c.px(8)
        for legend in self.legends:
            x = self._draw_legend(painter, x, legend) + c.px(12)
        if self.note:
            room = area.width() - x - c.px(4 if c.paper else 84)
            metrics = QFontMetricsF(c.font())
            note = metrics.elidedText(self.note, Qt.TextElideMode.ElideRight, max(room, 0.0))
            self._write(painter, x, note, c.font(), "muted")

    def _write(self, painter: QPainter, x: float, text: str, font: QFont, token: str) -> float:
        painter.setFont(font)
        painter.setPen(self._colours.colour(token))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        area = QRectF(x, 0, width + 2, self.rect().height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        return x + width

    def _draw_legend(self, painter: QPainter, x: float, legend: Legend) -> float:
        c = self._colours
        font = c.font()
        x = self._write(painter, x, f"{legend.title}  {legend.low} ", font, "muted")
        length, thick = c.px(56), c.px(7)
        image = QImage(
            legend.table.tobytes(), len(legend.table), 1, QImage.Format.Format_RGBA8888
        ).copy()
        bar = QRectF(x, (self.rect().height() - thick) / 2, length, thick)
        painter.drawImage(bar, image)
        painter.setPen(c.pen("line"))
        painter.drawRect(bar)
        return self._write(painter, x + length, f" {legend.high}", font, "muted")

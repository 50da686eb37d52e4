"""The head of a view: its title, what it says now, and the scales of its colours."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy

from studio.desk.inspector.plot_colours import PlotColours, Table
from studio.desk.models.plain_tip import plain_tip

#: Lengths that a scale may have, in 96ths of an inch.
SCALES = (56, 36, 20)


@dataclass(frozen=True, eq=False)
class Legend:
    """A scale of colours: what it measures and the values at its ends."""

    title: str
    low: str
    high: str
    table: Table


class PanelHeader(pg.GraphicsWidget):
    """One line above the plots of a view."""

    def __init__(self, title: str, colours: PlotColours) -> None:
        super().__init__()
        self._colours = colours
        self.title = title
        self._note: tuple[str | tuple[str, str], ...] = ()
        self.legends: tuple[Legend, ...] = ()
        self._free = 0.0
        height = colours.px(26)
        self.setMinimumHeight(height)
        self.setMaximumHeight(height)
        self.setMinimumWidth(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def note(self) -> str:
        """What stands behind the title."""
        return "".join(part if isinstance(part, str) else part[0] for part in self._note)

    def say(self, *note: str | tuple[str, str]) -> None:
        """Change what stands behind the title: words, or pairs of words and their colour."""
        if note != self._note:
            self._note = note
            self._tell()

    def explain(self, *legends: Legend) -> None:
        """Change the scales."""
        self.legends = legends
        self._tell()

    def keep_free(self, width: float) -> None:
        """Leave so many pixels at the right to what else stands there."""
        if width != self._free:
            self._free = width
            self.update()

    def _tell(self) -> None:
        """All of it is in the tooltip, too, however little room there is."""
        scales = [f"{one.title}: {one.low} to {one.high}" for one in self.legends]
        self.setToolTip(plain_tip("\n".join(part for part in (*scales, self.note) if part)))
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw title, scales and note from left to right."""
        c = self._colours
        right = self.rect().right() - max(self._free, c.px(4))
        x = self.rect().left() + c.px(8)
        x = self._write(painter, x, self.title, c.font(1.0, bold=True), c.colour("text")) + c.px(8)
        length = self._length(right - x)
        for legend in self.legends if length else ():
            x = self._draw_legend(painter, x, legend, length) + c.px(12)
        metrics = QFontMetricsF(c.font())
        for part in self._note:
            words, colour = (part, c.colour("muted")) if isinstance(part, str) else part
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(right - x, 0.0))
            x = self._write(painter, x, shown, c.font(), QColor(colour))
            if shown != words:
                break

    def _length(self, room: float) -> float:
        """How long the scales can be in a width; 0 where there is no room for them."""
        c = self._colours
        metrics = QFontMetricsF(c.font())
        words = sum(
            metrics.horizontalAdvance(f"{one.title}  {one.low}  {one.high}") + c.px(12)
            for one in self.legends
        )
        for length in SCALES:
            if words + len(self.legends) * c.px(length) - c.px(12) <= room:
                return c.px(length)
        return 0.0

    def _write(self, painter: QPainter, x: float, text: str, font: QFont, colour: QColor) -> float:
        painter.setFont(font)
        painter.setPen(colour)
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        area = QRectF(x, 0, width + 2, self.rect().height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        return x + width

    def _draw_legend(self, painter: QPainter, x: float, legend: Legend, length: float) -> float:
        c = self._colours
        font, muted = c.font(), c.colour("muted")
        x = self._write(painter, x, f"{legend.title}  {legend.low} ", font, muted)
        thick = c.px(7)
        image = QImage(
            legend.table.tobytes(), len(legend.table), 1, QImage.Format.Format_RGBA8888
        ).copy()
        bar = QRectF(x, (self.rect().height() - thick) / 2, length, thick)
        painter.drawImage(bar, image)
        painter.setPen(c.pen("line"))
        painter.drawRect(bar)
        return self._write(painter, x + length, f" {legend.high}", font, muted)

"""What the inspector shows on the page's own ink: its cursor, its brush, and a trace as colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.ink.ink import Array
from studio.document.page import PlacedLine


class InkTrace:
    """Marks in millimetres of one page, painted over its tiles."""

    def __init__(self) -> None:
        self.page = 0
        self._dot: tuple[float, float] | None = None
        self._marked: Array | None = None
        self._line: PlacedLine | None = None
        self._colours: npt.NDArray[np.uint8] | None = None

    def clear(self) -> None:
        """Show nothing."""
        self._dot = self._marked = self._line = self._colours = None

    def point(self, page: int, dot: tuple[float, float] | None) -> None:
        """The cursor stands there, or nowhere."""
        self.page, self._dot = page, dot

    def mark(self, page: int, points: Array) -> None:
        """These points are brushed."""
        self.page, self._marked = page, points if len(points) else None

    def tint(self, page: int, line: PlacedLine, colours: npt.NDArray[np.uint8] | None) -> None:
        """Paint a line's points in colours, uint8 (n, 3 or 4), or as they were."""
        self.page, self._line, self._colours = page, line, colours

    def paint(self, painter: QPainter, mm: float, accent: QColor) -> None:
        """Draw in millimetres; `mm` is pixels a millimetre."""
        if self._line is not None and self._colours is not None:
            self._paint_tint(painter, self._line, self._colours)
        if self._marked is not None:
            soft = QColor(accent)
            soft.setAlpha(90)
            # As one shape: where dots overlap they are no darker, and the ink is seen through.
            dots = QPainterPath()
            dots.setFillRule(Qt.FillRule.WindingFill)
            for x, y in self._marked:
                dots.addEllipse(QPointF(x, y), 3 / mm, 3 / mm)
            painter.fillPath(dots, soft)
        if self._dot is not None:
            painter.setPen(QPen(QColor("#ffffff"), 1.5 / mm))
            painter.setBrush(accent)
            painter.drawEllipse(QPointF(*self._dot), 5 / mm, 5 / mm)

    @staticmethod
    def _paint_tint(painter: QPainter, line: PlacedLine, colours: npt.NDArray[np.uint8]) -> None:
        pen = QPen()
        pen.setWidthF(line.pen.width * 1.3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        at = 0
        for stroke in line.ink.strokes:
            for k in range(1, len(stroke)):
                if at + k < len(colours):
                    pen.setColor(QColor(*(int(c) for c in colours[at + k][:3])))
                    painter.setPen(pen)
                    painter.drawLine(QPointF(*stroke.xy[k - 1]), QPointF(*stroke.xy[k]))
            at += len(stroke)

"""A line while the pen writes it: its points so far, and the pieces that are new to paint."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from engine.ink.ink import Array, Ink, Stroke
from engine.rendering.pens import Pen, widths
from studio.desk.views.page.ink_picture import prepare
from studio.document.page import LineKey

TAIL = 24
"""How many points back the width of the pen's line can still depend on."""


class LiveLine:
    """Growing ink in millimetres on one page.

    A piece between two points is painted when the point after it is known, since the curve
    through the points depends on their neighbours; so nothing painted has to be taken back.
    """

    def __init__(self, page: int, pen: Pen, colour: str, key: LineKey | None = None) -> None:
        self.page = page
        self.key = key
        self.pen = pen
        self.colour = colour
        self._strokes: list[list[tuple[float, float]]] = []
        self._pieces: list[tuple[QRectF, QPainterPath, float]] = []
        self._bounds = QRectF()
        self._painted = 0
        self._down = False

    @property
    def head(self) -> tuple[float, float] | None:
        """Where the pen stands, in millimetres."""
        return self._strokes[-1][-1] if self._strokes else None

    @property
    def down(self) -> bool:
        """Whether the pen is on the paper."""
        return self._down

    @property
    def bounds(self) -> QRectF:
        """Around all that is painted."""
        return QRectF(self._bounds)

    def add(self, points: Array, ends: npt.NDArray[np.bool_]) -> list[int]:
        """Take more points, float (k, 2) mm, with whether each ends its stroke.

        Returns
        -------
        list of int
            The numbers of the pieces that can be painted now.
        """
        first = len(self._pieces)
        for (x, y), end in zip(points, ends, strict=True):
            if not self._down:
                self._strokes.append([])
                self._painted = 0
            self._strokes[-1].append((float(x), float(y)))
            self._down = not bool(end)
            self._advance(bool(end))
        return list(range(first, len(self._pieces)))

    def _advance(self, ended: bool) -> None:
        stroke = self._strokes[-1]
        ready = len(stroke) - 1 if ended else len(stroke) - 2
        if ended and len(stroke) == 1:
            x, y = stroke[0]
            self._piece(QPointF(x, y), [(x, y), (x, y), (x + 0.01, y)], self.pen.width)
            return
        if ready <= self._painted:
            return
        tail = stroke[max(0, len(stroke) - TAIL) :]
        offset = len(stroke) - len(tail)
        broad = widths(Ink((Stroke(np.array(tail)),)), self.pen)
        while self._painted < ready:
            i = self._painted
            before = stroke[max(i - 1, 0)]
            a, b = stroke[i], stroke[i + 1]
            after = stroke[min(i + 2, len(stroke) - 1)]
            one = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
            two = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
            width = float(broad[max(0, i - offset)] + broad[max(0, i + 1 - offset)]) / 2
            self._piece(QPointF(*a), [one, two, b], width)
            self._painted += 1

    def _piece(self, start: QPointF, control: list[tuple[float, float]], width: float) -> None:
        path = QPainterPath(start)
        (ax, ay), (bx, by), (x, y) = control
        path.cubicTo(ax, ay, bx, by, x, y)
        reach = width / 2 + 0.1
        rect = path.boundingRect().adjusted(-reach, -reach, reach, reach)
        self._pieces.append((rect, path, width))
        self._bounds = self._bounds.united(rect)

    def piece_bounds(self, number: int) -> QRectF:
        """Around one piece, in millimetres."""
        return self._pieces[number][0]

    def paint(self, painter: QPainter, area: QRectF, numbers: list[int] | None = None) -> None:
        """Draw pieces (all where not told which) that lie in the area."""
        prepare(painter, self.pen, self.colour, False)
        pen = QPen(painter.pen())
        for number in range(len(self._pieces)) if numbers is None else numbers:
            rect, path, width = self._pieces[number]
            if rect.intersects(area):
                pen.setWidthF(width)
                painter.setPen(pen)
                painter.drawPath(path)

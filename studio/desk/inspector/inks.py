"""Ink in the inspector's plots: the pen's way so far, plain or in the colours of a trace."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter

from studio.desk.inspector.colours import Colours, Table

#: Different colours that ink is drawn in at once.
SHADES = 32


def segments(xy: npt.NDArray[np.float64], ends: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The points, by number, that a line leads to from the point before: within a stroke."""
    if len(xy) < 2:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(~ends[:-1]) + 1


class InkItem(pg.GraphicsObject):
    """Lines from point to point, their colours by a trace or all alike."""

    def __init__(self, colours: Colours, width: float = 1.4) -> None:
        super().__init__()
        self._colours, self._width = colours, width
        self._lines: list[list[QLineF]] = []
        self._shades: list[QColor] = []
        self._box = QRectF()
        self.setZValue(5)

    def show(
        self,
        xy: npt.NDArray[np.float64],
        ends: npt.NDArray[np.bool_],
        shades: Table | None = None,
        table: Table | None = None,
    ) -> None:
        """Draw ink.

        Parameters
        ----------
        xy : (n, 2); ends : bool (n,), whether a stroke ends with the point
        shades : uint8 (n,), optional
            The place of each point in `table`; without it all is in the text's colour.
        """
        self.prepareGeometryChange()
        parts = segments(xy, ends)
        if shades is None or table is None:
            groups = np.zeros(len(parts), dtype=np.int64)
            self._shades = [self._colours.colour("text")]
        else:
            groups = shades[parts].astype(np.int64) * SHADES // 256
            places = ((np.arange(SHADES) + 0.5) * 256 / SHADES).astype(int)
            self._shades = [QColor(*table[place].tolist()) for place in places]
        start, stop = xy[parts - 1].tolist(), xy[parts].tolist()
        self._lines = [[] for _ in self._shades]
        for group, (x1, y1), (x2, y2) in zip(groups.tolist(), start, stop, strict=True):
            self._lines[group].append(QLineF(x1, y1, x2, y2))
        if len(xy):
            (left, top), (right, bottom) = xy.min(axis=0), xy.max(axis=0)
            self._box = QRectF(left - 1, top - 1, right - left + 2, bottom - top + 2)
        else:
            self._box = QRectF()
        self.update()

    def boundingRect(self) -> QRectF:
        """Around the ink."""
        return self._box

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the lines of each colour."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lines, shade in zip(self._lines, self._shades, strict=True):
            if lines:
                painter.setPen(self._colours.pen(shade, self._width))
                painter.drawLines(lines)

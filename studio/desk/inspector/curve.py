"""A curve over the points of a line, drawn with as many corners as there are pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from studio.inspection.growable_array import GrowableArray

#: How far up and down a curve may go.
FAR = 1e6


class Curve(pg.GraphicsObject):
    """Value k at x = k. Grows at the cost of what is new.

    Kept are the least and the most of every two values, of every four, and so on. Where a pixel
    holds several values it is drawn from the least to the most of them, so that no peak is lost
    at any zoom.

    Parameters
    ----------
    pen : QPen
    """

    def __init__(self, pen: QPen) -> None:
        super().__init__()
        self._pen = pen
        self._levels = [GrowableArray((2,), np.float32)]

    def clear(self) -> None:
        """Start again."""
        self._levels = [GrowableArray((2,), np.float32)]
        self.update()

    def show(self, values: npt.NDArray[np.floating]) -> None:
        """Draw these: those that are drawn already, and new ones after them."""
        first = self._levels[0].count
        if len(values) <= first:
            return
        self._levels[0].extend(np.repeat(values[first:, None], 2, axis=1))
        for number, level in enumerate(self._levels):
            if level.count < 2:
                break
            if number + 1 == len(self._levels):
                self._levels.append(GrowableArray((2,), np.float32))
            above = self._levels[number + 1]
            pairs = level.values[2 * above.count : level.count // 2 * 2].reshape(-1, 2, 2)
            if len(pairs):
                above.extend(np.stack([pairs[:, :, 0].min(1), pairs[:, :, 1].max(1)], axis=1))
        # Where several are drawn as one, what is drawn again begins a little before.
        before = 2 + first // 256
        self.update(QRectF(first - before, -FAR, len(values) - first + before + 1, 2 * FAR))

    @property
    def values(self) -> npt.NDArray[np.float32]:
        """All that was shown."""
        return self._levels[0].values[:, 0]

    @property
    def range(self) -> tuple[float, float]:
        """The least and the most of all values."""
        # A level's last pair ends where the level below it has one more, or ends, too.
        ends = np.concatenate([level.values[-1:] for level in self._levels])
        return float(ends[:, 0].min()), float(ends[:, 1].max())

    def boundingRect(self) -> QRectF:
        """All that there may be one day: the curve does not stop to tell that it has grown."""
        return QRectF(-1, -FAR, 1e7, 2 * FAR)

    def corners(
        self, left: float, right: float, across: float
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Corners of the curve, x and y, from `left` to `right` with so many pixels to a value."""
        level = int(np.clip(np.floor(-np.log2(max(across, 1e-9))), 0, len(self._levels) - 1))
        size, count = 2**level, self._levels[level].count
        first, stop = max(0, int(left // size) - 1), min(count, int(right // size) + 2)
        if level == 0:
            return np.arange(first, max(first, stop)), self.values[first:stop]
        both = self._levels[level].values[first:stop]
        x = np.repeat(size * (np.arange(first, first + len(both)) + 0.5) - 0.5, 2)
        y = both.ravel()
        if stop == count:
            # Those that do not fill a pair of this level yet.
            rest = self.values[size * count :]
            x = np.concatenate([x, np.arange(size * count, size * count + len(rest))])
            y = np.concatenate([y, rest])
        return x, y

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw what is seen."""
        view = self.getViewBox()
        if view is None:
            return
        (left, right), across = view.viewRange()[0], abs(painter.worldTransform().m11())
        x, y = self.corners(left, right, across)
        if len(x) < 2:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pen)
        painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y))

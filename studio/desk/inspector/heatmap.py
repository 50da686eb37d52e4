"""A heat map that grows to the right, and is drawn in as many columns as there are pixels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from studio.desk.inspector.plot_colours import Table, packed
from studio.inspection.growable_array import GrowableArray

#: Columns below which a level is not halved once more.
LEAST = 256


class _Seen(NamedTuple):
    """A part of the map: columns of a level, and how many rows are drawn as one."""

    level: int
    first: int
    stop: int
    together: int


class HeatmapItem(pg.GraphicsObject):
    """Rows of values from 0 to 255 over columns; column k stands at x = k, row j at y = j.

    Kept are the columns themselves, the means of every two of them, of every four, and so on: what
    is drawn are the columns of the level that comes nearest to the screen's pixels, so that a
    map of any length costs the same to draw, and new columns cost no more than themselves.

    Parameters
    ----------
    table : uint8 (256, 4)
        The colours.
    """

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._colours = packed(table)
        self._levels: list[GrowableArray] = [GrowableArray((0,), np.uint8)]
        self._seen = _Seen(0, 0, 0, 1)
        self._pixels: npt.NDArray[np.uint32] = np.zeros((0, 0), dtype=np.uint32)
        self._image = QImage()
        self._filled = 0
        self.setZValue(-10)

    def clear(self, rows: int) -> None:
        """Start again with so many rows."""
        self.prepareGeometryChange()
        self._levels = [GrowableArray((rows,), np.uint8)]
        self._seen = _Seen(0, 0, 0, 1)
        self.update()

    @property
    def count(self) -> int:
        """Columns that there are."""
        return self._levels[0].count

    @property
    def rows(self) -> int:
        """Rows of a column."""
        return self._levels[0].shape[0]

    @property
    def values(self) -> Table:
        """All that was added, uint8 (rows, columns)."""
        return self._levels[0].values.T

    def append(self, columns: Table) -> None:
        """Add columns, uint8 (rows, k)."""
        first = self.count
        self._levels[0].extend(columns.T)
        for number, level in enumerate(self._levels):
            if level.count < 2 * LEAST:
                break
            if number + 1 == len(self._levels):
                self._levels.append(GrowableArray((self.rows,), np.uint8))
            above = self._levels[number + 1]
            pairs = level.values[2 * above.count : level.count // 2 * 2]
            if len(pairs):
                means = pairs.reshape(-1, 2, self.rows).mean(axis=1)
                above.extend(np.rint(means).astype(np.uint8))
        # Where several are drawn as one, what is drawn again begins a little before.
        before = 2 ** len(self._levels)
        self.update(QRectF(first - 0.5 - before, -0.5, columns.shape[1] + before, self.rows))

    def boundingRect(self) -> QRectF:
        """All that there may be one day: the map does not stop to tell that it has grown."""
        return QRectF(-0.5, -0.5, 1e7, self.rows)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the columns that are seen."""
        view, count = self.getViewBox(), self.count
        if view is None or not count or not self.rows:
            return
        (left, right), scale = view.viewRange()[0], painter.worldTransform()
        seen = self._wanted(left, right, abs(scale.m11()), abs(scale.m22()))
        if seen is None:
            return
        if seen != self._seen:
            self._begin(seen)
        self._fill()
        size, shown = 2**seen.level, self._filled
        tall = len(self._pixels) * seen.together
        target = QRectF(seen.first * size - 0.5, -0.5, shown * size, tall)
        painter.drawImage(target, self._image, QRectF(0, 0, shown, len(self._pixels)))

    def _wanted(self, left: float, right: float, across: float, down: float) -> _Seen | None:
        """What is to be drawn for a range of x, with so many pixels to a column and to a row."""
        level = max(0, int(np.ceil(-np.log2(max(across, 1e-9)))))
        level = min(level, len(self._levels) - 1)
        size = 2**level
        first, stop = max(0, int(left // size)), int(right // size) + 2
        if stop <= first or first >= self._levels[level].count:
            return None
        # The rows that a pixel holds are drawn as one.
        return _Seen(level, first, stop, max(1, int(1 / max(down, 1e-3))))

    def _begin(self, seen: _Seen) -> None:
        """Take a picture for another part of the map."""
        rows = -(-self.rows // seen.together)
        width = seen.stop - seen.first
        self._seen, self._filled = seen, 0
        # What is not filled yet looks like nothing: where pages are made of it, edges are blended.
        self._pixels = np.full((rows, width), self._colours[0], dtype=np.uint32)
        # The image shares the array's memory.
        self._image = QImage(self._pixels.data, width, rows, 4 * width, QImage.Format.Format_RGB32)

    def _fill(self) -> None:
        """Bring the picture up to the columns that there are now."""
        seen, level = self._seen, self._levels[self._seen.level]
        stop = min(seen.stop, level.count)
        first = seen.first + self._filled
        if stop <= first:
            return
        values = level.values[first:stop]
        if seen.together > 1:
            edges = np.arange(0, self.rows, seen.together)
            sums = np.add.reduceat(values, edges, axis=1, dtype=np.uint32)
            values = (sums // np.diff(np.append(edges, self.rows))).astype(np.uint8)
        self._pixels[:, self._filled : stop - seen.first] = self._colours[values.T]
        self._filled = stop - seen.first

"""A picture in a plot that is changed in part: only changed cells have their colours looked up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from studio.desk.inspector.colours import Table


class Picture(pg.GraphicsObject):
    """Cells of values from 0 to 255 in the colours of a table, over a part of the plane."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        red, green, blue = (table[:, k].astype(np.uint32) for k in range(3))
        self._colours = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
        self._pixels = np.zeros((0, 0), dtype=np.uint32)
        self._image = QImage()
        self._rect = QRectF()
        self.setZValue(-10)

    def begin(self, width: int, height: int, rect: QRectF) -> None:
        """Take another size; all cells are 0."""
        self.prepareGeometryChange()
        self._rect = rect
        self._pixels = np.full((height, width), self._colours[0], dtype=np.uint32)
        # The image shares the array's memory.
        self._image = QImage(
            self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32
        )
        self.update()

    def clear(self) -> None:
        """Draw nothing."""
        self.begin(0, 0, QRectF())

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in cells."""
        height, width = self._pixels.shape
        return width, height

    def write(self, first: int, values: Table) -> None:
        """Change the columns from one on, uint8 (height, k)."""
        self._pixels[:, first : first + values.shape[1]] = self._colours[values]
        self.update()

    def boundingRect(self) -> QRectF:
        """The part of the plane."""
        return self._rect

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw all cells."""
        if not self._image.isNull():
            painter.drawImage(self._rect, self._image)

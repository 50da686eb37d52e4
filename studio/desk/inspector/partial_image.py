"""A picture in a plot that is changed in part: only changed cells have their colours looked up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from studio.desk.inspector.plot_colours import Table, packed


class PartialImage(pg.GraphicsObject):
    """Cells of values from 0 to 255 in the colours of a table, over a part of the plane."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._colours = packed(table)
        self._memory = np.zeros(0, dtype=np.uint32)
        self._pixels = self._memory.reshape(0, 0)
        self._image = QImage()
        self.rect = QRectF()
        self.setZValue(-10)

    def begin(self, width: int, height: int, rect: QRectF) -> None:
        """Take another size; all cells are 0."""
        self.prepareGeometryChange()
        self.rect = rect
        if len(self._memory) < height * width:
            self._memory = np.empty(height * width, dtype=np.uint32)
        # Fresh memory would take longer to get than to fill.
        self._pixels = self._memory[: height * width].reshape(height, width)
        self._pixels[:] = self._colours[0]
        # The image shares the array's memory.
        self._image = QImage(
            self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32
        )
        self.update()

    def clear(self) -> None:
        """Draw nothing."""
        self.begin(0, 0, QRectF())

    def write(self, first: int, values: Table) -> None:
        """Change the columns from one on, uint8 (height, k)."""
        width = self._pixels.shape[1]
        self._pixels[:, first : first + values.shape[1]] = self._colours[values]
        cell = self.rect.width() / max(width, 1)
        left, wide = self.rect.left() + (first - 1) * cell, (values.shape[1] + 2) * cell
        self.update(QRectF(left, self.rect.top(), wide, self.rect.height()))

    def boundingRect(self) -> QRectF:
        """The part of the plane."""
        return self.rect

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw all cells."""
        if not self._image.isNull():
            painter.drawImage(self.rect, self._image)

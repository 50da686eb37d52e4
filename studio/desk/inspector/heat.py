"""A heat map that grows to the right: tiles of bytes, of which only the last is drawn anew."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF

from studio.desk.inspector.colours import Table

#: Columns of a tile.
TILE = 1024


class HeatMap:
    """Rows of values from 0 to 255 over columns, in a view box; column k stands at x = k.

    Parameters
    ----------
    box : pyqtgraph.ViewBox
    table : uint8 (256, 4)
        The colours.
    """

    def __init__(self, box: pg.ViewBox, table: Table) -> None:
        self._box, self._table = box, table
        self._tiles: list[tuple[Table, pg.ImageItem]] = []
        self._rows = 0
        self.count = 0

    def clear(self, rows: int) -> None:
        """Begin anew with so many rows."""
        for _, item in self._tiles:
            self._box.removeItem(item)
        self._tiles = []
        self._rows, self.count = rows, 0

    def append(self, columns: Table) -> None:
        """Add columns, uint8 (rows, k)."""
        done = 0
        while done < columns.shape[1]:
            place = self.count % TILE
            if place == 0:
                self._add_tile()
            buffer, item = self._tiles[-1]
            part = columns[:, done : done + TILE - place]
            filled = place + part.shape[1]
            buffer[:, place:filled] = part
            item.setImage(buffer[:, :filled], autoLevels=False, levels=(0, 255))
            start = TILE * (len(self._tiles) - 1)
            item.setRect(QRectF(start - 0.5, -0.5, filled, self._rows))
            self.count += part.shape[1]
            done += part.shape[1]

    def _add_tile(self) -> None:
        item = pg.ImageItem(axisOrder="row-major", autoDownsample=True)
        item.setLookupTable(self._table)
        item.setZValue(-10)
        self._box.addItem(item, ignoreBounds=True)
        self._tiles.append((np.zeros((self._rows, TILE), dtype=np.uint8), item))

    def recolour(self, table: Table) -> None:
        """Take other colours."""
        self._table = table
        for _, item in self._tiles:
            item.setLookupTable(table)

    @property
    def values(self) -> Table:
        """All that is shown, uint8 (rows, columns)."""
        if not self._tiles:
            return np.zeros((self._rows, 0), dtype=np.uint8)
        return np.concatenate([buffer for buffer, _ in self._tiles], axis=1)[:, : self.count]

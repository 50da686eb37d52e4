"""Ink in the inspector's plots: the pen's way so far, plain or in the colours of a trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem

from studio.desk.inspector.plot_colours import PlotColours, Table

#: Points that are drawn as one piece.
PIECE = 64
#: Points of which more are drawn with thin lines that are not smoothed.
MOST_SMOOTH = 2048
#: Different colours that ink is drawn in at once.
SHADES = 32
#: How far ink may reach.
FAR = 1e5


def segments(ends: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The points, by number, that a line leads to from the point before: within a stroke."""
    return np.flatnonzero(~ends[:-1]) + 1


class InkItem(pg.GraphicsObject):
    """Lines from point to point, their colours by a trace or all alike.

    What is drawn is kept in pieces, and on a screen as a picture, too: ink that grows costs its
    new points alone.
    """

    def __init__(self, colours: PlotColours, width: float = 1.4) -> None:
        super().__init__()
        self._colours, self._width = colours, width
        self._pieces: list[_Piece] = []
        self._count = 0
        self._table: Table | None = None
        self.setZValue(5)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def show(
        self,
        xy: npt.NDArray[np.float64],
        ends: npt.NDArray[np.bool_],
        shades: Table | None = None,
        table: Table | None = None,
        grown: bool = False,
    ) -> None:
        """Draw ink.

        Parameters
        ----------
        xy : (n, 2); ends : bool (n,), whether a stroke ends with the point
        shades : uint8 (n,), optional
            The place of each point in `table`; without it all is in the text's colour.
        grown : bool
            Whether the ink begins with what is drawn already, in the same colours.
        """
        drawn = self._count if grown else 0
        if not grown:
            self._pieces.clear()
        self._count, self._table = len(xy), None if shades is None else table
        for first in range(drawn - drawn % PIECE, len(xy), PIECE):
            # One point before, which the first line leads from.
            part = slice(max(first, drawn) - (max(first, drawn) > 0), first + PIECE)
            piece = _piece(xy[part], ends[part], None if shades is None else shades[part])
            if first < drawn:
                self._pieces[-1].join(piece)
            else:
                self._pieces.append(piece)
            if grown:
                self.update(self._around(piece.box))
        if not grown:
            self.update()

    def _around(self, box: QRectF) -> QRectF:
        """A box with the lines' own width."""
        across, down = self.pixelVectors()
        if across is None or down is None:
            return box
        wide, tall = 3 * across.length(), 3 * down.length()
        return box.adjusted(-wide, -tall, wide, tall)

    def boundingRect(self) -> QRectF:
        """All that there may be one day: the ink does not stop to tell that it has grown."""
        return QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, *_: Any) -> None:
        """Draw the pieces that are seen."""
        view = self.getViewBox()
        if view is None:
            return
        seen = self.mapRectFromItem(view, view.boundingRect())
        many = sum(piece.box.intersects(seen) for piece in self._pieces) * PIECE > MOST_SMOOTH
        # Smooth and thick lines are slow; so many of them are hardly told apart.
        seen = self._around(seen.intersected(option.exposedRect))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not many)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for piece in self._pieces:
            if piece.box.intersects(seen):
                for shade, path in piece.paths.items():
                    width = 1.0 if many else self._width
                    painter.setPen(self._colours.pen(self._shade(shade), width))
                    painter.drawPath(path)

    def _shade(self, number: int) -> QColor:
        if self._table is None:
            return self._colours.colour("text")
        place = int((number + 0.5) * 256 / SHADES)
        return QColor(*self._table[place].tolist())


@dataclass(eq=False)
class _Piece:
    """Lines of neighbouring points: a path for each shade, and a box around them."""

    box: QRectF
    paths: dict[int, QPainterPath] = field(default_factory=dict)

    def join(self, other: _Piece) -> None:
        """Take in the lines that follow."""
        self.box = self.box.united(other.box)
        for shade, path in other.paths.items():
            self.paths.setdefault(shade, QPainterPath()).addPath(path)


def _piece(
    xy: npt.NDArray[np.float64], ends: npt.NDArray[np.bool_], shades: Table | None
) -> _Piece:
    (left, top), (right, bottom) = xy.min(axis=0), xy.max(axis=0)
    # A level line has a box, too.
    piece = _Piece(QRectF(left - 0.01, top - 0.01, right - left + 0.02, bottom - top + 0.02))
    if shades is None:
        leads = np.append(~ends[:-1], False).astype(np.int32)
        piece.paths[0] = pg.functions.arrayToQPath(xy[:, 0], xy[:, 1], connect=leads)
        return piece
    parts = segments(ends)
    groups = shades[parts].astype(np.int64) * SHADES // 256
    for group in np.unique(groups).tolist():
        to = parts[groups == group]
        pairs = xy[np.stack([to - 1, to], axis=1).ravel()]
        path = pg.functions.arrayToQPath(pairs[:, 0], pairs[:, 1], connect="pairs")
        piece.paths[group] = path
    return piece

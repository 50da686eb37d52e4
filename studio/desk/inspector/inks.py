"""Ink in the inspector's plots: the pen's way so far, plain or in the colours of a trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from studio.desk.inspector.colours import Colours, Table

#: Points that are drawn as one piece.
PIECE = 512
#: Points of which more are drawn with thin lines that are not smoothed.
MOST_SMOOTH = 4096
#: Different colours that ink is drawn in at once.
SHADES = 32


def segments(xy: npt.NDArray[np.float64], ends: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The points, by number, that a line leads to from the point before: within a stroke."""
    if len(xy) < 2:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(~ends[:-1]) + 1


class InkItem(pg.GraphicsObject):
    """Lines from point to point, their colours by a trace or all alike.

    What is drawn is kept in pieces: ink that grows costs its new points alone, and pieces that
    are not seen are not drawn.
    """

    def __init__(self, colours: Colours, width: float = 1.4) -> None:
        super().__init__()
        self._colours, self._width = colours, width
        self._pieces: list[_Piece] = []
        self._count = 0
        self._table: Table | None = None
        self._box = QRectF()
        self.setZValue(5)

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
        self.prepareGeometryChange()
        whole = self._count // PIECE if grown else 0
        del self._pieces[whole:]
        for first in range(whole * PIECE, len(xy), PIECE):
            # One point before, which the first line leads from.
            part = slice(max(first - 1, 0), first + PIECE)
            shade = None if shades is None else shades[part]
            self._pieces.append(_piece(xy[part], ends[part], shade))
        self._count, self._table = len(xy), None if shades is None else table
        self._box = QRectF()
        for piece in self._pieces:
            self._box = self._box.united(piece.box)
        self.update()

    def boundingRect(self) -> QRectF:
        """Around the ink."""
        return self._box

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the pieces that are seen."""
        view = self.getViewBox()
        seen = self._box if view is None else self.mapRectFromItem(view, view.boundingRect())
        pieces = [piece for piece in self._pieces if piece.box.intersects(seen)]
        # Smooth and thick lines are slow; so many of them are hardly told apart.
        many = len(pieces) * PIECE > MOST_SMOOTH and not self._colours.paper
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not many)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for piece in pieces:
            for shade, path in piece.paths.items():
                painter.setPen(self._colours.pen(self._shade(shade), 1.0 if many else self._width))
                painter.drawPath(path)

    def _shade(self, number: int) -> QColor:
        if self._table is None:
            return self._colours.colour("text")
        place = int((number + 0.5) * 256 / SHADES)
        return QColor(*self._table[place].tolist())


@dataclass(frozen=True, eq=False)
class _Piece:
    """Lines of neighbouring points: a path for each shade, and a box around them."""

    box: QRectF
    paths: dict[int, QPainterPath]


def _piece(
    xy: npt.NDArray[np.float64], ends: npt.NDArray[np.bool_], shades: Table | None
) -> _Piece:
    (left, top), (right, bottom) = xy.min(axis=0), xy.max(axis=0)
    # A level line has a box, too.
    box = QRectF(left - 0.01, top - 0.01, right - left + 0.02, bottom - top + 0.02)
    parts = segments(xy, ends)
    groups = np.zeros(len(parts), dtype=np.int64)
    if shades is not None:
        groups = shades[parts].astype(np.int64) * SHADES // 256
    paths: dict[int, QPainterPath] = {}
    places = xy.tolist()
    last = (-1, -1)
    for stop, group in zip(parts.tolist(), groups.tolist(), strict=True):
        path = paths.setdefault(group, QPainterPath())
        if last != (stop - 1, group):
            path.moveTo(*places[stop - 1])
        path.lineTo(*places[stop])
        last = (stop, group)
    return _Piece(box, paths)

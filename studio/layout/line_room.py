"""The room of lines between the margins: what slant, pen and stray edges leave of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from studio.document.note import Alignment, Look, Note

# At full variation the edge strays by so many x-heights, where a line need not reach it.
_EDGE, _JUSTIFIED = 0.8, 0.3
_WIDEST_EDGE = 0.05

# How far slanted letters reach down and up, for a unit of slant, in x-heights.
_DOWN, _UP = 1.0, 1.6


@dataclass(frozen=True)
class LineRoom:
    """Where the ink of a line may stand, in millimetres.

    Parameters
    ----------
    low, high : float
        Between which x all of it must stay, the pen's width allowed for.
    lean_left, lean_right : float
        How far slanted letters reach beyond where they stand.
    edge : float
        How far the ends of lines stray inwards at most.
    width : float
        What every line can have for its ink before it is slanted.
    """

    low: float
    high: float
    lean_left: float
    lean_right: float
    edge: float
    width: float


WHOLE = -1
"""In place of a column: from margin to margin."""


class Inset(NamedTuple):
    """What a line leaves free on either side of its column, in millimetres.

    A steady one begins and ends where it should, as cells of a table do.
    """

    left: float = 0.0
    right: float = 0.0
    steady: bool = False


NO_INSET = Inset()


def line_room(note: Note, look: Look, inset: Inset = NO_INSET, column: int = 0) -> LineRoom:
    """Return the room of a line with a look in a column.

    Its width may be below 0.
    """
    ink = look.pen.width / 2
    low, high = note.margins.left, note.paper.width - note.margins.right
    if column != WHOLE:
        wide = note.column_width
        low += column * (wide + note.column_gap)
        high = low + wide
    low, high = low + ink + inset.left, high - ink - inset.right
    down, up = _DOWN * look.x_height * look.slant, _UP * look.x_height * look.slant
    left, right = (down, up) if look.slant >= 0 else (-up, -down)
    justified = look.alignment is Alignment.JUSTIFIED
    variation = 0.0 if inset.steady else look.variation
    stray = variation * _EDGE * look.x_height * (_JUSTIFIED if justified else 1.0)
    edge = max(0.0, min(stray, _WIDEST_EDGE * (high - low)))
    width = high - low - left - right - (2 * edge if justified else edge)
    return LineRoom(low, high, left, right, edge, width)

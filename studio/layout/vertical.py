"""Vertical position of the text on a page between its top and its foot."""

from __future__ import annotations

import math
from collections.abc import Sequence

from studio.document.note import Note, VerticalAlignment
from studio.document.paper import RulingKind
from studio.layout.baseline_grid import ASCENT, DESCENT, BaselineGrid, LineSpot
from studio.layout.rows import Row


def raised_or_lowered(
    note: Note, rows: Sequence[Row], spots: Sequence[LineSpot | None], grid: BaselineGrid
) -> list[LineSpot | None]:
    """The places of rows, moved on each page as the note has it; on rules by whole ones.

    Parameters
    ----------
    note : Note
    rows, spots : sequence
        The rows of the flowing text, and where each would stand from the top down.
    grid : BaselineGrid
        Of the note's pages.
    """
    if note.vertical is VerticalAlignment.TOP:
        return list(spots)
    tops: dict[int, float] = {}
    feet: dict[int, float] = {}
    for row, spot in zip(rows, spots, strict=True):
        if spot is None or not row.inked:
            continue
        unit = row.look.x_height
        top, foot = spot.baseline - ASCENT * unit, spot.baseline + DESCENT * unit
        tops[spot.page] = min(tops.get(spot.page, math.inf), top)
        feet[spot.page] = max(feet.get(spot.page, -math.inf), foot)
    by = {page: _shift(note, grid, tops[page], feet[page]) for page in tops}
    return [
        None if spot is None else spot._replace(baseline=spot.baseline + by.get(spot.page, 0.0))
        for spot in spots
    ]


def _shift(note: Note, grid: BaselineGrid, top: float, foot: float) -> float:
    """By how much a page's text goes down, in millimetres."""
    room = grid.bottom - grid.top - (foot - top)
    wanted = room if note.vertical is VerticalAlignment.BOTTOM else room / 2
    shift = grid.top + wanted - top
    if note.ruling.kind is RulingKind.PLAIN:
        return shift
    rule = note.ruling.spacing
    return rule * math.floor(shift / rule + 1e-6)

"""The page and column of each row; rows that belong together stay together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby

from studio.layout.baseline_grid import BaselineGrid, LineSpot
from studio.layout.rows import Row

LEAST = 2
"""Rows of a paragraph that a page begins or ends with at least."""

# A closing, a signature, a salutation: of so many words at most.
_SHORT = 6


def paginate(rows: Sequence[Row], grid: BaselineGrid, *, together: bool) -> list[LineSpot | None]:
    """Give each row its page, column and baseline.

    Parameters
    ----------
    rows : sequence of Row
        Of the flowing text, in order.
    grid : BaselineGrid
    together : bool
        Whether no page begins with the last row of a paragraph or ends with its first, what a row
        announces (a heading, a salutation, a closing) is on its page, and blank rows between
        paragraphs are left out where a page begins.

    Returns
    -------
    list of (LineSpot or None)
        One a row; None for a blank row that is left out.

    Raises
    ------
    SettingError
        If a row has no room on a page.
    """
    free = _free_to_begin(rows) if together else [True] * len(rows)
    spots: list[LineSpot | None] = []
    states = []
    first, number = 0, 0
    while number < len(rows):
        row = rows[number]
        if row.beside and spots:
            spots.append(spots[-1])
            states.append(grid.state)
            number += 1
            continue
        state, frame = grid.state, grid.frame
        grid.advance(row.look, row.new_page)
        if grid.frame != frame and not row.new_page:
            begin = next((k for k in range(number, first, -1) if free[k]), number)
            # The rows from there on begin the new page; before them nothing changes.
            grid.state = state if begin == number else states[begin]
            del spots[begin:], states[begin:]
            number = begin
            if together:
                while number < len(rows) and _is_blank(rows[number]):
                    spots.append(None)
                    states.append(grid.state)
                    number += 1
            if number == len(rows):
                break
            first, row, state = number, rows[number], grid.state
            if row.new_page:
                grid.advance(row.look, True)
            else:
                grid.begin_frame(row.look)
        elif grid.frame != frame:
            first = number
        spots.append(grid.spot)
        states.append(state)
        number += 1
    return spots


def _is_blank(row: Row) -> bool:
    return not row.inked and not row.new_page


def _free_to_begin(rows: Sequence[Row]) -> list[bool]:
    """For each row, whether a page may begin with it where the page before is full."""
    free = [not row.beside for row in rows]
    announcing = [row.announces for row in rows]
    start = 0
    paragraphs: list[list[int]] = []
    for _, group in groupby(rows, key=lambda row: row.key.block):
        numbers = list(range(start, start + len(list(group))))
        start += len(numbers)
        written = [k for k in numbers if rows[k].inked and not rows[k].beside]
        for k in numbers:
            before = bisect_left(written, k)
            if before and (before < LEAST or len(written) - before < LEAST):
                free[k] = False
        if written:
            paragraphs.append(written)
    for paragraph in _announcements(rows, paragraphs):
        announcing[paragraph[-1]] = True
    last = -1
    for k, row in enumerate(rows):
        if not row.inked:
            continue
        if last >= 0 and announcing[last]:
            free[last + 1 : k + 1] = [False] * (k - last)
        if not row.beside:
            last = k
    return free


def _announcements(rows: Sequence[Row], paragraphs: Sequence[list[int]]) -> list[list[int]]:
    """The paragraphs that belong to what follows: salutations, closings, and what is closed."""

    def short(paragraph: list[int]) -> bool:
        return len(paragraph) == 1 and 0 < len(rows[paragraph[0]].words) <= _SHORT

    found = [p for p in paragraphs if short(p) and rows[p[0]].words[-1].source.endswith(",")]
    # The end of a letter: a signature, which may have several rows, and the closing before it.
    end = list(paragraphs[-4:])
    while len(end) > 1 and short(end[-1]) and short(end[-2]):
        found.append(end[-2])
        end.pop()
    if len(end) > 1 and short(end[-1]):
        # Neither stands alone on a page.
        found.append(end[-2])
    return found

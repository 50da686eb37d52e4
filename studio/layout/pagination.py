"""The page and column of each row; rows that belong together stay together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from studio.layout.baseline_grid import BaselineGrid, GridState, LineSpot
from studio.layout.rows import Row

LEAST = 2
"""Rows of a paragraph that a page begins or ends with at least."""

# A closing, a signature, a salutation: of so many words at most.
_SHORT = 6

# So many beginnings of pages and columns before a change nothing of it can be known yet: where one
# begins hangs on the rows up to the next.
_BACK = 2


class BlockRows(NamedTuple):
    """The rows of a paragraph, and what the pages need to know of them.

    Parameters
    ----------
    rows : tuple of Row
    free : tuple of bool
        For each, whether a page may begin with it as far as the paragraph says.
    first, last : int
        Its first row with ink, and the last one that stands below all others; -1 where none has.
    announces : bool
        Whether what follows stays on the page of the last row.
    short, salutes : bool
        Whether it is one row of a few words, and whether they end with a comma.
    """

    rows: tuple[Row, ...]
    free: tuple[bool, ...]
    first: int
    last: int
    announces: bool
    short: bool
    salutes: bool


class FrameStart(NamedTuple):
    """The row that a column or page begins with, and the grid's state before it."""

    row: int
    state: GridState


@dataclass(frozen=True, eq=False)
class Pagination:
    """Where rows stand, and what the next pagination begins with.

    Parameters
    ----------
    blocks : sequence of BlockRows
    free : list of bool
        For each row, whether a page may begin with it.
    spots : list of (LineSpot or None)
        One a row; None for a blank row that is left out.
    starts : list of FrameStart
        Of all columns but the first.
    """

    blocks: Sequence[BlockRows]
    free: list[bool]
    spots: list[LineSpot | None]
    starts: list[FrameStart]


def block_rows(rows: Sequence[Row]) -> BlockRows:
    """Look at the rows of a paragraph."""
    free = [not row.beside for row in rows]
    written = [k for k, row in enumerate(rows) if row.inked and not row.beside]
    for k in range(len(rows)):
        before = bisect_left(written, k)
        if before and (before < LEAST or len(written) - before < LEAST):
            free[k] = False
    last = -1
    for k, row in enumerate(rows):
        if row.inked:
            if last >= 0 and rows[last].announces:
                free[last + 1 : k + 1] = [False] * (k - last)
            if not row.beside:
                last = k
    short = len(written) == 1 and 0 < len(rows[written[0]].words) <= _SHORT
    return BlockRows(
        tuple(rows),
        tuple(free),
        next((k for k, row in enumerate(rows) if row.inked), -1),
        last,
        last >= 0 and rows[last].announces,
        short,
        short and rows[written[0]].words[-1].source.endswith(","),
    )


def blocks_of(rows: Sequence[Row]) -> list[BlockRows]:
    """Rows of several paragraphs, by paragraph."""
    return [block_rows(list(own)) for _, own in groupby(rows, key=lambda row: row.key.block)]


def paginate(rows: Sequence[Row], grid: BaselineGrid, *, together: bool) -> list[LineSpot | None]:
    """Give each row its page, column and baseline; see `paginate_blocks`."""
    return paginate_blocks(blocks_of(rows), grid, together=together).spots


def paginate_blocks(
    blocks: Sequence[BlockRows],
    grid: BaselineGrid,
    *,
    together: bool,
    before: Pagination | None = None,
) -> Pagination:
    """Give each row its page, column and baseline.

    Parameters
    ----------
    blocks : sequence of BlockRows
        Of the flowing text, in order.
    grid : BaselineGrid
    together : bool
        Whether no page begins with the last row of a paragraph or ends with its first, what a row
        announces (a heading, a salutation, a closing) is on its page, and blank rows between
        paragraphs are left out where a page begins.
    before : Pagination, optional
        Of an equal grid. Before the first row that is another one, and after the last where a page
        begins with the same row as before, its spots hold.

    Raises
    ------
    SettingError
        If a row has no room on a page.
    """
    rows = [row for block in blocks for row in block.rows]
    free = _free_to_begin(blocks) if together else [True] * len(rows)
    known = _Known(before, blocks, free)
    spots: list[LineSpot | None] = []
    starts: list[FrameStart] = []
    states: list[GridState] = []
    number = first = 0
    if (resumed := known.resumed()) is not None:
        assert before is not None
        starts, first = before.starts[: resumed + 1], before.starts[resumed].row
        spots, number = before.spots[:first], first
        grid.state = starts[-1].state
        _begin(grid, rows[number])
        spots.append(grid.spot)
        states.append(starts[-1].state)
        number += 1
    while number < len(rows):
        row = rows[number]
        if row.beside and spots:
            spots.append(spots[-1])
            states.append(grid.state)
            number += 1
            continue
        state, frame = grid.state, grid.frame
        grid.advance(row.look, row.new_page)
        if grid.frame != frame:
            if not row.new_page:
                begin = next((k for k in range(number, first, -1) if free[k]), number)
                # The rows from there on begin the new page; before them nothing changes.
                grid.state = state if begin == number else states[begin - first]
                del spots[begin:]
                number = begin
                while together and number < len(rows) and _is_blank(rows[number]):
                    spots.append(None)
                    number += 1
                if number == len(rows):
                    break
                state = grid.state
                _begin(grid, rows[number])
            first, states = number, []
            starts.append(FrameStart(number, state))
            if (same := known.same_as_before(starts[-1])) is not None:
                assert before is not None
                spots += before.spots[before.starts[same].row :]
                starts += (s._replace(row=s.row + known.longer) for s in before.starts[same + 1 :])
                break
        spots.append(grid.spot)
        states.append(state)
        number += 1
    return Pagination(blocks, free, spots, starts)


def _begin(grid: BaselineGrid, row: Row) -> None:
    """Let a row begin the next column, or page where it has to."""
    if row.new_page:
        grid.advance(row.look, True)
    else:
        grid.begin_frame(row.look)


def _is_blank(row: Row) -> bool:
    return not row.inked and not row.new_page


class _Known:
    """What of an earlier pagination holds for these rows."""

    def __init__(
        self, before: Pagination | None, blocks: Sequence[BlockRows], free: Sequence[bool]
    ) -> None:
        self._starts = [] if before is None else before.starts
        self._rows = [start.row for start in self._starts]
        self._head = self._tail = 0
        #: How many more rows there are now.
        self.longer = 0
        if before is None or not self._starts:
            return
        same = zip(blocks, before.blocks, strict=False)
        for one, other in same:
            if one is not other:
                break
            self._head += len(one.rows)
        for one, other in zip(reversed(blocks), reversed(before.blocks), strict=False):
            if one is not other:
                break
            self._tail += len(one.rows)
        self._head = _alike(free, before.free, self._head)
        self._tail = _alike(free[::-1], before.free[::-1], self._tail)
        self.longer = len(free) - len(before.free)
        self._count = len(free)

    def resumed(self) -> int | None:
        """Which beginning of a column, not the first ones, comes well before any change."""
        place = bisect_right(self._rows, self._head) - 1 - _BACK
        return place if place >= 0 else None

    def same_as_before(self, start: FrameStart) -> int | None:
        """Which beginning of a column this is again, with the same rows behind it."""
        if not self._rows or start.row < self._count - self._tail:
            return None
        place = bisect_left(self._rows, start.row - self.longer)
        if place == len(self._rows) or self._rows[place] != start.row - self.longer:
            return None
        return place if self._starts[place].state.frame == start.state.frame else None


def _alike(one: Sequence[bool], other: Sequence[bool], most: int) -> int:
    """With how many equal values both begin, up to so many."""
    if one[:most] == other[:most]:
        return most
    pairs = enumerate(zip(one[:most], other, strict=False))
    return next(n for n, (a, b) in pairs if a != b)


def _free_to_begin(blocks: Sequence[BlockRows]) -> list[bool]:
    """For each row, whether a page may begin with it where the page before is full."""
    announcing = _announcements(blocks)
    free: list[bool] = []
    after = -1
    for number, block in enumerate(blocks):
        base = len(free)
        free += block.free
        if block.first < 0:
            continue
        if after >= 0:
            stop = base + block.first + 1
            free[after:stop] = [False] * (stop - after)
        if block.last >= 0:
            follows = block.announces or number in announcing
            after = base + block.last + 1 if follows else -1
    return free


def _announcements(blocks: Sequence[BlockRows]) -> set[int]:
    """The paragraphs that belong to what follows: salutations, closings, and what is closed."""
    written = [number for number, block in enumerate(blocks) if block.last >= 0]
    found = {number for number in written if blocks[number].salutes}
    # The end of a letter: a signature, which may have several rows, and the closing before it.
    end = written[-4:]
    while len(end) > 1 and blocks[end[-1]].short and blocks[end[-2]].short:
        found.add(end[-2])
        end.pop()
    if len(end) > 1 and blocks[end[-1]].short:
        # Neither stands alone on a page.
        found.add(end[-2])
    return found

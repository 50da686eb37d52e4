"""Breaking a paragraph's words into lines, all of its lines weighed together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

SQUEEZED, STRETCHED = 0.93, 1.05
"""Limits of the scaling in x that the eye does not notice in handwriting."""

_OVERFULL = 1e6
_KEPT, _INKED = -1.0, -3.0
_LOCKED = -1e4

# Lines that are looked up: expected to fill the room by a part between these.
_NEAREST, _FARTHEST = 0.5, 1.25


class Candidate(NamedTuple):
    """A line that could be made of some words.

    Its width, in the unit of the room, is expected or measured; it may have stood there before
    (kept), be it as a guess or in ink (inked), and the user may want it to stay (locked).
    """

    width: float
    measured: bool = False
    kept: bool = False
    locked: bool = False
    inked: bool = False


class WordPiece(NamedTuple):
    """A word, or a part of one, as far as breaking minds.

    Parameters
    ----------
    length : float
        Its expected width.
    space : float
        Before it, where it does not begin a line.
    price : float
        Of a line that begins with it, beyond its gap: infinite where none may.
    tail : float
        What is added to it where a line ends with it: a hyphen.
    size : int
        Its characters.
    """

    length: float
    space: float
    price: float = 0.0
    tail: float = 0.0
    size: int = 1


def break_pieces(
    pieces: Sequence[WordPiece],
    rooms: tuple[float, float],
    candidate: Callable[[int, int], Candidate | None] | None = None,
    *,
    even: bool = False,
    longest: float = math.inf,
) -> list[tuple[int, int]]:
    """Choose the breaks with the least sum of squared gaps at the lines' ends, and of prices.

    After Knuth and Plass, "Breaking paragraphs into lines" (1981). A line that is only expected
    fits when it is not wider than the room; one that was measured may be squeezed to `SQUEEZED`.
    Lines that stood there before are preferred, so that an edit leaves the lines before and after
    it alone. What cannot be broken and is too long for the room stands alone.

    Parameters
    ----------
    pieces : sequence of WordPiece
    rooms : (float, float)
        Room of the first line and of all others, in the unit of the pieces.
    candidate : callable, optional
        What is known about the line of pieces i to j (exclusive) beyond the sum of their widths,
        which is then not used; None for nothing.
    even : bool
        Whether the last line should be as long as the others, too.
    longest : float
        Characters of a word that one line takes at most, where it can be divided.

    Returns
    -------
    list of (int, int)
        Each line's first piece and the one after its last, in order; every piece in one line.
    """
    count = len(pieces)
    cost = [0.0] + [math.inf] * count
    start_of = [0] * (count + 1)
    for first in range(count):
        if cost[first] == math.inf:
            continue
        single = True
        room = rooms[0] if first == 0 else rooms[1]
        nearest, farthest = room * _NEAREST, room * (1.0 if candidate is None else _FARTHEST)
        length, run = -pieces[first].space, 0
        for stop in range(first + 1, count + 1):
            last = pieces[stop - 1]
            length += last.space + last.length
            run = last.size if last.space else run + last.size
            if (length > farthest or run > longest) and not single:
                break
            price = pieces[stop].price if stop < count else 0.0
            if price == math.inf:
                continue
            line = None
            if candidate is not None and (length > nearest or stop == count):
                line = candidate(first, stop)
            if line is None:
                if length + last.tail > room and not single:
                    continue
                line = Candidate(length + last.tail)
            price += cost[first] + _price(line, room, single, stop == count and not even)
            single = False
            if price < cost[stop]:
                cost[stop], start_of[stop] = price, first
    lines: list[tuple[int, int]] = []
    stop = count
    while stop:
        lines.append((start_of[stop], stop))
        stop = start_of[stop]
    return lines[::-1]


def _price(line: Candidate, room: float, single: bool, loose: bool) -> float:
    """What a line costs: its gap in tenths of the room, squared; infinite where it cannot be."""
    fill = line.width / room
    if fill > (1 / SQUEEZED if line.measured else 1.0):
        return _OVERFULL * fill if single else math.inf
    # Squeezing shows sooner than a gap.
    gap = 25.0 * (fill - 1.0) if fill > 1.0 else 0.0 if loose else 10.0 * (1.0 - fill)
    return gap * gap + _bonus(line)


def _bonus(line: Candidate) -> float:
    if line.locked:
        return _LOCKED
    return _INKED if line.inked else _KEPT if line.kept else 0.0

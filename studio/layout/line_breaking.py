"""Breaking a paragraph's words into lines, all of its lines weighed together."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

SQUEEZED, STRETCHED = 0.93, 1.05
"""Limits of the scaling in x that the eye does not notice in handwriting."""

_OVERFULL = 1e6
_KEPT = -3.0
_LOCKED = -1e4

# Lines that are looked up: expected to fill the room by a part between these.
_NEAREST, _FARTHEST = 0.5, 1.25


class Candidate(NamedTuple):
    """A line that could be made of some words.

    Its width, in the unit of the room, is expected or measured; it may have stood there before
    (kept), and the user may want it to stay (locked).
    """

    width: float
    measured: bool = False
    kept: bool = False
    locked: bool = False


def break_words(
    lengths: Sequence[float],
    space: float,
    rooms: tuple[float, float],
    candidate: Callable[[int, int], Candidate | None] | None = None,
    *,
    even: bool = False,
    tied: Collection[int] = (),
) -> list[tuple[int, int]]:
    """Choose the breaks with the least sum of squared gaps at the lines' ends.

    After Knuth and Plass, "Breaking paragraphs into lines" (1981), without hyphenation. A line
    that is only expected fits when it is not wider than the room; one that was measured may be
    squeezed to `SQUEEZED`. Lines that stood there before are preferred, so that an edit leaves
    the lines before and after it alone. What cannot be broken and is too long for the room stands
    alone.

    Parameters
    ----------
    lengths : sequence of float
        Expected width of each word.
    space : float
        Expected width of a space.
    rooms : (float, float)
        Room of the first line and of all others, in the same unit.
    candidate : callable, optional
        What is known about the line of words i to j (exclusive) beyond the sum of `lengths`,
        which is then not used; None for nothing.
    even : bool
        Whether the last line should be as long as the others, too.
    tied : collection of int
        Words that no line begins with.

    Returns
    -------
    list of (int, int)
        Each line's first word and the one after its last, in order; every word in one line.
    """
    count = len(lengths)
    cost = [0.0] + [math.inf] * count
    start_of = [0] * (count + 1)
    for first in range(count):
        if cost[first] == math.inf:
            continue
        single = True
        room = rooms[0] if first == 0 else rooms[1]
        nearest, farthest = room * _NEAREST, room * (1.0 if candidate is None else _FARTHEST)
        length = -space
        for stop in range(first + 1, count + 1):
            length += space + lengths[stop - 1]
            if length > farthest and not single:
                break
            if stop in tied:
                continue
            line = None
            if candidate is not None and (length > nearest or stop == count):
                line = candidate(first, stop)
            if line is None:
                if length > room and not single:
                    continue
                line = Candidate(length)
            price = cost[first] + _price(line, room, single, stop == count and not even)
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
    return gap * gap + (_LOCKED if line.locked else _KEPT if line.kept else 0.0)

"""Breaking a paragraph's words into lines, all of its lines weighed together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SQUEEZED, STRETCHED = 0.93, 1.05
"""Limits of the scaling in x that the eye does not notice in handwriting."""

_OVERFULL = 1e6
_KEPT = -3.0
_LOCKED = -1e4
_WORTH_A_LOOK = 0.4


@dataclass(frozen=True)
class Candidate:
    """A line that could be made of some words.

    Parameters
    ----------
    width : float
        Of its ink, expected or measured, in the unit of the room.
    measured : bool
        Whether the line is written and its width known.
    kept, locked : bool
        Whether it stood there before, and whether the user wants it to stay.
    """

    width: float
    measured: bool = False
    kept: bool = False
    locked: bool = False


def break_words(
    lengths: Sequence[float],
    space: float,
    rooms: tuple[float, float],
    candidate: Callable[[int, int], Candidate | None],
    *,
    even: bool = False,
) -> list[tuple[int, int]]:
    """Choose the breaks with the least sum of squared gaps at the lines' ends.

    After Knuth and Plass, "Breaking paragraphs into lines" (1981), without hyphenation. A line
    that is only expected fits when it is not wider than the room; one that was measured may be
    squeezed to `SQUEEZED`. Lines that stood there before are preferred, so that an edit leaves
    the lines before and after it alone. A word too long for the room stands alone.

    Parameters
    ----------
    lengths : sequence of float
        Expected width of each word.
    space : float
        Expected width of a space.
    rooms : (float, float)
        Room of the first line and of all others, in the same unit.
    candidate : callable
        What is known about the line of words i to j (exclusive) beyond the sum of `lengths`,
        which is then not used; None for nothing.
    even : bool
        Whether the last line should be as long as the others, too.

    Returns
    -------
    list of (int, int)
        Each line's first word and the one after its last, in order; every word in one line.
    """
    count = len(lengths)
    cost = [0.0] + [math.inf] * count
    start_of = [0] * (count + 1)
    for first in range(count):
        room = rooms[0] if first == 0 else rooms[1]
        length = -space
        for stop in range(first + 1, count + 1):
            length += space + lengths[stop - 1]
            if length > room * 1.25 and stop > first + 1:
                break
            ends = stop == count
            line = candidate(first, stop) if ends or length > room * _WORTH_A_LOOK else None
            price = cost[first] + _price(
                line or Candidate(length), room, single=stop == first + 1, loose=ends and not even
            )
            if price < cost[stop]:
                cost[stop], start_of[stop] = price, first
    lines: list[tuple[int, int]] = []
    stop = count
    while stop:
        lines.append((start_of[stop], stop))
        stop = start_of[stop]
    return lines[::-1]


def _price(line: Candidate, room: float, *, single: bool, loose: bool) -> float:
    """What a line costs: its gap in tenths of the room, squared; infinite where it cannot be."""
    fill = line.width / room
    if fill > (1 / SQUEEZED if line.measured else 1.0):
        return _OVERFULL * fill if single else math.inf
    # Squeezing shows sooner than a gap.
    gap = 25.0 * (fill - 1.0) if fill > 1.0 else 0.0 if loose else 10.0 * (1.0 - fill)
    return gap * gap + (_LOCKED if line.locked else _KEPT if line.kept else 0.0)

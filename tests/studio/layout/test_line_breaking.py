"""Breaking: the least uneven lines, none too wide, those that stood there kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.layout.line_breaking import SQUEEZED, Candidate, WordPiece, break_pieces

lengths_lists = st.lists(st.floats(0.5, 6.0), min_size=1, max_size=9)


def break_words(
    lengths: list[float],
    space: float,
    rooms: tuple[float, float],
    candidate: Callable[[int, int], Candidate | None] | None = None,
    *,
    even: bool = False,
) -> list[tuple[int, int]]:
    pieces = [WordPiece(length, space) for length in lengths]
    return break_pieces(pieces, rooms, candidate, even=even)


def width(lengths: list[float], start: int, stop: int) -> float:
    return sum(lengths[start:stop]) + (stop - start - 1)


def unevenness(
    lengths: list[float], lines: list[tuple[int, int]], room: float, even: bool
) -> float:
    """The sum of squared gaps, infinite where a line does not fit."""
    total = 0.0
    for start, stop in lines:
        gap = 1 - width(lengths, start, stop) / room
        if gap < 0:
            return math.inf
        if even or stop < len(lengths):
            total += gap * gap
    return total


@settings(deadline=None)
@given(lengths_lists, st.floats(7.0, 20.0), st.booleans())
def test_breaks_are_the_best_of_all(lengths: list[float], room: float, even: bool) -> None:
    found = break_words(lengths, 1.0, (room, room), even=even)
    assert [place for line in found for place in range(*line)] == list(range(len(lengths)))
    inner = range(1, len(lengths))
    every = (
        list(zip((0, *cuts), (*cuts, len(lengths)), strict=True))
        for count in range(len(lengths))
        for cuts in combinations(inner, count)
    )
    best = min(unevenness(lengths, lines, room, even) for lines in every)
    assert math.isclose(unevenness(lengths, found, room, even), best, abs_tol=1e-9)


def test_first_line_has_a_room_of_its_own() -> None:
    assert break_words([2.0] * 6, 1.0, (5.0, 8.0)) == [(0, 2), (2, 5), (5, 6)]


def test_word_too_long_for_the_room_stands_alone() -> None:
    assert break_words([2.0, 30.0, 2.0], 1.0, (9.0, 9.0)) == [(0, 1), (1, 2), (2, 3)]


def test_measured_line_may_be_squeezed_and_no_more() -> None:
    def measured(factor: float) -> list[tuple[int, int]]:
        def candidate(start: int, stop: int) -> Candidate | None:
            return Candidate(10.0 * factor, True) if (start, stop) == (0, 4) else None

        return break_words([1.75] * 4 + [9.0, 9.0], 1.0, (10.0, 10.0), candidate)

    assert measured(0.99 / SQUEEZED)[0] == (0, 4)
    assert measured(1.01 / SQUEEZED)[0] == (0, 2)


def test_a_line_that_came_out_narrower_than_expected_keeps_all_of_its_words() -> None:
    # By what is expected, three words have no room, and four have less.
    lengths = [2.9, 2.9, 2.9, 0.2, 4.0]

    def candidate(start: int, stop: int) -> Candidate | None:
        return Candidate(9.8, True) if (start, stop) == (0, 4) else None

    assert break_words(lengths, 1.0, (10.0, 10.0)) == [(0, 2), (2, 5)]
    assert break_words(lengths, 1.0, (10.0, 10.0), candidate) == [(0, 4), (4, 5)]


def test_lines_that_stood_there_are_kept_though_others_were_a_little_better() -> None:
    lengths = [1.0] * 15
    free = break_words(lengths, 1.0, (9.5, 9.5))
    assert free == [(0, 5), (5, 10), (10, 15)]
    old = [(0, 5), (5, 9), (9, 14), (14, 15)]

    def candidate(start: int, stop: int) -> Candidate | None:
        length = width(lengths, start, stop)
        return Candidate(length, True, True, inked=True) if (start, stop) in old else None

    assert break_words(lengths, 1.0, (9.5, 9.5), candidate) == old


def test_no_line_begins_where_none_may() -> None:
    pieces = [WordPiece(2.0, 1.0, math.inf if k in (2, 3) else 0.0) for k in range(6)]
    assert break_pieces(pieces, (8.0, 8.0)) == [(0, 1), (1, 4), (4, 6)]
    # What must stay together and has no room stands alone.
    assert break_pieces(pieces, (5.0, 5.0)) == [(0, 1), (1, 4), (4, 6)]


def test_a_price_is_weighed_against_gaps() -> None:
    def lines(price: float) -> list[tuple[int, int]]:
        parts = [
            WordPiece(7.0, 1.0),
            WordPiece(2.0, 1.0),
            WordPiece(7.5, 0.0, price),
            WordPiece(9.0, 1.0),
        ]
        return break_pieces(parts, (10.0, 10.0))

    assert lines(1.0) == [(0, 2), (2, 3), (3, 4)]
    assert lines(20.0) == [(0, 1), (1, 3), (3, 4)]


def test_a_hyphen_needs_room_too() -> None:
    def lines(tail: float) -> list[tuple[int, int]]:
        parts = [
            WordPiece(6.0, 1.0),
            WordPiece(2.5, 1.0, 0.0, tail),
            WordPiece(7.0, 0.0, 1.0),
            WordPiece(9.0, 1.0),
        ]
        return break_pieces(parts, (10.0, 10.0))

    assert lines(0.5)[0] == (0, 2)
    assert lines(0.6)[0] == (0, 1)


def test_a_line_takes_so_many_characters_of_one_word() -> None:
    pieces = [WordPiece(0.1, 0.0, 5.0, 0.0, 10) for _ in range(12)]
    assert break_pieces(pieces, (50.0, 50.0), longest=60) == [(0, 6), (6, 12)]

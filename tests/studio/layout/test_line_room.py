"""The room of lines: what margins, columns, the pen, slant and stray edges leave of a sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.rendering.pens import Pen
from studio.document.note import Alignment, Look, Note
from studio.document.paper import Margins, Paper
from studio.layout.line_room import WHOLE, Inset, line_room

LEVEL = Look(x_height=2.0, slant=0.0, variation=0.0, pen=Pen(width=0.5))
NOTE = Note.from_text(
    "a", look=LEVEL, paper=Paper("custom", 120.0, 80.0), margins=Margins(15, 10, 5, 10)
)


def test_the_pen_stays_between_the_margins() -> None:
    room = line_room(NOTE, LEVEL)
    assert (room.low, room.high) == pytest.approx((15.25, 114.75))
    assert room.width == pytest.approx(99.5)
    assert (room.lean_left, room.lean_right, room.edge) == (0.0, 0.0, 0.0)
    inset = line_room(NOTE, LEVEL, Inset(4.0, 7.0))
    assert (inset.low, inset.high, inset.width) == pytest.approx((19.25, 107.75, 88.5))


def test_columns_share_the_width_and_are_a_gap_apart() -> None:
    note = replace(NOTE, columns=2, column_gap=10.0)
    first, second = (line_room(note, LEVEL, column=column) for column in (0, 1))
    assert (first.low, first.high) == pytest.approx((15.25, 59.75))
    assert (second.low, second.high) == pytest.approx((70.25, 114.75))
    whole = line_room(note, LEVEL, column=WHOLE)
    assert (whole.low, whole.high) == pytest.approx((15.25, 114.75))


def test_slanted_letters_lean_over_what_they_stand_on() -> None:
    # Letters reach 1.6 x-heights up and one down: at a slant of 0.5 and 2 mm, 1.6 mm and 1 mm.
    right = line_room(NOTE, replace(LEVEL, slant=0.5))
    assert (right.lean_left, right.lean_right) == pytest.approx((1.0, 1.6))
    left = line_room(NOTE, replace(LEVEL, slant=-0.5))
    assert (left.lean_left, left.lean_right) == pytest.approx((1.6, 1.0))
    assert right.width == left.width == pytest.approx(99.5 - 2.6)
    assert right.low == left.low == pytest.approx(15.25)


def test_edges_stray_at_one_end_and_less_at_both_where_lines_are_justified() -> None:
    stray = replace(LEVEL, variation=0.5)
    ragged = line_room(NOTE, stray)
    assert ragged.edge == pytest.approx(0.5 * 0.8 * 2.0)
    assert ragged.width == pytest.approx(99.5 - ragged.edge)
    justified = line_room(NOTE, replace(stray, alignment=Alignment.JUSTIFIED))
    assert justified.edge == pytest.approx(0.3 * ragged.edge)
    assert justified.width == pytest.approx(99.5 - 2 * justified.edge)
    steady = line_room(NOTE, stray, Inset(steady=True))
    assert (steady.edge, steady.width) == pytest.approx((0.0, 99.5))
    # Never more than a twentieth of a narrow line.
    large = line_room(NOTE, replace(LEVEL, variation=1.0, x_height=20.0))
    assert large.edge == pytest.approx(99.5 / 20)


def test_what_has_no_room_has_none_and_no_edge() -> None:
    room = line_room(NOTE, replace(LEVEL, variation=1.0), Inset(60.0, 60.0))
    assert room.width < 0
    assert room.edge == 0.0

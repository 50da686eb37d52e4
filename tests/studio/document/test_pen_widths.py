"""The pen grows with the letters until somebody chooses its width."""

from __future__ import annotations

import pytest

from engine.rendering.pens import PENS, WIDEST, Pen, PenKind
from studio.document.note import Look
from studio.document.pen_widths import pen_for, usual_pen, usual_width


def test_the_usual_letters_have_the_usual_pen():
    for kind in PenKind:
        assert usual_pen(kind, Look().x_height) == PENS[kind]


def test_larger_letters_have_a_broader_pen_and_the_way_back_is_the_same():
    pen = Look().pen
    grown = pen_for(pen, 2.4, 8.0)
    assert 2 * pen.width < grown.width < 8 / 2.4 * pen.width
    assert pen_for(grown, 8.0, 2.4) == pen
    assert usual_width(PenKind.FELT, 100.0) == WIDEST


def test_a_width_that_was_chosen_stays():
    chosen = Pen(PenKind.FELT, 0.2)
    assert pen_for(chosen, 2.4, 8.0) == chosen


@pytest.mark.parametrize("x_height", [0.5, 1.7, 2.4, 5.0, 30.0])
def test_a_step_at_a_time_or_at_once(x_height: float):
    pen, height = Look().pen, 2.4
    for step in (3.0, 4.1, x_height):
        pen, height = pen_for(pen, height, step), step
    assert pen == usual_pen(PenKind.BALLPOINT, x_height)

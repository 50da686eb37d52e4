"""Ink: immutable, checked, and moved about without loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InkError
from engine.ink.ink import Ink, Stroke

numbers = st.floats(-1e3, 1e3)
inks = st.lists(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5), min_size=1).map(
    Ink.from_lists
)


def test_strokes_cannot_be_changed():
    xy = np.zeros((3, 2))
    stroke = Stroke(xy)
    xy[0] = 1
    assert stroke.xy[0].tolist() == [0, 0]
    with pytest.raises(ValueError, match="read-only"):
        stroke.xy[0] = 1


def test_a_view_that_cannot_be_written_to_is_copied_too():
    whole = np.zeros((4, 2))
    view = whole[:2]
    view.setflags(write=False)
    stroke = Stroke(view)
    whole[0] = 1
    assert stroke.xy[0].tolist() == [0, 0]


def test_parts_of_a_stroke_keep_their_times_and_pressures():
    stroke = Stroke([(0, 0), (1, 1), (2, 0)], [0.0, 0.1, 0.2], [0.1, 0.2, 0.3])
    assert stroke[1:] == Stroke([(1, 1), (2, 0)], [0.1, 0.2], [0.2, 0.3])
    assert stroke[np.array([True, False, True])] == stroke[np.array([0, 2])]
    assert stroke[:2].with_xy([(5, 5), (6, 6)]) == Stroke([(5, 5), (6, 6)], [0.0, 0.1], [0.1, 0.2])
    assert stroke.with_time(None) == Stroke(stroke.xy, None, stroke.pressure)
    with pytest.raises(InkError, match="at least one point"):
        stroke[3:]
    with pytest.raises(InkError, match="shape"):
        stroke.with_xy([(5, 5)])


def test_a_stroke_at_other_times_lies_between_its_points():
    stroke = Stroke([(0, 0), (2, 4)], [0.0, 1.0], [0.2, 0.4])
    between = stroke.at_times(np.array([0.0, 0.25, 1.0]))
    assert between == Stroke([(0, 0), (0.5, 1), (2, 4)], [0.0, 0.25, 1.0], [0.2, 0.25, 0.4])
    with pytest.raises(InkError, match="without times"):
        Stroke([(0, 0)]).at_times(np.zeros(1))


def test_moved_ink_shares_what_stays():
    """A letter's ink is held line by line and on its pages: time and pressure but once."""
    ink = Ink((Stroke([(0, 0), (1, 1)], [0, 1], [0.5, 0.6]),))
    (moved,) = ink.moved(1, 2).strokes
    assert moved.time is ink.strokes[0].time
    assert moved.pressure is ink.strokes[0].pressure


@pytest.mark.parametrize(
    "words",
    [
        {"xy": np.zeros((0, 2))},
        {"xy": np.zeros((3, 3))},
        {"xy": [[0.0, np.nan]]},
        {"xy": np.zeros((3, 2)), "time": [0, 1]},
        {"xy": np.zeros((3, 2)), "pressure": [0, 1, np.inf]},
    ],
)
def test_what_is_not_a_stroke_is_refused(words):
    with pytest.raises(InkError, match=r"\.$"):
        Stroke(**words)


@given(inks, numbers, numbers, st.floats(-3, 3))
def test_transforms_are_undone_by_their_inverses(ink, dx, dy, angle):
    there = ink.moved(dx, dy).rotated(angle).slanted(0.3).scaled(2, 4)
    back = there.scaled(0.5, 0.25).slanted(-0.3).rotated(-angle).moved(-dx, -dy)
    np.testing.assert_allclose(back.xy, ink.xy, atol=1e-8)


def test_slant_leans_to_the_right_above_the_baseline():
    stem = Ink.from_lists([[(0, 0), (0, -1)]]).slanted(0.25)
    assert stem.xy[1].tolist() == [0.25, -1]


def test_turning_is_clockwise_on_the_page():
    turned = Ink.from_lists([[(1, 0)]]).rotated(np.pi / 2)
    np.testing.assert_allclose(turned.xy[0], [0, 1], atol=1e-12)


def test_empty_ink_is_false_and_has_no_bounds():
    assert not Ink()
    assert Ink().width == 0
    assert Ink().xy.shape == (0, 2)
    with pytest.raises(InkError):
        _ = Ink().bounds


def test_equality_is_by_value():
    first, second = (Ink.from_lists([[(0, 0), (1, 2)]]) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != first.moved(0, 1e-9)
    assert Ink.joined([first, second]).points == 4

"""Preparation: what it keeps, what it takes out, and the way there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InkError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import (
    RECORDING_RATE,
    Preparation,
    baseline,
    deskew,
    slope,
    to_ink,
    to_offsets,
)

numbers = st.floats(-1000, 1000)
inks = st.lists(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=9), min_size=1).map(
    Ink.from_lists
)


def wave(points: int = 200, rate: float = RECORDING_RATE) -> Ink:
    """Loops from left to right, as a pen draws them, with time stamps at `rate`."""
    time = np.arange(points) / rate
    angle = 2 * np.pi * 2 * time
    xy = np.stack([40 * time * 5 + 8 * np.sin(angle), 20 * np.cos(angle)], axis=1)
    return Ink((Stroke(xy[: points // 2], time[: points // 2]), Stroke(xy[points // 2 :], None)))


@given(inks)
def test_offsets_lead_there_and_back(ink):
    back = to_ink(to_offsets(ink))
    assert [len(s) for s in back.strokes] == [len(s) for s in ink.strokes]
    np.testing.assert_allclose(back.xy, ink.xy - ink.xy[0], atol=0.02)


def test_the_first_offset_is_zero_and_each_stroke_ends_once():
    offsets = to_offsets(wave())
    assert offsets[0, :2].tolist() == [0, 0]
    assert np.flatnonzero(offsets[:, 2]).tolist() == [99, 199]


def test_the_ends_of_strokes_stay_where_they_are():
    ink = wave()
    thinned = Preparation(thin=2, deskew=0, line_scale=0, unit=1).prepare(ink)
    shift = thinned.strokes[0].xy[0] - ink.strokes[0].xy[0]
    for before, after in zip(ink.strokes, thinned.strokes, strict=True):
        np.testing.assert_allclose(after.xy[0] - shift, before.xy[0])
        np.testing.assert_allclose(after.xy[-1] - shift, before.xy[-1])
        assert len(after) == len(before) // 2 + 1


def test_inner_points_are_smoothed_by_one_two_one():
    ink = Ink.from_lists([[(0, 0), (1, 4), (2, 8), (3, 0), (4, 0)]])
    prepared = Preparation(thin=2, deskew=0, line_scale=0).prepare(ink)
    drop = prepared.xy[1, 1] - prepared.xy[0, 1]
    assert drop == pytest.approx((4 + 2 * 8 + 0) / 4)


def test_lines_come_out_alike_in_height_and_level():
    for factor, angle in ((1, 0.0), (7, 0.1), (0.01, -0.2)):
        prepared = Preparation().prepare(wave().scaled(factor).rotated(angle))
        assert prepared.xy[:, 1].std() == pytest.approx(1 / 0.685)
        assert abs(slope(prepared)) < 0.01
        assert prepared.bounds[0] == pytest.approx(0)


def test_a_steep_line_is_left_as_it_is():
    steep = wave().rotated(0.6)
    assert deskew(steep, 0.3) is steep


def test_a_fast_tablet_gives_what_a_slow_one_gives():
    slow = Preparation().prepare(Ink(wave(200).strokes[:1]))
    fast = Preparation().prepare(Ink(wave(600, 3 * RECORDING_RATE).strokes[:1]))
    assert abs(fast.points - slow.points) <= 2
    np.testing.assert_allclose(fast.bounds, slow.bounds, atol=0.2)


def test_the_baseline_is_where_most_strokes_turn():
    hump = [(0, 0), (1, -10), (2, 0.1), (3, -10)]
    descender = [(0, -10), (1, 12), (2, 0)]
    ink = Ink.from_lists([[(x + 10 * i, y) for x, y in hump] for i in range(6)] + [descender])
    assert baseline(ink) == pytest.approx(0.1)


@pytest.mark.parametrize(
    "ink", [Ink(), Ink.from_lists([[(0, 0)]]), Ink.from_lists([[(0, 5), (1, 5), (9, 5)]])]
)
def test_ink_without_height_or_points_is_refused(ink):
    with pytest.raises(InkError, match=r"\.$"):
        Preparation().prepare(ink)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ink.ink import Ink, Stroke
from engine.ink.smoothing import downstroke_slant, smooth


def spiral(points: int = 80) -> Ink:
    t = np.linspace(0, 1, points)
    xy = (1 + 4 * t)[:, None] * np.stack([np.cos(9 * t), np.sin(9 * t)], axis=1)
    return Ink((Stroke(xy, t**2, 0.2 + 0.6 * t), Stroke([(3, 3)], [1.5], [0.5])))


@given(st.floats(0.3, 5), st.integers(0, 1000))
def test_smoothing_removes_tremble_and_keeps_ends(amount, seed):
    x = np.linspace(0, 10, 60)
    level = np.stack([x, 2 * x], axis=1)
    noise = np.random.default_rng(seed).normal(0, 0.1, level.shape)
    noise[[0, -1]] = 0
    ink = smooth(Ink((Stroke(level + noise, x),)), amount)
    np.testing.assert_allclose(ink.xy[[0, -1]], level[[0, -1]])
    np.testing.assert_array_equal(ink.strokes[0].time, x)
    assert np.abs(ink.xy - level).mean() < np.abs(noise).mean()


def test_smoothing_by_nothing_changes_nothing():
    assert smooth(spiral(), 0) == spiral()


@pytest.mark.parametrize("shear", [-0.3, 0.0, 0.25, 0.6])
def test_slant_is_found_and_undone(shear):
    t = np.linspace(0, 40, 900)
    upright = Ink.from_lists([np.stack([0.4 * t + 0.25 * np.cos(2 * t), np.sin(t)], axis=1)])
    down = Ink.from_lists([[(x, -1), (x, 0), (x, 1)] for x in range(20)])
    leaning = Ink.joined([down, upright.scaled(0.01)]).slanted(shear)
    assert downstroke_slant(leaning) == pytest.approx(shear, abs=0.02)
    assert downstroke_slant(leaning.slanted(-downstroke_slant(leaning))) == pytest.approx(
        0, abs=0.02
    )


def test_a_level_line_has_no_slant():
    assert downstroke_slant(Ink.from_lists([[(0, 0), (5, 0)], [(1, 1)]])) == 0

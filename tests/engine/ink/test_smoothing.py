import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.ink.ink import Ink, Stroke
from engine.ink.smoothing import smooth


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

"""The tilt of a baseline is Theil and Sen's, as scipy has it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import theilslopes

from engine.ink.baseline import level
from engine.ink.ink import Ink, Stroke

NUMBERS = st.integers(-50, 50).map(float)


@given(arrays(np.float64, 12, elements=NUMBERS))
def test_the_tilt_of_the_feet_is_taken_out(feet):
    """Twelve upright strokes, a letter each, whose lower ends lie where the feet are."""
    text = "nnnnnnnnnnnn"
    x = 500.0 * np.arange(12)
    strokes = [np.array([[a, b - 20], [a, b - 10], [a, b]]) for a, b in zip(x, feet, strict=True)]
    ink = Ink(tuple(Stroke(points) for points in strokes))
    levelled = level(ink, text, np.repeat(np.arange(12), 3))
    turned = ink.rotated(-float(np.arctan(theilslopes(feet, x)[0])))
    moved = turned.xy[0] - levelled.xy[0]
    np.testing.assert_allclose(turned.xy - moved, levelled.xy, atol=1e-6)


def test_signs_tell_the_baseline_where_no_letter_does():
    """The comma behind a euro sign hangs below the line; so do the tails of g and y."""
    sign = np.array([[0.0, 4.0], [1.0, 5.0], [0.0, 6.0]])
    comma = np.array([[2.0, 5.9], [2.0, 6.2], [1.9, 6.5]])
    ink = Ink((Stroke(sign), Stroke(comma)))
    levelled = level(ink, "€,", np.repeat([0, 1], 3))
    assert levelled.strokes[0].xy[:, 1].max() == 0.0
    assert level(ink, "-,", np.repeat([0, 1], 3)).bounds[3] == 0.0

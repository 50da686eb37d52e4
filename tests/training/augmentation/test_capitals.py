"""Capitals made of small letters: enlarged where they stand alone, left where they do not."""

from __future__ import annotations

import numpy as np

from engine.ink.ink import Ink
from training.augmentation.capitals import enlarge


def word() -> tuple[Ink, np.ndarray]:
    """n, then an x of two strokes, then n; each four points, the baseline at 0."""
    n = [(0, 0), (0, -1), (1, -1), (1, 0)]
    x = [[(2, -1), (2.3, -0.6), (2.7, -0.3), (3, 0)], [(3, -1), (2.7, -0.7), (2.3, -0.3), (2, 0)]]
    ink = Ink.from_lists([n, *x, [(a + 4, b) for a, b in n]])
    return ink, np.repeat([False, True, True, False], 4)


def test_a_letter_of_its_own_strokes_grows_upon_the_baseline():
    ink, letter = word()
    grown = enlarge(ink, letter, 1.8, 1.5)
    assert grown is not None
    before, after = ink.xy[letter], grown.xy[letter]
    np.testing.assert_allclose(np.ptp(after, axis=0), np.ptp(before, axis=0) * [1.5, 1.8])
    assert after[:, 0].min() == before[:, 0].min()
    assert after[:, 1].max() == before[:, 1].max() == 0


def test_what_stands_right_makes_room_and_what_stands_left_stays():
    ink, letter = word()
    grown = enlarge(ink, letter, 1.8, 1.5)
    np.testing.assert_array_equal(grown.strokes[0].xy, ink.strokes[0].xy)
    np.testing.assert_allclose(grown.strokes[3].xy, ink.strokes[3].xy + np.array([0.5, 0]))


def test_a_letter_joined_to_others_is_left_alone():
    ink, letter = word()
    joined = Ink.from_lists([ink.xy])
    assert enlarge(joined, letter, 1.8, 1.5) is None
    assert enlarge(ink, np.zeros(16, dtype=bool), 1.8, 1.5) is None

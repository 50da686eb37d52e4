"""Numbers set of cut digits: where they are put, what makes room, and where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.ink.ink import Ink
from training.augmentation import numbers
from training.augmentation.glyphs import Glyph

LETTER = [(0.0, 0.0), (0.0, -1.0), (1.0, -1.0), (1.0, 0.0)]
ONE = (np.array([(0.0, -1.8), (0.1, 0.0)]),)


def words() -> tuple[Ink, np.ndarray]:
    """Two letters, a space, a letter; four points each, the baseline at 0."""
    lefts = (0.0, 1.5, 5.0)
    ink = Ink.from_lists([[(x + left, y) for x, y in LETTER] for left in lefts])
    return ink, np.repeat([0, 1, 3], 4)


def test_a_number_between_words_has_the_same_gap_on_both_sides():
    ink, stands = words()
    put = numbers.insert(ink, stands, 2, ONE, np.random.default_rng(0))
    assert put is not None
    assert len(put.strokes) == 4
    before, number, after = (put.strokes[i].xy for i in (1, 2, 3))
    assert number[:, 0].min() - before[:, 0].max() == pytest.approx(2.5)
    assert after[:, 0].min() - number[:, 0].max() == pytest.approx(2.5)
    np.testing.assert_array_equal(after[:, 1], ink.strokes[2].xy[:, 1])


def test_a_number_behind_the_end_moves_nothing():
    ink, stands = words()
    put = numbers.insert(ink, stands, 4, ONE, np.random.default_rng(0))
    assert put is not None
    for old, new in zip(ink.strokes, put.strokes, strict=False):
        np.testing.assert_array_equal(old.xy, new.xy)
    assert 2.0 <= put.strokes[3].xy[:, 0].min() - 6.0 <= 4.0


def test_a_stroke_that_runs_on_over_the_space_is_left_alone():
    ink, stands = words()
    joined = Ink.from_lists([ink.strokes[0].xy, np.concatenate([s.xy for s in ink.strokes[1:]])])
    assert numbers.insert(joined, stands, 2, ONE, np.random.default_rng(0)) is None


def test_a_number_is_set_of_the_writers_own_digits_where_there_are():
    own, other = (
        Glyph(writer, tuple(xy * size for xy in ONE)) for writer, size in ((1, 1), (2, 2))
    )
    cut = {"1": [other, own], "7": [other]}
    random = np.random.default_rng(0)
    for _ in range(8):
        strokes = numbers._set("11", cut, 1, random)
        assert strokes is not None
        heights = [np.ptp(xy[:, 1]) for xy in strokes]
        np.testing.assert_allclose(heights, [1.8, 1.8])
        assert strokes[1][:, 0].min() > strokes[0][:, 0].max()
    mixed = numbers._set("17", cut, 1, random)
    assert mixed is not None
    assert np.ptp(mixed[1][:, 1]) == pytest.approx(3.6)
    assert numbers._set("18", cut, 1, random) is None

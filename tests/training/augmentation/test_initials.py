"""Rare capitals before words: of the line's height, before the word, the gap as asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.hand import Hand
from engine.ink.ink import Ink
from training.augmentation import initials
from training.augmentation.glyphs import Owners, ink_of
from training.augmentation.shapes import SHAPES, draw_shape_for
from training.corpora.corpus import Corpus


def line() -> Ink:
    """Letters of the height 1 and 2 on the baseline 0."""
    shapes = [[(x, -h), (x + 0.3, 0.0), (x + 0.6, -h)] for x, h in ((0, 1), (1, 2), (4, 1), (5, 2))]
    return Ink.from_lists([[tuple(p) for p in shape] for shape in shapes])


@pytest.mark.parametrize("capital", initials.CAPITALS)
def test_a_capital_stands_on_the_baseline_as_tall_as_the_line(capital: str):
    strokes, gap = draw_shape_for(line(), capital, initials.MANNER, np.random.default_rng(1))
    xy = np.concatenate(strokes)
    assert len(strokes) == len(SHAPES[capital])
    assert xy[:, 0].min() == pytest.approx(0.0)
    assert 1.3 < -xy[:, 1].min() < 2.7
    assert xy[:, 1].max() < 0.8
    assert 0 < gap < 1


def test_lines_get_capitals_before_their_words(
    corpus: Corpus, tiny_hand_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def by_place(corpus: Corpus, _: object, lines: list[int]) -> Owners:
        """Characters of equal width, in place of a trained window."""
        inks = {number: ink_of(corpus, number) for number in lines}
        return {
            number: (ink.xy[:, 0] / ink.width * len(corpus.text(number))).astype(np.int64)
            for number, ink in inks.items()
        }

    monkeypatch.setattr(initials, "owners_of", by_place)
    hand = Hand.load(tiny_hand_path)
    given = corpus.recoded(hand.alphabet, hand.preparation)
    texts = {given.text(number) for number in range(len(given))}
    made = list(initials.initials(given, hand.network, 4))
    assert made
    for written, ink in made:
        (place,) = (i for i, c in enumerate(written.text) if c in initials.CAPITALS)
        assert written.text[:place] + written.text[place + 1 :] in texts
        assert ink.points > 10


def test_a_capital_that_begins_a_line_moves_all_the_rest():
    strokes, gap = draw_shape_for(line(), "X", initials.MANNER, np.random.default_rng(1))
    put = initials._in_front(line(), strokes, gap)
    capital, rest = put.strokes[: len(strokes)], put.strokes[len(strokes) :]
    right = max(stroke.xy[:, 0].max() for stroke in capital)
    assert min(stroke.xy[:, 0].min() for stroke in capital) == pytest.approx(0.0)
    assert rest[0].xy[:, 0].min() == pytest.approx(right + gap)
    for old, new in zip(line().strokes, rest, strict=True):
        np.testing.assert_allclose(np.diff(new.xy, axis=0), np.diff(old.xy, axis=0))

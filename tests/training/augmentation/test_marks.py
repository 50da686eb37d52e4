"""Colons and semicolons: which stroke is the mark, where the dot goes, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import baseline
from training.augmentation import marks
from training.augmentation.glyphs import Owners, ink_of, line_like
from training.corpora.corpus import Corpus, written

#: Two letters on the baseline 0, a tall one and a low one, and a full stop behind them.
LETTERS = [[(x, -h), (x + 0.3, 0.0), (x + 0.6, -h)] for x, h in ((0.0, 4.0), (2.0, 2.0))]
STOP = [(4.0, -0.1), (4.1, 0.0), (4.2, -0.1)]


def line(*strokes: list[tuple[float, float]]) -> tuple[Ink, np.ndarray]:
    """The letters and these strokes, and the character that each point belongs to."""
    ink = Ink.from_lists([*LETTERS, *strokes])
    return ink, np.concatenate([np.full(len(s), min(i, 2)) for i, s in enumerate(ink.strokes)])


def test_the_mark_is_the_stroke_that_is_small_and_low():
    ink, stands = line(STOP)
    assert marks.mark_of(ink, stands, 2, 0.2) == 2
    high = [(x, y - 2.0) for x, y in STOP]
    assert marks.mark_of(*line(high), 2, 0.2) is None, "the dot of an i"
    tall = [(4.0, -0.5), (4.1, 0.0), (4.2, 1.6)]
    assert marks.mark_of(*line(tall), 2, 0.2) is None, "more than a full stop"
    assert marks.mark_of(*line(STOP, STOP), 2, 0.2) is None, "two that could be it"
    assert marks.mark_of(ink, np.zeros_like(stands), 2, 0.2) is None, "the window was elsewhere"


def test_a_dot_is_drawn_above_the_mark_and_before_it():
    ink, _ = line(STOP)
    dot = np.array([(9.0, 9.0), (9.1, 9.0)])
    dotted = marks.with_dot(ink, 2, dot, np.random.default_rng(0))
    assert len(dotted.strokes) == 4
    put, mark = dotted.strokes[2].xy, dotted.strokes[3].xy
    np.testing.assert_array_equal(mark, ink.strokes[2].xy)
    tall = 4.0
    assert -0.51 * tall < put[:, 1].mean() < -0.3 * tall
    assert abs(put[0, 0] - mark[0, 0]) < 0.1 * tall
    assert np.ptp(put[:, 0]) == pytest.approx(0.1)


def test_lines_get_colons_and_semicolons(
    corpus: Corpus, tiny_hand_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def in_order(corpus: Corpus, _: object, lines: list[int]) -> Owners:
        """The last stroke is the mark's, in place of a trained window."""
        owners = {}
        for number in lines:
            ink, place = ink_of(corpus, number), len(corpus.text(number)) - 1
            last = len(ink.strokes[-1])
            owners[number] = np.repeat([0, place], [ink.points - last, last])
        return owners

    monkeypatch.setattr(marks, "owners_of", in_order)
    hand = Hand.load(tiny_hand_path)
    given = corpus.recoded(hand.alphabet, hand.preparation)
    rows = []
    for number in range(len(given)):
        ink, mark = ink_of(given, number), ".,"[number % 2]
        foot, right = baseline(ink), float(ink.xy[:, 0].max())
        stop = Stroke(np.array([(right + 0.3, foot - 0.1), (right + 0.4, foot)]))
        text = given.text(number) + mark
        rows.append(line_like(given, number, text, Ink((*ink.strokes, stop))))
    parts = (hand.alphabet, given.preparation, given.pace)
    marked = written(rows, tmp_path / "marked.safetensors", *parts, sources=given.sources)
    made = list(marks.marks(marked, hand.network, 3))
    assert sorted(line.text[-1] for line, _ in made) == [":", ":", ":", ";", ";", ";"]
    texts = {given.text(number) for number in range(len(given))}
    assert {line.text[:-1] for line, _ in made} <= texts
    for _, ink in made:
        dot, stop = ink.strokes[-2].xy, ink.strokes[-1].xy
        assert dot[:, 1].max() < stop[:, 1].min()

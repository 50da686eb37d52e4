"""Words in brackets: where the brackets stand, what makes room, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.hand import Hand
from engine.ink.ink import Ink
from training.augmentation import brackets
from training.augmentation.glyphs import Owners, ink_of
from training.corpora.corpus import Corpus, prepare
from training.corpora.iam import IAMOnDB, Report

#: "a b c", each letter a stroke on the baseline 0; the characters 1 and 3 are spaces.
LETTERS = [[(x, -2.0), (x + 0.3, 0.0), (x + 0.6, -2.0)] for x in (0.0, 2.0, 4.0)]


def line() -> tuple[Ink, np.ndarray]:
    """The letters, and the character that each point belongs to."""
    return Ink.from_lists(LETTERS), np.repeat([0, 2, 4], 3)


def test_brackets_stand_close_around_their_word_and_the_rest_makes_room():
    ink, stands = line()
    put = brackets.bracketed(ink, stands, 1, 3, np.random.default_rng(0))
    assert put is not None
    first, opening, inside, closing, last = (stroke.xy for stroke in put.strokes)
    np.testing.assert_allclose(first, ink.strokes[0].xy)
    assert opening[:, 0].min() == pytest.approx(2.0), "where the word began"
    assert 0 < inside[:, 0].min() - opening[:, 0].max() < 0.6
    assert 0 < closing[:, 0].min() - inside[:, 0].max() < 0.6
    gap = ink.strokes[2].xy[:, 0].min() - ink.strokes[1].xy[:, 0].max()
    assert last[:, 0].min() - closing[:, 0].max() == pytest.approx(gap)
    for before, after in ((ink.strokes[1].xy, inside), (ink.strokes[2].xy, last)):
        np.testing.assert_allclose(np.diff(before, axis=0), np.diff(after, axis=0))
    middle = len(opening) // 2
    assert opening[middle, 0] < opening[[0, -1], 0].min(), "open to the right"
    middle = len(closing) // 2
    assert closing[middle, 0] > closing[[0, -1], 0].max(), "open to the left"
    for bracket in (opening, closing):
        assert 1.8 < np.ptp(bracket[:, 1]) < 4.5


def test_a_stroke_that_runs_over_the_space_leaves_the_line_alone():
    ink, stands = line()
    stands[3:6] = (0, 0, 2)
    assert brackets.bracketed(ink, stands, 1, 3, np.random.default_rng(0)) is None
    close = Ink.from_lists([LETTERS[0], [(0.7, 0.0), (1.0, -2.0)], LETTERS[2]])
    stands = np.repeat([0, 2, 4], (3, 2, 3))
    assert brackets.bracketed(close, stands, 1, 3, np.random.default_rng(0)) is None


@pytest.fixture
def of_three_words(drawn_iam, tmp_path: Path) -> Corpus:
    """Only a word between others is set in brackets."""
    for form in ("a01-000", "a01-001", "a01-002"):
        drawn_iam.form(form, ["rain near inn", "an era iran", "rare ear an", "inn near rain"])
    drawn_iam.form("b01-000", ["an ear inn"], "testset_v")
    report = Report()
    lines = IAMOnDB(drawn_iam.root).lines(report)
    return prepare(lines, report, tmp_path / "three.safetensors")


def test_lines_get_brackets_around_whole_words(
    of_three_words: Corpus, tiny_hand_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def by_place(corpus: Corpus, _: object, lines: list[int]) -> Owners:
        """Each stroke at the character of its middle, in place of a trained window."""
        owners = {}
        for number in lines:
            ink, count = ink_of(corpus, number), len(corpus.text(number))
            left, width = float(ink.xy[:, 0].min()), ink.width
            owners[number] = np.concatenate(
                [
                    np.full(len(s), int((s.xy[:, 0].mean() - left) / width * count))
                    for s in ink.strokes
                ]
            )
        return owners

    monkeypatch.setattr(brackets, "owners_of", by_place)
    hand = Hand.load(tiny_hand_path)
    given = of_three_words.recoded(hand.alphabet, hand.preparation)
    texts = {given.text(number) for number in range(len(given))}
    made = list(brackets.brackets(given, hand.network, len(given)))
    assert made
    for written, _ in made:
        opens, closes = written.text.index("("), written.text.index(")")
        assert written.text[opens - 1] == " " == written.text[closes + 1]
        assert 1 <= len(written.text[opens + 1 : closes].split(" ")) <= brackets.WORDS
        assert written.text.replace("(", "").replace(")", "") in texts

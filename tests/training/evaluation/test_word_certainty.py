"""The measurement of a recogniser's certainty: what is changed, and what the shares say."""

from __future__ import annotations

import numpy as np
import pytest

from engine.hand import Hand
from engine.recognition.recogniser import shipped_recogniser
from engine.sampling.policy import ONCE
from engine.style.style import bundled
from training.evaluation.word_certainty import (
    THRESHOLDS,
    Certainties,
    altered,
    certainties,
    table,
    together,
)


def test_a_changed_word_is_another_one_by_one_character():
    rng = np.random.default_rng(0)
    for word in ("LXIV", "a", "morning", "12.50", "no"):
        for _ in range(50):
            other = altered(word, rng)
            assert other
            assert other != word or word[0] * len(word) == word
            assert abs(len(other) - len(word)) <= 1


def test_signs_are_taken_for_those_that_recognisers_confuse_them_with():
    rng = np.random.default_rng(0)
    others = {altered("8", rng) for _ in range(200)}
    assert {"&", "B"} < others
    assert {"1", "81", "88"} & others, "and for others of their class"


def test_shares_are_counted_on_their_own_sides():
    found = Certainties(np.array([0.0, -0.2, -0.4, -3.0]), np.array([-0.1, -2.0, -2.5, -4.0]))
    assert found.marked(-1.0) == 0.25
    assert found.slipped(-1.0) == 0.25
    assert found.marked(-5.0) == 0.0
    assert found.slipped(-5.0) == 1.0
    assert found.best == THRESHOLDS[0]
    assert table(found)[-1].startswith(f"{found.best:6.2f}")


def test_the_best_threshold_is_the_lowest_at_which_few_wrong_words_slip_through():
    found = Certainties(np.full(50, -0.3), np.append(np.full(97, -2.0), [0.0, 0.0, -0.05]))
    assert found.best == pytest.approx(-1.9)
    assert found.marked(found.best) == 0.0
    assert found.slipped(found.best) == 0.03
    parted = together([found, Certainties(np.full(50, -9.0), np.zeros(0))])
    assert parted.marked(-1.0) == 0.5
    assert parted.best == found.best


def test_the_recogniser_that_ships_is_surer_of_what_is_there(default_hand: Hand):
    texts = ["The boat left at noon", "Nothing tastes better than bread"]
    lines = default_hand.write_lines(texts, styles=bundled()["Hazel"], policy=ONCE)
    found = certainties(shipped_recogniser(), [line.ink for line in lines], texts)
    assert len(found.right) == 10
    assert len(found.wrong) == 2
    assert found.wrong.max() < np.median(found.right)

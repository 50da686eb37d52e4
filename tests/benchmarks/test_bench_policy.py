"""How often lines of several kinds are sampled, how many words are mended, how many stay marked."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from engine.hand import Hand
from engine.sampling.policy import DEFAULT_POLICY, ONCE, UNLIKE
from engine.style.similarity import hinge_distance, hinge_features
from engine.style.style import bundled
from training.evaluation.text_kinds import KINDS

MOST_TRIES = 1.6
"""Tries of a line on average, on prose."""

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("kind", list(KINDS))
def test_tries_and_marks_of_a_kind(default_hand: Hand, kind: str, rounds: int) -> None:
    count = min(len(KINDS[kind]), 8 + rounds)
    texts = ["".join(c for c in t if c in default_hand.alphabet) for t in KINDS[kind][:count]]
    given = {"styles": bundled()["Hazel"], "seeds": 300}
    begin = time.process_time()
    once = default_hand.write_lines(texts, policy=replace(ONCE, reads=True), **given)
    between = time.process_time()
    lines = default_hand.write_lines(texts, policy=DEFAULT_POLICY, **given)
    ratio = (time.process_time() - between) / (between - begin)
    words = sum(len(text.split()) for text in texts)
    before, after = (sum(len(line.misread) for line in some) for some in (once, lines))
    tries = float(np.mean([line.attempts for line in lines]))
    print(
        f"\n{kind}: {len(texts)} lines, {words} words: {tries:.2f} tries a line, {ratio:.1f} times "
        f"the time of one sample each; {before} words misread after one sample, {after} in the end"
    )
    assert after <= before
    if kind == "prose":
        assert tries <= MOST_TRIES


def test_how_unlike_lines_are_to_their_own_style_and_to_others(
    default_hand: Hand, rounds: int
) -> None:
    """For `engine.sampling.policy.UNLIKE`."""
    styles, texts = bundled(), KINDS["prose"][: 2 + rounds]
    own, other = [], []
    for name, style in styles.items():
        for line in default_hand.write_lines(texts, styles=style, seeds=500, policy=ONCE):
            shape = hinge_features(line.ink, line.text)
            for compared, against in styles.items():
                distance = hinge_distance(shape, default_hand._primers.of(against).shape)
                (own if compared == name else other).append(distance)
    print(
        f"\n{len(own)} lines of {len(styles)} styles: {np.quantile(own, 0.5):.2f} unlike their own "
        f"(nine of ten below {np.quantile(own, 0.9):.2f}), {np.quantile(other, 0.5):.2f} unlike "
        f"others (nine of ten above {np.quantile(other, 0.1):.2f}); above {UNLIKE} are "
        f"{np.mean(np.array(own) > UNLIKE):.1%} of the first and "
        f"{np.mean(np.array(other) > UNLIKE):.1%} of the others"
    )
    assert np.median(own) < np.median(other)

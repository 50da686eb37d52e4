"""Lines that are written ahead are those that are asked for one by one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.hand import Hand
from engine.sampling.policy import ALIGNED
from studio.layout.line_writer import HandWriter, LineRequest
from studio.writing.lookahead import SIZES, LookaheadWriter

TEXTS = ("the boats", "are out of the water", "and we", "stay here.")


@pytest.fixture
def hand(tiny_hand_path) -> Hand:
    return Hand.load(tiny_hand_path)


@pytest.fixture
def batches(hand, monkeypatch) -> list[list[str]]:
    """The texts of each batch that the hand is asked for."""
    asked: list[list[str]] = []
    own = hand.write_lines

    def write_lines(texts, **settings):
        asked.append(list(texts))
        return own(texts, **settings)

    monkeypatch.setattr(hand, "write_lines", write_lines)
    return asked


def wanted(texts=TEXTS) -> list[LineRequest]:
    return [LineRequest(text, None, 0.5 + k / 4, k) for k, text in enumerate(texts)]


def ahead_of(hand: Hand) -> LookaheadWriter:
    return LookaheadWriter(hand, {}.__getitem__, ALIGNED)


def test_each_line_comes_as_it_is_by_itself(hand, batches):
    ahead, requests = ahead_of(hand), wanted()
    alone = HandWriter(hand, {}.__getitem__, policy=ALIGNED)
    lines = [ahead.line(request, requests[place:]) for place, request in enumerate(requests)]
    assert [sorted(batch) for batch in batches] == [
        [TEXTS[0]],
        sorted(TEXTS[1:3]),
        [TEXTS[3]],
    ]
    for request, line in zip(requests, lines, strict=True):
        (other,) = alone.write_lines([request])
        np.testing.assert_allclose(line.ink.xy, other.ink.xy, atol=1e-3)
        assert len(line.trace) == line.ink.points
        assert [step.index for step in line.trace] == list(range(line.ink.points))
    assert ahead.points == sum(line.ink.points for line in lines)
    assert ahead.seconds > 0


def test_a_line_that_was_not_foreseen_begins_another_batch(hand, batches):
    ahead, (first, second, third, other) = ahead_of(hand), wanted()
    ahead.line(first, [second])
    ahead.line(second, [third])
    ahead.line(other, [])
    assert [len(batch) for batch in batches] == [1, 2, 1]
    # What nobody wants any more was let go.
    ahead.line(third, [])
    assert batches[-1] == [third.text]


def test_batches_grow_to_so_many_lines_and_hold_none_twice(hand, batches):
    requests = wanted(tuple(f"line {k}" for k in range(sum(SIZES) + 3)))
    ahead = ahead_of(hand)
    for place, request in enumerate(requests):
        ahead.line(request, [*requests[place:], *requests[place:]])
    assert [len(batch) for batch in batches] == [*SIZES, 3]


def test_steps_and_states_in_a_batch_are_those_of_a_stream(hand):
    """What the inspector shows of a line does not depend on the lines beside it."""
    lines: list[list] = [[] for _ in TEXTS]
    for parts in hand.stream_lines(TEXTS, seeds=3):
        for line, part in zip(lines, parts, strict=True):
            line += part
    for seed, (text, line) in enumerate(zip(TEXTS, lines, strict=True), 3):
        expected = list(hand.stream(text, seed=seed))
        assert len(line) == len(expected)
        for one, other in zip(line, expected, strict=True):
            assert (one.index, one.component) == (other.index, other.component)
            assert one.state.index == other.state.index
            np.testing.assert_allclose(one.phi, other.phi, atol=1e-3)
            np.testing.assert_allclose(one.sigma, other.sigma, atol=1e-3)
            np.testing.assert_allclose(one.state.values, other.state.values, atol=1e-3)

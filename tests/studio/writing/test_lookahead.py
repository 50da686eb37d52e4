"""Lines that are sampled ahead are those that are asked for one by one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.hand import Hand
from studio.layout.line_writer import LineRequest
from studio.writing.lookahead import TOGETHER, LookaheadSampler

TEXTS = ("the boats", "are out of the water", "and we", "stay here.")


@pytest.fixture
def hand(tiny_hand_path) -> Hand:
    return Hand.load(tiny_hand_path)


@pytest.fixture
def batches(hand, monkeypatch) -> list[list[str]]:
    """The texts of each batch that the hand is asked for."""
    asked: list[list[str]] = []
    own = hand.stream_lines

    def stream_lines(texts, **settings):
        asked.append(list(texts))
        return own(texts, **settings)

    monkeypatch.setattr(hand, "stream_lines", stream_lines)
    return asked


def wanted(texts=TEXTS) -> list[LineRequest]:
    return [LineRequest(text, None, 0.5 + k / 4, k) for k, text in enumerate(texts)]


def points(chunks) -> np.ndarray:
    return np.stack([step.point for steps, _ in chunks for step in steps])


def alone(hand: Hand, request: LineRequest) -> np.ndarray:
    steps = list(hand.stream(request.text, bias=request.bias, seed=request.seed))
    assert [step.index for step in steps] == list(range(len(steps)))
    return np.stack([step.point for step in steps])


def test_each_line_comes_as_it_is_by_itself(hand, batches):
    ahead, requests = LookaheadSampler(hand, {}.__getitem__), wanted()
    for place, request in enumerate(requests):
        chunks = list(ahead.steps(request, requests[place + 1 :]))
        assert all(steps and seconds > 0 for steps, seconds in chunks)
        np.testing.assert_allclose(points(chunks), alone(hand, request), atol=1e-3)
    assert batches == [list(TEXTS)]


def test_a_line_that_was_not_foreseen_begins_another_batch(hand, batches):
    ahead, (first, second, third, other) = LookaheadSampler(hand, {}.__getitem__), wanted()
    list(ahead.steps(first, [second, third]))
    chunks = list(ahead.steps(other, [third]))
    np.testing.assert_allclose(points(chunks), alone(hand, other), atol=1e-3)
    assert batches == [[r.text for r in (first, second, third)], [other.text, third.text]]


def test_no_more_than_so_many_lines_and_none_twice(hand, batches):
    requests = wanted(tuple(f"line {k}" for k in range(TOGETHER + 3)))
    list(LookaheadSampler(hand, {}.__getitem__).steps(requests[0], [*requests, *requests]))
    assert batches == [[request.text for request in requests[:TOGETHER]]]


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

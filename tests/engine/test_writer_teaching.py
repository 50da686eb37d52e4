"""Teaching a writer: his lines become likelier, others' words stay the hand's, and it stops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import writer_teaching
from engine.errors import StyleError
from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from engine.line_scoring import score_lines
from engine.network.network import Network
from engine.sampling.policy import ONCE
from engine.style.style import Style
from engine.writer_teaching import teach_writer, vector_of

WORDS = ("near", "rain", "arena", "ear", "inner", "ran", "are", "an")


def line(seed: int, steep: float = 1.0) -> RecordedLine:
    """Three words, a wavy stroke each, as one writer draws them."""
    random = np.random.default_rng(seed)
    words = random.choice(WORDS, 3).tolist()
    strokes, x, time = [], 0.0, 0.0
    for word in words:
        points = []
        for letter in word:
            for k in range(20):
                y = -(20 + ord(letter) % 5 * 4) * abs(np.sin(np.pi * k / 10)) * steep
                points.append((x, y + random.normal(0, 0.5)))
                x += 2.0
        times = time + np.arange(len(points)) / 77
        strokes.append(Stroke(np.array(points), times))
        time, x = float(times[-1]) + 0.2, x + 16
    return RecordedLine(" ".join(words), Ink(tuple(strokes)))


@pytest.fixture(scope="module")
def hand(tiny_hand_path) -> Hand:
    """A small hand with an encoder of random weights."""
    small = Hand.load(tiny_hand_path)
    network = Network(replace(small.network.config, vector=4))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network.load_state_dict(Network(network.config).state_dict() | small.network.state_dict())
        torch.nn.init.normal_(network.writer.weight, 0, 0.1)
    return Hand(network, small.alphabet, small.preparation, 9.0, 1.0, small.card)


def losses(hand: Hand, lines: list[RecordedLine], writer) -> np.ndarray:
    return np.array([score.loss for score in score_lines(hand, lines, writer=writer)])


def test_lines_that_were_never_seen_become_likelier(hand, monkeypatch) -> None:
    monkeypatch.setattr(writer_teaching, "MOST_STEPS", 12)
    shares: list[float] = []
    taught = teach_writer(hand, [line(seed) for seed in range(8)], shares.append)
    others = [line(seed) for seed in range(50, 54)]
    start = vector_of(hand, [line(seed).ink for seed in range(8)])
    assert taught.after < taught.before - 0.1
    assert losses(hand, others, taught.vector).mean() < losses(hand, others, start).mean() - 0.1
    assert taught.steps > 1
    assert taught.vector.biases is not None
    assert np.abs(taught.vector.biases).max() > 0.01
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    # What was learnt changes nothing in the hand itself.
    assert all(not parameter.grad_fn for parameter in hand.network.parameters())
    assert losses(hand, others, None).mean() > losses(hand, others, taught.vector).mean()


def test_a_style_with_what_was_taught_writes_otherwise(hand) -> None:
    lines = [line(seed) for seed in range(3)]
    taught = teach_writer(hand, lines)
    assert taught.steps == writer_teaching.FIXED_STEPS
    given = {"strength": 0.0, "policy": ONCE}
    inks = [
        hand.write(
            "near rain", style=Style("n", lines[0].text, lines[0].ink, "", vector, False), **given
        )
        for vector in (taught.vector, vector_of(hand, [of.ink for of in lines]))
    ]
    assert not np.allclose(inks[0].ink.xy[:5], inks[1].ink.xy[:5], atol=1e-3)


def test_what_does_not_serve_held_out_lines_is_not_kept(hand, monkeypatch) -> None:
    monkeypatch.setattr(writer_teaching, "GAIN", 1e6)
    monkeypatch.setattr(writer_teaching, "MOST_STEPS", 6)
    lines = [line(seed) for seed in range(6)]
    taught = teach_writer(hand, lines)
    assert taught.steps == 0
    assert taught.vector == vector_of(hand, [of.ink for of in lines])
    assert taught.after == taught.before


def test_it_ends_where_held_out_lines_no_longer_gain(hand, monkeypatch) -> None:
    monkeypatch.setattr(writer_teaching, "RATE", 3.0)
    monkeypatch.setattr(writer_teaching, "PATIENCE", 2)
    counted: list[float] = []
    teach_writer(hand, [line(seed) for seed in range(6)], counted.append)
    assert len(counted) < writer_teaching.MOST_STEPS


def test_few_points_are_held_nearer_to_the_vector(hand, monkeypatch) -> None:
    sizes = []
    for deviation in (10.0, 0.001):
        monkeypatch.setattr(writer_teaching, "DEVIATION", deviation)
        biases = teach_writer(hand, [line(0)]).vector.biases
        assert biases is not None
        sizes.append(float(np.abs(biases).mean()))
    assert sizes[1] < 0.7 * sizes[0]


def test_pieces_hold_all_of_a_line_and_end_between_its_words(hand) -> None:
    long = replace(line(0), text=line(0).text)
    score = score_lines(hand, [long])[0]
    pieces = writer_teaching._pieces(score)
    assert " ".join(piece.text for piece in pieces) == score.text
    assert sum(len(piece.offsets) for piece in pieces) == score.ink.points
    assert all(not piece.offsets[0, :2].any() for piece in pieces)


def test_a_hand_that_knows_no_writers_is_taught_too(tiny_hand_path) -> None:
    small = Hand.load(tiny_hand_path)
    taught = teach_writer(small, [line(seed) for seed in range(3)])
    assert len(taught.vector.values) == 0
    assert taught.after < taught.before
    assert np.isfinite(losses(small, [line(9)], taught.vector)).all()


def test_without_a_line_that_can_be_used_it_says_so(hand) -> None:
    with pytest.raises(StyleError, match="No line can be learnt from"):
        teach_writer(hand, [replace(line(0), text="")])

"""Writers in sampling: what a vector adds is what biases of its own would be, on every path."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import InkError, SettingError, StyleError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.recorded_line import RecordedLine
from engine.line_scoring import score_lines
from engine.network.network import Network
from engine.sampling.buffers import CHUNK, InferenceWeights
from engine.sampling.cpu import CpuSampler
from engine.sampling.cuda_graph import CudaGraphSampler
from engine.sampling.policy import ONCE
from engine.sampling.reference_sampler import ReferenceSampler
from engine.sampling.sampler import Sampler, noise
from engine.sampling.word_repair import line_primer
from engine.style.style import Style
from engine.style.writer_vector import WriterVector
from engine.teacher_forcing import teacher_force

CPU = torch.device("cpu")
TEXTS = ["Hello there", "a", "Words of several lengths, and a comma."]
SEEDS = [3, 4, 5]


def with_vectors(hand: Hand, size: int = 6, seed: int = 1) -> Hand:
    """The hand with an encoder of random weights, as if it had learnt writers."""
    network = Network(replace(hand.network.config, vector=size))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        fresh = Network(network.config).state_dict() | hand.network.state_dict()
        network.load_state_dict(fresh)
        torch.nn.init.normal_(network.writer.weight, 0, 0.5)
        network.load_state_dict(
            {name: of.half().float() for name, of in network.state_dict().items()}
        )
    return Hand(
        network, hand.alphabet, hand.preparation, hand.pace, hand.x_height, hand.card,
        precision="float32",
    )  # fmt: skip


def folded(network: Network, added: np.ndarray) -> Network:
    """The network of one writer alone: its biases are his."""
    made = copy.deepcopy(network)
    gates1, gates2, gates3, window, output = torch.split(
        torch.from_numpy(added), list(network.additions)
    )
    with torch.no_grad():
        made.layer1.bias_ih += gates1
        made.layer2.bias_ih_l0 += gates2
        made.layer3.bias_hh_l0 += gates3
        made.window.bias += window
        made.output.bias += output
    return made


def wave(seed: int = 0, strokes: int = 3) -> Ink:
    random = np.random.default_rng(seed)
    x = np.linspace(0, 30, 60)
    return Ink.from_lists(
        [
            np.stack([x + 40 * k, 9 * np.sin(x) + random.normal(0, 1, 60)], axis=1).tolist()
            for k in range(strokes)
        ]
    )


@pytest.fixture(scope="module")
def hand(tiny_hand_path) -> Hand:
    return with_vectors(Hand.load(tiny_hand_path))


@pytest.fixture(scope="module")
def added(hand: Hand) -> np.ndarray:
    """Three writers, the second of whom is nobody in particular."""
    rows = np.random.default_rng(0).normal(0, 0.3, (3, sum(hand.network.additions)))
    rows[1] = 0
    return rows.astype(np.float32)


def random(points: int) -> np.ndarray:
    return np.stack([noise(seed, points) for seed in SEEDS], axis=1)


@pytest.mark.parametrize("kind", [CpuSampler, CudaGraphSampler])
def test_each_line_is_drawn_as_by_a_network_of_its_writers_own(hand, added, kind) -> None:
    prepared = InferenceWeights(hand.network)
    weights = kind(prepared, "float32") if kind is CpuSampler else kind(prepared, CPU)
    codes = [hand.alphabet.encode(text) for text in TEXTS]
    run = weights.run(torch.zeros((3, prepared.row.width)), codes, [0.75] * 3, added)
    noises = random(3 * CHUNK)
    first = run.draw(noises[:CHUNK]).point
    rest = run.draw(noises[CHUNK : 2 * CHUNK]).point
    last = run.of(np.array([0, 2])).draw(noises[2 * CHUNK :][:, [0, 2]]).point
    for line in range(3):
        plain = ReferenceSampler(folded(hand.network, added[line]), CPU)
        expected, _ = plain.write([codes[line]], [SEEDS[line]], 0.75, 3 * CHUNK)
        found = [first[:, line], rest[:, line]]
        if line != 1:
            found.append(last[:, line // 2])
        points = np.concatenate(found)
        np.testing.assert_allclose(points, expected[: len(points), 0], atol=3e-4)


def test_lines_without_a_writer_are_drawn_to_the_bit_as_before(hand, added) -> None:
    sampler = Sampler(hand.network, CPU, "float32")
    codes = [hand.alphabet.encode(text) for text in TEXTS]
    plain = sampler.run(sampler.zeros(3), codes, [0.75] * 3).draw(random(20)).point
    mixed = sampler.run(sampler.zeros(3), codes, [0.75] * 3, added).draw(random(20)).point
    np.testing.assert_array_equal(mixed[:, 1], plain[:, 1])
    assert np.abs(mixed[:, 0] - plain[:, 0]).max() > 1e-2


def test_a_style_with_a_vector_writes_as_its_writer(hand) -> None:
    vector = hand.writer_vector([wave(1), wave(2)])
    of_all = Hand(
        folded(hand.network, hand.additions(vector)), hand.alphabet, hand.preparation, hand.pace,
        hand.x_height, hand.card, precision="float32",
    )  # fmt: skip
    style = Style("Waves", "four", wave(3))
    for primed in (True, False):
        named = replace(style, vector=vector, primed=primed)
        found = [step.point for step in hand.stream("Some words", style=named)]
        expected = [
            step.point for step in of_all.stream("Some words", style=style if primed else None)
        ]
        np.testing.assert_allclose(found, expected, atol=2e-3)
        plain = [step.point for step in hand.stream("Some words", style=style)]
        count = min(len(plain), len(found))
        assert np.abs(np.subtract(plain[:count], found[:count])).max() > 0.1


def test_lines_of_several_styles_are_written_as_each_alone(hand) -> None:
    vectors = [hand.writer_vector([wave(seed)]) for seed in (1, 2)]
    styles = [
        Style("One", "four", wave(3), vector=vectors[0]),
        None,
        Style("Two", "fourteen", wave(4), vector=vectors[1], primed=False),
        Style("Three", "four", wave(5)),
    ]
    texts = ["Some words", "Others", "And more", "The end"]
    given = {"seeds": [1, 2, 3, 4], "strengths": 0.0, "policy": ONCE}
    together = hand.write_lines(texts, styles=styles, **given)
    for k, (text, style) in enumerate(zip(texts, styles, strict=True)):
        alone = hand.write(text, style=style, strength=0.0, seed=k + 1, policy=ONCE)
        np.testing.assert_allclose(together[k].ink.xy, alone.ink.xy, atol=2e-3)
    steps = list(hand.stream("Some words", style=styles[0], seed=1))
    streamed = hand.finished("Some words", steps, style=styles[0], strength=0.0, seed=1)
    np.testing.assert_allclose(streamed.ink.xy, together[0].ink.xy, atol=2e-3)


def test_teacher_forcing_and_scores_take_a_writer(hand) -> None:
    vector = hand.writer_vector([wave(1)])
    alone = Hand(
        folded(hand.network, hand.additions(vector)), hand.alphabet, hand.preparation, hand.pace,
        hand.x_height, hand.card,
    )  # fmt: skip
    ink, text = wave(2), "a wave"
    found, expected = teacher_force(hand, ink, text, vector), teacher_force(alone, ink, text)
    np.testing.assert_allclose(found.log_likelihood, expected.log_likelihood, rtol=1e-4, atol=1e-4)
    assert not np.allclose(found.log_likelihood, teacher_force(hand, ink, text).log_likelihood)
    lines = [RecordedLine(text, ink), RecordedLine("waves", wave(3, 2))]
    for one, other in zip(
        score_lines(hand, lines, writer=vector), score_lines(alone, lines), strict=True
    ):
        np.testing.assert_allclose(one.losses, other.losses, rtol=1e-4, atol=1e-4)


def test_a_vector_does_not_depend_on_the_order_of_lines_and_says_whose_it_is(hand) -> None:
    one, other = (hand.writer_vector(inks) for inks in ([wave(1), wave(2)], [wave(2), wave(1)]))
    np.testing.assert_allclose(one.values, other.values, atol=1e-5)
    assert one.hand == hand.fingerprint
    assert with_vectors(hand_without(hand), seed=2).fingerprint != hand.fingerprint


def hand_without(hand: Hand) -> Hand:
    """The hand without its encoder."""
    network = Network(replace(hand.network.config, vector=0))
    network.load_state_dict(
        {
            n: v
            for n, v in hand.network.state_dict().items()
            if not n.startswith(("encoder", "writer"))
        }
    )
    return Hand(
        network, hand.alphabet, hand.preparation, hand.pace, hand.x_height, hand.card,
        precision="float32",
    )  # fmt: skip


def test_a_saved_hand_takes_the_vectors_of_the_one_that_was_saved(hand, tmp_path) -> None:
    hand.save(tmp_path / "h.safetensors")
    again = Hand.load(tmp_path / "h.safetensors")
    vector = hand.writer_vector([wave(1)])
    assert again.fingerprint == hand.fingerprint
    np.testing.assert_allclose(again.additions(vector), hand.additions(vector), atol=1e-3)


def test_a_vector_of_another_hand_is_made_anew_of_the_styles_ink(hand) -> None:
    other = with_vectors(hand_without(hand), seed=2)
    foreign = other.writer_vector([wave(1)])
    style = Style("Foreign", "four", wave(3), vector=foreign)
    own = replace(style, vector=hand.writer_vector([style.ink]))
    given = {"strength": 0.0, "policy": ONCE}
    found, expected = (hand.write("Some words", style=of, **given) for of in (style, own))
    np.testing.assert_array_equal(found.ink.xy, expected.ink.xy)
    plain = hand_without(hand)
    bare = replace(style, vector=None)
    found, expected = (plain.write("Some words", style=of, **given) for of in (style, bare))
    np.testing.assert_array_equal(found.ink.xy, expected.ink.xy)
    with pytest.raises(StyleError, match="is of another hand; make the style again"):
        hand.additions(foreign)
    short = WriterVector(foreign.values, hand.fingerprint, np.zeros(5, np.float32))
    with pytest.raises(StyleError, match="taught is of another hand"):
        hand.additions(short)


def test_what_no_vector_can_be_made_of_is_a_sentence(hand, tiny_hand_path) -> None:
    with pytest.raises(SettingError, match="knows no writers' vectors"):
        Hand.load(tiny_hand_path).writer_vector([wave()])
    with pytest.raises(InkError, match="not of 0"):
        hand.writer_vector([])
    with pytest.raises(InkError, match="not of 25"):
        hand.writer_vector([wave()] * 25)


def test_a_words_repair_keeps_the_writer(hand) -> None:
    style = Style("Waves", "four", wave(3), vector=hand.writer_vector([wave(1)]), primed=False)
    primer = line_primer("a long enough line", wave(2), style)
    assert primer is not None
    assert (primer.vector, primer.primed, primer.ink) == (style.vector, True, wave(2))
    assert line_primer("short", wave(2), style) is style

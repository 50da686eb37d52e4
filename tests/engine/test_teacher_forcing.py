"""Teacher forcing gives the trainer's loss and the sampler's numbers; bad ink is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import InkError, TextError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import to_offsets
from engine.sampling.line_sampler import AFTER
from engine.sampling.step_metrics import log_likelihood
from engine.sampling.trace import SampleTrace
from engine.teacher_forcing import MOST_POINTS, feed, teacher_force, trace_offsets
from training import trainer
from training.batches import assemble
from training.config import NetworkSizes, RunConfig
from training.corpora.corpus import prepare
from training.corpora.iam import Line, Report

TEXT = "a small wave"


def wave(points: int = 200, strokes: int = 3, seed: int = 0) -> Ink:
    """Loops from left to right, a different one for each seed."""
    t = np.linspace(0, 1, points)
    wobble = np.random.default_rng(seed).uniform(0.8, 1.2, 3)
    x = 400 * t + 6 * np.sin(150 * t * wobble[0])
    y = 20 * np.sin(140 * t * wobble[1]) + 8 * np.cos(37 * t * wobble[2])
    parts = np.array_split(np.stack([x, y], axis=1), strokes)
    return Ink(tuple(Stroke(part) for part in parts))


def test_loss_is_the_trainers(untaught_hand, tmp_path):
    lines = [
        Line(f"a01-{n:03d}", 0, "train", str(n), text, wave(seed=n))
        for n, text in enumerate([TEXT, "maws all wave", "wave a small s"])
    ]
    corpus = prepare(lines, Report(), tmp_path / "corpus.safetensors")
    config = RunConfig(
        steps=1, precision="float32", device="cpu", network=NetworkSizes(hidden=24, mixture=5)
    )
    run = trainer.start(config, corpus, tmp_path / "run")
    batch = assemble(corpus, [(0,)], None)
    expected = float(run.loss(run.network, batch, batch.points).detach())

    hand = type(untaught_hand)(
        run.network, corpus.alphabet, corpus.preparation, corpus.pace, 1.0, untaught_hand.card
    )
    found = teacher_force(hand, lines[0].ink, TEXT)
    assert len(found.steps) == len(corpus.offsets(0)) - 1
    assert -found.log_likelihood.mean() == pytest.approx(expected, rel=1e-5)


def test_fed_its_own_line_it_finds_what_it_sampled_from(untaught_hand):
    stream = list(untaught_hand.stream(TEXT, bias=0.0, seed=3))
    steps = SampleTrace.stacked(TEXT, stream)
    offsets = np.concatenate([np.zeros((1, 3), np.float32), steps.offsets])
    codes = untaught_hand.alphabet.encode(TEXT + AFTER)
    again = trace_offsets(untaught_hand, Ink(), offsets, TEXT, codes)
    for name in ("phi", "alpha", "beta", "kappa", "pi", "mu", "sigma", "rho", "eos"):
        np.testing.assert_allclose(
            getattr(again.steps, name), getattr(steps, name), rtol=2e-3, atol=2e-4, err_msg=name
        )
    layers = torch.stack([step.state.layers for step in stream]).numpy()
    np.testing.assert_allclose(again.layers, layers, atol=2e-4)
    np.testing.assert_allclose(again.log_likelihood, log_likelihood(steps), atol=5e-3)


def test_lines_of_a_batch_are_fed_as_each_is_alone(untaught_hand):
    lines = [(to_offsets(wave(points, seed=points) .scaled(0.05)), text)
             for points, text in ((40, "a wave"), (90, TEXT), (61, "all"))]  # fmt: skip
    offsets, codes = zip(
        *((line, untaught_hand.alphabet.encode(text)) for line, text in lines), strict=True
    )
    together, targets = feed(untaught_hand, offsets, codes)
    for place, (own, code) in enumerate(zip(offsets, codes, strict=True)):
        alone, expected = feed(untaught_hand, [own], [code])
        length = len(own) - 1
        torch.testing.assert_close(targets[:length, place], expected[:, 0])
        assert not targets[length:, place].any()
        torch.testing.assert_close(
            together.raw[:length, place], alone.raw[:, 0], rtol=1e-4, atol=1e-5
        )


def test_component_to_blame_is_the_likeliest(untaught_hand):
    steps = teacher_force(untaught_hand, wave(), TEXT).steps
    z = (steps.offsets[:, None, :2] - steps.mu) / steps.sigma
    rest = 1 - steps.rho**2
    power = -(z[..., 0] ** 2 + z[..., 1] ** 2 - 2 * steps.rho * z[..., 0] * z[..., 1]) / (2 * rest)
    parts = np.log(steps.pi) + power - np.log(steps.sigma.prod(axis=2) * np.sqrt(rest))
    np.testing.assert_array_equal(steps.component, parts.argmax(axis=1))


def test_ink_is_prepared_as_the_training_data(untaught_hand):
    found = teacher_force(untaught_hand, wave(), TEXT)
    prepared = untaught_hand.preparation.prepare(wave())
    assert found.ink == prepared
    np.testing.assert_array_equal(found.steps.offsets, to_offsets(prepared)[1:])


@pytest.mark.parametrize(
    ("ink", "text", "error", "says"),
    [
        (Ink(), TEXT, InkError, "fewer than two points"),
        (wave(), "  ", TextError, "no text"),
        (wave(), "ß", TextError, "'ß'"),
        (wave(), "a" * 401, TextError, "401 characters"),
        (wave(), "b", InkError, "points a character"),
        (wave(20, 1), "a" * 60, InkError, "points a character"),
        (wave(100_000), TEXT, InkError, "100,000 points"),
        (wave(3 * MOST_POINTS), TEXT, InkError, "too many"),
        (Ink.from_lists([[(0, 0), (1, 0), (2, 0)]]), "a", InkError, "no height"),
    ],
)
def test_what_is_no_line_is_refused_in_a_sentence(untaught_hand, ink, text, error, says):
    with pytest.raises(error, match=says) as caught:
        teacher_force(untaught_hand, ink, text)
    assert str(caught.value).endswith(".")


def test_a_line_of_one_character(untaught_hand):
    found = teacher_force(untaught_hand, wave(40, 1), "a")
    assert found.steps.phi.shape == (len(found.steps), 2)

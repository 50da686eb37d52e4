"""Gradients of a point's likelihood, and parts switched off, against teacher forcing."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import SettingError
from engine.ink.ink import Ink
from engine.sampling.reference_sampler import SwitchedOff
from engine.teacher_forcing import trace_offsets
from studio.inspection.attribution import _inputs, _likelihoods, attribute, switched_off
from studio.inspection.run_recording import RunRecording
from studio.inspection.runs import Run, sampled

POINT = 20


@pytest.fixture(scope="module")
def recording(untaught_hand) -> RunRecording:
    """A line's beginning."""
    return sampled(untaught_hand, Run("two boats", bias=0.0, seed=3))


def test_the_plain_network_gives_what_teacher_forcing_gives(untaught_hand, recording):
    offsets = np.concatenate([np.zeros((1, 3), np.float32), recording["offsets"]])
    codes = untaught_hand.alphabet.encode(recording.text)
    forced = trace_offsets(untaught_hand, Ink(), offsets, recording.text, codes)
    found = switched_off(untaught_hand, recording, SwitchedOff())
    np.testing.assert_allclose(found, forced.log_likelihood, rtol=1e-3, atol=1e-3)
    at = attribute(untaught_hand, recording, POINT)
    assert at.log_likelihood == pytest.approx(float(found[POINT]), abs=1e-4)


def test_gradients_are_those_of_small_steps(untaught_hand, recording):
    found = attribute(untaught_hand, recording, POINT)
    assert found.text.shape == (len(recording.text) + 1,)
    assert found.ink.shape == (len(recording), 3)
    assert not found.ink[POINT:].any(), "what comes later is no cause"
    assert np.abs(found.ink[:POINT]).max() > 0
    given, one_hot = _inputs(untaught_hand, recording, POINT + 1)

    def likelihood(points: torch.Tensor, text: torch.Tensor) -> float:
        with torch.inference_mode():
            off = SwitchedOff()
            return float(_likelihoods(untaught_hand, points, text, off, only_last=True)[0])

    step = 0.02
    for place, axis in ((POINT - 1, 0), (POINT - 3, 1)):
        more, less = given.clone(), given.clone()
        more[place + 1, 0, axis] += step
        less[place + 1, 0, axis] -= step
        slope = (likelihood(more, one_hot) - likelihood(less, one_hot)) / (2 * step)
        assert slope == pytest.approx(float(found.ink[place, axis]), rel=0.1, abs=2e-3)
    letter = int(np.abs(found.for_characters).argmax())
    code = untaught_hand.alphabet.encode(recording.text)[letter]
    more, less = one_hot.clone(), one_hot.clone()
    more[0, letter, code] += step
    less[0, letter, code] -= step
    slope = (likelihood(given, more) - likelihood(given, less)) / (2 * step)
    assert slope == pytest.approx(float(found.for_characters[letter]), rel=0.1, abs=2e-3)


@pytest.mark.parametrize(
    "off",
    [
        SwitchedOff(units=((0, 3),)),
        SwitchedOff(units=((2, 5),)),
        SwitchedOff(gaussians=(1,)),
        SwitchedOff(components=(0, 2)),
    ],
)
def test_what_is_switched_off_changes_the_likelihoods(untaught_hand, recording, off):
    before = switched_off(untaught_hand, recording, SwitchedOff())
    after = switched_off(untaught_hand, recording, off)
    assert after.shape == before.shape
    assert np.isfinite(after).all()
    assert np.abs(after - before).max() > 1e-4


def test_a_component_that_is_off_has_no_weight(untaught_hand, recording):
    rest = tuple(range(1, untaught_hand.network.config.mixture))
    one = switched_off(untaught_hand, recording, SwitchedOff(components=rest))
    offsets = np.concatenate([np.zeros((1, 3), np.float32), recording["offsets"]])
    codes = untaught_hand.alphabet.encode(recording.text)
    steps = trace_offsets(untaught_hand, Ink(), offsets, recording.text, codes).steps
    z = (steps.offsets[:, :2] - steps.mu[:, 0]) / steps.sigma[:, 0]
    rho = steps.rho[:, 0]
    square = (z**2).sum(1) - 2 * rho * z[:, 0] * z[:, 1]
    density = -square / (2 * (1 - rho**2)) - np.log(
        2 * np.pi * steps.sigma[:, 0].prod(1) * np.sqrt(1 - rho**2)
    )
    pen = np.where(steps.offsets[:, 2] > 0.5, np.log(steps.eos), np.log1p(-steps.eos))
    np.testing.assert_allclose(one, density + pen, rtol=1e-2, atol=1e-2)


def test_what_is_not_there_is_refused(untaught_hand, recording):
    for point in (-1, len(recording)):
        with pytest.raises(SettingError, match="no point"):
            attribute(untaught_hand, recording, point)
    config = untaught_hand.network.config
    for off in (
        SwitchedOff(units=((3, 0),)),
        SwitchedOff(units=((0, config.hidden),)),
        SwitchedOff(gaussians=(config.window,)),
        SwitchedOff(components=(-1,)),
    ):
        with pytest.raises(SettingError, match="count from 0"):
            switched_off(untaught_hand, recording, off)
    with pytest.raises(SettingError, match="has to stay"):
        switched_off(untaught_hand, recording, SwitchedOff(components=tuple(range(config.mixture))))

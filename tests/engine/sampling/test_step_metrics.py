"""The traces equal what the paper's equations give, written down once more in plain numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.sampling import step_metrics
from engine.sampling.line_sampler import AFTER
from engine.sampling.policy import ONCE
from engine.sampling.trace import SampleTrace

TEXT = "one line of text"


@pytest.fixture(scope="module")
def steps(untaught_hand) -> SampleTrace:
    return untaught_hand.write(TEXT, bias=0.5, seed=1, policy=ONCE, record=True).steps


def test_log_likelihood_is_equation_26(steps):
    values = step_metrics.log_likelihood(steps)
    for t in range(0, len(steps), 7):
        x = steps.offsets[t].astype(float)
        density = 0.0
        for m in range(steps.pi.shape[1]):
            (s1, s2), (m1, m2) = steps.sigma[t, m].astype(float), steps.mu[t, m].astype(float)
            rho = float(steps.rho[t, m])
            z = ((x[0] - m1) / s1) ** 2 + ((x[1] - m2) / s2) ** 2
            z -= 2 * rho * (x[0] - m1) * (x[1] - m2) / (s1 * s2)
            normal = math.exp(-z / (2 * (1 - rho**2)))
            normal /= 2 * math.pi * s1 * s2 * math.sqrt(1 - rho**2)
            density += float(steps.pi[t, m]) * normal
        e = float(steps.eos[t])
        expected = math.log(density) + math.log(e if x[2] else 1 - e)
        assert values[t] == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_phi_is_equation_46(steps):
    places = np.arange(len(TEXT + AFTER) + 1)
    distance = steps.kappa[:, :, None] - places
    phi = (steps.alpha[:, :, None] * np.exp(-steps.beta[:, :, None] * distance**2)).sum(axis=1)
    phi[:, len(TEXT)] = phi[:, len(TEXT) :].sum(axis=1)
    places, phi = places[: len(TEXT) + 1], phi[:, : len(TEXT) + 1]
    np.testing.assert_allclose(steps.phi, phi, rtol=1e-4, atol=1e-6)
    expected = (phi * places).sum(axis=1) / phi.sum(axis=1)
    np.testing.assert_allclose(step_metrics.position(steps), expected, rtol=1e-4)
    np.testing.assert_allclose(step_metrics.speed(steps)[1:], np.diff(expected), atol=1e-4)
    assert step_metrics.character(steps).max() <= len(TEXT) - 1


def test_entropy_spread_and_correlation(steps):
    for t in (0, len(steps) // 2):
        pi = steps.pi[t].astype(float)
        assert step_metrics.entropy(steps)[t] == pytest.approx(
            -sum(p * math.log(p) for p in pi), rel=1e-4
        )
        sigma = sum(p * (s[0] + s[1]) / 2 for p, s in zip(pi, steps.sigma[t], strict=True))
        assert step_metrics.spread(steps)[t] == pytest.approx(sigma, rel=1e-4)
        assert step_metrics.correlation(steps)[t] == steps.rho[t, pi.argmax()]
    np.testing.assert_array_equal(step_metrics.pen(steps), steps.eos)


def test_a_point_that_cannot_be_is_finite(steps):
    never = step_metrics.part(steps, 0, 4)
    sure = SampleTrace(**{**vars(never), "eos": 1 - never.offsets[:, 2]})
    assert np.isfinite(step_metrics.log_likelihood(sure)).all()


@pytest.mark.parametrize("trace", step_metrics.STEP_METRICS, ids=lambda trace: trace.key)
def test_every_trace_of_a_part_is_the_part_of_the_trace(steps, trace):
    whole = trace.values(steps)
    assert whole.shape == (len(steps),)
    assert whole.dtype == np.float32
    some = trace.values(step_metrics.part(steps, 5, 12))
    np.testing.assert_allclose(some[1:], whole[6:12], rtol=1e-5, atol=1e-6)

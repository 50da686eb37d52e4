"""Lines that never come to their end stop at their cap of points, however they are sampled."""

from __future__ import annotations

import numpy as np
import pytest

from engine.hand import Hand
from engine.sampling.buffers import CHUNK
from engine.sampling.line_sampler import LineSampler
from engine.sampling.request import SamplingRequest, sampling_request

#: Points a character; the tiny hand takes five, so that no line of these is finished in time.
CAP = 2.5
TEXTS = ("an ear", "a rainy day in an inn", "near the rare era")


@pytest.fixture(scope="module")
def sampler(tiny_hand_path) -> LineSampler:
    return Hand.load(tiny_hand_path).line_sampler


@pytest.fixture(scope="module")
def jobs(tiny_hand_path) -> list[SamplingRequest]:
    alphabet = Hand.load(tiny_hand_path).alphabet
    return [sampling_request(alphabet, text, seed, 0.5, None) for seed, text in enumerate(TEXTS, 1)]


@pytest.fixture(scope="module")
def caps() -> list[int]:
    """The texts have so many characters, a closing space, and one more."""
    found = [round(CAP * (len(text) + 2)) for text in TEXTS]
    assert found == [20, 58, 48]
    assert [cap % CHUNK for cap in found] == [4, 10, 0]
    return found


def test_all_points_at_once(sampler, jobs, caps) -> None:
    told: list[float] = []
    lines = sampler.sample(jobs, CAP, record=True, progress=told.append)
    assert [len(line.offsets) for line in lines] == caps
    assert not any(line.finished for line in lines)
    for line, job in zip(lines, jobs, strict=True):
        assert line.phi.shape == (len(line.offsets), len(job.text) + 1)
        assert line.steps is not None
        assert len(line.steps) == len(line.offsets)
    # Each chunk is told, as a share of the five points that a character usually has.
    usual = 5.0 * sum(len(text) + 1 for text in TEXTS)
    points = np.minimum(np.array(caps)[:, None], CHUNK * np.arange(1, 5)).sum(axis=0)
    assert told == pytest.approx((points / usual).tolist())


def test_in_streams(sampler, jobs, caps) -> None:
    parts = list(sampler.stream_together(jobs, CAP))
    assert len(parts) == 4
    for row, cap in enumerate(caps):
        steps = [step for part in parts for step in part[row]]
        assert [step.index for step in steps] == list(range(cap))
    assert [len(list(sampler.stream(job, CAP))) for job in jobs] == caps


def test_steered(sampler, jobs, caps) -> None:
    asked: list[int] = []

    def nothing(number: int, last: object) -> None:
        assert (last is None) == (number == 0)
        asked.append(number)

    steps = list(sampler.stream(jobs[0], CAP, overrides=nothing))
    assert asked == list(range(caps[0]))
    (alone,) = sampler.sample(jobs[:1], CAP)
    np.testing.assert_allclose([step.point for step in steps], alone.offsets, rtol=1e-4, atol=1e-5)


def test_gone_on_with_from_the_midst(sampler, jobs, caps) -> None:
    """From the state after a point on, the rest of the line comes, with its own numbers."""
    steps = list(sampler.stream(jobs[1], CAP))
    rest = list(sampler.stream(jobs[1], CAP, start=steps[20].state))
    assert [step.index for step in rest] == list(range(21, caps[1]))
    for step, before in zip(rest, steps[21:], strict=True):
        np.testing.assert_allclose(step.point, before.point, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(step.kappa, before.kappa, rtol=1e-4, atol=1e-5)

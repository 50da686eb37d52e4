"""Given points are fed layer by layer, as one by one and the same to the bit in any company."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.hand import Hand
from engine.network.network import Network, NetworkConfig
from engine.network.packed_product import knows_float16
from engine.sampling.cpu import FED
from engine.sampling.sampler import Sampler
from engine.style.style import bundled

#: Points of each line: more than are fed at a time, as many, few, and one that is not fed at all.
COUNTS = np.array([2 * FED + 17, 2 * FED + 17, FED + 1, FED, 9, 2, 1])


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(3)
    return Network(NetworkConfig(characters=20, hidden=40, window=3, mixture=4, vector=6)).eval()


@pytest.fixture(scope="module", params=["float32", "float16"])
def sampler(request, network: Network) -> Sampler:
    if request.param == "float16" and not knows_float16():
        pytest.skip("torch has no products with float16 weights here")
    return Sampler(network, torch.device("cpu"), request.param)


@pytest.fixture(scope="module")
def fed() -> tuple[np.ndarray, list[np.ndarray]]:
    random = np.random.default_rng(4)
    points = random.normal(size=(COUNTS[0], len(COUNTS), 3)).astype(np.float32)
    points[:, :, 2] = random.random((COUNTS[0], len(COUNTS))) < 0.05
    return points, [random.integers(0, 20, size=5 + 3 * n) for n in range(len(COUNTS))]


def states(sampler: Sampler, fed, lines, added=None) -> torch.Tensor:
    points, codes = fed
    run = sampler.run(
        sampler.zeros(len(lines)),
        [codes[n] for n in lines],
        [0.0] * len(lines),
        None if added is None else added[lines],
    )
    run.feed(points[: COUNTS[lines[0]], lines], COUNTS[lines])
    return run.states


@pytest.mark.parametrize("with_writers", [False, True])
def test_lines_are_fed_together_as_alone(sampler, fed, network, with_writers):
    random = np.random.default_rng(1)
    added = random.normal(size=(len(COUNTS), sum(network.additions))).astype(np.float32)
    some = 0.1 * added if with_writers else None
    together = states(sampler, fed, np.arange(len(COUNTS)), some)
    for lines in ([0], [2], [5], [6], [1, 3], [0, 1, 4, 6], [2, 3, 4, 5]):
        found = states(sampler, fed, np.array(lines), some)
        assert torch.equal(found, together[lines])


def test_feeding_is_advancing_point_by_point(sampler, fed):
    points, codes = fed
    found = states(sampler, fed, np.array([0]))
    run = sampler.run(sampler.zeros(1), codes[:1], [0.0])
    (part,) = run.parts
    record = np.empty((1, 1000), np.float32)[:, : part._records.width]
    for point in points[:-1, 0]:
        part._x[...] = point
        part._advance(record, None)
    part._x[...] = points[-1, 0]
    torch.testing.assert_close(found, run.states, atol=1e-4, rtol=1e-4)


def test_many_lines_are_shared_out_to_threads_and_come_out_alike(sampler, fed, pretend_threads):
    points, codes = fed
    counts = np.sort(np.tile(COUNTS, 5))[::-1]
    order = np.argsort(-np.tile(COUNTS, 5), kind="stable") % len(COUNTS)

    def run(threads: int) -> torch.Tensor:
        pretend_threads(threads)
        batch = sampler.run(
            sampler.zeros(len(order)), [codes[n] for n in order], [0.0] * len(order)
        )
        assert len(batch.parts) == threads
        batch.feed(points[:, order], counts)
        return batch.states

    assert torch.equal(run(1), run(2))


def test_styles_are_primed_together_as_alone(default_hand: Hand):
    styles = list(bundled().values())[:3]
    alone = [Hand.load().line_sampler._primers.of(style) for style in styles]
    together = Hand.load().line_sampler._primers.of_all([styles[2], styles[0], styles[1]])
    for one, other in zip(alone, [together[1], together[2], together[0]], strict=True):
        assert torch.equal(one.state, other.state)
        assert one.tail == other.tail
        assert np.array_equal(one.end, other.end)

"""The sampler's fast paths do, step by step, what the network written plainly does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import SettingError
from engine.hand import Hand
from engine.network.network import Network
from engine.sampling.buffers import CHUNK, Draws, InferenceWeights
from engine.sampling.cpu import CpuSampler
from engine.sampling.cuda_graph import CudaGraphSampler
from engine.sampling.matmul import checked_precision
from engine.sampling.reference_sampler import ReferenceSampler
from engine.sampling.sampler import Sampler, noise

CPU = torch.device("cpu")
TEXTS = ["Hello there", "a", "Words of several lengths, and a comma."]
SEEDS = [3, 4, 5]
BIAS = 0.75


@pytest.fixture(scope="module")
def hand(tiny_hand_path):
    return Hand.load(tiny_hand_path)


def begun(hand, kind, precision="float32", device=CPU, texts=TEXTS):
    """A run of the texts from zero states, on one of the paths."""
    prepared = InferenceWeights(hand.network)
    weights = (
        CpuSampler(prepared, precision)
        if kind is CpuSampler
        else CudaGraphSampler(prepared, device)
    )
    states = torch.zeros((len(texts), prepared.row.width), device=device)
    return weights.run(states, [hand.alphabet.encode(text) for text in texts], [BIAS] * len(texts))


def random(points, seeds=SEEDS):
    return np.stack([noise(seed, points) for seed in seeds], axis=1)


@pytest.mark.parametrize(
    ("kind", "precision"),
    [(CpuSampler, "float32"), (CpuSampler, "auto"), (CudaGraphSampler, "float32")],
)
def test_every_path_draws_what_the_plain_loop_draws(hand, kind, precision):
    plain = ReferenceSampler(hand.network, CPU)
    points, phi = plain.write([hand.alphabet.encode(text) for text in TEXTS], SEEDS, BIAS, 60)
    run = begun(hand, kind, checked_precision(precision))
    chunks = [run.draw(part) for part in np.split(random(60), 4)]
    np.testing.assert_allclose(np.concatenate([d.point for d in chunks]), points, atol=2e-4)
    np.testing.assert_allclose(np.concatenate([d.phi for d in chunks]), phi, atol=2e-4)


SAID = ["Good morning, how are you?", "The boat left at noon."]


@pytest.fixture(scope="module")
def plainly_drawn(default_hand):
    """Points of the hand that ships by the plain loop, which takes its time."""
    codes = [default_hand.alphabet.encode(text) for text in SAID]
    return ReferenceSampler(default_hand.network, CPU).write(codes, [1, 2], BIAS, 150)[0]


@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_the_default_hand_draws_what_the_plain_loop_draws(default_hand, plainly_drawn, precision):
    run = begun(default_hand, CpuSampler, checked_precision(precision), texts=SAID)
    draws = run.draw(random(150, [1, 2]))
    apart = np.abs(np.cumsum(draws.point[..., :2] - plainly_drawn[..., :2], axis=0)).max()
    assert apart < 0.001 * default_hand.x_height


def test_both_loops_record_the_same(hand):
    """The numpy one and the one of tensors, with the states after each point, and overrides."""
    shape = (CHUNK, len(TEXTS), InferenceWeights(hand.network).row.width)
    found = []
    for kind in (CpuSampler, CudaGraphSampler):
        run = begun(hand, kind)
        after = np.zeros(shape, np.float32)
        first = run.draw(random(CHUNK), after=after)
        held = run.draw(random(1), kappa=np.full((3, 2), 1.5, np.float32), component=1)
        assert set(held.component.ravel()) == {1}
        run.set_biases([2.0, 3.0, 4.0])
        biased = run.draw(random(2))
        fewer = run.of(np.array([0, 2])).draw(random(3)[:, [0, 2]])
        found.append([first, [after], held, biased, fewer])
    for host, graph in zip(*found, strict=True):
        names = Draws._fields if isinstance(host, Draws) else ["states"]
        for name, one, other in zip(names, host, graph, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=2e-4, err_msg=name)


def test_a_state_after_a_point_is_where_the_next_point_begins(hand):
    run = begun(hand, CpuSampler)
    after = np.zeros((5, *run.states.shape), np.float32)
    whole = run.draw(random(8)[:5], after=after), run.draw(random(8)[5:])
    again = begun(hand, CpuSampler)
    again.states[:] = torch.from_numpy(after[4])
    np.testing.assert_array_equal(again.draw(random(8)[5:]).point, whole[1].point)


class Full:
    """A GPU's weights where nothing fits in any more."""

    def run(self, *_):
        raise torch.OutOfMemoryError("CUDA out of memory.")


def test_lines_that_a_gpu_has_no_room_for_are_drawn_by_the_cpu(hand):
    sampler = Sampler(hand.network, CPU, "float32")
    codes = [hand.alphabet.encode(text) for text in TEXTS]
    expected = sampler.run(sampler.zeros(3), codes, [BIAS] * 3).draw(random(20))
    sampler._weights = Full()
    found = sampler.run(sampler.zeros(3), codes, [BIAS] * 3).draw(random(20))
    np.testing.assert_array_equal(found.point, expected.point)


def test_no_precision_is_chosen_that_loses_weights(hand):
    assert hand._sampler.precision == checked_precision("auto")
    odd = Network(hand.network.config)
    assert Sampler(odd, CPU).precision == "float32"
    with pytest.raises(SettingError, match="float32"):
        Sampler(odd, CPU, "int3")

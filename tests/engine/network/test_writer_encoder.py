"""The writer's vector: what it depends on, what it does to a network, and its gradients."""

from __future__ import annotations

import copy

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor

from engine.errors import InkError
from engine.network.network import Network, NetworkConfig
from engine.network.writer_encoder import WriterEncoder, checked_lines, packed

SIZES = NetworkConfig(characters=4, hidden=7, window=3, mixture=2, vector=6)


def line(points: int, seed: int) -> npt.NDArray[np.float32]:
    random = np.random.default_rng(seed)
    pen = random.random((points, 1)) < 0.1
    return np.concatenate([random.normal(0, 1, (points, 2)), pen], axis=1).astype(np.float32)


@pytest.fixture
def encoder() -> WriterEncoder:
    torch.manual_seed(0)
    encoder = WriterEncoder(16).double().requires_grad_(False)
    encoder.calibrate(packed([[line(40, seed)] for seed in range(100, 108)]))
    return encoder


@pytest.fixture
def network() -> Network:
    torch.manual_seed(1)
    network = Network(SIZES).double()
    network.initialise(6.0)
    torch.nn.init.normal_(network.writer.weight, 0, 0.3)
    return network


def arguments() -> tuple[Tensor, Tensor, Tensor]:
    random = np.random.default_rng(2)
    x = torch.tensor(random.normal(0, 1, (9, 3, 3)))
    codes = torch.tensor(random.integers(0, 4, (3, 6)))
    return x, codes, torch.ones(3, 6, dtype=torch.float64)


def test_a_vector_does_not_depend_on_company_padding_or_order(encoder: WriterEncoder) -> None:
    lines = [line(points, seed) for seed, points in enumerate((30, 8, 17, 1, 64))]
    alone = encoder(packed([lines]), torch.float64)
    turned = encoder(packed([lines[::-1]]), torch.float64)
    among = encoder(packed([[line(50, 9)], lines, [], [line(3, 8)]]), torch.float64)
    torch.testing.assert_close(turned, alone, rtol=0, atol=1e-12)
    torch.testing.assert_close(among[1:2], alone, rtol=0, atol=1e-12)
    assert float((among[0] - alone).abs().max()) > 1e-3
    assert float(alone.abs().max()) < 1


def test_lines_near_each_other_are_read_as_if_far_apart(encoder: WriterEncoder) -> None:
    first, second = line(16, 0), line(24, 1)
    means = [encoder(packed([[one]]), torch.float64) for one in (first, second)]
    # Two writers side by side: no point of the one reaches what is found in the other.
    both = encoder(packed([[first], [second]]), torch.float64)
    torch.testing.assert_close(both, torch.cat(means), rtol=0, atol=1e-12)


def test_who_has_no_lines_has_no_vector(encoder: WriterEncoder) -> None:
    assert not encoder(packed([[], []]), torch.float64).any()


def test_vectors_differ_between_writers_once_they_are_calibrated() -> None:
    torch.manual_seed(0)
    encoder = WriterEncoder(16)
    writers = packed([[line(200, seed)] for seed in range(12)])
    assert float(encoder(writers).std(0).mean()) < 0.05
    encoder.calibrate(writers)
    assert float(encoder(writers).std(0).mean()) > 0.3
    assert float(encoder(writers).mean(0).abs().max()) < 0.2


def test_bfloat16_is_near_float32() -> None:
    torch.manual_seed(3)
    encoder = WriterEncoder(16)
    references = packed([[line(300, 1), line(200, 2)], [line(250, 3)]])
    exact, rough = encoder(references), encoder(references, torch.bfloat16)
    assert rough.dtype == torch.float32
    assert float((exact - rough).detach().abs().max()) < 0.02


def test_a_new_network_writes_as_without_a_vector() -> None:
    torch.manual_seed(4)
    network = Network(SIZES).double()
    references = packed([[line(20, 1)], [line(30, 2)], []])
    plain = network(*arguments()).raw
    assert torch.equal(network(*arguments(), references).raw, plain)


def test_a_vector_is_an_addition_to_the_biases(network: Network) -> None:
    references = packed([[line(20, 1), line(9, 3)], [], [line(30, 2)]])
    vectors = network.encoder(references, torch.float64)
    x, codes, mask = arguments()
    together = network(x, codes, mask, references).raw
    torch.testing.assert_close(network(x, codes, mask, vectors).raw, together, rtol=0, atol=1e-12)
    for row in range(3):
        biased = copy.deepcopy(network)
        gates1, gates2, gates3, window, output = torch.split(
            network.basis @ vectors[row], list(network.additions)
        )
        with torch.no_grad():
            biased.layer1.bias_ih += gates1
            biased.layer2.bias_ih_l0 += gates2
            biased.layer3.bias_hh_l0 += gates3
            biased.window.bias += window
            biased.output.bias += output
        alone = biased(x[:, row : row + 1], codes[row : row + 1], mask[row : row + 1]).raw
        torch.testing.assert_close(together[:, row : row + 1], alone, rtol=1e-10, atol=1e-12)


def test_a_basis_of_its_own_takes_the_place_of_the_networks(network: Network) -> None:
    random = np.random.default_rng(5)
    basis = torch.tensor(random.normal(0, 0.2, (sum(network.additions), 2)))
    shares = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], dtype=torch.float64)
    found = network(*arguments(), shares, basis).raw
    with torch.no_grad():
        network.writer.weight[:, :2] = basis * (network.writer.weight / network.basis)[:, :2]
    vectors = torch.cat([shares, torch.zeros(3, 4, dtype=torch.float64)], dim=1)
    expected = network(*arguments(), vectors).raw
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_gradients_are_those_of_small_differences(network: Network) -> None:
    references = packed([[line(20, 1), line(9, 3)], [], [line(30, 2)]])

    def loss() -> Tensor:
        return network(*arguments(), references).raw.square().mean()

    loss().backward()
    random = np.random.default_rng(6)
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        values, gradient = parameter.detach().view(-1), parameter.grad.view(-1)
        for place in random.integers(0, len(values), 2).tolist():
            before, apart = float(values[place]), []
            for step in (1e-6, -1e-6):
                values[place] = before + step
                with torch.no_grad():
                    apart.append(float(loss()))
            values[place] = before
            expected = (apart[0] - apart[1]) / 2e-6
            assert float(gradient[place]) == pytest.approx(expected, rel=1e-4, abs=1e-8), name


def test_biases_alone_are_taught_as_among_all_weights(network: Network) -> None:
    shares = torch.ones(3, 1, dtype=torch.float64)
    found = []
    for frozen in (False, True):
        network.requires_grad_(not frozen)
        basis = torch.full((sum(network.additions), 1), 0.1, dtype=torch.float64)
        basis.requires_grad_()
        network(*arguments(), shares, basis).raw.square().mean().backward()
        found.append(basis.grad)
    assert network.layer1.weight_hh.grad is not None
    torch.testing.assert_close(*found, rtol=1e-12, atol=1e-14)


def test_recomputed_activations_give_the_same_gradient(network: Network) -> None:
    references = packed([[line(20, 1)], [line(9, 3)], [line(30, 2)]])
    found = []
    for network.recompute in (False, True):
        network.train().zero_grad()
        network(*arguments(), references).raw.square().sum().backward()
        found.append([parameter.grad.clone() for parameter in network.parameters()])
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("count", [0, 25])
def test_too_few_or_many_lines_are_a_sentence(count: int) -> None:
    with pytest.raises(InkError, match=f"not of {count}; choose"):
        checked_lines([line(5, 0)] * count)

"""The network over whole lines: dropout acts in training alone, and on the way up alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.network.lstm import bidirectional_lstm, lstm, reversal
from engine.network.network import Network, NetworkConfig

POINTS, LINES = 12, 3


@pytest.fixture
def network() -> Network:
    torch.manual_seed(3)
    return Network(NetworkConfig(4, 10, 2, 2))


def arguments() -> tuple[Tensor, Tensor, Tensor]:
    random = np.random.default_rng(0)
    x = torch.tensor(random.normal(0, 1, (POINTS, LINES, 3)), dtype=torch.float32)
    return x, torch.tensor(random.integers(0, 4, (LINES, 5))), torch.ones(LINES, 5)


def test_dropout_is_off_at_zero_and_outside_training(network: Network) -> None:
    plain = network.train()(*arguments()).raw
    assert torch.equal(network(*arguments()).raw, plain)
    network.dropout = 0.5
    assert torch.equal(network.eval()(*arguments()).raw, plain)
    assert not torch.allclose(network.train()(*arguments()).raw, plain)


def test_dropout_leaves_the_recurrence_of_layer_1_and_the_window_alone(network: Network) -> None:
    network.dropout = 0.5
    network.train()
    outputs, whole = network(*arguments()), network.eval()(*arguments())
    assert torch.equal(outputs.windowed.h, whole.windowed.h)
    assert torch.equal(outputs.windowed.phi, whole.windowed.phi)
    for layer in outputs.layers:
        assert 0.3 < float((layer == 0).float().mean()) < 0.7


def test_what_is_kept_is_raised_so_that_the_mean_stays(network: Network) -> None:
    network.dropout = 0.25
    network.train()
    h, thinned = network(*arguments()).windowed.h, network(*arguments()).layers[0]
    kept = thinned != 0
    torch.testing.assert_close(thinned[kept], h[kept] / 0.75)


def test_recomputed_activations_give_the_same_gradient_and_keep_less(network: Network) -> None:
    def gradients(recompute: bool) -> tuple[list[Tensor], int]:
        network.dropout, network.recompute = 0.3, recompute
        network.train().zero_grad()
        torch.manual_seed(5)
        kept: dict[int, int] = {}

        def noted(tensor: Tensor) -> Tensor:
            kept[tensor.data_ptr()] = tensor.numel()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(noted, lambda tensor: tensor):
            loss = network(*arguments()).raw.square().sum()
        loss.backward()
        found = [p.grad.clone() for p in network.parameters() if p.grad is not None]
        return found, sum(kept.values())

    (plain, all_of_it), (again, less) = gradients(False), gradients(True)
    assert len(plain) == len(again) == len(list(network.parameters()))
    for ours, theirs in zip(plain, again, strict=True):
        torch.testing.assert_close(ours, theirs)
    assert less < 0.6 * all_of_it


def test_an_lstm_layer_computes_in_its_inputs_type_as_torchs_own() -> None:
    torch.manual_seed(1)
    layer, x = nn.LSTM(4, 6), torch.randn(7, 2, 4)
    torch.testing.assert_close(lstm(layer, x), layer(x)[0])
    rough = lstm(layer, x.bfloat16())
    assert rough.dtype == torch.bfloat16
    torch.testing.assert_close(rough.float(), layer(x)[0], atol=0.05, rtol=0.05)
    rough.float().sum().backward()
    assert layer.weight_ih_l0.grad is not None
    assert layer.weight_ih_l0.grad.dtype == torch.float32


def test_the_written_passes_of_a_layer_are_torchs_own() -> None:
    torch.manual_seed(1)
    layer, x = nn.LSTM(4, 3).double(), torch.randn(5, 3, 4).double().requires_grad_()
    shares = torch.randn(3, 2).double().requires_grad_()
    weight = torch.randn(12, 2).double().requires_grad_()
    for added in (None, (shares, weight)):
        given = (x, *layer.parameters(), *(added or ()))
        # What is varied is what the layer reads.
        assert torch.autograd.gradcheck(lambda *_, added=added: lstm(layer, x, added), given)
        with torch.no_grad():
            theirs = lstm(layer, x, added)
        torch.testing.assert_close(lstm(layer, x, added), theirs)


def test_two_directions_pass_over_padded_lines_as_torchs_own_over_packed_ones() -> None:
    torch.manual_seed(1)
    layer, x, lengths = nn.LSTM(4, 6, bidirectional=True), torch.randn(7, 3, 4), [7, 2, 5]
    packed = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    expected, _ = nn.utils.rnn.pad_packed_sequence(layer(packed)[0])

    def within(h: Tensor) -> list[Tensor]:
        return [h[:length, line] for line, length in enumerate(lengths)]

    reverse = reversal(torch.tensor(lengths), len(x))
    found = bidirectional_lstm(layer, x, reverse)
    torch.testing.assert_close(within(found), within(expected))
    rough = bidirectional_lstm(layer, x.bfloat16(), reverse)
    assert rough.dtype == torch.bfloat16
    torch.testing.assert_close(within(rough.float()), within(expected), atol=0.05, rtol=0.05)
    gradients = []
    for h in (expected, found):
        layer.zero_grad()
        sum(part.square().sum() for part in within(h)).backward()  # type: ignore[union-attr]
        gradients.append(
            [weight.grad.clone() for weight in layer.parameters() if weight.grad is not None]
        )
    torch.testing.assert_close(*gradients)

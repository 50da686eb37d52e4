"""Layer 1 and the window against loops written from the paper, values and gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.network.network import Network, NetworkConfig
from engine.network.recurrence import WindowedOutput, windowed_layer

POINTS, LINES, HIDDEN, COMPONENTS, CHARACTERS, LENGTH = 9, 3, 5, 2, 4, 6


def arguments(seed: int = 0) -> list[Tensor]:
    random = np.random.default_rng(seed)

    def normal(*shape: int, scale: float = 0.5) -> Tensor:
        return torch.tensor(random.normal(0, scale, shape))

    mask = torch.ones(LINES, LENGTH, dtype=torch.float64)
    mask[1, 4:] = 0
    mask[2, 3:] = 0
    return [
        normal(POINTS, LINES, 3, scale=1.0),
        torch.tensor(random.integers(0, CHARACTERS, (LINES, LENGTH))),
        mask,
        normal(4 * HIDDEN, 3),
        normal(4 * HIDDEN, HIDDEN + CHARACTERS),
        normal(4 * HIDDEN),
        normal(3 * COMPONENTS, HIDDEN),
        normal(3 * COMPONENTS),
    ]


def from_the_paper(
    x: Tensor,
    codes: Tensor,
    mask: Tensor,
    weight_x: Tensor,
    weight_hw: Tensor,
    bias: Tensor,
    window_weight: Tensor,
    window_bias: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Equations 46 to 52 for one point and one line after another; autograd differentiates."""
    hs, ws, phis = [], [], []
    for b in range(x.shape[1]):
        h = c = torch.zeros(HIDDEN, dtype=x.dtype)
        w = torch.zeros(CHARACTERS, dtype=x.dtype)
        kappa = torch.zeros(COMPONENTS, dtype=x.dtype)
        for t in range(x.shape[0]):
            gates = weight_x @ x[t, b] + weight_hw @ torch.cat([h, w]) + bias
            i, f, g, o = gates.split(HIDDEN)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            alpha, beta, step = torch.exp(window_weight @ h + window_bias).split(COMPONENTS)
            kappa = kappa + step
            phi = []
            w = torch.zeros(CHARACTERS, dtype=x.dtype)
            for u in range(codes.shape[1]):
                weight = torch.zeros((), dtype=x.dtype)
                for k in range(COMPONENTS):
                    weight = weight + alpha[k] * torch.exp(-beta[k] * (kappa[k] - u) ** 2)
                phi.append(weight * mask[b, u])
                w = w + phi[-1] * torch.eye(CHARACTERS, dtype=x.dtype)[codes[b, u]]
            hs.append(h)
            ws.append(w)
            phis.append(torch.stack(phi))

    def shaped(rows: list[Tensor]) -> Tensor:
        return torch.stack(rows).reshape(x.shape[1], x.shape[0], -1).transpose(0, 1)

    return shaped(hs), shaped(ws), shaped(phis)


def weights(values: list[Tensor]) -> list[Tensor]:
    return [value.clone().requires_grad_() for value in values]


def test_values_and_gradients_are_the_papers() -> None:
    inputs, trained = arguments()[:3], arguments()[3:]
    random = np.random.default_rng(9)
    found, expected = weights(trained), weights(trained)
    ours: WindowedOutput = windowed_layer(*inputs, *found)
    h, w, phi = from_the_paper(*inputs, *expected)
    torch.testing.assert_close(ours.h, h, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(ours.w, w, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(ours.phi, phi, rtol=1e-12, atol=1e-12)
    dh, dw = torch.tensor(random.normal(size=h.shape)), torch.tensor(random.normal(size=w.shape))
    ((ours.h * dh).sum() + (ours.w * dw).sum()).backward()
    ((h * dh).sum() + (w * dw).sum()).backward()
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-10, atol=1e-12)


def test_the_written_backward_pass_passes_gradcheck() -> None:
    inputs, trained = arguments(1)[:3], weights(arguments(1)[3:])
    inputs[0] = inputs[0][:4]

    def layer(*values: Tensor) -> tuple[Tensor, Tensor]:
        windowed = windowed_layer(*inputs, *values)
        return windowed.h, windowed.w

    assert torch.autograd.gradcheck(layer, trained)


def test_biases_of_each_lines_own_and_their_gradients() -> None:
    inputs, trained = arguments(2)[:3], arguments(2)[3:]
    random = np.random.default_rng(4)
    for place in (2, 4):
        width = len(trained[place])
        trained[place] = torch.tensor(random.normal(0, 0.5, (LINES, width)))
    found = weights(trained)
    ours = windowed_layer(*inputs, *found)
    dh, dw = (torch.tensor(random.normal(size=of.shape)) for of in (ours.h, ours.w))
    ((ours.h * dh).sum() + (ours.w * dw).sum()).backward()
    for line in range(LINES):
        own = slice(line, line + 1)
        alone = weights([of[line] if place in (2, 4) else of for place, of in enumerate(trained)])
        h, w, _ = from_the_paper(inputs[0][:, own], inputs[1][own], inputs[2][own], *alone)
        torch.testing.assert_close(ours.h[:, own], h, rtol=1e-12, atol=1e-12)
        ((h * dh[:, own]).sum() + (w * dw[:, own]).sum()).backward()
        for place in (2, 4):
            assert found[place].grad is not None
            torch.testing.assert_close(
                found[place].grad[line], alone[place].grad, rtol=1e-10, atol=1e-12
            )


def test_padded_characters_have_no_weight_and_no_say() -> None:
    values = arguments()
    first = windowed_layer(*values)
    assert float(first.phi[:, 1, 4:].abs().max()) == 0
    values[1] = values[1].clone()
    values[1][1, 4:] = (values[1][1, 4:] + 1) % CHARACTERS
    torch.testing.assert_close(windowed_layer(*values).h, first.h, rtol=0, atol=0)


def small_network() -> Network:
    torch.manual_seed(0)
    network = Network(NetworkConfig(CHARACTERS, 7, 3, 2)).double()
    network.initialise(6.0)
    return network


def test_the_network_is_three_cells_and_a_window_in_a_loop() -> None:
    network, plain = small_network(), small_network()
    x, codes, mask = arguments()[:3]
    raw = network(x, codes, mask).raw

    def lstm(layer: torch.nn.LSTM, inputs: Tensor) -> Tensor:
        h = c = torch.zeros(LINES, 7, dtype=x.dtype)
        rows = []
        for row in inputs:
            gates = row @ layer.weight_ih_l0.T + layer.bias_ih_l0
            gates = gates + h @ layer.weight_hh_l0.T + layer.bias_hh_l0
            i, f, g, o = gates.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            rows.append(h)
        return torch.stack(rows)

    h = c = torch.zeros(LINES, 7, dtype=x.dtype)
    w, kappa = torch.zeros(LINES, CHARACTERS, dtype=x.dtype), torch.zeros(LINES, 3)
    one_hot = torch.nn.functional.one_hot(codes, CHARACTERS) * mask[:, :, None]
    h1, windows = [], []
    for row in x:
        h, c = plain.layer1(torch.cat([row, w], dim=1), (h, c))
        alpha, beta, step = plain.window(h).exp().chunk(3, dim=1)
        kappa = kappa + step
        bumps = torch.exp(-beta[:, :, None] * (kappa[:, :, None] - torch.arange(LENGTH)) ** 2)
        w = torch.einsum("bk,bku,bua->ba", alpha, bumps, one_hot)
        h1.append(h)
        windows.append(w)
    first, window = torch.stack(h1), torch.stack(windows)
    second = lstm(plain.layer2, torch.cat([x, window, first], dim=2))
    third = lstm(plain.layer3, torch.cat([x, window, second], dim=2))
    expected = plain.output(torch.cat([first, second, third], dim=2))
    torch.testing.assert_close(raw, expected, rtol=1e-10, atol=1e-10)
    raw.square().mean().backward()
    expected.square().mean().backward()
    for (name, a), b in zip(network.named_parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(
            a.grad, b.grad, rtol=1e-8, atol=1e-12, msg=lambda text, name=name: f"{name}: {text}"
        )


def test_a_line_in_a_batch_is_the_line_alone() -> None:
    network = small_network()
    x, codes, mask = arguments()[:3]
    together = network(x, codes, mask).raw
    for b, length in enumerate((6, 4, 3)):
        alone = network(x[:, b : b + 1], codes[b : b + 1, :length], mask[b : b + 1, :length]).raw
        torch.testing.assert_close(together[:, b : b + 1], alone, rtol=1e-11, atol=1e-11)


def test_padded_points_do_not_reach_back() -> None:
    network = small_network()
    x, codes, mask = arguments()[:3]
    before = network(x, codes, mask).raw[:5]
    x = x.clone()
    x[5:] = 99.0
    torch.testing.assert_close(network(x, codes, mask).raw[:5], before, rtol=0, atol=0)


def test_bfloat16_is_near_float32() -> None:
    network = small_network().float()
    x, codes, mask = arguments()[:3]
    exact = network(x.float(), codes, mask.float()).raw
    rough = network(x.bfloat16(), codes, mask.float()).raw
    assert rough.dtype == torch.float32
    assert float((exact - rough).detach().abs().max()) < 0.05


def test_the_window_starts_at_the_pace_of_the_data() -> None:
    torch.manual_seed(0)
    network = Network(NetworkConfig(CHARACTERS, 32, 10, 2))
    network.initialise(11.0)
    x = torch.zeros(111, 1, 3)
    codes = torch.zeros(1, 30, dtype=torch.int64)
    kappa = network(x, codes, torch.ones(1, 30)).windowed.parameters[-1, 0, 20:].mean()
    assert float(kappa) == pytest.approx(10, rel=0.3)

"""An LSTM layer over whole sequences, computed in the type of its input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from engine.network.lstm_cell import Cells


class _Layer(torch.autograd.Function):
    """An LSTM layer in training on the CPU, with a bias that each line may have of its own.

    oneDNN's kernel takes 3.5 times as long for the backward pass as for the forward one; here the
    backward pass is written out, with one product over all points for each weight's gradient.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight_x: Tensor, weight_h: Tensor, bias: Tensor) -> Tensor:
        points, lines, width = x.shape
        hidden = weight_h.shape[1]
        exact = torch.promote_types(x.dtype, torch.float32)
        gates = bias.expand(points, lines, 4 * hidden).contiguous()
        gates.view(points * lines, -1).addmm_(x.reshape(points * lines, width), weight_x.t())
        cells = x.new_empty((points + 1, lines, hidden), dtype=exact)
        cells[0] = 0
        h = x.new_empty((points, lines, hidden))
        arithmetic, weight = Cells(gates, exact), weight_h.t().contiguous()
        for t, own in enumerate(gates.unbind()):
            if t:
                own.addmm_(h[t - 1], weight)
            arithmetic.forward(own, cells[t], cells[t + 1], h[t])
        ctx.save_for_backward(x, weight_x, weight_h, gates, cells, h)
        ctx.own_bias = bias.dim() == 2
        return h

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (grad_h,) = gradients
        x, weight_x, weight_h, gates, cells, h = ctx.saved_tensors
        points, lines, width = gates.shape
        grad_gates = torch.empty_like(gates)
        grad_cell = torch.zeros_like(cells[0])
        arithmetic = Cells(gates, cells.dtype)
        for t in reversed(range(points)):
            dh = grad_h[t]
            if t + 1 < points:
                dh = torch.addmm(dh, grad_gates[t + 1], weight_h)
            arithmetic.backward(
                gates[t], cells[t], cells[t + 1], dh.to(cells.dtype), grad_cell, grad_gates[t]
            )
        flat = grad_gates.view(points * lines, width)
        # Where biases alone are taught the products for the weights' gradients are left out.
        needed = ctx.needs_input_grad
        return (
            (flat @ weight_x).view(points, lines, -1) if needed[0] else None,
            flat.t() @ x.reshape(points * lines, -1) if needed[1] else None,
            flat[lines:].t() @ h[:-1].view((points - 1) * lines, -1) if needed[2] else None,
            grad_gates.sum(0) if ctx.own_bias else flat.sum(0),
        )


def lstm(layer: nn.LSTM, x: Tensor, added: tuple[Tensor, Tensor] | None = None) -> Tensor:
    """The outputs of a layer of one direction over x (T, B, I) from a zero state, (T, B, H).

    The weights are cast here, inside the graph, so that they stay float32 for the optimiser.

    Parameters
    ----------
    added : (B, R) and (4H, R), optional
        Whose product is added to the gates of each line at all of its points.
    """
    weight_x, weight_h, bias_x, bias_h = layer.all_weights[0]
    if x.device.type == "cpu" and torch.is_grad_enabled():
        bias = (bias_x + bias_h).to(x.dtype)
        if added is not None:
            bias = torch.addmm(bias, added[0], added[1].t())
        h: Tensor = _Layer.apply(  # type: ignore[no-untyped-call]
            x, weight_x.to(x.dtype), weight_h.to(x.dtype), bias
        )
        return h
    if added is None:
        return _one_direction(layer, x, layer.all_weights[0])
    # What is added is one more input, the same at each point: so a kernel as it is serves.
    shares, weight = added
    x = torch.cat([x, shares.expand(len(x), *shares.shape)], dim=2)
    return _one_direction(
        layer, x, [torch.cat([weight_x.to(x.dtype), weight], dim=1), weight_h, bias_x, bias_h]
    )


def bidirectional_lstm(layer: nn.LSTM, x: Tensor, reverse: Tensor) -> Tensor:
    """The outputs of a layer of two directions over padded sequences x (T, B, I), (T, B, 2H).

    Each sequence is turned round within its own length, so that the direction from the end does
    not come through the padding. (Packed sequences do the same, but leave oneDNN's kernels.)

    Parameters
    ----------
    reverse : int64 (T, B)
        From `reversal`.
    """
    forward, backward = layer.all_weights
    turned = _one_direction(layer, _taken(x, reverse), backward)
    return torch.cat([_one_direction(layer, x, forward), _taken(turned, reverse)], dim=2)


def reversal(lengths: Tensor, longest: int) -> Tensor:
    """Which step stands where when each sequence is turned round, and the padding stays.

    Parameters
    ----------
    lengths : int64 (B,)
    longest : int
        Steps T of the padded sequences.

    Returns
    -------
    int64 (T, B)
        Its own inverse.
    """
    steps = torch.arange(longest, device=lengths.device)[:, None]
    return torch.where(steps < lengths, lengths - 1 - steps, steps)


def _taken(x: Tensor, steps: Tensor) -> Tensor:
    return x.gather(0, steps[:, :, None].expand_as(x))


def _one_direction(layer: nn.LSTM, x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    zeros = x.new_zeros((1, x.shape[1], layer.hidden_size))
    cast = [weight.to(x.dtype) for weight in weights]
    h, _, _ = torch.lstm(x, (zeros, zeros), cast, True, 1, 0.0, layer.training, False, False)
    return h

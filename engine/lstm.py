"""An LSTM layer over whole sequences, computed in the type of its input."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.cell import Cells


def lstm(layer: nn.LSTM, x: Tensor) -> Tensor:
    """The outputs of a layer over x (T, B, I) from a zero state, (T, B, H) or (T, B, 2H).

    The weights are cast here, inside the graph, so that they stay float32 for the optimiser.
    """
    weights = [weight.to(x.dtype) for direction in layer.all_weights for weight in direction]
    if x.device.type == "cpu" and torch.is_grad_enabled():
        return _differentiable(x, weights)
    both = layer.bidirectional
    zeros = x.new_zeros((1 + both, x.shape[1], layer.hidden_size))
    h, _, _ = torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, layer.training, both, False)
    return h


def _differentiable(x: Tensor, weights: list[Tensor]) -> Tensor:
    """The same on a CPU, with a backward pass that takes half as long as torch's."""
    weight_x, weight_h, bias_x, bias_h = weights[:4]
    h: Tensor = _Layer.apply(x, weight_x, weight_h, bias_x + bias_h)  # type: ignore[no-untyped-call]
    if len(weights) == 4:
        return h
    return torch.cat([h, _differentiable(x.flip(0), weights[4:]).flip(0)], dim=2)


class _Layer(torch.autograd.Function):
    """Forward and backward of a layer in one direction.

    Only the recurrent products stand in the loops over points; the inputs' share of the gates, and
    the gradients of inputs and weights, are each one product over all points.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight_x: Tensor, weight_h: Tensor, bias: Tensor) -> Tensor:
        points, lines, _ = x.shape
        hidden = weight_h.shape[1]
        exact = torch.promote_types(x.dtype, torch.float32)
        gates = torch.addmm(bias, x.reshape(points * lines, -1), weight_x.t())
        gates = gates.view(points, lines, 4 * hidden)
        # One row more than points: the state before the first.
        cells = x.new_empty((points + 1, lines, hidden), dtype=exact)
        h = x.new_empty((points + 1, lines, hidden))
        cells[0], h[0] = 0, 0
        weight = weight_h.t().contiguous()
        arithmetic = Cells(gates, exact)
        for t, own in enumerate(gates.unbind()):
            own.addmm_(h[t], weight)
            arithmetic.forward(own, cells[t], cells[t + 1], h[t + 1])
        ctx.save_for_backward(x, weight_x, weight_h, gates, cells, h)
        return h[1:]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        grad_h = gradients[0].unbind()
        x, weight_x, weight_h, gates, cells, h = ctx.saved_tensors
        points, lines, width = gates.shape
        grad_gates = torch.empty_like(gates)
        grad_cell = torch.zeros_like(cells[0])
        arithmetic = Cells(gates, cells.dtype)
        dh = grad_h[-1]
        for t in reversed(range(points)):
            if t + 1 < points:
                dh = torch.addmm(grad_h[t], grad_gates[t + 1], weight_h)
            arithmetic.backward(gates[t], cells[t], cells[t + 1], dh, grad_cell, grad_gates[t])
        flat = grad_gates.view(points * lines, width)
        return (
            (flat @ weight_x).view_as(x) if ctx.needs_input_grad[0] else None,
            flat.t() @ x.reshape(points * lines, -1),
            flat.t() @ h[:-1].view(points * lines, -1),
            flat.sum(0),
        )

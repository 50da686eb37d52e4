"""An LSTM layer over whole sequences, computed in the type of its input."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def lstm(layer: nn.LSTM, x: Tensor) -> Tensor:
    """The outputs of a layer of one direction over x (T, B, I) from a zero state, (T, B, H).

    The weights are cast here, inside the graph, so that they stay float32 for the optimiser.
    """
    return _one_direction(layer, x, layer.all_weights[0])


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

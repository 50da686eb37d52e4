"""An LSTM layer over whole sequences, computed in the type of its input."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def lstm(layer: nn.LSTM, x: Tensor) -> Tensor:
    """The outputs of a layer over x (T, B, I) from a zero state, (T, B, H) or (T, B, 2H).

    The weights are cast here, inside the graph, so that they stay float32 for the optimiser.
    """
    both = layer.bidirectional
    zeros = x.new_zeros((1 + both, x.shape[1], layer.hidden_size))
    weights = [weight.to(x.dtype) for direction in layer.all_weights for weight in direction]
    h, _, _ = torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, layer.training, both, False)
    return h

"""The type of numbers that a network is trained in: whichever this machine multiplies faster."""

from __future__ import annotations

import time

import numpy as np
import torch

#: Lines of the products that are measured, and seconds for each type.
LINES, SECONDS = 64, 0.5


def fastest_type(device: torch.device, hidden: int, seconds: float = SECONDS) -> torch.dtype:
    """float32 or bfloat16, by a measurement of a layer's own products.

    A processor's flag for bfloat16 does not tell whether it is faster there.

    Parameters
    ----------
    hidden : int
        Units of the layer.
    seconds : float
        For each type.
    """
    types = (torch.float32, torch.bfloat16)
    return max(types, key=lambda dtype: _products(dtype, device, hidden, seconds))


def _products(dtype: torch.dtype, device: torch.device, hidden: int, seconds: float) -> float:
    """Recurrent products a second."""
    random = np.random.default_rng(0)
    h = torch.tensor(random.standard_normal((LINES, hidden)), device=device).to(dtype)
    weight = torch.tensor(random.standard_normal((hidden, 4 * hidden)), device=device).to(dtype)
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for _ in range(20):
            gates = h @ weight
        float(gates[0, 0])
        count += 20
    return count / (time.perf_counter() - begun)

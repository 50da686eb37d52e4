"""The nonlinearities of an LSTM's gates in numpy arrays, in place, by the faster library.

numpy's tanh takes three times as long with AVX2 as PyTorch's sigmoid does, and with AVX-512 a
fraction of it. Which one is taken hangs on the processor alone.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import torch

Floats = npt.NDArray[np.float32]

#: Numbers that PyTorch computes at a time with AVX2: what is left over comes out otherwise.
AT_A_TIME = 16


@cache
def _by_sigmoid() -> bool:
    return torch.backends.cpu.get_cpu_capability() == "AVX2"


def squash_gates(gates: Floats) -> None:
    """The gates of cells after their nonlinearities, in place.

    Parameters
    ----------
    gates : float32 (..., 4H)
        Input, forget and output before a sigmoid, all three halved; then the cell before a tanh.
    """
    width = gates.shape[-1]
    sigmoids = gates[..., : 3 * width // 4]
    if width % AT_A_TIME or not _by_sigmoid():
        np.tanh(gates, out=gates)
        sigmoids *= 0.5
        sigmoids += 0.5
        return
    # tanh(x) = 2 sigmoid(2 x) - 1
    gates *= 2.0
    torch.from_numpy(gates).sigmoid_()
    cell = gates[..., 3 * width // 4 :]
    cell *= 2.0
    cell -= 1.0


def tanh_into(x: Floats, out: Floats) -> None:
    """The tanh of x (..., H), written into `out`, which is contiguous."""
    if x.shape[-1] % AT_A_TIME or not _by_sigmoid():
        np.tanh(x, out=out)
        return
    np.multiply(x, 2.0, out=out)
    torch.from_numpy(out).sigmoid_()
    out *= 2.0
    out -= 1.0

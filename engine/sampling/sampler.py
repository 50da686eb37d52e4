"""The sampler: a network made ready to write, on the device and in the precision that serve best.

A run of it draws the points of many lines at once: on the CPU (`engine.sampling.cpu`), or as a
captured graph on a GPU (`engine.sampling.cuda_graph`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.network.network import Network
from engine.sampling.buffers import Draws, Floats, InferenceWeights
from engine.sampling.cpu import CpuSampler
from engine.sampling.cuda_graph import CudaGraphSampler
from engine.sampling.matmul import Precision, checked_precision


class SamplingBatch(Protocol):
    """B lines that are being sampled; `engine.sampling.cpu.CpuBatch` describes it."""

    @property
    def states(self) -> Tensor:
        """The lines' states (B, S)."""

    def set_biases(self, biases: Sequence[float]) -> None:
        """Draw with other biases from now on."""

    def of(self, lines: npt.NDArray[np.int64]) -> SamplingBatch:
        """Some of the lines as a run of their own, by index, int64 (b,)."""

    def draw(
        self,
        noise: Floats,
        kappa: Floats | None = None,
        component: int | None = None,
        after: Floats | None = None,
        following: Floats | None = None,
    ) -> Draws:
        """Draw the next n points of each line, `CHUNK` at most on a device.

        Parameters
        ----------
        noise : float32 (n, B, 4)
            Two uniform numbers (component, end of stroke) and two normal ones for each point.
        kappa : float32 (B, K), optional
            Positions that the window takes instead of its own, in characters.
        component : int, optional
            The component to draw from, instead of drawing one.
        after : float32 (n, B, S), optional
            Filled with the states after each point.
        following : float32 (m, B, 4), optional
            The noise of the next call, for a device that can begin with it already.

        Returns
        -------
        Draws
            Arrays (n, B, ...), in offsets units.
        """

    def feed(self, offsets: Floats, counts: npt.NDArray[np.int64] | None = None) -> None:
        """Feed given points (n, B, 3), as priming does."""


class Sampler:
    """A network, ready to write.

    Parameters
    ----------
    network : Network
    device : where to sample
    precision : "auto" or one of `engine.sampling.matmul.Precision`
        What the weights are multiplied in on the CPU; a GPU has them in float32. "auto" is
        float16 where the processor knows it and nothing is lost, else float32.

    Raises
    ------
    SettingError
        If there is no such precision.
    """

    def __init__(self, network: Network, device: torch.device, precision: str = "auto") -> None:
        prepared = InferenceWeights(network)
        self.device = device
        self.row = prepared.row
        self._network = network
        exact = device.type != "cpu" or (precision == "auto" and not prepared.fits_float16)
        self.precision: Precision = "float32" if exact else checked_precision(precision)
        self._weights: CpuSampler | CudaGraphSampler = (
            CpuSampler(prepared, self.precision)
            if device.type == "cpu"
            else CudaGraphSampler(prepared, device)
        )

    def zeros(self, lines: int) -> Tensor:
        """The states (B, S) in which lines begin: all zero."""
        return torch.zeros((lines, self.row.width), device=self.device)

    def run(
        self,
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
        biases: Sequence[float],
        added: Floats | None = None,
    ) -> SamplingBatch:
        """Lines to be sampled; by the CPU where a GPU has no memory left for so many.

        Parameters
        ----------
        states : float32 (B, S)
            From which the lines go on; the run may write into them.
        codes : B of int64 (U_b,), the lines' texts with the closing space
        biases : B floats, Graves's probability bias of each line
        added : float32 (B, P), optional
            What each line's writer adds, as `engine.network.network.Network.additions` has it.
        """
        try:
            return self._weights.run(states, codes, biases, added)
        except torch.OutOfMemoryError:
            return self._spare.run(states.cpu(), codes, biases, added)

    @cached_property
    def _spare(self) -> CpuSampler:
        """The CPU's weights, beside a GPU's."""
        return CpuSampler(InferenceWeights(self._network), self.precision)


def noise(seed: int, points: int) -> Floats:
    """The random numbers of a line, float32 (points, 4): two uniform, two normal.

    Row t depends on the seed and t alone, not on `points`: a counter-based generator, and the
    normal ones by Box and Muller's transform from a fixed count of uniform ones.
    """
    uniform = np.random.Generator(np.random.Philox(key=seed)).random((points, 4))
    radius = np.sqrt(-2 * np.log1p(-uniform[:, 2]))
    angle = 2 * np.pi * uniform[:, 3]
    return np.stack(
        [uniform[:, 0], uniform[:, 1], radius * np.cos(angle), radius * np.sin(angle)], axis=1
    ).astype(np.float32)

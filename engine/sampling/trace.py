"""What the network did, point by point: the one record that drawing, inspector and export share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NetworkState:
    """The network's whole state after a point; a stream can start again from it.

    Attributes
    ----------
    values : Tensor, float32 (S,)
        The window, the last point, h and c of each layer, and kappa, as the sampler lays them out.
    index : int
        Number of points of the line written so far.
    places : three slices
        Where the outputs of the three LSTM layers stand in `values`.
    """

    values: Tensor
    index: int
    places: tuple[slice, slice, slice] = field(repr=False)

    @property
    def layers(self) -> Tensor:
        """The outputs of the three LSTM layers, float32 (3, H)."""
        return torch.stack([self.values[place] for place in self.places])


@dataclass(frozen=True, eq=False)
class TraceStep:
    """What the network did for one pen point (Graves 2013, sections 4.1 and 5.1).

    Attributes
    ----------
    index : int
        Number of the point in its line, from 0.
    point : float32 (3,)
        dx, dy in offsets units, end-of-stroke (0 or 1): what was sampled.
    phi : float32 (U,)
        The window's weight on each character of the text and on the closing space.
    alpha, beta, kappa : float32 (K,)
        The window's Gaussians; kappa in characters of the text, from 0.
    pi : float32 (M,); mu, sigma : float32 (M, 2); rho : float32 (M,)
        The mixture that the point was drawn from, bias applied; in offsets units.
    eos : float
        End-of-stroke probability.
    component : int
        The mixture's component that the point was drawn from.
    state : NetworkState
        The state after the point.
    """

    index: int
    point: Floats
    phi: Floats
    alpha: Floats
    beta: Floats
    kappa: Floats
    pi: Floats
    mu: Floats
    sigma: Floats
    rho: Floats
    eos: float
    component: int
    state: NetworkState = field(repr=False)


@dataclass(frozen=True, eq=False)
class SampleTrace:
    """The steps of a line as arrays with a leading axis of n points.

    Attributes
    ----------
    text : str
    offsets : float32 (n, 3)
    phi : float32 (n, U); alpha, beta, kappa : float32 (n, K)
    pi : float32 (n, M); mu, sigma : float32 (n, M, 2); rho : float32 (n, M)
    eos : float32 (n,); component : int64 (n,)
    """

    text: str
    offsets: Floats
    phi: Floats
    alpha: Floats
    beta: Floats
    kappa: Floats
    pi: Floats
    mu: Floats
    sigma: Floats
    rho: Floats
    eos: Floats
    component: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets)

    def first(self, points: int) -> SampleTrace:
        """The steps of the first points."""
        return self.taken(slice(points))

    def taken(self, points: slice | npt.NDArray[np.int64]) -> SampleTrace:
        """The steps of some points, by index, int64 (m,), or by slice, in their order."""
        arrays = {f.name: getattr(self, f.name)[points] for f in fields(self) if f.name != "text"}
        return SampleTrace(self.text, **arrays)

    @classmethod
    def stacked(cls, text: str, steps: Sequence[TraceStep]) -> SampleTrace:
        """The arrays of steps that a stream yielded."""

        def stack(name: str) -> Floats:
            return np.stack([getattr(step, name) for step in steps])

        shared = {f.name for f in fields(cls)} - {"text", "offsets", "eos", "component"}
        return cls(
            text=text,
            offsets=stack("point"),
            eos=np.array([step.eos for step in steps], dtype=np.float32),
            component=np.array([step.component for step in steps], dtype=np.int64),
            **{name: stack(name) for name in shared},
        )

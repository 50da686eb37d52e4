"""A trained network's weights, its state and its records, laid out for sampling.

All of a line's state stands in one row: h1, the window, the last point, h2, h3, the cells and
kappa. So the input of every layer is one slice of that row, a layer costs one matrix product, and
saving a state, or dropping a finished line from a batch, is one copy.

The weights that lead to a sigmoid are halved, for sigmoid(x) = (1 + tanh(x / 2)) / 2: so one tanh
serves all gates of a layer. Halving is exact in every floating-point type.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.network.network import Network, NetworkConfig

#: Points that are drawn at once, between two looks at which lines are finished.
CHUNK = 16

Floats = npt.NDArray[np.float32]


def _places(*widths: int) -> list[slice]:
    """Slices of these widths, side by side."""
    ends = np.cumsum([0, *widths]).tolist()
    return [slice(a, b) for a, b in pairwise(ends)]


class StateLayout:
    """Where all of a line's state stands in its row.

    Attributes
    ----------
    h, c : three slices each, the layers' outputs and cells
    w, x : slices, the window's character weights and the last point
    kappa : slice, the window's positions
    inputs : three slices, what each layer reads, its own last output included
    hidden : slice, what the output reads; between the layers stand w and x, with weight zero
    width : int
    """

    def __init__(self, config: NetworkConfig) -> None:
        layer = config.hidden
        places = _places(layer, config.characters, 3, *[layer] * 5, config.window)
        h1, self.w, self.x, h2, h3, *self.c, self.kappa = places
        self.h = (h1, h2, h3)
        self.inputs = [
            slice(0, self.x.stop),
            slice(0, h2.stop),
            slice(self.w.start, h3.stop),
        ]
        self.hidden = slice(0, h3.stop)
        self.width: int = self.kappa.stop


class Draws(NamedTuple):
    """What happened at n points of B lines; `engine.sampling.trace.TraceStep` says what each is.

    All are float32 views (n, B, ...) of one array of records; `window` is alpha, beta and kappa
    side by side, and `component` a whole number.
    """

    point: Floats
    phi: Floats
    window: Floats
    pi: Floats
    mu: Floats
    sigma: Floats
    rho: Floats
    eos: Floats
    component: Floats


class RecordLayout:
    """Where what happened at a point stands in its row, for texts of so many characters.

    Attributes
    ----------
    point, component, window, phi, pi, mu, sigma, rho, eos : slices
    pen : slice, rho and the end of stroke side by side
    width : int
    """

    def __init__(self, config: NetworkConfig, length: int) -> None:
        window, mixture = 3 * config.window, config.mixture
        places = _places(3, 1, window, length, mixture, 2 * mixture, 2 * mixture, mixture, 1)
        self.point, self.component, self.window, self.phi, *rest = places
        self.pi, self.mu, self.sigma, self.rho, self.eos = rest
        self.pen = slice(self.rho.start, self.eos.stop)
        self.width: int = self.eos.stop

    def views(self, records: Floats) -> Draws:
        """The parts of records (n, B, width)."""
        pairs = (*records.shape[:2], -1, 2)
        return Draws(
            point=records[:, :, self.point],
            phi=records[:, :, self.phi],
            window=records[:, :, self.window],
            pi=records[:, :, self.pi],
            mu=records[:, :, self.mu].reshape(pairs),
            sigma=records[:, :, self.sigma].reshape(pairs),
            rho=records[:, :, self.rho],
            eos=records[:, :, self.eos.start],
            component=records[:, :, self.component.start],
        )


class OutputLayout:
    """Where the mixture's raw parameters stand in the output of a network of this size.

    Attributes
    ----------
    pi, mu, sigma : slices
    pen : slice, rho and the end of stroke side by side
    chosen : int64 (6,), columns of component 0's mu, sigma and rho, and of the end of stroke
    strides : int64 (6,), the columns from one component to the next
    width : int
    """

    def __init__(self, config: NetworkConfig) -> None:
        mixture = config.mixture
        self.pi, self.mu, self.sigma, rho, eos = _places(
            mixture, 2 * mixture, 2 * mixture, mixture, 1
        )
        self.pen = slice(rho.start, eos.stop)
        mu, sigma = self.mu.start, self.sigma.start
        self.chosen = np.array([mu, mu + 1, sigma, sigma + 1, rho.start, eos.start])
        self.strides = np.array([2, 2, 2, 2, 1, 0])
        self.width: int = eos.stop


class Affine(NamedTuple):
    """x W + b: float32 W (I, O) and b (O,), on the CPU."""

    weight: Tensor
    bias: Tensor


class WriterBiases(NamedTuple):
    """What writers add to the products of B lines, in the order of a sampler's weights.

    Attributes
    ----------
    layers : three of float32 (B, 4H), to the gates of the layers
    window : float32 (B, 3K)
    output : float32 (B, 6 M + 1)
    """

    layers: tuple[Floats, Floats, Floats]
    window: Floats
    output: Floats

    def of(self, lines: slice) -> WriterBiases:
        """Those of some of the lines."""
        one, two, three = (layer[lines] for layer in self.layers)
        return WriterBiases((one, two, three), self.window[lines], self.output[lines])


def arranged(config: NetworkConfig, added: Floats) -> WriterBiases:
    """Additions (B, P) as `engine.network.network.Network.additions` has them, for a sampler."""
    gates, window = 4 * config.hidden, 3 * config.window
    one, two, three, rest = (
        added[:, :gates],
        added[:, gates : 2 * gates],
        added[:, 2 * gates : 3 * gates],
        added[:, 3 * gates :],
    )
    output = rest[:, window:].copy()
    output[:, -1] *= 0.5
    return WriterBiases((_halved(one), _halved(two), _halved(three)), rest[:, :window], output)


def _halved(gates: Floats) -> Floats:
    """Additions to gates in training's order: input, forget, cell, output."""
    i, f, g, o = np.split(gates, 4, axis=1)
    half = np.float32(0.5)
    halved: Floats = np.concatenate([half * i, half * f, half * o, g], axis=1)
    return halved


class InferenceWeights:
    """A network's weights in the order of a state's row, float32.

    Attributes
    ----------
    layers : three Affine, from a layer's input to its gates: input, forget, output (all three
        halved), cell
    window : Affine, from h1 to alpha, beta and the advance of kappa
    output : Affine, to pi, mu, sigma, rho and the (halved) end of stroke
    fits_float16 : bool
        Whether every weight is a float16, as those of a hand's file are.
    """

    def __init__(self, network: Network) -> None:
        self.config = network.config
        self.row = StateLayout(self.config)
        self.fits_float16 = all(
            torch.equal(weight, weight.half().to(weight.dtype)) for weight in network.parameters()
        )
        one, two, three = network.layer1, network.layer2, network.layer3
        weights1 = [one.weight_ih, one.weight_hh, one.bias_ih, one.bias_hh]
        (x, w, _, own), bias = self._parts(weights1)
        gates1 = _gates([own, w, x], bias)
        (x, w, h1, own), bias = self._parts(two.all_weights[0])
        gates2 = _gates([h1, w, x, own], bias)
        (x, w, h2, own), bias = self._parts(three.all_weights[0])
        gates3 = _gates([w, x, h2, own], bias)
        self.layers = [gates1, gates2, gates3]
        self.window = Affine(*map(_plain, (network.window.weight.t(), network.window.bias)))
        self.output = self._mixture(network.output.weight, network.output.bias)

    def _parts(self, weights: Sequence[Tensor]) -> tuple[list[Tensor], Tensor]:
        """A layer's weights for the point, the window, the layer below and its own output."""
        inward, own, *biases = map(_plain, weights)
        characters = self.config.characters
        parts = torch.split(inward, [3, characters, inward.shape[1] - 3 - characters], dim=1)
        return [*parts, own], biases[0] + biases[1]

    def _mixture(self, weight: Tensor, bias: Tensor) -> Affine:
        """The output's weights, with rows of zeros for the window and the point."""
        rows = torch.zeros((self.row.hidden.stop, len(weight)))
        for part, place in zip(_plain(weight.t()).chunk(3), self.row.h, strict=True):
            rows[place] = part
        halved = torch.ones(len(weight))
        halved[-1] = 0.5
        return Affine(rows * halved, _plain(bias) * halved)


def _plain(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", torch.float32)


def _gates(parts: list[Tensor], bias: Tensor) -> Affine:
    """From parts (4H, I) with gates in training's order: input, forget, cell, output."""
    i, f, g, o = torch.cat([*parts, bias[:, None]], dim=1).chunk(4)
    rows = torch.cat([0.5 * i, 0.5 * f, 0.5 * o, g]).t().contiguous()
    return Affine(rows[:-1], rows[-1])

"""The sampler: the network point by point, many lines at once, prepared for speed.

The weights of a trained network are laid out so that a point costs six matrix products: layer 1
on its own output, the window and the point; one product that brings the new window and the point
to layers 2 and 3; layers 2 and 3 on what is below them and on themselves; the output on all three.
All of a line's state stands in one row of one tensor, whose slices are those products' inputs, so
that saving a state, or dropping a finished line from a batch, is one copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.mixture import split
from engine.network import Network, NetworkConfig
from engine.recurrence import EXPONENT_LIMIT


class Draws(NamedTuple):
    """What happened at a point, for each of B lines; see `engine.step.Step` for the meaning."""

    point: Tensor
    phi: Tensor
    window: Tensor
    pi: Tensor
    mu: Tensor
    sigma: Tensor
    rho: Tensor
    eos: Tensor
    component: Tensor


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts of B lines, on the sampler's device.

    Attributes
    ----------
    one_hot : float32 (B, U, A), zero at the padding
    mask : float32 (B, U)
    """

    one_hot: Tensor
    mask: Tensor

    def of(self, lines: Tensor) -> Texts:
        """Those of some lines, by index."""
        return Texts(self.one_hot[lines], self.mask[lines])


class Sampler:
    """A network's weights, laid out for sampling.

    Parameters
    ----------
    network : Network
    device : where to sample
    """

    def __init__(self, network: Network, device: torch.device) -> None:
        self.config: NetworkConfig = network.config
        self.device = device
        characters, hidden = self.config.characters, self.config.hidden
        below = 3 + characters

        def weight(tensor: Tensor) -> Tensor:
            return tensor.detach().to(device, torch.float32)

        def transposed(*parts: Tensor) -> Tensor:
            return torch.cat([weight(part) for part in parts], dim=1).t().contiguous()

        one, two, three = network.layer1, network.layer2, network.layer3
        # The state's row begins with the window and the point; training has the point first.
        order = [*range(3, below), 0, 1, 2]
        self._layer1 = transposed(one.weight_ih[:, order], one.weight_hh)
        self._bias1 = weight(one.bias_ih + one.bias_hh)
        (in2, own2, *biases2), (in3, own3, *biases3) = two.all_weights[0], three.all_weights[0]
        self._inputs = torch.cat([transposed(part[:, order]) for part in (in2, in3)], dim=1)
        self._bias23 = weight(torch.cat([biases2[0] + biases2[1], biases3[0] + biases3[1]]))
        self._layer2 = transposed(in2[:, below:], own2)
        self._layer3 = transposed(in3[:, below:], own3)
        self._window = transposed(network.window.weight)
        self._window_bias = weight(network.window.bias)
        self._output = transposed(network.output.weight)
        self._output_bias = weight(network.output.bias)

        starts = np.cumsum([0, characters, 3, *[hidden] * 6, self.config.window]).tolist()
        self._w = slice(starts[0], starts[1])
        self._x = slice(starts[1], starts[2])
        self._h = [slice(a, b) for a, b in pairwise(starts[2:6])]
        self._c = [slice(a, b) for a, b in pairwise(starts[5:9])]
        self._kappa = slice(starts[8], starts[9])
        self.width: int = starts[9]

    def zeros(self, lines: int) -> Tensor:
        """The states (B, S) in which lines begin: all zero."""
        return torch.zeros((lines, self.width), device=self.device)

    def kappa(self, states: Tensor) -> Tensor:
        """The window's positions (B, K) in states: a view."""
        return states[:, self._kappa]

    def layers(self, states: Tensor) -> Tensor:
        """The outputs of the LSTM layers (B, 3, H) in states: a view."""
        outputs = states[:, self._h[0].start : self._h[2].stop]
        return outputs.view(len(states), 3, self.config.hidden)

    def texts(self, codes: list[npt.NDArray[np.int64]]) -> Texts:
        """Texts of B lines from their codes, int64 (U_b,) each."""
        longest = max(len(line) for line in codes)
        mask = torch.zeros((len(codes), longest))
        padded = torch.zeros((len(codes), longest), dtype=torch.int64)
        for row, line in enumerate(codes):
            padded[row, : len(line)] = torch.from_numpy(line)
            mask[row, : len(line)] = 1.0
        one_hot = torch.nn.functional.one_hot(padded, self.config.characters) * mask[:, :, None]
        return Texts(one_hot.to(self.device, torch.float32), mask.to(self.device))

    def _cell(self, gates: Tensor, states: Tensor, layer: int) -> None:
        """An LSTM cell's nonlinearities; h and c of the layer are updated in place."""
        hidden = self.config.hidden
        gates[:, : 2 * hidden].sigmoid_()
        gates[:, 2 * hidden : 3 * hidden].tanh_()
        gates[:, 3 * hidden :].sigmoid_()
        i, f, g, o = gates.chunk(4, dim=1)
        c = states[:, self._c[layer]]
        c.mul_(f).addcmul_(i, g)
        torch.mul(torch.tanh(c), o, out=states[:, self._h[layer]])

    @torch.inference_mode()
    def advance(
        self, states: Tensor, texts: Texts, kappa: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Feed each line's last point; the states (B, S) are updated in place.

        Parameters
        ----------
        kappa : (B, K), optional
            Positions that the window takes instead of its own.

        Returns
        -------
        raw : (B, 6 M + 1), the mixture of the next point
        phi : (B, U)
        window : (B, 3 K), alpha, beta and kappa
        """
        layer1_end = self._h[0].stop
        gates = torch.addmm(self._bias1, states[:, :layer1_end], self._layer1)
        self._cell(gates, states, 0)

        values = torch.addmm(self._window_bias, states[:, self._h[0]], self._window)
        values.clamp_(-EXPONENT_LIMIT, EXPONENT_LIMIT).exp_()
        components = self.config.window
        positions = states[:, self._kappa]
        if kappa is None:
            positions += values[:, 2 * components :]
        else:
            positions.copy_(kappa)
        values[:, 2 * components :] = positions
        places = torch.arange(texts.mask.shape[1], device=self.device, dtype=torch.float32)
        bumps = positions[:, :, None] - places
        bumps.square_().mul_(values[:, components : 2 * components, None]).neg_().exp_()
        phi = torch.bmm(values[:, None, :components], bumps)[:, 0].mul_(texts.mask)
        states[:, self._w] = torch.bmm(phi[:, None, :], texts.one_hot)[:, 0]

        inputs = torch.addmm(self._bias23, states[:, : self._x.stop], self._inputs)
        below2, below3 = inputs.chunk(2, dim=1)
        gates = torch.addmm(below2, states[:, self._h[0].start : self._h[1].stop], self._layer2)
        self._cell(gates, states, 1)
        gates = torch.addmm(below3, states[:, self._h[1].start : self._h[2].stop], self._layer3)
        self._cell(gates, states, 2)
        hidden = states[:, self._h[0].start : self._h[2].stop]
        return torch.addmm(self._output_bias, hidden, self._output), phi, values

    @torch.inference_mode()
    def draw(
        self,
        states: Tensor,
        texts: Texts,
        noise: Tensor,
        bias: Tensor,
        kappa: Tensor | None = None,
        component: Tensor | None = None,
    ) -> Draws:
        """Advance and draw the next point of each line; the states are updated in place.

        Parameters
        ----------
        noise : (B, 4)
            Two uniform numbers (component, end of stroke) and two normal ones.
        bias : (B, 1)
            Graves's probability bias.
        kappa : (B, K), optional
            See `advance`.
        component : int64 (B,), optional
            The component to draw from; those below 0 are drawn.
        """
        raw, phi, window = self.advance(states, texts, kappa)
        # The bias of a line broadcasts over its components.
        mixture = split(raw, bias)
        pi = mixture.log_pi.exp()
        sigma = mixture.log_sigma.exp()
        drawn = (pi.cumsum(1) < noise[:, :1]).sum(1).clamp_(max=pi.shape[1] - 1)
        if component is not None:
            drawn = torch.where(component >= 0, component, drawn)
        pick = drawn[:, None]
        chosen = pick[:, :, None].expand(-1, -1, 2)
        mu, deviation = mixture.mu.gather(1, chosen)[:, 0], sigma.gather(1, chosen)[:, 0]
        rho = mixture.rho.gather(1, pick)[:, 0]
        first, second = noise[:, 2], noise[:, 3]
        eos = torch.sigmoid(mixture.eos)
        point = torch.stack(
            [
                mu[:, 0] + deviation[:, 0] * first,
                mu[:, 1] + deviation[:, 1] * (rho * first + torch.sqrt(1 - rho * rho) * second),
                (noise[:, 1] < eos).float(),
            ],
            dim=1,
        )
        states[:, self._x] = point
        return Draws(point, phi, window, pi, mixture.mu, sigma, mixture.rho, eos, drawn)

    @torch.inference_mode()
    def feed(self, states: Tensor, texts: Texts, offsets: Tensor) -> None:
        """Feed given points (n, B, 3), as priming does; the states are updated in place.

        Afterwards the last point stands in the states and has not been fed yet: `draw` does that.
        """
        for point in offsets[:-1]:
            states[:, self._x] = point
            self.advance(states, texts)
        states[:, self._x] = offsets[-1]


def noise(seed: int, points: int) -> npt.NDArray[np.float32]:
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

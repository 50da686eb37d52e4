"""The network written plainly, point by point: what the sampler is measured and tested against.

Three LSTM cells, the window and the mixture as tensor expressions, eager and in float32, with a
batch dimension: what one writes who reads the paper (Graves 2013) and thinks of nothing else. It
was written before the sampler was made fast, and is not made faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.network.mixture import RHO_LIMIT
from engine.network.network import Network
from engine.network.recurrence import EXPONENT_LIMIT
from engine.sampling.sampler import noise


@dataclass(frozen=True)
class SwitchedOff:
    """Parts of the network that take no part.

    Parameters
    ----------
    units : tuple of (int, int)
        A layer, from 0, and a unit of it, from 0: its output is 0.
    gaussians : tuple of int
        Gaussians of the window: their alpha is 0.
    components : tuple of int
        Components of the mixture: their weight is 0, and the others share what they had.
    """

    units: tuple[tuple[int, int], ...] = ()
    gaussians: tuple[int, ...] = ()
    components: tuple[int, ...] = ()

    def thin(self, h: Tensor, layer: int) -> Tensor:
        """A layer's outputs (B, H) without those of its units."""
        return without(h, [unit for of, unit in self.units if of == layer])

    def without_components(self, raw: Tensor, mixture: int) -> Tensor:
        """Raw mixtures (B, 6 M + 1) without those components, of M."""
        if not self.components:
            return raw
        gone = torch.zeros_like(raw, dtype=torch.bool)
        gone[:, list(self.components)] = True
        assert max(self.components) < mixture
        return raw.masked_fill(gone, -1e9)

    def __str__(self) -> str:
        words = [f"unit {unit} of layer {layer + 1}" for layer, unit in self.units]
        words += [f"Gaussian {number} of the window" for number in self.gaussians]
        words += [f"component {number} of the mixture" for number in self.components]
        return ", ".join(words) or "nothing"


NOTHING = SwitchedOff()


def without(values: Tensor, columns: Sequence[int]) -> Tensor:
    """Values (B, N) with zero in some columns."""
    if not columns:
        return values
    kept = torch.ones_like(values)
    kept[:, list(columns)] = 0
    return values * kept


class ReferenceState(NamedTuple):
    """What goes from one point to the next: h and c of each layer, kappa (B, K), window (B, A)."""

    layers: tuple[tuple[Tensor, Tensor], ...]
    kappa: Tensor
    window: Tensor


class ReferenceSampler:
    """A trained network's weights in three `nn.LSTMCell`.

    Parameters
    ----------
    network : Network
    device : where to sample
    """

    def __init__(self, network: Network, device: torch.device) -> None:
        self.config = network.config
        self.device = device
        self.cells = [_cell(layer) for layer in (network.layer1, network.layer2, network.layer3)]
        for cell in self.cells:
            cell.to(device)
        self.window = nn.Linear(network.window.in_features, network.window.out_features)
        self.window.load_state_dict(network.window.state_dict())
        self.window.to(device)
        self.output = nn.Linear(network.output.in_features, network.output.out_features)
        self.output.load_state_dict(network.output.state_dict())
        self.output.to(device)

    @torch.inference_mode()
    def write(
        self,
        codes: Sequence[npt.NDArray[np.int64]],
        seeds: Sequence[int],
        bias: float,
        points: int,
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Sample so many points of each of B lines.

        Returns
        -------
        offsets : float32 (points, B, 3)
        phi : float32 (points, B, U)
        """
        lines, longest = len(codes), max(len(line) for line in codes)
        one_hot = torch.zeros((lines, longest, self.config.characters), device=self.device)
        for row, line in enumerate(codes):
            one_hot[row, range(len(line)), line.tolist()] = 1
        random = torch.from_numpy(np.stack([noise(seed, points) for seed in seeds], axis=1))
        random = random.to(self.device)

        state = self.start(lines)
        point = torch.zeros((lines, 3), device=self.device)
        offsets, weights = [], []
        for uniform_and_normal in random:
            raw, phi, state = self.step(point, one_hot, state)
            point = _drawn(raw, uniform_and_normal, bias)
            offsets.append(point)
            weights.append(phi)
        return torch.stack(offsets).cpu().numpy(), torch.stack(weights).cpu().numpy()

    def start(self, lines: int) -> ReferenceState:
        """The all-zero state of B lines."""
        zero = partial(torch.zeros, device=self.device)
        layers = tuple((zero((lines, self.config.hidden)),) * 2 for _ in range(3))
        return ReferenceState(
            layers,
            zero((lines, self.config.window)),
            zero((lines, self.config.characters)),
        )

    def step(
        self,
        point: Tensor,
        one_hot: Tensor,
        state: ReferenceState,
        off: SwitchedOff = NOTHING,
    ) -> tuple[Tensor, Tensor, ReferenceState]:
        """What the network does for one point (Graves 2013, equations 46 to 56).

        Parameters
        ----------
        point : (B, 3)
            The point before.
        one_hot : (B, U, A)
            The text; zero beyond a line's end.
        state : ReferenceState
        off : SwitchedOff
            What takes no part.

        Returns
        -------
        raw : (B, 6 M + 1)
            The mixture's raw parameters.
        phi : (B, U)
        ReferenceState
        """
        places = torch.arange(one_hot.shape[1], device=self.device)
        h1, c1 = self.cells[0](torch.cat([point, state.window], 1), state.layers[0])
        h1 = off.thin(h1, 0)
        alpha, beta, advance = (
            self.window(h1).clamp(-EXPONENT_LIMIT, EXPONENT_LIMIT).exp().chunk(3, dim=1)
        )
        alpha = without(alpha, off.gaussians)
        kappa = state.kappa + advance
        bumps = torch.exp(-beta[:, :, None] * (kappa[:, :, None] - places) ** 2)
        phi = (alpha[:, :, None] * bumps).sum(1) * (one_hot.detach().sum(2) > 0)
        window = (phi[:, :, None] * one_hot).sum(1)
        h2, c2 = self.cells[1](torch.cat([point, window, h1], 1), state.layers[1])
        h2 = off.thin(h2, 1)
        h3, c3 = self.cells[2](torch.cat([point, window, h2], 1), state.layers[2])
        h3 = off.thin(h3, 2)
        raw = self.output(torch.cat([h1, h2, h3], 1))
        after = ReferenceState(((h1, c1), (h2, c2), (h3, c3)), kappa, window)
        return off.without_components(raw, self.config.mixture), phi, after


def _cell(layer: nn.LSTMCell | nn.LSTM) -> nn.LSTMCell:
    """The layer's weights as an LSTM cell."""
    cell = nn.LSTMCell(layer.input_size, layer.hidden_size)
    state = layer.state_dict()
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in state.items()})
    return cell


def _drawn(raw: Tensor, random: Tensor, bias: float) -> Tensor:
    """The next points (B, 3) of the raw mixtures, by random numbers (B, 4) as `noise` has them."""
    components = (raw.shape[1] - 1) // 6
    pi_hat, mu, sigma_hat, rho_hat, eos_hat = torch.split(
        raw, [components, 2 * components, 2 * components, components, 1], dim=1
    )
    pi = torch.softmax(pi_hat * (1 + bias), dim=1)
    sigma = torch.exp(sigma_hat.clamp(-9.0, 6.0) - bias).view(-1, components, 2)
    rho = RHO_LIMIT * torch.tanh(rho_hat)
    component = (pi.cumsum(1) < random[:, :1]).sum(1).clamp(max=components - 1)
    line = torch.arange(len(raw), device=raw.device)
    mu = mu.view(-1, components, 2)[line, component]
    sigma = sigma[line, component]
    rho = rho[line, component]
    first, second = random[:, 2], random[:, 3]
    x = mu[:, 0] + sigma[:, 0] * first
    y = mu[:, 1] + sigma[:, 1] * (rho * first + torch.sqrt(1 - rho**2) * second)
    eos = random[:, 1] < torch.sigmoid(eos_hat[:, 0])
    return torch.stack([x, y, eos.float()], dim=1)

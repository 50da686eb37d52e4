"""The network written plainly, point by point: what the sampler is measured and tested against.

Three LSTM cells, the window and the mixture as tensor expressions, eager and in float32, with a
batch dimension: what one writes who reads the paper (Graves 2013) and thinks of nothing else. It
was written before the sampler was made fast, and is not made faster.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.network.mixture import RHO_LIMIT
from engine.network.network import Network
from engine.network.recurrence import EXPONENT_LIMIT
from engine.sampling.sampler import noise


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
        places = torch.arange(longest, device=self.device)
        random = torch.from_numpy(np.stack([noise(seed, points) for seed in seeds], axis=1))
        random = random.to(self.device)

        hidden = self.config.hidden
        states = [torch.zeros((2, lines, hidden), device=self.device).unbind() for _ in range(3)]
        kappa = torch.zeros((lines, self.config.window), device=self.device)
        window = torch.zeros((lines, self.config.characters), device=self.device)
        point = torch.zeros((lines, 3), device=self.device)
        offsets, weights = [], []
        for uniform_and_normal in random:
            states[0] = self.cells[0](torch.cat([point, window], 1), states[0])
            h1 = states[0][0]
            alpha, beta, advance = (
                self.window(h1).clamp(-EXPONENT_LIMIT, EXPONENT_LIMIT).exp().chunk(3, dim=1)
            )
            kappa = kappa + advance
            bumps = torch.exp(-beta[:, :, None] * (kappa[:, :, None] - places) ** 2)
            phi = (alpha[:, :, None] * bumps).sum(1) * one_hot.sum(2)
            window = (phi[:, :, None] * one_hot).sum(1)
            states[1] = self.cells[1](torch.cat([point, window, h1], 1), states[1])
            h2 = states[1][0]
            states[2] = self.cells[2](torch.cat([point, window, h2], 1), states[2])
            raw = self.output(torch.cat([h1, h2, states[2][0]], 1))
            point = _drawn(raw, uniform_and_normal, bias)
            offsets.append(point)
            weights.append(phi)
        return torch.stack(offsets).cpu().numpy(), torch.stack(weights).cpu().numpy()


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

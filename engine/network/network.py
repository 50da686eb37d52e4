"""The network: three LSTM layers, a soft window over the text, a mixture-density output.

Graves 2013, sections 4.1, 5.1 and 5.2: every layer sees the pen point and the window, layers 2
and 3 the layer below as well, and the output sees all three.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from engine.errors import SettingError
from engine.network.lstm import lstm
from engine.network.recurrence import WindowedOutput, windowed_layer
from engine.network.writer_encoder import Additions, References, WriterEncoder, spread

T = TypeVar("T")

#: How much farther a step of the optimiser moves what a vector adds than it moves other biases.
STEP = 2.0


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes of a network.

    Parameters
    ----------
    characters : int
        Size A of the alphabet.
    hidden : int
        Units H of each LSTM layer.
    window : int
        Gaussians K of the window.
    mixture : int
        Bivariate Gaussians M of the output.
    vector : int
        Numbers D of a writer's vector; 0 for a network that knows no writers.
    """

    characters: int
    hidden: int = 400
    window: int = 10
    mixture: int = 20
    vector: int = 0

    def __post_init__(self) -> None:
        if self.vector not in range(4097):
            raise SettingError(
                f"The network's vector is {self.vector!r}; give a whole number from 0 to 4096."
            )
        for name in ("characters", "hidden", "window", "mixture"):
            value = getattr(self, name)
            if not isinstance(value, int) or not 1 <= value <= 65536:
                raise SettingError(
                    f"The network's {name} is {value!r}; give a whole number of at least 1."
                )


class NetworkOutput(NamedTuple):
    """What the network did over lines, with a leading axis of T points.

    Attributes
    ----------
    raw : (T, B, 6 M + 1), the mixture's raw parameters (`engine.network.mixture.split`), float32.
    layers : three of (T, B, H), the outputs of the LSTM layers.
    windowed : WindowedOutput
    """

    raw: Tensor
    layers: tuple[Tensor, Tensor, Tensor]
    windowed: WindowedOutput


class Network(nn.Module):
    """The network's weights and its pass over whole lines.

    Sampling works from the same weights, point by point (`engine.sampling.sampler`).

    Attributes
    ----------
    dropout : float
        Share of each layer's outputs that is left out on the way up, never along time, while the
        network is being trained (Zaremba et al. 2014, "Recurrent Neural Network Regularization").
    recompute : bool
        Whether training computes the inner values of each layer again for the backward pass
        instead of keeping them: less memory for half as much time again.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.dropout = 0.0
        self.recompute = False
        hidden = config.hidden
        below = 3 + config.characters
        self.layer1 = nn.LSTMCell(below, hidden)
        self.layer2 = nn.LSTM(below + hidden, hidden)
        self.layer3 = nn.LSTM(below + hidden, hidden)
        self.window = nn.Linear(hidden, 3 * config.window)
        self.output = nn.Linear(3 * hidden, 6 * config.mixture + 1)

        if config.vector:
            self.encoder = WriterEncoder(config.vector)
            self.writer = nn.Linear(config.vector, sum(self.additions), bias=False)
            # At first a vector adds nothing: every writer is written as nobody in particular.
            nn.init.zeros_(self.writer.weight)

    @property
    def additions(self) -> tuple[int, ...]:
        """How many numbers of a writer are added to what: three layers' gates, window, output."""
        gates = 4 * self.config.hidden
        return gates, gates, gates, 3 * self.config.window, 6 * self.config.mixture + 1

    @property
    def basis(self) -> Tensor:
        """What each number of a vector adds to what `additions` names, (P, D).

        Scaled so that a step of the optimiser moves the biases some times as far as it moves other
        weights, whatever the size of the vector.
        """
        return self.writer.weight * (STEP / math.sqrt(self.config.vector))

    @torch.no_grad()
    def initialise(self, points_per_character: float) -> None:
        """Starting values for training.

        Forget gates start open. With zero biases the window would run one character a point;
        kappa's bias starts it at the pace of the data (points a character).
        """
        hidden, window = self.config.hidden, self.config.window
        _, _, bias2, _ = self.layer2.all_weights[0]
        _, _, bias3, _ = self.layer3.all_weights[0]
        for bias in (self.layer1.bias_ih, bias2, bias3):
            bias[hidden : 2 * hidden] += 1.0
        self.window.weight.mul_(0.5)
        self.window.bias[:window] = 0.0
        self.window.bias[window : 2 * window] = math.log(0.5)
        self.window.bias[2 * window :] = -math.log(points_per_character)

    @torch.no_grad()
    def change_pace(self, factor: float) -> None:
        """Make the window take so many times as many points for a character as it did."""
        self.window.bias[2 * self.config.window :] -= math.log(factor)

    def forward(
        self,
        offsets: Tensor,
        codes: Tensor,
        mask: Tensor,
        writers: References | Tensor | None = None,
        basis: Tensor | None = None,
    ) -> NetworkOutput:
        """Run over lines from an all-zero state, each point given (teacher forcing).

        Parameters
        ----------
        offsets : (T, B, 3)
            Pen points, in the type to compute in: float32, bfloat16, or float64 with a network of
            that type.
        codes : int64 (B, U)
            Character codes with the closing space, padded with any code.
        mask : (B, U), float32 or float64
            1 at the characters, 0 at the padding.
        writers : References of B writers, or (B, R), optional
            Lines of each line's writer, or R numbers that say who he is (a vector, R = D).
        basis : (P, R), optional
            What each of these numbers adds to the gates of the layers, the window's and the
            mixture's raw parameters, side by side (`additions`); the network's `basis` where not
            given.

        Returns
        -------
        NetworkOutput
            Row t of `raw` is the density of point t + 1.
        """
        dtype = offsets.dtype
        cell = self.layer1
        weight = cell.weight_ih.to(dtype)
        added = self._added(writers, basis, dtype)

        def own(bias: Tensor, more: Tensor | None) -> Tensor:
            """A bias, or that of each line."""
            return bias.to(dtype) if more is None else bias.to(dtype) + more

        windowed = self._kept(
            windowed_layer,
            offsets,
            codes,
            mask,
            weight[:, :3],
            torch.cat([cell.weight_hh.to(dtype), weight[:, 3:]], dim=1),
            own(cell.bias_ih + cell.bias_hh, added.gates),
            self.window.weight.to(dtype),
            own(self.window.bias, added.window),
        )
        below = torch.cat([offsets, windowed.w], dim=2)
        h1 = self._thinned(windowed.h)
        h2 = self._kept(self._layer, self.layer2, below, h1, added.layer2)
        h3 = self._kept(self._layer, self.layer3, below, h2, added.layer3)
        hidden = torch.cat([h1, h2, h3], dim=2)
        raw = torch.nn.functional.linear(
            hidden, self.output.weight.to(dtype), self.output.bias.to(dtype)
        )
        if added.output is not None:
            raw = raw + added.output
        exact = torch.promote_types(dtype, torch.float32)
        return NetworkOutput(raw.to(exact), (h1, h2, h3), windowed)

    def _added(
        self, writers: References | Tensor | None, basis: Tensor | None, dtype: torch.dtype
    ) -> Additions:
        """What the lines' writers add, in the type to compute in."""
        if writers is None:
            return Additions()
        vectors = self.encoder(writers, dtype) if isinstance(writers, References) else writers
        basis = self.basis if basis is None else basis
        return spread(vectors.to(dtype), basis.to(dtype), self.additions)

    def _layer(
        self, layer: nn.LSTM, below: Tensor, h: Tensor, added: tuple[Tensor, Tensor] | None
    ) -> Tensor:
        """Layer 2 or 3, over pen points and window, the layer below it, and the writers."""
        return self._thinned(lstm(layer, torch.cat([below, h], dim=2), added))

    def _kept(self, part: Callable[..., T], *arguments: object) -> T:
        """What a part gives, with what its backward pass needs kept until then, or made again."""
        if self.training and self.recompute and torch.is_grad_enabled():
            again: T = checkpoint(part, *arguments, use_reentrant=False)
            return again
        return part(*arguments)

    def _thinned(self, h: Tensor) -> Tensor:
        if not (self.training and self.dropout):
            return h
        return torch.nn.functional.dropout(h, self.dropout)

"""The networks of recognisers: from the features of a pen's path to labels, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from engine.errors import SettingError
from engine.network.lstm import bidirectional_lstm, reversal

#: Features of a point: see `engine.recognition.recogniser.features`.
FEATURES = 7
#: Two convolutions with this stride in all stand between points and frames.
STRIDE = 2
#: Distances between the three frames that a block of the convolutional recogniser sees, in turn.
DILATIONS = (1, 2, 4, 8)

#: The most layers that a recogniser may have.
MOST_LAYERS = 256

Architecture = Literal["recurrent", "convolutional"]


@dataclass(frozen=True)
class RecogniserConfig:
    """Sizes of a recogniser.

    Parameters
    ----------
    characters : of the alphabet
    channels : of the convolutions
    hidden : LSTM units a direction; the convolutional recogniser has none
    layers : LSTM layers, or blocks of convolutions
    architecture : "recurrent" or "convolutional"

    Raises
    ------
    SettingError
        If a size is no whole number or out of range.
    """

    characters: int
    channels: int = 160
    hidden: int = 200
    layers: int = 3
    architecture: Architecture = "recurrent"

    def __post_init__(self) -> None:
        for name, least, most in (
            ("characters", 1, 65536), ("channels", 1, 65536), ("hidden", 0, 65536),
            ("layers", 0, MOST_LAYERS),
        ):  # fmt: skip
            value = getattr(self, name)
            if not isinstance(value, int) or not least <= value <= most:
                raise SettingError(
                    f"The recogniser's {name} is {value!r}; "
                    f"give a whole number from {least} to {most}."
                )


class RecogniserNetwork(nn.Module):
    """What both recognisers share: two convolutions in front, labels behind, dropout in training.

    Use `build_recogniser_network` to make one.
    """

    def __init__(self, config: RecogniserConfig, width: int, dropout: float) -> None:
        super().__init__()
        self.config = config
        self.near = nn.Conv1d(FEATURES, config.channels, 5, padding=2)
        self.far = nn.Conv1d(config.channels, config.channels, 5, padding=2, stride=STRIDE)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(width, config.characters + 1)

    def forward(
        self, points: Tensor, lengths: Tensor, dtype: torch.dtype = torch.float32
    ) -> Tensor:
        """Log-probabilities (T', B, A + 1) of characters, the last being the blank.

        A line's frames are what they are without company: nothing reaches them from the padding.

        Parameters
        ----------
        points : float32 (B, FEATURES, T), padded with zeros
        lengths : int64 (B,), the points of each line; its frames are `frame_counts` of them
        dtype : the type that the layers in the middle compute in
        """
        frames = frame_counts(lengths)
        # Zeros stand around a line that is alone; a layer's bias must not stand there instead.
        x = torch.relu(self.near(points)) * _mask(lengths, points.shape[2])[:, None]
        x = torch.relu(self.far(x)).permute(2, 0, 1)
        x = self.dropout(self.middle(x.to(dtype), frames).float())
        return self.output(x).log_softmax(-1)  # type: ignore[no-any-return]

    def middle(self, x: Tensor, frames: Tensor) -> Tensor:
        """The layers between the frames and the characters.

        Parameters
        ----------
        x : (T', B, channels)
            The frames of lines, each padded to the longest.
        frames : int64 (B,)
            How many of them each line has.

        Returns
        -------
        Tensor (T', B, width)
        """
        raise NotImplementedError


class RecurrentRecogniser(RecogniserNetwork):
    """Bidirectional LSTM layers: each frame may depend on the whole line."""

    def __init__(self, config: RecogniserConfig, dropout: float) -> None:
        super().__init__(config, 2 * config.hidden, dropout)
        self.lstm = nn.ModuleList(
            nn.LSTM(
                config.channels if layer == 0 else 2 * config.hidden,
                config.hidden,
                bidirectional=True,
            )
            for layer in range(config.layers)
        )

    def middle(self, x: Tensor, frames: Tensor) -> Tensor:
        """The LSTM layers, one after the other, from (T', B, channels) to (T', B, width)."""
        reverse = reversal(frames, len(x))
        for layer in self.lstm:
            assert isinstance(layer, nn.LSTM)
            x = bidirectional_lstm(layer, self.dropout(x), reverse)
        return x


class ConvolutionalRecogniser(RecogniserNetwork):
    """Residual blocks of dilated convolutions: a frame sees a word's length around it.

    It has nothing in common with the recurrent recogniser behind the first two convolutions, so
    that the two are wrong in different places.
    """

    def __init__(self, config: RecogniserConfig, dropout: float) -> None:
        super().__init__(config, config.channels, dropout)
        self.mixes = nn.ModuleList(
            nn.Conv1d(config.channels, config.channels, 3, padding=reach, dilation=reach)
            for reach in (DILATIONS[i % len(DILATIONS)] for i in range(config.layers))
        )
        self.norms = nn.ModuleList(nn.LayerNorm(config.channels) for _ in range(config.layers))

    def middle(self, x: Tensor, frames: Tensor) -> Tensor:
        """The blocks, one after the other, from (T', B, channels) to (T', B, width)."""
        dtype = x.dtype
        inside = _mask(frames, len(x)).t()[:, :, None].to(dtype)
        for mix, norm in zip(self.mixes, self.norms, strict=True):
            assert isinstance(mix, nn.Conv1d)
            assert mix.bias is not None
            mixed = nn.functional.conv1d(
                (self.dropout(x) * inside).permute(1, 2, 0),
                mix.weight.to(dtype),
                mix.bias.to(dtype),
                padding=mix.padding,
                dilation=mix.dilation,
            )
            x = x + torch.relu(norm(mixed.permute(2, 0, 1).float())).to(dtype)
        return x


def build_recogniser_network(config: RecogniserConfig, dropout: float = 0.3) -> RecogniserNetwork:
    """A recogniser's network with random weights, drawn by torch's own generator.

    Parameters
    ----------
    config : RecogniserConfig
    dropout : float
        The share of numbers between layers that training leaves out, from 0 to 1.
    """
    kinds = {"recurrent": RecurrentRecogniser, "convolutional": ConvolutionalRecogniser}
    return kinds[config.architecture](config, dropout)


def frame_counts(lengths: Tensor) -> Tensor:
    """The frames of lines of so many points, int64 (B,)."""
    return (lengths + STRIDE - 1) // STRIDE


def _mask(lengths: Tensor, longest: int) -> Tensor:
    """Float32 (B, longest): 1 at the points or frames of each line, 0 at the padding."""
    steps = torch.arange(longest, device=lengths.device)
    return (steps < lengths[:, None]).float()

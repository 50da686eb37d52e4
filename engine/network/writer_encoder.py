"""The encoder: lines of a writer in, a vector out that says how he writes.

It reads ink without its text. Strided convolutions look at some four letters at a time; what they
find is pooled over all points of all lines, so that the order of the lines does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from engine.errors import InkError

#: The most lines of a writer that are read for a vector.
MOST_LINES = 24
#: Offsets longer than this (in offsets units) are read as if they were of this length.
LONGEST_OFFSET = 20.0
#: dx, dy, end of stroke, length (log), direction (cos, sin) and turn (cos, sin).
FEATURES = 8
#: Channels, width and stride of each convolution.
CONVOLUTIONS = ((48, 5, 2), (96, 5, 2), (192, 5, 2), (192, 3, 1))
#: Points to a frame that is pooled.
STRIDE = 8

#: How much a number of the vector differs between writers when training begins, before its tanh.
DEVIATION = 0.7


@dataclass(frozen=True)
class References:
    """Lines of several writers, one after another with nothing between them.

    What stands between two lines is as wide as a convolution looks, so that no line sees another.

    Attributes
    ----------
    features : float32 (FEATURES, N), N a multiple of STRIDE
    mask : float32 (N,), 1 at the lines' points
    owners : int64 (N / STRIDE,), the writer of each frame
    frames : float32 (W,), how many frames each of the W writers has; 0 for one without lines
    """

    features: Tensor
    mask: Tensor
    owners: Tensor
    frames: Tensor

    def to(self, device: torch.device | str) -> References:
        """The same on another device."""
        return References(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


def packed(writers: Sequence[Sequence[npt.NDArray[np.float32]]]) -> References:
    """The lines of writers, each as prepared offsets (n, 3); a writer may have none."""
    # With nothing to read, too, the encoder takes part: gradients are shared by all processes.
    sizes = [[len(line) for line in lines] for lines in writers]
    blocks = [[(size + STRIDE - 1) // STRIDE for size in of] for of in sizes]
    total = max(1, sum(count + 1 for of in blocks for count in of))
    features = np.zeros((total * STRIDE, FEATURES), np.float32)
    mask = np.zeros(total * STRIDE, np.float32)
    owners = np.zeros(total, np.int64)
    place = 0
    for writer, lines in enumerate(writers):
        for line, count in zip(lines, blocks[writer], strict=True):
            here = slice(place * STRIDE, place * STRIDE + len(line))
            features[here], mask[here] = _features(line), 1
            owners[place : place + count + 1] = writer
            place += count + 1
    frames = np.array([sum(of) for of in blocks], np.float32)
    return References(
        torch.from_numpy(features.T.copy()),
        torch.from_numpy(mask),
        torch.from_numpy(owners),
        torch.from_numpy(frames),
    )


def _features(offsets: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What the encoder is told of each point, (n, FEATURES)."""
    xy = offsets[:, :2]
    length = np.hypot(xy[:, 0], xy[:, 1])
    unit = xy / np.maximum(length, 1e-6)[:, None]
    within = unit * np.minimum(length, LONGEST_OFFSET)[:, None]
    before = np.concatenate([unit[:1], unit[:-1]])
    cosine = (unit * before).sum(1)
    sine = before[:, 0] * unit[:, 1] - before[:, 1] * unit[:, 0]
    lengths = np.log1p(length)
    columns = [*within.T, offsets[:, 2], lengths, *unit.T, cosine, sine]
    return np.stack(columns, axis=1).astype(np.float32)


class WriterEncoder(nn.Module):
    """Lines of writers to a vector each.

    Parameters
    ----------
    size : int
        Numbers D of a vector, each between -1 and 1.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        channels = (FEATURES, *(out for out, _, _ in CONVOLUTIONS))
        self.convolutions = nn.ModuleList(
            nn.Conv1d(before, after, width, stride, padding=width // 2)
            for before, (after, width, stride) in zip(channels, CONVOLUTIONS, strict=False)
        )
        # What is pooled is much alike for all writers: what differs is brought to a common scale.
        self.centre = nn.Parameter(torch.zeros(2 * channels[-1]))
        self.scale = nn.Parameter(torch.ones(2 * channels[-1]))
        self.inner = nn.Linear(2 * channels[-1], 2 * size)
        self.outer = nn.Linear(2 * size, size)

    def forward(self, references: References, dtype: torch.dtype = torch.float32) -> Tensor:
        """The vectors (W, D), in float32 at least; zeros for a writer without lines.

        Parameters
        ----------
        dtype : what the convolutions are computed in
        """
        raw = self.raw(references, dtype)
        return torch.tanh(raw) * (references.frames > 0).to(raw.dtype)[:, None]

    def raw(self, references: References, dtype: torch.dtype) -> Tensor:
        """The vectors before they are bounded, (W, D)."""
        pooled = (self._pooled(references, dtype) - self.centre) * self.scale
        raw: Tensor = self.outer(silu(self.inner(pooled)))
        return raw

    @torch.no_grad()
    def calibrate(self, references: References) -> None:
        """Starting values for training, by which the vectors of these writers differ.

        Without it they begin as all but the same, and a network takes long to see a use in them.
        """
        pooled = self._pooled(references, self.centre.dtype)
        self.centre.copy_(pooled.mean(0))
        self.scale.copy_(_inverse(pooled.std(0, correction=0)))
        vectors = self.outer(silu(self.inner((pooled - self.centre) * self.scale)))
        factor = DEVIATION * _inverse(vectors.std(0, correction=0))
        self.outer.weight.mul_(factor[:, None])
        self.outer.bias.copy_((self.outer.bias - vectors.mean(0)) * factor)

    def _pooled(self, references: References, dtype: torch.dtype) -> Tensor:
        """Means and deviations of what is found in the writers' lines, (W, 2 C)."""
        x = references.features.to(dtype)[None]
        mask = references.mask.to(dtype)
        for layer in self.convolutions:
            assert isinstance(layer, nn.Conv1d)
            x = torch.nn.functional.conv1d(
                x,
                layer.weight.to(dtype),
                None if layer.bias is None else layer.bias.to(dtype),
                layer.stride,
                layer.padding,
            )
            mask = mask[:: layer.stride[0]]
            # Where there is no line there is nothing: so a line does not depend on what is near.
            x = silu(x) * mask
        exact = torch.promote_types(dtype, torch.float32)
        frames = x[0].t().to(exact)
        count = references.frames.to(exact).clamp(min=1)[:, None]
        sums = frames.new_zeros((len(count), frames.shape[1]))
        mean = sums.index_add(0, references.owners, frames) / count
        apart = (frames - mean[references.owners]) * mask[:, None].to(exact)
        spread = sums.index_add(0, references.owners, apart.square()) / count
        return torch.cat([mean, (spread + 1e-6).sqrt()], dim=1)


def _inverse(deviation: Tensor) -> Tensor:
    """What brings numbers of this deviation to 1; those that are all but the same stay so."""
    return torch.where(deviation > 1e-4, 1 / deviation, torch.ones_like(deviation))


class Additions(NamedTuple):
    """What the writers of B lines add to the parts of a network; nothing where there are none.

    Attributes
    ----------
    gates : (B, 4H), to the gates of layer 1
    layer2, layer3 : pairs of (B, R) and (4H, R), whose product is added to the gates of a layer
    window : (B, 3K), to the window's raw parameters
    output : (B, 6M + 1), to the mixture's
    """

    gates: Tensor | None = None
    layer2: tuple[Tensor, Tensor] | None = None
    layer3: tuple[Tensor, Tensor] | None = None
    window: Tensor | None = None
    output: Tensor | None = None


def spread(shares: Tensor, basis: Tensor, sizes: Sequence[int]) -> Additions:
    """What lines add that are made of R sets of additions.

    Parameters
    ----------
    shares : (B, R), how much of each set a line takes
    basis : (P, R), the sets: to three layers' gates, window and output, one after another
    sizes : how many numbers of a set are for which of these
    """
    gates, layer2, layer3, window, output = torch.split(basis, list(sizes))
    return Additions(
        shares @ gates.t(),
        (shares, layer2),
        (shares, layer3),
        shares @ window.t(),
        shares @ output.t(),
    )


def checked_lines(lines: Sequence[npt.NDArray[np.float32]]) -> None:
    """Refuse what no vector can be made of.

    Raises
    ------
    InkError
        If there are no lines, or too many.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise InkError(
            f"A writer's vector is made of 1 to {MOST_LINES} lines, not of {len(lines)}; "
            "choose some of them."
        )

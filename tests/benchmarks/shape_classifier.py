"""A writer classifier of another kind: a small convolutional network over pieces of the path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.ink.ink import Ink

Floats = npt.NDArray[np.float32]

#: Points of a piece, and how far one is from the next where a line is judged.
PIECE, STRIDE = 192, 64
STEPS, BATCH, RATE = 900, 96, 2e-3


def path(ink: Ink) -> Floats:
    """A prepared line as the network sees it, float32 (n, 4).

    The way from the point before, the height over the line's middle, and whether a stroke begins.
    """
    xy = ink.xy
    starts = np.zeros(len(xy))
    starts[np.cumsum([0, *(len(stroke) for stroke in ink.strokes[:-1])])] = 1.0
    ways = np.diff(xy, axis=0, prepend=xy[:1])
    return np.column_stack([ways * 4, xy[:, 1] - np.median(xy[:, 1]), starts]).astype(np.float32)


def _pieces(line: Floats) -> Floats:
    """Overlapping pieces of a line, float32 (k, 4, PIECE)."""
    if len(line) < PIECE:
        line = np.pad(line, ((0, PIECE - len(line)), (0, 0)))
    begins = [*range(0, len(line) - PIECE, STRIDE), len(line) - PIECE]
    return np.stack([line[begin : begin + PIECE].T for begin in begins])


class _Network(nn.Sequential):
    def __init__(self, writers: int) -> None:
        super().__init__(
            nn.Conv1d(4, 64, 7, stride=2, padding=3), nn.ReLU(), nn.BatchNorm1d(64),
            nn.Conv1d(64, 96, 5, stride=2, padding=2), nn.ReLU(), nn.BatchNorm1d(96),
            nn.Conv1d(96, 128, 5, stride=2, padding=2), nn.ReLU(), nn.BatchNorm1d(128),
            nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Dropout(0.3), nn.Linear(128, writers),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class ShapeClassifier:
    """Sums the log-probabilities of a line's pieces."""

    writers: tuple[str, ...]
    network: nn.Module

    @classmethod
    def learnt(cls, lines: Sequence[Ink], writers: Sequence[str], seed: int = 0) -> ShapeClassifier:
        """From prepared lines and who wrote them; each writer comes up equally often."""
        names = tuple(sorted(set(writers)))
        paths = [path(ink) for ink in lines]
        by_writer = [[p for p, w in zip(paths, writers, strict=True) if w == n] for n in names]
        random = np.random.default_rng(seed)
        torch.manual_seed(seed)
        network = _Network(len(names))
        optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS)
        for _ in range(STEPS):
            chosen = random.integers(len(names), size=BATCH)
            batch = torch.from_numpy(np.stack([_one(by_writer[k], random) for k in chosen]))
            loss = nn.functional.cross_entropy(network(batch), torch.from_numpy(chosen))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        return cls(names, network.eval())

    @torch.inference_mode()
    def guesses(self, lines: Sequence[Ink]) -> list[str]:
        """Who wrote each prepared line."""
        found = []
        for ink in lines:
            scores: Tensor = self.network(torch.from_numpy(_pieces(path(ink))))
            found.append(self.writers[int(scores.log_softmax(1).sum(0).argmax())])
        return found


def _one(lines: Sequence[Floats], random: np.random.Generator) -> Floats:
    """A piece of a line of these, float32 (4, PIECE)."""
    line = lines[random.integers(len(lines))]
    if len(line) <= PIECE:
        piece = np.pad(line, ((0, PIECE - len(line)), (0, 0)))
    else:
        begin = random.integers(len(line) - PIECE)
        piece = line[begin : begin + PIECE]
    return piece.T

"""A writer classifier for single lines: shape statistics of the pen's path, and a linear rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink

Floats = npt.NDArray[np.float64]

#: The path is resampled to points this far apart, in offsets units.
SPACING = 0.15
DIRECTIONS, TURNS = 24, 12
#: Arms of the hinges (Bulacu and Schomaker 2007), in resampled points.
ARMS = (2, 5)


def features(ink: Ink, text: str) -> Floats:
    """Statistics of a prepared line (offsets units), float64 (n,).

    Histograms of directions and of hinges (two arms and the angle between them), of step
    lengths, of jumps and of points a stroke, each as square roots; heights, widths and counts.
    """
    directions = np.zeros(16)
    hinges = [np.zeros((DIRECTIONS, TURNS)) for _ in ARMS]
    for stroke in ink.strokes:
        path = _even(stroke.xy)
        if len(path) < 2:
            continue
        steps = np.diff(path, axis=0)
        _count(directions, _binned(np.arctan2(steps[:, 1], steps[:, 0]), 16))
        for arm, hinge in zip(ARMS, hinges, strict=True):
            if len(path) > 2 * arm:
                first, second = path[arm:-arm] - path[: -2 * arm], path[2 * arm :] - path[arm:-arm]
                angle = np.arctan2(first[:, 1], first[:, 0])
                turn = np.arctan2(second[:, 1], second[:, 0]) - angle
                turn = (turn + np.pi) % (2 * np.pi) - np.pi
                np.add.at(hinge, (_binned(angle, DIRECTIONS), _binned(turn, TURNS)), 1)
    inside = np.concatenate([np.hypot(*np.diff(s.xy, axis=0).T) for s in ink.strokes])
    jumps = np.array(
        [b.xy[0] - a.xy[-1] for a, b in zip(ink.strokes, ink.strokes[1:], strict=False)]
    ).reshape(-1, 2)
    leaps = np.zeros((8, 4))
    far = np.digitize(np.log(np.hypot(jumps[:, 0], jumps[:, 1]) + 1e-3), [-0.5, 0.3, 1.0])
    np.add.at(leaps, (_binned(np.arctan2(jumps[:, 1], jumps[:, 0]), 8), far), 1)
    lengths = np.array([len(s) for s in ink.strokes])
    histograms = [
        directions,
        *hinges,
        np.histogram(np.log(inside + 1e-3), np.linspace(-4, 1.5, 16))[0],
        leaps,
        np.histogram(np.log(lengths), np.linspace(0, 6, 10))[0],
    ]
    y = ink.xy[:, 1] - np.median(ink.xy[:, 1])
    quantiles = 0.3 * np.quantile(y, [0.01, 0.05, 0.1, 0.25, 0.75, 0.9, 0.95, 0.99])
    spans = np.array([np.ptp(s.xy, axis=0) for s in ink.strokes])
    count = max(1, len(text))
    rest = [ink.points / count / 10, ink.width / count, len(ink.strokes) / count]
    return np.concatenate(
        [*(_root(h) for h in histograms), quantiles, rest, np.median(spans, axis=0), spans.mean(0)]
    )


def _even(xy: Floats) -> Floats:
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    if along[-1] < SPACING:
        return xy[:1]
    at = np.linspace(0, along[-1], int(along[-1] / SPACING) + 2)
    return np.stack([np.interp(at, along, xy[:, axis]) for axis in (0, 1)], axis=1)


def _binned(angles: Floats, bins: int) -> npt.NDArray[np.int64]:
    return ((angles + np.pi) / (2 * np.pi) * bins).astype(np.int64) % bins


def _count(histogram: Floats, places: npt.NDArray[np.int64]) -> None:
    np.add.at(histogram, places, 1)


def _root(histogram: npt.ArrayLike) -> Floats:
    values = np.asarray(histogram, dtype=np.float64).ravel()
    return np.sqrt(values / max(values.sum(), 1.0))


@dataclass(frozen=True)
class Classifier:
    """Linear discriminants with a shrunken covariance."""

    writers: tuple[str, ...]
    mean: Floats
    weights: Floats
    offsets: Floats

    @classmethod
    def learnt(
        cls, lines: Sequence[Floats], writers: Sequence[str], shrinkage: float = 0.1
    ) -> Classifier:
        """From the features of lines and who wrote them."""
        names = tuple(sorted(set(writers)))
        x, y = np.array(lines), np.array([names.index(w) for w in writers])
        mean = x.mean(axis=0)
        centres = np.array([x[y == k].mean(axis=0) for k in range(len(names))]) - mean
        rest = x - mean - centres[y]
        scatter = rest.T @ rest / len(x)
        usual = np.trace(scatter) / len(scatter)
        scatter = (1 - shrinkage) * scatter + shrinkage * (
            np.diag(np.diag(scatter) + 1e-6) + usual * np.eye(len(scatter))
        )
        weights = np.linalg.solve(scatter, centres.T)
        return cls(names, mean, weights, -0.5 * (centres * weights.T).sum(axis=1))

    def guesses(self, lines: Sequence[Floats]) -> list[str]:
        """Who wrote each line."""
        scores = (np.array(lines) - self.mean) @ self.weights + self.offsets
        return [self.writers[k] for k in scores.argmax(axis=1)]

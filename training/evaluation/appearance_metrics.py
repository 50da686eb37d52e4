"""How lines look: their variety, their likeness to real ones, and how they follow a primer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import wasserstein_distance

from engine.ink.ink import Ink

Floats = npt.NDArray[np.float64]

LOOKS = ("slant", "width of a character", "strokes a character", "height", "turn")


def looks(inks: Sequence[Ink], texts: Sequence[str]) -> Floats:
    """The looks of lines, float64 (n, 5), each in its line's own height; empty lines left out."""
    rows = []
    for ink, text in zip(inks, texts, strict=True):
        if ink.points > 2 and np.ptp(ink.xy[:, 1]) > 0:
            level = ink.moved(0, -float(np.median(ink.xy[:, 1])))
            rows.append(ink_look(level.scaled(1 / float(ink.xy[:, 1].std())), len(text)))
    return np.array(rows).reshape(-1, len(LOOKS))


def ink_look(ink: Ink, characters: int) -> Floats:
    """How ink looks that says a text of so many characters, float64 (5,): see `LOOKS`.

    Slant in x per y of the downward parts; width of a character in x-heights; strokes a character;
    height above the x-height in x-heights; the mean turn between two points in radians.
    """
    ways = [np.diff(stroke.xy, axis=0) for stroke in ink.strokes if len(stroke) > 2]
    way = np.concatenate(ways) if ways else np.ones((1, 2))
    down = way[way[:, 1] > np.abs(way[:, 0]) * 0.6]
    slant = -float(down[:, 0].sum() / max(down[:, 1].sum(), 1e-9)) if len(down) else 0.0
    turns = [np.abs(np.angle(np.exp(1j * np.diff(np.arctan2(w[:, 1], w[:, 0]))))) for w in ways]
    height = -float(np.percentile(ink.xy[:, 1], 2))
    return np.array(
        [
            slant,
            ink.width / max(1, characters),
            len(ink.strokes) / max(1, characters),
            height,
            float(np.concatenate(turns).mean()) if turns else 0.0,
        ]
    )


def variety(written: Floats, real: Floats) -> dict[str, float]:
    """The deviation of each look over written lines, as a share of that over real ones."""
    shares = written.std(axis=0) / np.maximum(real.std(axis=0), 1e-9)
    return dict(zip(LOOKS, map(float, shares), strict=True))


def own_primer(written: Floats, primers: Floats) -> float:
    """How often a line looks more like its own primer than like any other one.

    Row i of `written` was primed with row i of `primers`. By chance it is one in as many.
    """
    scale = np.maximum(primers.std(axis=0), 1e-9)
    gaps = np.linalg.norm((written[:, None] - primers[None]) / scale, axis=2)
    return float((gaps.argmin(axis=1) == np.arange(len(written))).mean())


def distributions(inks: Sequence[Ink]) -> dict[str, Floats]:
    """What lines are compared by: one value a stroke, a step or a line, in the lines' height."""
    strokes, steps, slants, gaps = [], [], [], []
    for ink in inks:
        if ink.points < 3 or np.ptp(ink.xy[:, 1]) == 0:
            continue
        scale = float(ink.xy[:, 1].std())
        for stroke in ink.strokes:
            way = np.hypot(*np.diff(stroke.xy, axis=0).T) / scale
            strokes.append([float(way.sum())])
            steps.append(way)
        slants.append([ink_look(ink, 1)[0]])
        ends = zip(ink.strokes, ink.strokes[1:], strict=False)
        gaps.append([(b.xy[0, 0] - a.xy[-1, 0]) / scale for a, b in ends])
    named = {"stroke length": strokes, "speed": steps, "slant": slants, "spacing": gaps}
    return {n: np.concatenate([np.zeros(0), *map(np.asarray, v)]) for n, v in named.items()}


def likeness(written: Sequence[Ink], real: Sequence[Ink]) -> dict[str, float]:
    """Wasserstein distance of each distribution from the real one's, in its deviations."""
    ours, theirs = distributions(written), distributions(real)
    return {
        name: float(wasserstein_distance(values, theirs[name]) / max(theirs[name].std(), 1e-9))
        for name, values in ours.items()
        if len(values) and len(theirs[name])
    }

"""Rare capitals before words: X, Z and Q as people draw them, set before a word's small letter.

A handful of lines of IAM-OnDB has one, so a hand learns them of nowhere else. They are drawn from
the shapes below at random, at the height, the slant and the pen's speed of the line they stand in.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.ink import Ink
from engine.network import Network
from engine.preparation import baseline
from training.corpus import Corpus
from training.glyphs import Owners, Points, ink_of, line_like, moved, owners_of
from training.iam import Line
from training.numbers import insert

#: Strokes of each capital through these points; x from 0 to 1, y from -1 (top) to 0 (baseline).
SHAPES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "X": (
        ((0.0, -1.0), (0.44, -0.52), (0.92, 0.0)),
        ((0.96, -0.98), (0.5, -0.46), (0.02, 0.02)),
    ),
    "Z": (
        (
            (0.0, -0.96), (0.45, -1.0), (0.92, -0.98), (0.5, -0.5),
            (0.04, -0.02), (0.5, 0.0), (1.0, -0.01),
        ),
    ),
    "Q": (
        (
            (0.6, -1.0), (0.2, -0.9), (0.0, -0.5), (0.18, -0.1), (0.5, 0.0),
            (0.84, -0.12), (0.98, -0.5), (0.82, -0.88), (0.52, -0.99),
        ),
        ((0.52, -0.34), (0.78, -0.1), (1.08, 0.1)),
    ),
}  # fmt: skip
#: Width of each, as a share of its height.
BREADTHS = {"X": 0.72, "Z": 0.68, "Q": 0.9}
#: How far a point of a shape strays, in shares of the height.
STRAY = 0.045
#: Height, as a share of that of the line's tall letters; breadth; slant added, in x per y.
HEIGHTS = (0.85, 1.05)
BROAD = (0.8, 1.2)
SLANTS = (-0.1, 0.25)
#: The gap to the word's next letter, as a share of the capital's height.
APART = (0.08, 0.25)
#: Lines for each capital.
COUNT = 150


def initials(
    corpus: Corpus, network: Network, count: int = COUNT, seed: int = 0
) -> Iterator[tuple[Line, Ink]]:
    """Lines of the training splits with a rare capital before one word, with their ink.

    Parameters
    ----------
    corpus : Corpus
    network : Network
        Trained on the corpus: its window aligns points with characters.
    count : lines for each capital

    Yields
    ------
    The line, and its ink in offsets units.
    """
    random = np.random.default_rng(seed)
    known = [capital for capital in SHAPES if capital in corpus.alphabet]
    taught = corpus.lines_of("train", "t", "f")
    lines = random.permutation(taught)[: 2 * count * len(known)].tolist()
    owners: Owners = owners_of(corpus, network, lines)
    made = dict.fromkeys(known, 0)
    for line in lines:
        capital = min(made, key=lambda one: made[one])
        text, ink = corpus.text(line), ink_of(corpus, line)
        places = [i for i in range(len(text) - 2) if text[i] == " " and text[i + 1].islower()]
        if made[capital] == count or not places:
            continue
        place = int(random.choice(places))
        strokes, gap = _drawn(capital, ink, random)
        joined = insert(ink, owners[line], place, strokes, random, gap)
        if joined is not None:
            made[capital] += 1
            changed = f"{text[: place + 1]}{capital}{text[place + 1 :]}"
            yield line_like(corpus, line, changed, joined)


def _drawn(capital: str, ink: Ink, random: np.random.Generator) -> tuple[tuple[Points, ...], float]:
    """A capital's strokes for a line, and the gap behind it, in offsets units."""
    tall = baseline(ink) - float(np.percentile(ink.xy[:, 1], 3))
    height = max(1.0, tall) * random.uniform(*HEIGHTS)
    breadth = height * BREADTHS[capital] * random.uniform(*BROAD)
    slant = random.uniform(*SLANTS)
    ways = [np.hypot(*np.diff(stroke.xy, axis=0).T) for stroke in ink.strokes if len(stroke) > 2]
    step = float(np.median(np.concatenate(ways))) if ways else 0.3 * height
    strokes = []
    for shape in SHAPES[capital]:
        points = np.array(shape) + random.normal(0.0, STRAY, (len(shape), 2))
        xy = points * [breadth, height]
        xy[:, 0] -= slant * xy[:, 1]
        strokes.append(_traced(xy, step * random.uniform(1.0, 1.5)))
    left = min(float(xy[:, 0].min()) for xy in strokes)
    return tuple(moved(xy, -left) for xy in strokes), height * random.uniform(*APART)


def _traced(corners: Points, step: float) -> Points:
    """Points every `step` on the way through corners, which are rounded a little."""
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    fine = np.linspace(0.0, way[-1], 64)
    xy = np.stack([np.interp(fine, way, corners[:, axis]) for axis in (0, 1)], axis=1)
    for _ in range(6):
        xy[1:-1] = (xy[:-2] + 2 * xy[1:-1] + xy[2:]) / 4
    places = np.linspace(0, len(xy) - 1, max(4, round(float(way[-1]) / step) + 1))
    return xy[np.round(places).astype(np.int64)]

"""Characters drawn from shapes: those that too few lines of a corpus hold.

Each is drawn at random around the shapes below, at a given height and the pen's speed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.ink.arc_length import arc_lengths, points_along
from engine.ink.ink import Ink
from engine.ink.preparation import baseline
from training.augmentation.glyphs import Points, left, moved

#: Strokes of each character through these points; x from 0 to 1, y from -1 (top) to 0 (baseline).
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
    "/": (((0.95, -1.1), (0.5, -0.48), (0.0, 0.12)),),
    "+": (
        ((0.5, -0.85), (0.5, -0.5), (0.49, -0.15)),
        ((0.0, -0.5), (0.5, -0.5), (1.0, -0.5)),
    ),
    "(": (((0.95, -1.08), (0.35, -0.86), (0.0, -0.42), (0.3, 0.02), (0.9, 0.24)),),
    ")": (((0.05, -1.08), (0.65, -0.86), (1.0, -0.42), (0.7, 0.02), (0.1, 0.24)),),
}  # fmt: skip
#: Width of each, as a share of its height.
BREADTHS = {"X": 0.72, "Z": 0.68, "Q": 0.9, "/": 0.45, "+": 0.7, "(": 0.3, ")": 0.3}
#: How far a point of a shape strays, in shares of the height.
STRAY = 0.045
#: Breadth, as a factor, and slant added, in x per y.
BROAD = (0.8, 1.2)
SLANTS = (-0.1, 0.25)


@dataclass(frozen=True)
class ShapeManner:
    """How characters are drawn into lines: ranges of what is random about it.

    Attributes
    ----------
    heights : as shares of the height of the line's tall letters
    speeds : of the pen, as factors to the line's
    apart : the gap to the letter beside it, as shares of the character's own height
    """

    heights: tuple[float, float]
    speeds: tuple[float, float]
    apart: tuple[float, float]


def draw_shape_for(
    ink: Ink, character: str, manner: ShapeManner, random: np.random.Generator
) -> tuple[tuple[Points, ...], float]:
    """A character's strokes for a line, as `draw_shape` has them, and the gap beside it."""
    tall, step = measures(ink)
    height = tall * random.uniform(*manner.heights)
    strokes = draw_shape(character, height, step * random.uniform(*manner.speeds), random)
    return strokes, height * random.uniform(*manner.apart)


def draw_shape(
    character: str, height: float, step: float, random: np.random.Generator
) -> tuple[Points, ...]:
    """A character's strokes, the left edge at 0 and the baseline at 0.

    Parameters
    ----------
    character : one of SHAPES
    height : of the shape, in offsets units
    step : way between two points, in offsets units
    random : numpy.random.Generator

    Returns
    -------
    tuple of float64 (m, 2), y down
    """
    breadth = height * BREADTHS[character] * random.uniform(*BROAD)
    slant = random.uniform(*SLANTS)
    strokes = []
    for shape in SHAPES[character]:
        points = np.array(shape) + random.normal(0.0, STRAY, (len(shape), 2))
        xy = points * [breadth, height]
        xy[:, 0] -= slant * xy[:, 1]
        strokes.append(_traced(xy, step))
    return tuple(moved(xy, -left(strokes)) for xy in strokes)


def measures(ink: Ink) -> tuple[float, float]:
    """The height of a line's tall letters and the way between two of its points, in its unit."""
    tall = max(1.0, baseline(ink) - float(np.percentile(ink.xy[:, 1], 3)))
    ways = [np.hypot(*np.diff(stroke.xy, axis=0).T) for stroke in ink.strokes if len(stroke) > 2]
    return tall, float(np.median(np.concatenate(ways))) if ways else 0.3 * tall


def _traced(corners: Points, step: float) -> Points:
    """Points every `step` on the way through corners, which are rounded a little."""
    way = arc_lengths(corners)
    xy = points_along(corners, way, np.linspace(0.0, way[-1], 64))
    for _ in range(6):
        xy[1:-1] = (xy[:-2] + 2 * xy[1:-1] + xy[2:]) / 4
    places = np.linspace(0, len(xy) - 1, max(4, round(float(way[-1]) / step) + 1))
    return xy[np.round(places).astype(np.int64)]

"""Likeness: a line's slant, width and spacing, how near to a style's, and what brings it nearer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.ink.arc_length import arc_lengths, points_along
from engine.ink.ink import Ink
from engine.style.style import Style

Array = npt.NDArray[np.float64]

#: The most that a line is sheared, in x per unit of height.
MOST_SHEAR = 0.35
#: The most that a line is made wider, or narrower, as a factor.
MOST_WIDTH = 1.35
#: Directions that are told apart.
DIRECTIONS = 12
#: Points along a path are taken this far apart, in x-heights; a direction is that of the way over
#: so many of them.
SPACING, ARM = 0.12, 3


@dataclass(frozen=True)
class LineStatistics:
    """What can be measured of a line apart from its letters' shapes.

    Attributes
    ----------
    slant : mean lean to the right of down and up strokes (`mean_slant`)
    width : x-heights a character, spaces included
    points, strokes : of each character
    """

    slant: float
    width: float
    points: float
    strokes: float


def mean_slant(ink: Ink) -> float:
    """The mean lean of the down and up strokes, in x per unit of height to the right.

    Of all pieces that run more down or up than across, each weighing as the square of its height:
    the slope of the straight line that fits them best. `engine.ink.slant.downstroke_slant` is a
    median, and leaves the upstrokes out. 0 where there is no such piece.
    """
    across, down = 0.0, 0.0
    for stroke in ink.strokes:
        dx, dy = np.diff(stroke.xy, axis=0).T
        steep = np.abs(dy) > np.abs(dx)
        across -= float((dx[steep] * dy[steep]).sum())
        down += float((dy[steep] ** 2).sum())
    return across / down if down > 0 else 0.0


def line_statistics(ink: Ink, text: str) -> LineStatistics:
    """The manner of a level line in x-heights that says `text`."""
    count = max(1, len(text))
    return LineStatistics(
        mean_slant(ink), ink.width / count, ink.points / count, len(ink.strokes) / count
    )


def breadth(inks: Sequence[Ink]) -> float:
    """How far the pen goes across for each step up or down: broad letters against narrow ones.

    Other than the width of a line it hardly depends on the text; 0 where the pen goes nowhere.
    """
    ways = np.concatenate(
        [np.zeros((1, 2)), *(np.diff(s.xy, axis=0) for i in inks for s in i.strokes)]
    )
    across, down = np.abs(ways).sum(axis=0)
    return float(across / down) if down > 0 else 0.0


def style_correction(written: Sequence[Ink], style: Style) -> Array:
    """What gives lines that a hand writes in a style the style's slant and letter width.

    Parameters
    ----------
    written : sequence of Ink
        Some lines as the hand wrote them in the style. A matrix from one line alone would depend on
        chance and on its letters.

    Returns
    -------
    float64 (2, 2)
        A shear and a change of width, to multiply points with.
    """
    lines = [ink for ink in written if breadth([ink]) > 0]
    if not lines:
        return np.eye(2)
    wanted = mean_slant(style.ink)
    level = [ink.slanted(wanted - mean_slant(ink)) for ink in lines]
    ratio = breadth([style.ink]) / max(breadth(level), 1e-9)
    width = float(np.clip(ratio, 1 / MOST_WIDTH, MOST_WIDTH))
    lean = float(np.mean([mean_slant(ink.scaled(width, 1.0)) for ink in lines]))
    shear = float(np.clip(wanted - lean, -MOST_SHEAR, MOST_SHEAR))
    return np.array([[width, -shear], [0.0, 1.0]])


def blend(matrix: Array, strength: float) -> Array:
    """A matrix of `style_correction` that goes only so far: 0 changes nothing, 1 all, 0.5 half of
    it.

    Parameters
    ----------
    matrix : float64 (2, 2)
    strength : float
    """
    return np.array([[matrix[0, 0] ** strength, strength * matrix[0, 1]], [0.0, 1.0]])


@dataclass(frozen=True, eq=False)
class HingeFeatures:
    """How a pen moves: what tells writers apart whatever the text says.

    Attributes
    ----------
    turns : float64 (144,)
        The shares of pairs of directions, of the pen's way and of its way a moment later, as
        square roots, so that their distance is Hellinger's.
    counts : float64 (2,)
        The logarithms of points and of strokes a character.
    """

    turns: Array
    counts: Array


def hinge_features(ink: Ink, text: str) -> HingeFeatures:
    """The shape of ink in x-heights, at a hand's rate of points, that says `text`.

    Pairs of directions are the hinges of Bulacu and Schomaker (2007), taken along the pen's path.
    """
    turns = np.zeros((DIRECTIONS, DIRECTIONS))
    for stroke in ink.strokes:
        path = _even(stroke.xy)
        if len(path) > 2 * ARM:
            ways = path[ARM:] - path[:-ARM]
            angles = np.arctan2(ways[:, 1], ways[:, 0]) + np.pi
            bins = (angles / (2 * np.pi) * DIRECTIONS).astype(np.int64) % DIRECTIONS
            np.add.at(turns, (bins[:-ARM], bins[ARM:]), 1)
    shares = np.sqrt(turns.ravel() / max(float(turns.sum()), 1.0))
    counts = np.maximum([ink.points, len(ink.strokes)], 1) / max(1, len(text))
    return HingeFeatures(shares, np.log(counts))


def hinge_distance(one: HingeFeatures, other: HingeFeatures) -> float:
    """How unlike two shapes are: 0 where they are alike.

    Half a logarithm of points and of strokes is added to the distance of turns: of what was tried,
    that picked the candidates that a stranger's classifier took for the writer's most often.
    """
    turns = float(np.sqrt(0.5 * ((one.turns - other.turns) ** 2).sum()))
    return turns + 0.5 * float(np.abs(one.counts - other.counts).sum())


def _even(xy: Array) -> Array:
    """Points `SPACING` apart along a path."""
    along = arc_lengths(xy)
    return points_along(xy, along, np.linspace(0, along[-1], int(along[-1] / SPACING) + 2))


def word_gaps(ink: Ink, text: str, characters: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The gaps between words, from the last letter's right edge to the next one's left.

    Parameters
    ----------
    characters : int64 (n,), the character of the text that each point belongs to
    """
    x = ink.xy[:, 0]
    gaps = []
    for place in [i for i, c in enumerate(text) if c == " "]:
        before, after = x[characters < place], x[characters > place]
        near = x[(characters >= place - 2) & (characters < place)]
        far = x[(characters > place) & (characters <= place + 2)]
        if len(before) and len(after) and len(near) and len(far):
            gaps.append(far.min() - near.max())
    return np.array(gaps)

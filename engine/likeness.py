"""Likeness: a line's slant, width and spacing, and how it is drawn nearer to a style's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.ink import Ink
from engine.style import Style

#: The most that a line is sheared, in x per unit of height.
MOST_SHEAR = 0.35
#: The most that a line is made wider, or narrower, as a factor.
MOST_WIDTH = 1.35


@dataclass(frozen=True)
class Manner:
    """What can be measured of a line apart from its letters' shapes.

    Attributes
    ----------
    slant : lean to the right, in x per unit of height
    width : x-heights a character, spaces included
    points, strokes : of each character
    """

    slant: float
    width: float
    points: float
    strokes: float


def slant(ink: Ink) -> float:
    """The lean of the down and up strokes, in x per unit of height; 0 where there are none."""
    across, down = 0.0, 0.0
    for stroke in ink.strokes:
        dx, dy = np.diff(stroke.xy, axis=0).T
        steep = np.abs(dy) > np.abs(dx)
        across -= float((dx[steep] * dy[steep]).sum())
        down += float((dy[steep] ** 2).sum())
    return across / down if down > 0 else 0.0


def manner(ink: Ink, text: str) -> Manner:
    """The manner of a level line in x-heights that says `text`."""
    count = max(1, len(text))
    return Manner(slant(ink), ink.width / count, ink.points / count, len(ink.strokes) / count)


def matched(ink: Ink, text: str, style: Style, strength: float = 1.0) -> Ink:
    """A written line with the slant and the width of a style's own ink.

    Parameters
    ----------
    ink : Ink
        In x-heights, y = 0 the baseline.
    text : str
        What it says.
    strength : float
        0 leaves the line as it is, 1 takes over the style's slant and width.
    """
    if ink.points < 2 or not text:
        return ink
    wanted = manner(style.ink, style.text)
    shear = float(np.clip(strength * (wanted.slant - slant(ink)), -MOST_SHEAR, MOST_SHEAR))
    leaning = ink.slanted(shear)
    ratio = (wanted.width / max(leaning.width / len(text), 1e-9)) ** strength
    wider = leaning.scaled(float(np.clip(ratio, 1 / MOST_WIDTH, MOST_WIDTH)), 1.0)
    return wider.moved(ink.bounds[0] - wider.bounds[0], 0.0)


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

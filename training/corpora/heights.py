"""How tall writing is: its x-height and baseline from ink and text, for pieces of any length.

The standard deviation of a line's y tells its height where the line is long prose. Of "....",
"---", "AX 12" or a word without descenders it does not: what it should be depends on the text. Here
each character reaches from a usual bottom to a usual top, in x-heights above the baseline; the pen
swings between them as a sine does, and small letters are joined near the baseline. That gives the
mean and the deviation that a text's ink has.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink
from engine.ink.preparation import Preparation

#: Bottom and top of characters, in x-heights above the baseline.
_SPANS: tuple[tuple[str, float, float], ...] = (
    ("aceimnorsuvwxz", 0.0, 1.0),
    ("i", 0.0, 1.25),
    ("bdhkl", 0.0, 1.9),
    ("t", 0.0, 1.6),
    ("gqy", -0.85, 1.0),
    ("p", -0.85, 1.05),
    ("j", -0.85, 1.25),
    ("f", -0.3, 1.9),
    ("ABCDEFGHIKLMNOPRSTUVWXZ", 0.0, 1.8),
    ("JQY", -0.15, 1.8),
    ("0123456789", 0.0, 1.65),
    (".", 0.0, 0.1),
    (",", -0.3, 0.15),
    (":", 0.1, 0.85),
    (";", -0.3, 0.85),
    ("-~", 0.5, 0.7),
    ("_", -0.15, -0.05),
    ("=", 0.4, 0.8),
    ("+<>", 0.2, 1.1),
    ("*", 0.7, 1.5),
    ("'\"`^", 1.3, 1.9),
    ("!?", 0.0, 1.8),
    ("#%&@", 0.0, 1.6),
    ("()[]{}/\\|$", -0.2, 1.8),
    ("€£¥½¼¾✓★☺☐☑©", 0.0, 1.7),
    ("§", -0.3, 1.7),
    ("♥", 0.0, 1.4),
    ("°", 1.3, 1.9),
    ("×", 0.15, 1.1),
    ("÷±", 0.1, 1.3),
    ("→", 0.25, 0.95),
    ("–—", 0.55, 0.65),
    ("…", 0.0, 0.1),
    ("•", 0.4, 0.85),
    ("¿¡", -0.6, 1.1),
    ("«»", 0.1, 0.9),
    ("„", -0.3, 0.25),
    ("ßłđðåÅ", 0.0, 1.9),
    ("þ", -0.8, 1.9),
    ("ø", -0.1, 1.1),
    ("ÆŒØŁĐÞ", 0.0, 1.8),
)
#: How wide characters are at most, in x-heights; and others.
_WIDE = ((".,:;'`|!ijlI1", 1.1), ('"()[]{}', 1.4), ("-", 1.6), ("mwMW@%", 3.4))
_USUAL = 2.6
_BOTTOM: dict[str, float] = {}
_TOP: dict[str, float] = {}
for _characters, _low, _high in _SPANS:
    for _character in _characters:
        _BOTTOM[_character], _TOP[_character] = _low, _high
#: Points of a character that are of no height, as if it were this much taller, in x-heights.
_FLAT = 0.8
#: How far joins draw the mean of small letters down, in x-heights.
_JOINS = 0.13
#: The deviation of y of prose in English, in x-heights: what a line's own scale goes by.
PROSE = 0.571
#: How far the baseline may lie from where the text's mean height puts it, in x-heights.
_ASIDE = 0.4


def x_height(preparation: Preparation) -> float:
    """The x-height of prepared prose, in offsets units."""
    return 1.0 / (preparation.line_scale * PROSE) if preparation.line_scale else 1.0


def spread(text: str) -> tuple[float, float]:
    """Mean height above the baseline of a text's points, and its deviation, in x-heights."""
    characters = [c for c in text if c != " "]
    low = np.array([_BOTTOM.get(c, 0.0) for c in characters] or [0.0])
    high = np.array([_TOP.get(c, 1.0) for c in characters] or [1.0])
    weights = high - low + _FLAT
    weights /= weights.sum()
    small = np.array([c.islower() for c in characters] or [True])
    middle = (low + high) / 2 - _JOINS * small
    mean = float((weights * middle).sum())
    variance = float((weights * ((middle - mean) ** 2 + (high - low) ** 2 / 8)).sum())
    return mean, variance**0.5


def extent(text: str) -> tuple[float, float]:
    """The lowest and the highest that a text reaches above the baseline, in x-heights."""
    characters = [c for c in text if c != " "] or ["x"]
    return min(_BOTTOM.get(c, 0.0) for c in characters), max(_TOP.get(c, 1.0) for c in characters)


def x_height_of(ink: Ink, text: str) -> float:
    """The x-height that a piece of ink with this text has, in the ink's unit."""
    _, deviation = spread(text)
    low, high = extent(text)
    y = ink.xy[:, 1]
    if len(text) == 1:
        return float(np.ptp(y)) / max(high - low, 0.1)
    return float(y.std()) / max(deviation, 0.1)


def tells(text: str) -> bool:
    """Whether a text's ink tells the x-height: letters or digits enough."""
    return sum(c.isalnum() for c in text) >= max(1, 0.7 * len(text.replace(" ", "")))


def fits(ink: Ink, sign: str, height: float) -> bool:
    """Whether a single character's ink is of a size that people write it in.

    Parameters
    ----------
    height : the x-height, in the ink's unit
    """
    low, high = extent(sign)
    wide = next((wide for signs, wide in _WIDE if sign in signs), _USUAL)
    tall = float(np.ptp(ink.xy[:, 1])) / height
    return tall <= 1.7 * (high - low) + 0.35 and ink.width / height <= wide


def baseline_of(ink: Ink, text: str, height: float) -> float:
    """The y (down) of a piece's baseline.

    The densest place among the points where strokes turn upwards, near where the mean of the
    text's points puts it; that itself where few turn there.

    Parameters
    ----------
    height : the x-height, in the ink's unit
    """
    y = ink.xy[:, 1]
    if len(text) == 1:
        low, high = extent(text)
        # A sign's foot, or for what is as tall as it should not be its middle.
        if low == 0.0:
            return float(y.max())
        return float((y.max() + y.min()) / 2 + (low + high) / 2 * height)
    mean, _ = spread(text)
    guess = float(y.mean()) + mean * height
    turns = _turns(ink)
    near = turns[np.abs(turns - guess) <= _ASIDE * height]
    if len(near) < 2:
        return guess
    density = np.exp(-0.5 * ((near[:, None] - near[None, :]) / (0.12 * height)) ** 2).sum(axis=1)
    return float(near[int(density.argmax())])


def _turns(ink: Ink) -> npt.NDArray[np.float64]:
    """The y of points that are lower than both their neighbours, and of lowest ends."""
    found = []
    for stroke in ink.strokes:
        y = stroke.xy[:, 1]
        padded = np.concatenate([[-np.inf], y, [-np.inf]])
        found.append(y[(y >= padded[:-2]) & (y > padded[2:])])
    return np.concatenate(found)

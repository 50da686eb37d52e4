"""Baseline of a written line: estimated from its letters, and made level."""

from __future__ import annotations

import string
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink

#: Letters and digits whose lowest point lies on the baseline.
STANDING = frozenset("ABCDEFGHIKLMNOPRSTUVWXZabcdehiklmnorstuvwx0123456789")
#: Signs that stand there, too: they tell where it is if no letter does.
STANDING_SIGNS = frozenset("&@#$%?!€£¥§")
#: Letters whose height is the x-height.
LOW = frozenset("acemnorsuvwxz")
#: How high people write letters, figures and signs above the baseline, in x-heights.
HEIGHTS: Mapping[str, float] = {
    **dict.fromkeys(string.ascii_uppercase, 1.95),
    **dict.fromkeys(string.digits, 1.75),
    **dict.fromkeys("bdfhklt", 2.0),
    **dict.fromkeys(LOW, 1.0),
    "&": 1.5, "@": 1.25, "#": 2.1, "$": 2.0, "%": 1.9, "?": 2.0, "€": 1.85, "£": 1.9,
}  # fmt: skip


def letter_extents(
    ink: Ink, text: str, characters: npt.NDArray[np.int64], kinds: frozenset[str]
) -> npt.NDArray[np.float64]:
    """Middle x, top y and bottom y, float64 (m, 3), of each letter of the given kinds."""
    xy = ink.xy
    rows = []
    for place in np.unique(characters):
        if text[place] in kinds:
            points = xy[characters == place]
            if len(points) >= 3:
                rows.append((points[:, 0].mean(), points[:, 1].min(), points[:, 1].max()))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def level(ink: Ink, text: str, characters: npt.NDArray[np.int64]) -> Ink:
    """The ink turned level, its baseline at y = 0 and its left edge at x = 0.

    The baseline is a robust line (Theil and Sen's) through the feet of the letters that stand on
    it; with fewer than six of them, or on a short line, only its height is taken. Without letters
    signs tell it, and without these the lowest point.

    Parameters
    ----------
    ink : Ink
    text : str
    characters : int64 (n,), the character of the text that each point belongs to
    """
    if not ink:
        return ink
    feet = letter_extents(ink, text, characters, STANDING)
    if len(feet) >= 6 and np.ptp(feet[:, 0]) > 4 * np.ptp(feet[:, 2]):
        ink = ink.rotated(-float(np.arctan(median_slope(feet[:, 0], feet[:, 2]))))
        feet = letter_extents(ink, text, characters, STANDING)
    if not len(feet):
        feet = letter_extents(ink, text, characters, STANDING_SIGNS)
    bottom = float(np.median(feet[:, 2])) if len(feet) else ink.bounds[3]
    left = ink.bounds[0]
    return ink.moved(-left, -bottom)


def median_slope(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> float:
    """The median slope (dy / dx) between pairs of points (Theil and Sen's estimator).

    scipy.stats has it, and takes long to import.

    Parameters
    ----------
    x, y : float64 (n,)
        In one unit. Of two points at one x no slope is taken; at least two x must differ.
    """
    across, down = x[:, None] - x, y[:, None] - y
    return float(np.median(down[across > 0] / across[across > 0]))


def x_height(ink: Ink, text: str, characters: npt.NDArray[np.int64]) -> float | None:
    """The median height above the baseline (y = 0) of the low letters.

    Parameters
    ----------
    ink : Ink, level
    text : str
    characters : int64 (n,)
        The character of the text that each point belongs to.

    Returns
    -------
    float or None
        In the ink's unit; None where there are fewer than four low letters.
    """
    low = letter_extents(ink, text, characters, LOW)
    return float(-np.median(low[:, 1])) if len(low) >= 4 else None


def relative_heights(
    ink: Ink, text: str, characters: npt.NDArray[np.int64]
) -> tuple[list[float], list[float]]:
    """How high letters stand above the baseline (y = 0) for what they are usually.

    Parameters
    ----------
    ink : Ink
    text : str
    characters : int64 (n,), the character of the text that each point belongs to

    Returns
    -------
    two lists of float
        One number a letter, in x-heights of `HEIGHTS`, as a logarithm: of the low letters, and of
        those above them, figures and signs among them.
    """
    found: tuple[list[float], list[float]] = ([], [])
    for place in np.unique(characters):
        usual = HEIGHTS.get(text[place])
        points = ink.xy[characters == place, 1]
        if usual is not None and len(points) >= 3 and points.min() < 0:
            found[text[place] not in LOW].append(float(np.log(-points.min() / usual)))
    return found

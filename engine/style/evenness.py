"""Evenness: what makes lines of a page agree as one person's lines do.

Sampled one by one, lines of a style come out wider or narrower, larger or smaller, more or less
slanted, and with wider or narrower gaps between their words, than lines that a person writes below
one another. Here a line is brought near to what is usual of its hand and style. It hangs on nothing
but the line and the style, so that a line is the same wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.ink.baseline import x_height
from engine.ink.ink import Ink
from engine.ink.slant import downstroke_slant
from engine.ink.word_segmentation import word_cuts
from engine.style.similarity import breadth

Ints = npt.NDArray[np.int64]

#: Letters of a line that tells how wide and how large it is written; of fewer a part is believed.
ENOUGH = 24
#: How much of a line's difference is taken away, as a power, and within which range.
WIDTH, WIDTH_RANGE = 0.75, (0.78, 1.28)
HEIGHT, HEIGHT_RANGE = 0.8, (0.88, 1.14)
#: The same of the slant, and the most that a line is sheared, in x per unit of height.
SLANT, MOST_SHEAR = 0.7, 0.12
#: The gap between words that people like to read, in x-heights; how much of a style's own
#: difference from what is usual of people is kept, as a power; and within which range.
GAP, PEOPLES_GAP, OWN, GAP_RANGE = 1.1, 1.5, 0.4, (0.9, 1.2)
#: How uneven gaps of a line stay, as a power, and within which range of the usual one.
UNEVEN, UNEVEN_RANGE = 0.75, (0.65, 1.4)


@dataclass(frozen=True)
class UsualManner:
    """How a hand usually writes in a style.

    Attributes
    ----------
    breadth : of the letters (`engine.style.similarity.breadth`); 0 where it is not known
    x_height : in the ink's unit
    gap : between words that is wanted, in x-heights
    slant : of the downstrokes, in x per unit of height to the right; None where it is not known
    """

    breadth: float
    x_height: float
    gap: float
    slant: float | None = None


#: In no style.
PLAIN = UsualManner(0.0, 1.0, GAP)


def usual_manner(lines: Sequence[tuple[str, Ink, Ints]]) -> UsualManner:
    """What is usual of some lines of one style.

    Parameters
    ----------
    lines : sequence of (str, Ink, int64 (n,))
        Texts, level inks and the character of its text that each point belongs to. Lines of a
        single point do not count.

    Returns
    -------
    UsualManner
        `PLAIN` where no line has an x-height.
    """
    kept = [(text, ink, characters) for text, ink, characters in lines if ink.points > 1]
    heights = [h for text, ink, of in kept if (h := x_height(ink, text, of)) and h > 0]
    if not kept or not heights:
        return PLAIN
    height = float(np.median(heights))
    gaps = [gap / height for text, ink, of in kept for gap in _gaps(ink, _parts(text, ink, of))]
    own = (float(np.median(gaps)) / PEOPLES_GAP) ** OWN if gaps else 1.0
    broad = float(np.median([breadth([ink]) for _, ink, _ in kept]))
    slant = float(np.median([downstroke_slant(ink) for _, ink, _ in kept]))
    return UsualManner(broad, height, _wanted(own), slant)


def _wanted(own: float) -> float:
    return float(np.clip(GAP * own, *GAP_RANGE))


def evened(ink: Ink, text: str, characters: Ints, usual: UsualManner, strength: float = 1.0) -> Ink:
    """A level line of the usual size, width and gaps, as far as it tells how it is written.

    Parameters
    ----------
    ink : Ink
        Its baseline at y = 0, its left edge at x = 0.
    characters : int64 (n,)
        For each point the place of its character in the text.
    strength : float
        0 leaves the line as it is, 1 evens it.
    """
    if ink.points < 2 or strength <= 0:
        return ink
    told = strength * min(1.0, sum(c.isalnum() for c in text) / ENOUGH)
    if usual.slant is not None:
        away = SLANT * told * (usual.slant - downstroke_slant(ink))
        ink = ink.slanted(float(np.clip(away, -MOST_SHEAR, MOST_SHEAR)))
    height = x_height(ink, text, characters)
    if height is not None and height > 0:
        by = (usual.x_height / height) ** (HEIGHT * told)
        ink = ink.scaled(float(np.clip(by, *HEIGHT_RANGE)))
    wide = breadth([ink])
    if wide > 0 and usual.breadth > 0:
        by = (usual.breadth / wide) ** (WIDTH * told)
        ink = ink.scaled(float(np.clip(by, *WIDTH_RANGE)), 1.0)
    return _with_gaps(ink, text, characters, usual.gap * usual.x_height, strength)


def _parts(text: str, ink: Ink, characters: Ints) -> list[tuple[int, int]]:
    """Words, as ranges of points, those together whose ink is of one stroke."""
    cuts = word_cuts(text, ink, characters).tolist()
    ends = {0, *np.cumsum([len(stroke) for stroke in ink.strokes]).tolist()}
    parts: list[tuple[int, int]] = []
    for start, stop in pairwise(cuts):
        if start == stop:
            continue
        if parts and start not in ends:
            parts[-1] = (parts[-1][0], stop)
        else:
            parts.append((start, stop))
    return parts


def _gaps(ink: Ink, parts: Sequence[tuple[int, int]]) -> list[float]:
    """The gaps between words, in the ink's unit."""
    x = ink.xy[:, 0]
    return [
        max(1e-3, float(x[after[0] : after[1]].min() - x[before[0] : before[1]].max()))
        for before, after in pairwise(parts)
    ]


def _with_gaps(ink: Ink, text: str, characters: Ints, wanted: float, strength: float) -> Ink:
    """A line with gaps near the wanted one, those that were wider still wider."""
    parts = _parts(text, ink, characters)
    gaps = np.array(_gaps(ink, parts))
    if not len(gaps):
        return ink
    median = float(np.median(gaps))
    uneven = np.clip((gaps / median) ** UNEVEN, *UNEVEN_RANGE)
    shifts = np.cumsum(strength * (wanted * uneven - gaps))
    moved = [ink.part(*parts[0])]
    for (start, stop), shift in zip(parts[1:], shifts.tolist(), strict=True):
        moved.append(ink.part(start, stop).moved(shift, 0.0))
    return Ink.joined(moved)

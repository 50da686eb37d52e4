"""Writing a word of a line again in the manner of the line, and fitting it between its neighbours.

The hand is primed with the line itself; the new word is brought to the size, slant and baseline of
the other words, begins where the old one began, and what follows moves by the difference in width.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.ink.baseline import STANDING, STANDING_SIGNS, relative_heights
from engine.ink.ink import Ink
from engine.ink.slant import downstroke_slant
from engine.ink.word_segmentation import word_cuts
from engine.sampling.request import SamplingRequest
from engine.style.style import Style

Ints = npt.NDArray[np.int64]

#: Characters that a line needs to show its manner; with fewer, its style does.
LEAST_PRIMER = 12
#: How far a new word is brought to the size and the slant of its line at most.
MOST_RESIZE, MOST_SHEAR = 1.4, 0.2
#: Letters of a word that tell half of how large it is, and half of how it slants: what a few say
#: hangs on their shapes.
SIZE_TOLD, SLANT_TOLD = 1, 4
#: Letters of one height that a line needs to be compared by these alone.
LEAST_ALIKE = 3
#: Half the width of a gap where a word without ink would have stood, in x-heights.
HALF_GAP = 0.6


def line_primer(text: str, ink: Ink, style: Style | None = None) -> Style | None:
    """What a word of a line is primed with: the line itself, or where it is short its style.

    The writer stays the line's.
    """
    if len(text) < LEAST_PRIMER:
        return style
    return Style("line", text, ink, vector=None if style is None else style.vector)


def word_jobs(
    job: SamplingRequest, primer: Style | None, words: list[tuple[int, int]]
) -> list[SamplingRequest]:
    """What is to be sampled for words of a line.

    Parameters
    ----------
    job : SamplingRequest
        Of the line.
    primer : Style, optional
        Of the words; see `line_primer`.
    words : list of (word, seed)
        The word's place in the line, from 0.
    """
    texts = job.text.split(" ")
    # The new word is brought to its line's size and slant when it is set in.
    return [
        replace(job, text=texts[word], seed=seed, style=primer, strength=0.0)
        for word, seed in words
    ]


def splice_word(
    text: str, ink: Ink, characters: Ints, word: int, new: Ink, new_characters: Ints
) -> tuple[Ink, Ints]:
    """A line with other ink for one of its words.

    Parameters
    ----------
    text, ink, characters
        Of the line; see `engine.sampling.sampled_line.SampledLine`.
    word : int
        Its place in the line, from 0.
    new : Ink
        Of the word, in x-heights, its baseline at y = 0.
    new_characters : int64 (n,)
        For each point of it the place of its character in the word.

    Returns
    -------
    Ink and int64 (n,)
        Of the whole line.
    """
    cuts = word_cuts(text, ink, characters)
    start, stop = int(cuts[word]), int(cuts[word + 1])
    words = text.split(" ")
    place = sum(len(w) + 1 for w in words[:word])
    before, old, after = ink.part(0, start), ink.part(start, stop), ink.part(stop)
    inside = np.clip(new_characters, 0, max(len(words[word]) - 1, 0)) + place
    others, of = Ink.joined([before, after]), np.delete(characters, slice(start, stop))
    if not others:
        others, of = old, characters
    fresh = _fitted(new, inside, others, of, text, old)
    left, right = (old.bounds[0], old.bounds[2]) if old else _gap(before, after)
    fresh = fresh.moved(left - fresh.bounds[0], 0.0)
    moved = after.moved(fresh.bounds[2] - right, 0.0) if after else after
    return (
        Ink.joined([before, fresh, moved]),
        np.concatenate([characters[:start], inside, characters[stop:]]),
    )


def _fitted(new: Ink, own: Ints, others: Ink, of: Ints, text: str, old: Ink) -> Ink:
    """The new ink in the size, the slant and on the baseline of its line.

    Parameters
    ----------
    own, of : int64
        The places in the text of the characters of the new points, and of those of the others.
    others : Ink
        The other words; where there are none, what stood there.
    old : Ink
        What stood there.
    """
    by, letters = _size(new, own, others, of, text)
    new = new.scaled(float(np.clip(np.exp(-by), 1 / MOST_RESIZE, MOST_RESIZE)))
    if others:
        lean = downstroke_slant(others) - downstroke_slant(new)
        told = letters / (letters + SLANT_TOLD)
        new = new.slanted(float(np.clip(told * lean, -MOST_SHEAR, MOST_SHEAR)))
    stands = any(text[place] in STANDING | STANDING_SIGNS for place in np.unique(own))
    if old and not stands:
        # A dash or a quotation mark: its foot does not tell how high it stands.
        middle = (old.bounds[1] + old.bounds[3] - new.bounds[1] - new.bounds[3]) / 2
        new = new.moved(0.0, middle)
    return new


def _size(new: Ink, own: Ints, others: Ink, of: Ints, text: str) -> tuple[float, int]:
    """How much larger a word is than the other words, as a logarithm; and its letters that tell.

    Low letters are compared with low ones and tall with tall ones, for how tall these are is the
    style's own; where the line has too few of them, with all.
    """
    word, line = relative_heights(new, text, own), relative_heights(others, text, of)
    whole = line[0] + line[1]
    letters = len(word[0]) + len(word[1])
    if not letters or not whole:
        return 0.0, letters
    differences: list[float] = []
    for heights, alike in zip(word, line, strict=True):
        usual = float(np.median(alike if len(alike) >= LEAST_ALIKE else whole))
        differences += [height - usual for height in heights]
    return float(np.median(differences)) * letters / (letters + SIZE_TOLD), letters


def _gap(before: Ink, after: Ink) -> tuple[float, float]:
    """Where a word without ink would have stood."""
    left = before.bounds[2] + HALF_GAP if before else 0.0
    right = after.bounds[0] - HALF_GAP if after else left
    return left, right

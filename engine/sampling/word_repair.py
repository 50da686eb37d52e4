"""Writing a word of a line again in the manner of the line, and fitting it between its neighbours.

The hand is primed with the line itself; the new word is brought to the size and slant of the old
one, begins where that began, and what follows moves by the difference in width.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.ink.baseline import x_height
from engine.ink.ink import Ink
from engine.ink.slant import downstroke_slant
from engine.ink.word_segmentation import word_cuts
from engine.sampling.request import SamplingRequest
from engine.style.style import Style

Ints = npt.NDArray[np.int64]

#: Characters that a line needs to show its manner; with fewer, its style does.
LEAST_PRIMER = 12
#: How far a new word is brought to the size and the slant of its line.
MOST_RESIZE, MOST_SHEAR = 1.25, 0.2
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
    own = characters[start:stop] - place
    fresh = _fitted(new, new_characters, words[word], old, own, (text, ink, characters))
    left, right = (old.bounds[0], old.bounds[2]) if old else _gap(before, after)
    fresh = fresh.moved(left - fresh.bounds[0], 0.0)
    moved = after.moved(fresh.bounds[2] - right, 0.0) if after else after
    inside = np.clip(new_characters, 0, max(len(words[word]) - 1, 0)) + place
    return (
        Ink.joined([before, fresh, moved]),
        np.concatenate([characters[:start], inside, characters[stop:]]),
    )


def _fitted(
    new: Ink, characters: Ints, word: str, old: Ink, own: Ints, line: tuple[str, Ink, Ints]
) -> Ink:
    """The new ink in the size and slant of the old, or of the line where that says too little."""
    last = max(len(word) - 1, 0)
    height = x_height(new, word, np.clip(characters, 0, last))
    goal = x_height(old, word, np.clip(own, 0, last)) if old else None
    text, ink, places = line
    goal = goal or x_height(ink, text, np.clip(places, 0, max(len(text) - 1, 0)))
    if height and goal and height > 0 and goal > 0:
        new = new.scaled(float(np.clip(goal / height, 1 / MOST_RESIZE, MOST_RESIZE)))
    lean = downstroke_slant(ink) - downstroke_slant(new)
    return new.slanted(float(np.clip(lean, -MOST_SHEAR, MOST_SHEAR)))


def _gap(before: Ink, after: Ink) -> tuple[float, float]:
    """Where a word without ink would have stood."""
    left = before.bounds[2] + HALF_GAP if before else 0.0
    right = after.bounds[0] - HALF_GAP if after else left
    return left, right

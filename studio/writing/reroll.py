"""Rerolling a word: new ink for it, in the manner of its line, set between its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.ink.baseline import x_height
from engine.ink.ink import Ink
from engine.ink.smoothing import downstroke_slant
from engine.style.style import Style
from studio.layout.line_ink import part
from studio.layout.line_writer import WrittenLine
from studio.layout.word_segmentation import word_cuts

if TYPE_CHECKING:
    from engine.hand import Hand

Ints = npt.NDArray[np.int64]

LEAST_PRIMER = 12
"""Characters that a line needs to show its manner; with fewer, its style does."""
MOST_RESIZE, MOST_SHEAR = 1.25, 0.2
"""How far a new word is brought to the size and the slant of its line."""


def word_candidates(
    hand: Hand,
    line: WrittenLine,
    word: int,
    seeds: Sequence[int],
    *,
    style: Style | None = None,
    bias: float = 0.75,
) -> list[WrittenLine]:
    """Write a word of a line anew, once for each seed.

    The hand is primed with the line itself, so that the new word is in its manner.

    Parameters
    ----------
    hand : Hand
    line : WrittenLine
    word : int
        Its place in the line, from 0.
    seeds : sequence of int
    style : Style, optional
        Primes where the line is too short to do so.
    bias : float

    Returns
    -------
    list of WrittenLine
        The whole line with each of the new words.
    """
    text = line.text.split(" ")[word]
    primer = style
    if len(line.text) >= LEAST_PRIMER:
        primer = Style("line", line.text, line.ink)
    written = hand.write_lines(
        [text] * len(seeds),
        styles=[primer] * len(seeds),
        # The new word is brought to its line's size and slant below.
        strengths=0.0,
        biases=[bias] * len(seeds),
        seeds=list(seeds),
    )
    return [spliced(line, word, new.ink, new.characters, new.seed) for new in written]


def spliced(line: WrittenLine, word: int, ink: Ink, characters: Ints, seed: int) -> WrittenLine:
    """The line with other ink for one of its words.

    The new ink is brought to the size and slant of the old, begins where the old one began,
    stands on the same level, and what follows moves by the difference in width.

    Parameters
    ----------
    line : WrittenLine
    word : int
        Its place in the line, from 0.
    ink : Ink
        In x-heights, its baseline at y = 0.
    characters : int (n,)
        For each point of the ink the place of its character in the word.
    seed : int
        Which wrote the word.
    """
    cuts = word_cuts(line.text, line.ink, line.characters)
    start, stop = int(cuts[word]), int(cuts[word + 1])
    words = line.text.split(" ")
    place = sum(len(w) + 1 for w in words[:word])
    before, old, after = (part(line.ink, a, b) for a, b in ((0, start), (start, stop), (stop, -1)))
    own = line.characters[start:stop] - place
    fresh = _likened(ink, characters, old, own, words[word], line)
    left, right = (old.bounds[0], old.bounds[2]) if old else _gap(before, after)
    fresh = fresh.moved(left - fresh.bounds[0], 0.0)
    moved = after.moved(fresh.bounds[2] - right, 0.0) if after else after
    return replace(
        line,
        ink=Ink.joined([before, fresh, moved]),
        characters=np.concatenate(
            [
                line.characters[:start],
                np.clip(characters, 0, max(len(words[word]) - 1, 0)) + place,
                line.characters[stop:],
            ]
        ),
        seed=seed,
        flaws=(),
        steps=None,
    )


def _likened(ink: Ink, characters: Ints, old: Ink, own: Ints, text: str, line: WrittenLine) -> Ink:
    """The ink in the size and slant of the old, or of the line where the old says too little."""
    letters = np.clip(characters, 0, max(len(text) - 1, 0))
    height = x_height(ink, text, letters)
    goal = None
    if old:
        goal = x_height(old, text, np.clip(own, 0, max(len(text) - 1, 0)))
    inside = np.clip(line.characters, 0, max(len(line.text) - 1, 0))
    goal = goal or x_height(line.ink, line.text, inside)
    if height and goal and height > 0 and goal > 0:
        ink = ink.scaled(float(np.clip(goal / height, 1 / MOST_RESIZE, MOST_RESIZE)))
    lean = downstroke_slant(line.ink) - downstroke_slant(ink)
    return ink.slanted(float(np.clip(lean, -MOST_SHEAR, MOST_SHEAR)))


def _gap(before: Ink, after: Ink) -> tuple[float, float]:
    """Where a word without ink would have stood."""
    left = before.bounds[2] + 0.6 if before else 0.0
    right = after.bounds[0] - 0.6 if after else left
    return left, right

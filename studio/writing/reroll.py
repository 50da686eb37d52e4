"""Rerolling a word: new ink for it, in the manner of its line, set between its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.ink.ink import Ink
from engine.sampling.misread_word import MisreadWord
from engine.sampling.policy import DEFAULT_BIAS
from engine.sampling.word_repair import Ints, line_primer, splice_word
from engine.style.style import Style
from studio.layout.line_writer import WrittenLine

if TYPE_CHECKING:
    from engine.hand import Hand


def word_candidates(
    hand: Hand,
    line: WrittenLine,
    word: int,
    seeds: Sequence[int],
    *,
    style: Style | None = None,
    bias: float = DEFAULT_BIAS,
) -> list[WrittenLine]:
    """Write a word of a line again, once for each seed.

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
    primer = line_primer(line.text, line.ink, style)
    written = hand.write_lines(
        [line.text.split(" ")[word]] * len(seeds),
        styles=[primer] * len(seeds),
        # The new word is brought to its line's size and slant when it is set in.
        strengths=0.0,
        biases=[bias] * len(seeds),
        seeds=list(seeds),
    )
    return [spliced(line, word, new.ink, new.characters, new.seed, new.misread) for new in written]


def spliced(
    line: WrittenLine,
    word: int,
    ink: Ink,
    characters: Ints,
    seed: int,
    misread: Sequence[MisreadWord] = (),
) -> WrittenLine:
    """The line with other ink for one of its words; see `splice_word`.

    Parameters
    ----------
    seed : int
        Which wrote the word.
    misread : sequence of MisreadWord
        The word, where it is misread again.
    """
    others = (one for one in line.misread if one.place != word)
    again = (replace(one, place=word) for one in misread)
    found = tuple(sorted((*others, *again), key=lambda one: one.place))
    new, places = splice_word(line.text, line.ink, line.characters, word, ink, characters)
    return replace(line, ink=new, characters=places, seed=seed, flaws=(), steps=None, misread=found)

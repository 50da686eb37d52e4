"""Glyphs read by a recogniser: whether a letter can be read as it was cut out of its word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.ink.ink import Ink, Stroke
from engine.ink.word_segmentation import word_cuts
from studio.layout.line_writer import WrittenLine

if TYPE_CHECKING:
    from engine.recognition.recogniser import Recogniser

_BESIDE = "one"
"""A word that stands on both sides of what is read: alone, a letter has no size and no place."""
_GAP = 1.0
"""Between words, in x-heights."""


class GlyphReader:
    """Reads glyphs between two words of the same hand.

    Parameters
    ----------
    recogniser : Recogniser
    lines : sequence of WrittenLine
        In one of which the word stands that is put beside them.
    """

    def __init__(self, recogniser: Recogniser, lines: Sequence[WrittenLine]) -> None:
        self._recogniser = recogniser
        words = (_first_word(line) for line in lines if line.text.startswith(f"{_BESIDE} "))
        self._word = next((word for word in words if word is not None), None)

    def certainties(self, texts: Sequence[str], inks: Sequence[Ink]) -> list[float]:
        """How surely each text is read in its ink, in nats; 0 for what cannot be told."""
        word = self._word
        known = self._recogniser.alphabet
        told = [word is not None and all(c in known for c in text) for text in texts]
        lines = [_between(word, ink) for ink, tell in zip(inks, told, strict=True) if tell and word]
        asked = [
            f"{_BESIDE} {text} {_BESIDE}" for text, tell in zip(texts, told, strict=True) if tell
        ]
        found = iter(self._recogniser.judge(lines, asked))
        return [next(found).words[1].certainty if tell else 0.0 for tell in told]


def _first_word(line: WrittenLine) -> Ink | None:
    """The ink of a line's first word; None where it may be misread."""
    if line.flaws or any(word.place == 0 for word in line.misread):
        return None
    ink = line.ink.first(int(word_cuts(line.text, line.ink, line.characters)[1]))
    return ink if ink.points > 1 and np.ptp(ink.xy[:, 1]) > 0 else None


def _between(word: Ink, ink: Ink) -> Ink:
    """Ink with the word before and behind it."""
    strokes: list[Stroke] = []
    x = 0.0
    for part in (word, ink, word):
        placed = part.moved(x - part.bounds[0], 0.0)
        strokes += placed.strokes
        x = placed.bounds[2] + _GAP
    return Ink(tuple(strokes))

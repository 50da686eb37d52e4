"""A word that a recogniser reads otherwise; of notes and their files, which need no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MisreadWord:
    """A word that cannot be read as it was asked for.

    Attributes
    ----------
    place : its number in the line, from 0
    word : as asked for
    read : what a recogniser reads there
    certainty : how sure it is of the word, in nats; see `WordReading`
    """

    place: int
    word: str
    read: str
    certainty: float = 0.0

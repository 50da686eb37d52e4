"""What a recogniser makes of each word of a line whose text is known.

The asked text is aligned with the recogniser's frames by the most likely path of connectionist
temporal classification (Graves and others 2006, section 4.1; Viterbi instead of the sum). So each
sign has its frames, and is judged by what else they say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.text.alphabet import Alphabet

Floats = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


#: Signs that nobody can tell from others by their ink alone: each with what it may be read as.
ALIKE: Mapping[str, str] = {
    "1": "lI|", "I": "l1|", "l": "I1|", "|": "Il1", "0": "Oo", "O": "0", "-": "–—", "–": "-—",
    "—": "-–", "°": "oO0", "×": "x", "•": ".", "„": '",', "ı": "i", "«": "<", "»": ">",
    # Two letters that touch are read as one sign.
    "a": "æ", "o": "œ", "e": "æœ",
}  # fmt: skip

#: Signs that the recogniser takes others for now and then: they are certain only where they are so
#: much likelier than any other, in nats.
CONFUSED, CLEAR = frozenset("@&#%€£"), 2.0


@dataclass(frozen=True)
class WordReading:
    """What is read in the place of a word.

    Attributes
    ----------
    word : str
        As it was asked for, without spaces.
    read : str
        What the frames of the word say by themselves.
    signs : tuple of float
        How much less likely each sign is than what is read in its place, in nats: 0 where it is
        what is read, far below 0 where that is certainly something else. None of a word that the
        recogniser does not know.
    """

    word: str
    read: str
    signs: tuple[float, ...] = ()

    @property
    def certainty(self) -> float:
        """That of its most doubtful sign."""
        return min(self.signs, default=0.0)


def read_words(frames: Floats, text: str, alphabet: Alphabet) -> tuple[WordReading, ...]:
    """Judge each word of a line.

    A word is as certain as its most doubtful sign: in a mean over its signs one that is wrong
    would not be noticed in a long word. Gaps that are read within a word or not read behind it do
    not count, nor which of some signs of the same shape is read (`ALIKE`).

    Parameters
    ----------
    frames : float32 (T, A + 1)
        Log-probabilities of the characters of `alphabet`, the last being the blank.
    text : str
        What the line should say. Characters that the alphabet lacks are left out: a word of
        nothing else is taken as read.

    Returns
    -------
    tuple of WordReading
        One for each word of `text.split()`.
    """
    words = text.split()
    known = ["".join(c for c in word if c in alphabet) for word in words]
    found = iter(_readings(frames, [word for word in known if word], alphabet))
    readings = []
    for word, asked in zip(words, known, strict=True):
        read, certain = next(found) if asked else ("", ())
        # What is left out of the comparison because the alphabet lacks it is not read wrong.
        readings.append(WordReading(word, word if read == asked else read, certain))
    return tuple(readings)


def _readings(
    frames: Floats, words: Sequence[str], alphabet: Alphabet
) -> Iterator[tuple[str, tuple[float, ...]]]:
    """For each word what its frames say, and how certain each of its signs is."""
    text = " ".join(words)
    signs = sorted(set(text))
    codes = [signs.index(sign) for sign in text]
    asked = _asked(frames, signs, alphabet)
    path = viterbi(asked, codes, blank=len(signs))
    if path is None:
        # More characters than frames can say: nothing of it is there.
        yield from (("", (-math.inf,) * len(word)) for word in words)
        return
    missing = _missing(frames, asked[:, [*codes, len(signs)]], text, path, alphabet)
    certain = _certain(path, text, missing, _likelier(frames, alphabet))
    first = np.searchsorted(path, 2 * np.arange(len(text)) + 1)
    place = 0
    for word in words:
        behind = place + len(word) + 1
        # The gap behind a word is the word's, so that what is too much there is held against it.
        own = frames[first[place] if place else 0 : first[behind] if behind < len(text) else None]
        yield _said(own, alphabet), tuple(certain[place : behind - 1])
        place = behind


def _asked(frames: Floats, signs: Sequence[str], alphabet: Alphabet) -> Floats:
    """The log-probabilities of signs, read as themselves or as what looks alike; then the blank."""
    column = {character: frames[:, place] for place, character in enumerate(alphabet)}
    alike = [[column[c] for c in (sign, *ALIKE.get(sign, "")) if c in column] for sign in signs]
    return np.stack([*(np.max(each, axis=0) for each in alike), frames[:, -1]], axis=1)


def _missing(frames: Floats, asked: Floats, text: str, path: Ints, alphabet: Alphabet) -> Array:
    """How much less likely the path is than what is read, at each frame; float64 (T,).

    Gaps are neither missed nor read.

    Parameters
    ----------
    asked : float32 (T, len(text) + 1)
        Of each sign of the text, then of the blank.
    """
    # A state is 2k + 1 for sign k, even for the blanks around it.
    labels = np.where(path % 2 == 1, path // 2, len(text))
    best = np.delete(frames, alphabet.characters.index(" "), axis=1).max(axis=1)
    found = best.astype(np.float64) - asked[np.arange(len(path)), labels]
    gaps = np.array([sign == " " for sign in text] + [False])
    return np.where(gaps[labels], 0.0, np.maximum(found, 0.0))


def _certain(
    path: Ints, text: str, missing: Array, likelier: Callable[[str, slice], float]
) -> list[float]:
    """How much less likely each sign is than what is read in its place; 0 of gaps.

    Its place reaches from behind the sign before it to the next one: another sign may be read a
    frame earlier or later, or one too many beside it. That of a gap belongs to both its sides.
    """
    states = 2 * np.arange(len(text)) + 1
    first = [*np.searchsorted(path, states, side="left").tolist(), len(path), len(path)]
    end = [*np.searchsorted(path, states, side="right").tolist(), 0]
    sums = np.concatenate([[0.0], np.cumsum(missing)])
    found = []
    for place, sign in enumerate(text):
        after = place + 1 + text.startswith(" ", place + 1)
        own = slice(end[place - 1], first[after])
        sure = 0.0 if sign == " " else float(sums[own.start] - sums[own.stop])
        if sign in CONFUSED:
            sure = min(sure, likelier(sign, own) - CLEAR)
        found.append(sure)
    return found


def _likelier(frames: Floats, alphabet: Alphabet) -> Callable[[str, slice], float]:
    """How much likelier a sign is in its frames than any other single one, in nats."""

    def likelier(sign: str, own: slice) -> float:
        here = frames[own].astype(np.float64)
        blank = here[:, -1:]
        # One sign stands in at least one frame, and the blank in the others.
        scores = np.maximum(here, blank)
        single = scores.sum(axis=0) + (here - scores).max(axis=0)
        asked = alphabet.characters.index(sign)
        return float(
            single[asked] - np.delete(single[:-1], [asked, alphabet.characters.index(" ")]).max()
        )

    return likelier


def _said(frames: Floats, alphabet: Alphabet) -> str:
    """What frames say by themselves."""
    best = frames.argmax(axis=1)
    kept = best[np.flatnonzero(np.diff(best, prepend=-1))]
    return "".join(alphabet.characters[code] for code in kept if code < len(alphabet)).strip()


def viterbi(frames: Floats, codes: Sequence[int], blank: int) -> npt.NDArray[np.int64] | None:
    """The most likely path of a text through frames.

    Parameters
    ----------
    frames : float32 (T, A + 1), log-probabilities
    codes : of the text's characters
    blank : the blank's column

    Returns
    -------
    int64 (T,), or None
        For each frame its state: 2k + 1 for character k, 2k for the blank before it. None where
        there are too few frames for the text.
    """
    if not len(frames):
        return None
    states = np.full(2 * len(codes) + 1, blank, dtype=np.int64)
    states[1::2] = codes
    emitted = frames[:, states].astype(np.float64)
    # A blank may be left out between two characters that differ.
    skipped = np.full(len(states), -np.inf)
    skipped[3::2] = np.where(states[3::2] != states[1:-2:2], 0.0, -np.inf)
    # Two states before the first that nothing comes from: so what is a step or two back is a view.
    score = np.full(len(states) + 2, -np.inf)
    here, one_back, two_back = score[2:], score[1:-1], score[:-2]
    here[:2] = emitted[0, :2]
    one, two = np.zeros((2, len(frames), len(states)), dtype=bool)
    best, other = np.empty((2, len(states)))
    for t in range(1, len(frames)):
        np.add(two_back, skipped, out=other)
        np.greater(one_back, here, out=one[t])
        np.maximum(here, one_back, out=best)
        np.greater(other, best, out=two[t])
        np.maximum(best, other, out=best)
        np.add(best, emitted[t], out=here)
    state = len(states) - 1 if here[-1] >= here[-2] else len(states) - 2
    if not np.isfinite(here[state]):
        return None
    back = np.where(two, 2, one.astype(np.int8))
    path = np.zeros(len(frames), dtype=np.int64)
    for t in range(len(frames) - 1, -1, -1):
        path[t] = state
        state -= int(back[t, state])
    return path

"""What a recogniser makes of each word of a line whose text is known.

The asked text is aligned with the recogniser's frames by the most likely path of connectionist
temporal classification (Graves and others 2006, section 4.1; Viterbi instead of the sum). Each
word has the frames from where the one before it ends, and is judged by what they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.text.alphabet import Alphabet

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class WordReading:
    """What is read in the place of a word.

    Attributes
    ----------
    word : str
        As it was asked for, without spaces.
    read : str
        What the frames of the word say by themselves.
    certainty : float
        How much less likely the word is than what is read, in nats a character: 0 where the word
        is what is read, far below 0 where it is certainly something else.
    """

    word: str
    read: str
    certainty: float


def read_words(frames: Floats, text: str, alphabet: Alphabet) -> tuple[WordReading, ...]:
    """Judge each word of a line.

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
    spoken = [word for word in known if word]
    if not spoken:
        return tuple(WordReading(word, word, 0.0) for word in words)
    places = _places(frames, spoken, alphabet)
    found = iter(places)
    readings = []
    for word, asked in zip(words, known, strict=True):
        if not asked:
            readings.append(WordReading(word, word, 0.0))
            continue
        span = next(found)
        readings.append(_reading(frames, word, asked, span, alphabet))
    return tuple(readings)


def _reading(
    frames: Floats, word: str, asked: str, span: tuple[int, int, float], alphabet: Alphabet
) -> WordReading:
    begin, end, score = span
    own = frames[begin:end]
    best = own.argmax(1) if len(own) else np.zeros(0, np.int64)
    kept = best[np.concatenate([[True], best[1:] != best[:-1]])] if len(best) else best
    read = "".join(alphabet.characters[code] for code in kept if code < len(alphabet)).strip()
    likeliest = float(own.max(1).sum()) if len(own) else 0.0
    certainty = min(0.0, (score - likeliest) / len(asked))
    # What is left out of the comparison because the alphabet lacks it is not read wrong.
    return WordReading(word, word if read == asked else read, certainty)


def _places(
    frames: Floats, words: Sequence[str], alphabet: Alphabet
) -> list[tuple[int, int, float]]:
    """For each word its first frame, the one after its last, and the score of its path there."""
    text = " ".join(words)
    codes = [alphabet.characters.index(character) for character in text]
    path = viterbi(frames, codes, blank=frames.shape[1] - 1)
    if path is None:
        # More characters than frames can say: nothing of it is there.
        return [(0, 0, -np.inf)] * len(words)
    owner = np.array([number for number, word in enumerate(words) for _ in f"{word} "])
    # A state is 2k + 1 for character k, even for the blanks around it.
    character = np.clip((path - 1) // 2, 0, len(codes) - 1)
    blank = frames.shape[1] - 1
    labels = np.where(path % 2 == 1, np.array(codes)[character], blank)
    scores = frames[np.arange(len(frames)), labels]
    # The space after a word is the word's, so that what is too much there is held against it.
    ends = np.searchsorted(owner[character], np.arange(len(words)), side="right").tolist()
    return [
        (begin, end, float(scores[begin:end].sum()))
        for begin, end in zip([0, *ends[:-1]], ends, strict=True)
    ]


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

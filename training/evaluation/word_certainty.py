"""How well a recogniser's certainty separates words that are there from words that are not.

A word that is written as its line's text says must not be marked; one that says something else
must be. Of people's lines the text is known. What is not there is asked for by another text: one
word of it is changed as hands go wrong, by a character that is left out, doubled, added or taken
for another (LXIV for LIIV). So a threshold can be set for any recogniser, and its errors are known.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.hand import Hand
from engine.ink.ink import Ink
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE
from engine.style.style import Style
from training.evaluation.text_kinds import KINDS, compared

Floats = npt.NDArray[np.float64]

#: The share of wrong words that may be taken for right.
MOST_SLIPPED = 0.05
#: The thresholds that are looked at, in nats.
THRESHOLDS = tuple(-0.1 * step for step in range(1, 81))
#: What a character is taken for: another of its class, or one that hands and recognisers confuse it
#: with.
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, ".,;:!?'\"()-")
_CONFUSED = {
    "8": "&B", "E": "&€", "F": "&", "&": "8E", "a": "@", "c": "@", "e": "@", "o": "@", "@": "6ae",
    "6": "@G", "G": "6", "3": "e", "-": "_", "_": "-", "€": "E", "5": "S", "S": "5", "B": "8",
    "V": "U", "U": "V", "O": "Q", "7": "1", "n": "u", "i": "l", ".": ",", ",": ".",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Certainties:
    """What a recogniser's certainty was, in nats, a number a word.

    Attributes
    ----------
    right, wrong : float64
        Of words that are there, and of words that are not.
    """

    right: Floats
    wrong: Floats

    def marked(self, threshold: float) -> float:
        """The share of right words that are taken for wrong."""
        return float((self.right < threshold).mean())

    def slipped(self, threshold: float) -> float:
        """The share of wrong words that are taken for right."""
        return float((self.wrong >= threshold).mean())

    @property
    def best(self) -> float:
        """The lowest threshold at which no more wrong words slip through than is allowed."""
        good = [t for t in THRESHOLDS if self.slipped(t) <= MOST_SLIPPED]
        return min(good, default=THRESHOLDS[0])


def together(parts: Sequence[Certainties]) -> Certainties:
    """The words of several as one."""
    return Certainties(
        np.concatenate([part.right for part in parts]),
        np.concatenate([part.wrong for part in parts]),
    )


def certainties(
    recogniser: Recogniser, inks: Sequence[Ink], texts: Sequence[str], seed: int = 0
) -> Certainties:
    """Ask a recogniser for every word of lines, and for one changed word of each.

    Parameters
    ----------
    recogniser : Recogniser
    inks : sequence of Ink
    texts : sequence of str
        What the lines say, of one word at least.
    seed : int
        Of the changes.
    """
    rng = np.random.default_rng(seed)
    right: list[float] = []
    wrong: list[float] = []
    changed: list[tuple[int, str]] = []
    for text in texts:
        words = text.split()
        place = int(rng.integers(len(words)))
        words[place] = altered(words[place], rng)
        changed.append((place, " ".join(words)))
    for line in recogniser.judge(inks, texts):
        right += [word.certainty for word in line.words]
    for (place, _), line in zip(
        changed, recogniser.judge(inks, [text for _, text in changed]), strict=True
    ):
        wrong.append(line.words[place].certainty)
    return Certainties(np.array(right), np.array(wrong))


def altered(word: str, rng: np.random.Generator) -> str:
    """The word with one character changed, left out, doubled or added; never the word itself."""
    place = int(rng.integers(len(word)))
    character = word[place]
    alike = next((kind for kind in _CLASSES if character in kind), string.ascii_lowercase)
    if character in _CONFUSED and rng.random() < 0.5:
        alike = _CONFUSED[character]
    other = str(rng.choice([c for c in alike if c != character]))
    changes = [
        word[:place] + other + word[place + 1 :],
        word[:place] + other + word[place:],
        word[:place] + character + word[place:],
    ]
    if len(word) > 1:
        changes.append(word[:place] + word[place + 1 :])
    # To be taken for another one is by far the most frequent.
    return changes[int(rng.choice(len(changes)))] if rng.random() < 0.5 else changes[0]


def written_lines(
    hand: Hand, judge: Recogniser | None, styles: Mapping[str, Style], times: int
) -> Iterator[tuple[str, list[Ink], list[str]]]:
    """What a hand writes of each kind, once and not chosen among, where it can be read.

    Parameters
    ----------
    judge : Recogniser, optional
        Lines that this one misreads are left out: whether they say what they should is not known.
    styles : mapping of str to Style
        They take turns.
    times : int
        How often each line is written.

    Yields
    ------
    kind, inks, texts
    """
    chosen = list(styles.values())
    for kind, asked in KINDS.items():
        texts = [text for text in asked if all(c in hand.alphabet for c in text)] * times
        lines = hand.write_lines(
            texts,
            styles=[chosen[place % len(chosen)] for place in range(len(texts))],
            seeds=list(range(len(texts))),
            policy=ONCE,
        )
        if judge is not None:
            said = judge.read([line.ink for line in lines])
            pairs = zip(lines, said, strict=True)
            lines = [line for line, read in pairs if compared(read) == compared(line.text)]
        yield kind, [line.ink for line in lines], [line.text for line in lines]


def table(found: Certainties) -> list[str]:
    """The shares at some thresholds, a line each; the best one last."""
    return [
        f"{len(found.right)} right words, {len(found.wrong)} wrong ones",
        *(
            f"{threshold:6.2f}: {found.marked(threshold):6.1%} of right words marked, "
            f"{found.slipped(threshold):6.1%} of wrong ones slip through"
            for threshold in (*THRESHOLDS[9::10], found.best)
        ),
    ]

"""How much the letters of a kind differ within a line: a hand's beside people's.

A font draws each e alike; nobody's pen does. A letter's points are those at which the window stood
on it. They are resampled evenly along the pen's path, moved onto their mean and measured in
x-heights; the distance of two letters is the root of the mean square of the distances of their
points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from engine.hand import Hand
from engine.ink.arc_length import arc_lengths, points_along
from engine.ink.ink import Ink
from engine.ink.preparation import to_ink
from engine.style.style import Style
from training.corpora.aligning import owners
from training.corpora.corpus import Corpus
from training.corpora.heights import x_height_of
from training.evaluation.sentences import sentences

#: Points that a letter is resampled to.
POINTS = 24
#: The fewest points of a letter: a dot or a cut-off rest tells nothing.
LEAST = 5
#: Lines that a hand writes, and of a corpus.
LINES = 24
PEOPLES_LINES = 200

Floats = npt.NDArray[np.float64]


def distances(ink: Ink, text: str, characters: npt.NDArray[np.int64]) -> list[float]:
    """The distances of a line's letters of one kind from each other, in x-heights.

    Parameters
    ----------
    ink : Ink
    text : str
    characters : int64 (n,)
        The place in the text of what each point belongs to.
    """
    shapes: dict[str, list[Floats]] = {}
    xy = np.asarray(ink.xy, dtype=np.float64) / x_height_of(ink, text)
    for place, character in enumerate(text):
        points = xy[characters[: len(xy)] == place]
        if character.isalnum() and len(points) >= LEAST:
            shapes.setdefault(character, []).append(shape_of(points))
    return [
        float(np.sqrt(np.mean(np.sum((one - other) ** 2, axis=1))))
        for same in shapes.values()
        for one, other in combinations(same, 2)
    ]


def shape_of(points: Floats) -> Floats:
    """A letter's path (n, 2), resampled evenly along its length and moved onto its mean."""
    along = arc_lengths(points)
    even = points_along(points, along, np.linspace(0.0, along[-1], POINTS))
    shape: Floats = even - even.mean(axis=0)
    return shape


def variety(lines: Iterable[tuple[Ink, str, npt.NDArray[np.int64]]]) -> float:
    """The median over lines of the median distance within each; NaN where no letter comes twice."""
    found = [distances(*line) for line in lines]
    medians = [float(np.median(one)) for one in found if one]
    return float(np.median(medians)) if medians else float("nan")


def of_people(corpus: Corpus, hand: Hand, *splits: str) -> float:
    """Of lines of a corpus, each point given to the letter that a hand's window stands on."""
    chosen = corpus.lines_of(*splits).tolist()
    some = [chosen[i] for i in np.linspace(0, len(chosen) - 1, PEOPLES_LINES).astype(int)]
    return variety(_of_corpus(corpus, hand, sorted(set(some))))


def _of_corpus(
    corpus: Corpus, hand: Hand, lines: Sequence[int]
) -> Iterator[tuple[Ink, str, npt.NDArray[np.int64]]]:
    for line, of in owners(corpus, hand.network, hand.alphabet, lines):
        yield to_ink(corpus.offsets(line).numpy()), corpus.text(line), of


def of_hand(hand: Hand, style: Style | None, seed: int = 0) -> float:
    """Of made-up sentences that a hand writes in a style."""
    lines = hand.write_lines(sentences(LINES, seed=seed + 5), styles=style, seeds=1000 * seed)
    return variety((line.ink, line.text, line.characters) for line in lines)

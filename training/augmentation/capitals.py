"""Lines with rare capitals, made by enlarging the small letters of the same shape.

X and Z occur in a handful of lines of IAM-OnDB, x and z in hundreds, and the capital is the small
letter drawn larger. A trained network's window tells which strokes a letter is made of; where they
are its own alone, they are enlarged upon the baseline and what stands right of them makes room.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import baseline
from engine.network.network import Network
from training.augmentation.glyphs import ink_of, line_like, own_strokes, owners_of, with_lines
from training.augmentation.initials import initials
from training.corpora.corpus import Corpus
from training.corpora.iam import Line

#: Small letters whose capitals have the same shape and are rare in the corpus.
LIKENESSES = {"x": "X", "z": "Z"}
#: The enlargement of a letter, upwards and sideways, drawn evenly.
HEIGHTS = (1.55, 1.95)
WIDTHS = (1.2, 1.6)


def with_capitals(corpus: Corpus, network: Network, path: Path, seed: int = 0) -> Corpus:
    """The corpus and the lines that `capitals` and `initials` make, written as one file."""
    made = [*capitals(corpus, network, seed), *initials(corpus, network, seed=seed)]
    return with_lines(corpus, made, path)


def capitals(corpus: Corpus, network: Network, seed: int = 0) -> Iterator[tuple[Line, Ink]]:
    """Lines of the training splits with one small letter made a capital, with their ink.

    Parameters
    ----------
    corpus : Corpus
    network : Network
        Trained on the corpus: its window aligns points with characters.

    Yields
    ------
    The line, and its ink in offsets units.
    """
    random = np.random.default_rng(seed)
    lines = [
        line
        for line in corpus.lines_of("train", "t", "f").tolist()
        if set(corpus.text(line)) & set(LIKENESSES)
    ]
    for line, stands in owners_of(corpus, network, lines).items():
        text, ink = corpus.text(line), ink_of(corpus, line)
        for place in [i for i, character in enumerate(text) if character in LIKENESSES]:
            size = random.uniform(*HEIGHTS), random.uniform(*WIDTHS)
            enlarged = enlarge(ink, stands == place, *size)
            if enlarged is not None:
                changed = text[:place] + LIKENESSES[text[place]] + text[place + 1 :]
                yield line_like(corpus, line, changed, enlarged)


def enlarge(ink: Ink, letter: npt.NDArray[np.bool_], height: float, width: float) -> Ink | None:
    """The ink with a letter's strokes enlarged upon the baseline, if they are its own alone.

    Parameters
    ----------
    ink : Ink
    letter : bool (n,), the points that are the letter's
    height, width : factors

    Returns
    -------
    Ink, or None where the letter hangs together with others.
    """
    own = own_strokes(ink, letter)
    if not own or letter.sum() < 4:
        return None
    xy = np.concatenate([ink.strokes[index].xy for index in own])
    left, right = xy[:, 0].min(), xy[:, 0].max()
    foot = max(float(xy[:, 1].max()), baseline(ink))
    room = (width - 1) * (right - left)
    strokes = []
    for index, stroke in enumerate(ink.strokes):
        changed = stroke.xy.copy()
        if index in own:
            changed = (changed - [left, foot]) * [width, height] + [left, foot]
        elif stroke.xy[:, 0].mean() > (left + right) / 2:
            changed[:, 0] += room
        strokes.append(Stroke(changed))
    return Ink(tuple(strokes))

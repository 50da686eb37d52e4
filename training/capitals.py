"""Capitals made of small letters: lines in which a rare capital stands for its small likeness.

X and Z occur in a handful of lines of IAM-OnDB, x and z in hundreds, and the capital is the small
letter drawn larger. A trained network's window tells which strokes a letter is made of; where they
are its own alone, they are enlarged upon the baseline and what stands right of them makes room.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine.ink import Ink, Stroke
from engine.network import Network
from engine.preparation import baseline, to_ink
from training import batches
from training.config import Data
from training.corpus import Corpus, written
from training.iam import Line

#: Small letters whose capitals have the same shape and are rare in the corpus.
LIKENESSES = {"x": "X", "z": "Z"}
#: The enlargement of a letter, upwards and sideways, drawn evenly.
HEIGHTS = (1.55, 1.95)
WIDTHS = (1.2, 1.6)
#: A stroke belongs to a letter that has at least this share of its points.
SHARE = 0.75


def with_capitals(corpus: Corpus, network: Network, path: Path, seed: int = 0) -> Corpus:
    """The corpus and the lines that `capitals` makes, written as one file."""
    lines = [line_like(corpus, i, corpus.text(i), ink_of(corpus, i)) for i in range(len(corpus))]
    made = capitals(corpus, network, seed)
    return written([*lines, *made], path, corpus.alphabet, corpus.preparation, corpus.pace)


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
        int(line)
        for line in corpus.lines_of("train", "t", "f")
        if set(corpus.text(int(line))) & set(LIKENESSES)
    ]
    for examples in batches.in_order(corpus, np.array(lines), Data()):
        for (line,), owners in zip(examples, owners_of(corpus, network, examples), strict=True):
            text, ink = corpus.text(line), ink_of(corpus, line)
            for place in [i for i, character in enumerate(text) if character in LIKENESSES]:
                enlarged = enlarge(
                    ink, owners == place, random.uniform(*HEIGHTS), random.uniform(*WIDTHS)
                )
                if enlarged is not None:
                    changed = text[:place] + LIKENESSES[text[place]] + text[place + 1 :]
                    yield line_like(corpus, line, changed, enlarged)


def ink_of(corpus: Corpus, line: int) -> Ink:
    """A line's prepared ink, in offsets units."""
    return to_ink(corpus.offsets(line).numpy())


def line_like(corpus: Corpus, line: int, text: str, ink: Ink) -> tuple[Line, Ink]:
    """A line of the corpus with another text and ink; forms and writers are known by number."""
    form, writer = str(int(corpus.forms[line])), str(int(corpus.writers[line]))
    split = corpus.split_names[int(corpus.splits[line])]
    return Line(form, line, split, writer, text, ink), ink


@torch.no_grad()
def owners_of(
    corpus: Corpus, network: Network, examples: list[batches.Example]
) -> list[npt.NDArray[np.int64]]:
    """For each point of each line, the character on which the window stood when it was drawn."""
    batch = batches.assemble(corpus, examples, None)
    phi = network(batch.inputs, batch.codes, batch.mask).windowed.phi
    stands = phi.argmax(2).numpy()
    lengths = [len(corpus.offsets(line)) - 1 for (line,) in examples]
    # The window after a point is what the next point is drawn by; the first has no window before.
    return [
        np.concatenate([stands[:1, row], stands[:length, row]])
        for row, length in enumerate(lengths)
    ]


def own_strokes(ink: Ink, letter: npt.NDArray[np.bool_]) -> list[int]:
    """Numbers of the strokes that a letter is made of; none where it hangs together with others.

    Parameters
    ----------
    letter : bool (n,), the points that are the letter's
    """
    bounds = np.cumsum([0, *(len(stroke) for stroke in ink.strokes)])
    shares = [letter[a:b].mean() for a, b in pairwise(bounds)]
    own = [index for index, share in enumerate(shares) if share >= SHARE]
    caught = sum(letter[bounds[i] : bounds[i + 1]].sum() for i in own)
    return own if caught >= SHARE * letter.sum() else []


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
        moved = stroke.xy.copy()
        if index in own:
            moved = (moved - [left, foot]) * [width, height] + [left, foot]
        elif stroke.xy[:, 0].mean() > (left + right) / 2:
            moved[:, 0] += room
        strokes.append(Stroke(moved))
    return Ink(tuple(strokes))

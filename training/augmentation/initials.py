"""Rare capitals before words: X, Z and Q as people draw them, set before a word's small letter.

A handful of lines of IAM-OnDB has one, so a hand learns them of nowhere else. They are drawn from
shapes at random, at the height, the slant and the pen's speed of the line they stand in.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import baseline
from engine.network.network import Network
from training.augmentation.glyphs import Owners, Points, ink_of, line_like, moved, owners_of, right
from training.augmentation.numbers import insert
from training.augmentation.shapes import ShapeManner, draw_shape_for
from training.corpora.corpus import Corpus
from training.corpora.iam import Line

CAPITALS = "XZQ"
#: Capitals are drawn faster than the rest of their line.
MANNER = ShapeManner(heights=(0.85, 1.05), speeds=(1.0, 1.5), apart=(0.08, 0.25))
#: The share of them that stand where their line begins.
FIRST = 0.5
#: Lines for each capital.
COUNT = 400


def initials(
    corpus: Corpus, network: Network, count: int = COUNT, seed: int = 0
) -> Iterator[tuple[Line, Ink]]:
    """Lines of the training splits with a rare capital before one word, with their ink.

    Parameters
    ----------
    corpus : Corpus
    network : Network
        Trained on the corpus: its window aligns points with characters.
    count : lines for each capital

    Yields
    ------
    The line, and its ink in offsets units.
    """
    random = np.random.default_rng(seed)
    known = [capital for capital in CAPITALS if capital in corpus.alphabet]
    taught = corpus.lines_of("train", "t", "f")
    lines = random.permutation(taught)[: 2 * count * len(known)].tolist()
    owners: Owners = owners_of(corpus, network, lines)
    made = dict.fromkeys(known, 0)
    for line in lines:
        capital = min(made, key=lambda one: made[one])
        text, ink = corpus.text(line), ink_of(corpus, line)
        places = [i for i in range(len(text) - 2) if text[i] == " " and text[i + 1].islower()]
        if made[capital] == count or not places:
            continue
        # Else the hand would never see one where a line begins.
        first = text[0].islower() and random.random() < FIRST
        place = -1 if first else int(random.choice(places))
        strokes, gap = draw_shape_for(ink, capital, MANNER, random)
        if first:
            joined: Ink | None = _in_front(ink, strokes, gap)
        else:
            joined = insert(ink, owners[line], place, strokes, random, gap)
        if joined is not None:
            made[capital] += 1
            changed = f"{text[: place + 1]}{capital}{text[place + 1 :]}"
            yield line_like(corpus, line, changed, joined)


def _in_front(ink: Ink, strokes: tuple[Points, ...], gap: float) -> Ink:
    """The ink with strokes before its first one; the left edge stays where it was."""
    room = right(strokes) + gap
    put = [moved(xy, float(ink.xy[:, 0].min()), baseline(ink)) for xy in strokes]
    return Ink(tuple(Stroke(xy) for xy in [*put, *(moved(s.xy, room) for s in ink.strokes)]))

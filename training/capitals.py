"""Rare capitals: lines in which X, Z and Q stand for letters that other lines are rich in.

X, Z and Q occur in a handful of lines of IAM-OnDB, x and z in hundreds, and the capitals X and Z
are the small letters drawn larger. A trained network's window tells which strokes a letter is made
of. Where they are its own alone, an x or z within a line is enlarged upon the baseline, and a
word's capital gives way to a rare one of its height; what stands right of them makes room.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.ink import Ink, Stroke
from engine.network import Network
from engine.preparation import baseline
from training.corpus import Corpus, written
from training.glyphs import Glyph, cut, ink_of, line_like, moved, own_strokes, owners_of
from training.iam import Line

#: Small letters whose capitals have the same shape and are rare in the corpus.
LIKENESSES = {"x": "X", "z": "Z"}
#: The enlargement of a letter, upwards and sideways, drawn evenly.
HEIGHTS = (1.55, 1.95)
WIDTHS = (1.2, 1.6)
#: Letters of which each rare capital is made.
SOURCES = {"X": "xX", "Z": "zZ", "Q": "Q"}
#: Lines for each rare capital at the beginning of a word.
INITIALS = 130
#: The least points of a letter that is cut out, and its width as a share of its height.
LEAST_POINTS = 5
BROAD = (0.35, 1.8)


def with_capitals(corpus: Corpus, network: Network, path: Path, seed: int = 0) -> Corpus:
    """The corpus and the lines that `capitals` makes, written as one file."""
    lines = [line_like(corpus, i, corpus.text(i), ink_of(corpus, i)) for i in range(len(corpus))]
    made = capitals(corpus, network, seed)
    return written([*lines, *made], path, corpus.alphabet, corpus.preparation, corpus.pace)


def capitals(corpus: Corpus, network: Network, seed: int = 0) -> Iterator[tuple[Line, Ink]]:
    """Lines of the training splits with a rare capital, with their ink.

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
    taught = corpus.lines_of("train", "t", "f").tolist()
    givers = [line for line in taught if set(corpus.text(line)) & set("".join(SOURCES.values()))]
    takers = [line for line in taught if _initials(corpus.text(line))]
    takers = random.permutation(takers)[: 3 * INITIALS * len(SOURCES)].tolist()
    owners = owners_of(corpus, network, {*givers, *takers})
    for line in givers:
        text, ink = corpus.text(line), ink_of(corpus, line)
        for place in [i for i, character in enumerate(text) if character in LIKENESSES]:
            size = random.uniform(*HEIGHTS), random.uniform(*WIDTHS)
            enlarged = enlarge(ink, owners[line] == place, *size)
            if enlarged is not None:
                yield line_like(corpus, line, _with(text, place, LIKENESSES[text[place]]), enlarged)
    glyphs = cut(corpus, {line: owners[line] for line in givers}, "".join(SOURCES.values()))
    for rare, sources in SOURCES.items():
        good = [glyph for source in sources for glyph in glyphs.get(source, []) if _whole(glyph)]
        made = 0
        while good and takers and made < INITIALS:
            line = takers.pop()
            text, ink = corpus.text(line), ink_of(corpus, line)
            place = int(random.choice(_initials(text)))
            glyph = good[random.integers(len(good))]
            replaced = replace_letter(ink, owners[line] == place, glyph)
            if replaced is not None:
                made += 1
                yield line_like(corpus, line, _with(text, place, rare), replaced)


def _initials(text: str) -> list[int]:
    """Places of the capitals that begin a word of several letters."""
    return [
        i
        for i, character in enumerate(text[:-1])
        if character.isupper() and (i == 0 or text[i - 1] == " ") and text[i + 1].islower()
    ]


def _with(text: str, place: int, character: str) -> str:
    return text[:place] + character + text[place + 1 :]


def _whole(glyph: Glyph) -> bool:
    points = sum(len(xy) for xy in glyph.strokes)
    return points >= LEAST_POINTS and BROAD[0] <= glyph.right / max(glyph.height, 1e-9) <= BROAD[1]


def replace_letter(ink: Ink, letter: npt.NDArray[np.bool_], glyph: Glyph) -> Ink | None:
    """The ink with a glyph, scaled to its height, in place of a letter of strokes of its own.

    Parameters
    ----------
    ink : Ink
    letter : bool (n,), the points that are the letter's
    glyph : Glyph

    Returns
    -------
    Ink, or None where the letter hangs together with others.
    """
    own = own_strokes(ink, letter)
    if not own or letter.sum() < LEAST_POINTS:
        return None
    xy = np.concatenate([ink.strokes[index].xy for index in own])
    (left, top), (right, foot) = xy.min(axis=0), xy.max(axis=0)
    scale = float(foot - top) / glyph.height
    put = [moved(scale * stroke, left, foot - scale * glyph.foot) for stroke in glyph.strokes]
    room = scale * glyph.right - (right - left)
    strokes: list[npt.NDArray[np.float64]] = []
    for index, stroke in enumerate(ink.strokes):
        if index == own[0]:
            strokes += put
        if index not in own:
            behind = stroke.xy[:, 0].mean() > (left + right) / 2
            strokes.append(moved(stroke.xy, room if behind else 0.0))
    return Ink(tuple(Stroke(xy) for xy in strokes))


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

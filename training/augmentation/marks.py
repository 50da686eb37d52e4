"""Lines with colons and semicolons, made of full stops and commas by a dot above them.

One line of IAM-OnDB in a hundred and twenty has a semicolon or a colon, one in two a comma or a
full stop. A trained network's window tells about where the mark is, and its size and place tell
which stroke it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import baseline
from engine.network.network import Network
from training.augmentation.brackets import brackets
from training.augmentation.glyphs import Points, ink_of, line_like, moved, owners_of, with_lines
from training.corpora.corpus import Corpus
from training.corpora.iam import Line

#: What each mark becomes with a dot above it.
DOTTED = {".": ":", ",": ";"}
#: The most that each mark may measure, and how far above the baseline it may reach, as shares of
#: the height of the line's tall letters.
SIZES = {".": 0.2, ",": 0.45}
REACH = 0.25
#: Height of the dot above the baseline, and how far right of the mark's top, in the same shares.
ABOVE = (0.32, 0.5)
ASIDE = (-0.05, 0.08)
#: Lines that are looked at for each mark that is wanted.
TRIED = 4


@dataclass(frozen=True, eq=False)
class AddedMark:
    """A full stop or a comma of a line: its place in the text and its stroke's number."""

    line: int
    place: int
    stroke: int


def with_marks(
    corpus: Corpus, network: Network, path: Path, count: int = 300, seed: int = 0
) -> Corpus:
    """The corpus and `count` lines, at most, with each mark and with brackets, as one file."""
    made = [*marks(corpus, network, count, seed), *brackets(corpus, network, count, seed)]
    return with_lines(corpus, made, path)


def marks(
    corpus: Corpus, network: Network, count: int, seed: int = 0
) -> Iterator[tuple[Line, Ink]]:
    """Lines of the training splits with a full stop made a colon, or a comma a semicolon.

    Parameters
    ----------
    corpus : Corpus
    network : Network
        Trained on the corpus: its window aligns points with characters.
    count : lines of each mark, where as many can be made

    Yields
    ------
    The line, and its ink in offsets units.
    """
    random = np.random.default_rng(seed)
    lines = random.permutation(corpus.lines_of("train", "t", "f")).tolist()
    likely = {
        line
        for character in DOTTED
        for line in [line for line in lines if character in corpus.text(line)][: TRIED * count]
    }
    found = _found(corpus, network, [line for line in lines if line in likely])
    dots = {
        int(corpus.writers[mark.line]): ink_of(corpus, mark.line).strokes[mark.stroke].xy
        for mark in found["."]
    }
    others = list(dots.values())
    for character, places in found.items():
        for mark in places[:count] if others else ():
            text, ink = corpus.text(mark.line), ink_of(corpus, mark.line)
            other = others[random.integers(len(others))]
            own = dots.get(int(corpus.writers[mark.line]), other)
            changed = text[: mark.place] + DOTTED[character] + text[mark.place + 1 :]
            yield line_like(corpus, mark.line, changed, with_dot(ink, mark.stroke, own, random))


def _found(corpus: Corpus, network: Network, lines: list[int]) -> dict[str, list[AddedMark]]:
    """One mark of each line that has one, in the order of the lines."""
    owners = owners_of(corpus, network, lines)
    found: dict[str, list[AddedMark]] = {character: [] for character in DOTTED}
    for line in lines:
        text, ink = corpus.text(line), ink_of(corpus, line)
        for place, character in enumerate(text):
            ends = text[place + 1 : place + 2] in ("", " ") and text[place - 1 : place].islower()
            if character not in DOTTED or not ends:
                continue
            stroke = mark_of(ink, owners[line], place, SIZES[character])
            if stroke is not None:
                found[character].append(AddedMark(line, place, stroke))
                break
    return found


def mark_of(ink: Ink, stands: npt.NDArray[np.int64], place: int, size: float) -> int | None:
    """The one stroke that is small, low, and drawn while the window stood near the mark.

    Parameters
    ----------
    ink : Ink
    stands : int64 (n,), the character of the text that each point belongs to
    place : int, the mark's
    size : the most that it may measure, as a share of the height of tall letters

    Returns
    -------
    int, the stroke's number, or None where none or several are so.
    """
    foot = baseline(ink)
    tall = foot - float(np.percentile(ink.xy[:, 1], 3))
    bounds = np.cumsum([0, *(len(stroke) for stroke in ink.strokes)])
    likely = []
    for number, stroke in enumerate(ink.strokes):
        near = np.abs(stands[bounds[number] : bounds[number + 1]] - place) <= 1
        small = np.ptp(stroke.xy, axis=0).max() <= size * tall
        if near.mean() > 0.5 and small and stroke.xy[:, 1].min() > foot - REACH * tall:
            likely.append(number)
    return likely[0] if len(likely) == 1 else None


def with_dot(ink: Ink, mark: int, dot: Points, random: np.random.Generator) -> Ink:
    """The ink with a dot (m, 2) above the stroke of a mark, drawn before it, as most people do."""
    foot = baseline(ink)
    tall = foot - float(np.percentile(ink.xy[:, 1], 3))
    below = ink.strokes[mark].xy
    top = below[int(np.argmin(below[:, 1]))]
    x = float(top[0]) + tall * random.uniform(*ASIDE)
    y = foot - tall * random.uniform(*ABOVE)
    put = Stroke(moved(dot, x - float(dot[0, 0]), y - float(dot[:, 1].mean())))
    return Ink((*ink.strokes[:mark], put, *ink.strokes[mark:]))

"""Characters cut out of prepared lines: strokes that are a character's own, to set other text of.

A trained network's window tells on which character the pen was at each point.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch

from engine.corpus_lines import KINDS
from engine.ink.ink import Ink
from engine.ink.preparation import baseline, to_ink
from engine.network.network import Network
from engine.text.alphabet import Alphabet
from training import batches
from training.config import Data
from training.corpora.corpus import Corpus, written
from training.corpora.iam import Line

Points = npt.NDArray[np.float64]
Owners = dict[int, npt.NDArray[np.int64]]

#: A stroke belongs to a character that has at least this share of its points.
SHARE = 0.75


@dataclass(frozen=True, eq=False)
class Glyph:
    """A character cut from a line: its strokes, the left edge at 0 and the baseline at 0."""

    writer: int
    strokes: tuple[Points, ...]

    @property
    def right(self) -> float:
        """The right edge."""
        return right(self.strokes)

    @property
    def foot(self) -> float:
        """The lowest point; y is down."""
        return float(max(xy[:, 1].max() for xy in self.strokes))

    @property
    def height(self) -> float:
        """From the lowest to the highest point."""
        return self.foot - float(min(xy[:, 1].min() for xy in self.strokes))


Glyphs = dict[str, list[Glyph]]


def ink_of(corpus: Corpus, line: int) -> Ink:
    """A line's prepared ink, in offsets units, its left edge and its baseline at 0."""
    x, y, *_ = corpus.places[line].tolist()
    return to_ink(corpus.offsets(line).numpy()).moved(x, y)


def line_like(
    corpus: Corpus, line: int, text: str, ink: Ink, kind: str | None = None
) -> tuple[Line, Ink]:
    """A line of the corpus with another text and ink, and of another kind where one is given."""
    writer = int(corpus.writers[line])
    named = corpus.writer_names[writer] if corpus.writer_names else str(writer)
    split = corpus.split_names[int(corpus.splits[line])]
    kind = kind or KINDS[int(corpus.kinds[line])]
    gap = float(corpus.gaps[line])
    return Line(str(int(corpus.forms[line])), line, split, named, text, ink, kind, gap), ink


def with_lines(
    corpus: Corpus,
    made: Iterable[tuple[Line, Ink]],
    path: Path,
    without: Collection[int] = (),
    gaps: Mapping[str, float] = MappingProxyType({}),
) -> Corpus:
    """The corpus and lines that were made of it, written as one file.

    Parameters
    ----------
    without : lines of the corpus to leave out
    gaps : of writers, where these are known now
    """
    lines = [
        line_like(corpus, i, corpus.text(i), ink_of(corpus, i))
        for i in range(len(corpus))
        if i not in without
    ]
    lines += made
    lines = [(replace(line, gap=gaps.get(line.writer, line.gap)), ink) for line, ink in lines]
    new = {c for line, _ in lines for c in line.text} - set(corpus.alphabet)
    alphabet = Alphabet("".join(sorted(new | set(corpus.alphabet)))) if new else corpus.alphabet
    parts = (alphabet, corpus.preparation, corpus.pace)
    return written(lines, path, *parts, sources=corpus.sources)


@torch.no_grad()
def owners_of(corpus: Corpus, network: Network, lines: Iterable[int]) -> Owners:
    """For each point of each line the character on which the window stood when it was drawn."""
    owners: Owners = {}
    for examples in batches.in_order(corpus, np.array(sorted(lines), dtype=np.int64), Data()):
        batch = batches.assemble(corpus, examples, None)
        stands = network(batch.inputs, batch.codes, batch.mask).windowed.phi.argmax(2).numpy()
        for row, (line,) in enumerate(examples):
            length = len(corpus.offsets(line)) - 1
            # The window after a point is what the next is drawn by; the first has none before.
            owners[line] = np.concatenate([stands[:1, row], stands[:length, row]])
    return owners


def own_strokes(ink: Ink, letter: npt.NDArray[np.bool_]) -> list[int]:
    """Numbers of the strokes that a letter is made of; none where it hangs together with others.

    Parameters
    ----------
    letter : bool (n,), the points that are the letter's
    """
    bounds = np.cumsum([0, *(len(stroke) for stroke in ink.strokes)])
    shares = [letter[a:b].mean() for a, b in pairwise(bounds)]
    own = [index for index, of in enumerate(shares) if of >= SHARE]
    caught = sum(letter[bounds[i] : bounds[i + 1]].sum() for i in own)
    return own if caught >= SHARE * letter.sum() else []


def parted(
    ink: Ink, stands: npt.NDArray[np.int64], *places: int
) -> tuple[list[Points], ...] | None:
    """The strokes before, between and behind spaces of the text; None where one runs over a space.

    Parameters
    ----------
    stands : int64 (n,), the character of the text that each point belongs to
    places : int, the spaces from left to right

    Returns
    -------
    A list of (m, 2) for each part, one part more than spaces.
    """
    bounds = np.cumsum([0, *(len(stroke) for stroke in ink.strokes)])
    parts: tuple[list[Points], ...] = tuple([] for _ in range(len(places) + 1))
    for stroke, (begin, end) in zip(ink.strokes, pairwise(bounds), strict=True):
        shares = [float((stands[begin:end] > place).mean()) for place in places]
        if any(0.2 < share < 0.8 for share in shares):
            return None
        parts[sum(share >= 0.8 for share in shares)].append(stroke.xy)
    return parts


def left(strokes: Iterable[Points]) -> float:
    """The left edge of strokes."""
    return min(float(xy[:, 0].min()) for xy in strokes)


def right(strokes: Iterable[Points]) -> float:
    """The right edge of strokes."""
    return max(float(xy[:, 0].max()) for xy in strokes)


def cut_glyphs(corpus: Corpus, owners: Owners, characters: str) -> Glyphs:
    """All of these characters that can be cut out of the lines."""
    glyphs: Glyphs = defaultdict(list)
    for line, stands in owners.items():
        text = corpus.text(line)
        places = [i for i, character in enumerate(text) if character in characters]
        if not places:
            continue
        ink = ink_of(corpus, line)
        foot = baseline(ink)
        for place in places:
            own = own_strokes(ink, stands == place)
            if own:
                strokes = [ink.strokes[i].xy for i in own]
                put = tuple(moved(xy, -left(strokes), -foot) for xy in strokes)
                glyphs[text[place]].append(Glyph(int(corpus.writers[line]), put))
    return glyphs


def moved(xy: Points, x: float, y: float = 0.0) -> Points:
    """Points (m, 2) at another place."""
    return np.add(xy, (x, y), dtype=np.float64)

"""How much lines of a page differ: a hand's beside people's, in the same measures.

A person's lines below one another agree in size, slant, width and spacing to a degree that readers
take for granted. Here that is measured on pages of a corpus and on pages that a hand writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.preparation import to_ink
from engine.ink.slant import downstroke_slant
from engine.style.similarity import breadth
from engine.style.style import Style
from training.corpora.corpus import Corpus
from training.corpora.heights import x_height_of
from training.evaluation.sentences import sentences

#: Lines that a page needs, and characters and words that a line needs, to be measured.
LEAST_LINES, LEAST_CHARACTERS, LEAST_WORDS = 5, 15, 3
#: Lines of a page that a hand writes.
LINES = 12


@dataclass(frozen=True)
class LineMeasures:
    """One line: x-height in the ink's unit, slant in degrees, breadth, gaps in x-heights."""

    x_height: float
    slant: float
    breadth: float
    gaps: tuple[float, ...]


@dataclass(frozen=True)
class PageEvenness:
    """How lines of a page differ from one another; of several pages the median of each.

    Attributes
    ----------
    size : deviation of the x-height over lines, as a share of its mean
    slant : deviation, in degrees
    width : deviation of the letters' breadth, as a share of its mean
    gap : median of the lines' median gaps between words, in x-heights
    gap_least, gap_most : of the lines' median gaps
    gap_within : deviation of the gaps of a line, in x-heights
    """

    size: float
    slant: float
    width: float
    gap: float
    gap_least: float
    gap_most: float
    gap_within: float


def measured(ink: Ink, text: str) -> LineMeasures | None:
    """What is measured of a line; None of one that is too short."""
    spaces = text.count(" ")
    if len(text) < LEAST_CHARACTERS or spaces + 1 < LEAST_WORDS or ink.points < 2:
        return None
    height = x_height_of(ink, text)
    spans = sorted((float(s.xy[:, 0].min()), float(s.xy[:, 0].max())) for s in ink.strokes)
    right, gaps = spans[0][1], []
    for left, end in spans[1:]:
        gaps.append((left - right) / height)
        right = max(right, end)
    # The widest gaps stand between words.
    widest = tuple(sorted(gaps, reverse=True)[:spaces])
    slant = float(np.degrees(np.arctan(downstroke_slant(ink))))
    return LineMeasures(height, slant, breadth([ink]), widest)


def evenness(pages: Sequence[Sequence[LineMeasures]]) -> PageEvenness | None:
    """The medians over pages; None where no page has lines enough."""
    found = [_of(page) for page in pages if len(page) >= LEAST_LINES]
    if not found:
        return None
    names = [field.name for field in fields(PageEvenness)]
    return PageEvenness(*(float(np.median([getattr(one, n) for one in found])) for n in names))


def _of(page: Sequence[LineMeasures]) -> PageEvenness:
    heights, widths = (np.array([getattr(one, n) for one in page]) for n in ("x_height", "breadth"))
    medians = np.array([float(np.median(one.gaps)) for one in page])
    return PageEvenness(
        size=float(heights.std() / heights.mean()),
        slant=float(np.std([one.slant for one in page])),
        width=float(widths.std() / widths.mean()),
        gap=float(np.median(medians)),
        gap_least=float(medians.min()),
        gap_most=float(medians.max()),
        gap_within=float(np.mean([np.std(one.gaps) for one in page])),
    )


def of_people(corpus: Corpus, *splits: str) -> PageEvenness | None:
    """Of the corpus's pages of these splits."""
    pages: dict[int, list[LineMeasures]] = {}
    forms = corpus.forms.numpy()
    for line in corpus.lines_of(*splits).tolist():
        found = measured(to_ink(corpus.offsets(line).numpy()), corpus.text(line))
        if found is not None:
            pages.setdefault(int(forms[line]), []).append(found)
    return evenness(list(pages.values()))


def of_hand(hand: Hand, style: Style | None, seed: int = 0) -> PageEvenness | None:
    """Of a page of made-up sentences that a hand writes in a style."""
    texts = sentences(LINES, seed=seed + 3)
    lines = hand.write_lines(texts, styles=style, seeds=1000 * seed)
    found = [measured(line.ink, line.text) for line in lines]
    return evenness([[one for one in found if one is not None]])

"""How much styles differ from one another, beside how much people do, in the same measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.preparation import to_ink
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE
from engine.style.style import Style
from training.corpora.corpus import Corpus
from training.evaluation.appearance_metrics import ink_look
from training.evaluation.legibility import read
from training.evaluation.page_evenness import measured
from training.evaluation.sentences import sentences
from training.evaluation.text_kinds import KINDS, compared, writable, wrong

#: How neatly is written: the neatness of a new note.
BIAS = 0.75
#: Lines of a writer that are measured at most, and that he needs.
MOST_LINES, LEAST_LINES = 10, 6


@dataclass(frozen=True)
class LineManner:
    """The manner of one line, or the medians of several.

    Attributes
    ----------
    slant : of the downstrokes, in degrees to the right
    width : of a character, in x-heights, spaces included
    height : what 2 % of the points lie above, in x-heights above the middle of the line's points
    gap : median gap between words, in x-heights
    strokes : a character; joined writing has few
    """

    slant: float
    width: float
    height: float
    gap: float
    strokes: float


MEASURES = tuple(field.name for field in fields(LineManner))


@dataclass(frozen=True)
class StyleManner:
    """How a hand writes in a style.

    Attributes
    ----------
    manner : medians of its lines of prose
    lines : each of them
    prose, others : share of the characters that are read wrong in prose and in the other kinds of
        lines (`training.evaluation.text_kinds`), each sampled once
    """

    manner: LineManner
    lines: tuple[LineManner, ...]
    prose: float
    others: float


def line_manner(ink: Ink, text: str) -> LineManner | None:
    """The manner of a line; None of one that is too short."""
    found = measured(ink, text)
    if found is None:
        return None
    level = ink.moved(0.0, -float(np.median(ink.xy[:, 1]))).scaled(1 / found.x_height)
    look = ink_look(level, len(text))
    return LineManner(
        slant=found.slant,
        width=float(look[1]),
        height=float(look[3]),
        gap=float(np.median(found.gaps)),
        strokes=float(look[2]),
    )


def medians(lines: Sequence[LineManner]) -> LineManner:
    """What is usual of lines."""
    return LineManner(*(float(np.median([getattr(one, n) for one in lines])) for n in MEASURES))


def deviations(lines: Sequence[LineManner]) -> LineManner:
    """How much lines differ: the deviation of each measure."""
    return LineManner(*(float(np.std([getattr(one, n) for one in lines])) for n in MEASURES))


def manners_of_people(corpus: Corpus, *splits: str) -> dict[str, tuple[LineManner, ...]]:
    """Lines of each writer of these splits that has enough of them."""
    found: dict[str, list[LineManner]] = {}
    for line in corpus.lines_of(*splits).tolist():
        own = found.setdefault(corpus.writer_names[int(corpus.writers[line])], [])
        if len(own) < MOST_LINES:
            ink = to_ink(corpus.offsets(line).numpy())
            manner = line_manner(ink, corpus.text(line))
            if manner is not None:
                own.append(manner)
    return {name: tuple(lines) for name, lines in found.items() if len(lines) >= LEAST_LINES}


def manners_of_styles(
    hand: Hand, recogniser: Recogniser, styles: Mapping[str, Style], lines: int, seed: int = 0
) -> dict[str, StyleManner]:
    """Lines of prose, and lines of the other kinds, that a hand writes once in each style.

    Parameters
    ----------
    lines : int
        Of prose in each style, and as many of the other kinds.
    """
    prose = sentences(lines, seed=seed + 21)
    other = [text for kind, texts in KINDS.items() if kind != "prose" for text in texts]
    step = max(1, len(other) // lines)
    others = [writable(hand, text) for text in other[::step][:lines]]
    texts = [*prose, *others]
    written = hand.write_lines(
        [text for _ in styles for text in texts],
        styles=[style for style in styles.values() for _ in texts],
        biases=BIAS,
        seeds=[seed + number for _ in styles for number in range(len(texts))],
        policy=ONCE,
    )
    said = read(recogniser, [line.ink for line in written], [line.text for line in written])
    shape = (len(styles), len(texts))
    errors = np.array([wrong(one.text, one.said) for one in said]).reshape(shape)
    sizes = np.array([len(compared(one.text)) for one in said]).reshape(shape)
    found = {}
    for place, name in enumerate(styles):
        own = written[place * len(texts) :][:lines]
        manners = [line_manner(line.ink, line.text) for line in own]
        kept = tuple(one for one in manners if one is not None)
        shares = [
            float(errors[place, part].sum() / max(1, sizes[place, part].sum()))
            for part in (slice(lines), slice(lines, None))
        ]
        found[name] = StyleManner(medians(kept), kept, *shares)
    return found

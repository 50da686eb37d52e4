"""Pieces of writing made ready for a network: words and signs at the scale of their page.

A line is divided by its own height. That is wrong for pieces of it: here a page's writing, all of
one person, tells its x-height, and each piece is divided by what a line of prose of that x-height
would be divided by. Long texts keep a scale of their own, as lines do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.errors import CorpusError, InkError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import RECORDING_RATE, Preparation, to_offsets
from engine.text.alphabet import Alphabet
from training.corpora.corpus import Corpus, written
from training.corpora.heights import PROSE, baseline_of, fits, tells, x_height, x_height_of
from training.corpora.iam import Line, Report
from training.corpora.sign_check import doubted

#: What the corpus of UNIPEN's pieces is named.
UNIPEN = "UNIPEN train_r01_v07"
#: Letters from which on a text has a scale of its own.
LONG = 20
#: Points a character of recordings at `RECORDING_RATE`: usual, and the range within which a page's
#: stated rate is believed.
PACE = 22.0
PACES = (20.0, 32.0)
#: How far a piece's own x-height, points and width a character may be from its page's, as factors.
HEIGHT = 1.7
SLOW = 2.5
WIDE = 2.3
#: A jump of the pen to the left and down, in x-heights, begins another line.
BACK = 4.0
DOWN = 1.6
#: The longest way between two points of a stroke, and from one stroke to the next, of each kind, in
#: x-heights: what is longer is a fault of the tablet, or ink that belongs elsewhere.
JUMP = 3.2
AIR = {"text": 14.0, "word": 8.0, "sign": 3.5}
#: Gaps between words above the first are closed to what is between the two, in x-heights: forms
#: with boxes and prompts one by one tear words apart.
GAPS = (1.8, 1.0, 1.8)
#: As well for gaps within a word, of letters in boxes.
SPACED = (0.7, 0.3, 0.7)
#: A gap within a word that tears it apart, in x-heights.
TORN = 2.5


def prepare_pieces(
    lines: Iterable[Line],
    report: Report,
    path: Path | str,
    preparation: Preparation | None = None,
    progress: Callable[[int], None] | None = None,
    source: str = UNIPEN,
) -> Corpus:
    """Prepare texts, words and signs and write them as one file, whole or not at all.

    Raises
    ------
    CorpusError
        If no piece is left.
    """
    preparation = preparation or Preparation()
    read = []
    for count, line in enumerate(lines, 1):
        if progress is not None:
            progress(count)
        read.append(line)
    made = _without_doubted(list(prepared(read, report, preparation)), report, preparation)
    if not made:
        why = ", ".join(f"{len(names)} {reason}" for reason, names in report.dropped.items())
        raise CorpusError(f"No piece is left to train on, of {report.read} that were read ({why}).")
    alphabet = Alphabet("".join(sorted({c for line, _ in made for c in line.text} | {" "})))
    paces = [ink.points / (len(line.text) + 1) for line, ink in made if line.kind == "text"]
    pace = float(np.median(paces)) if paces else PACE / preparation.thin
    dropped = {reason: len(names) for reason, names in report.dropped.items()}
    return written(made, path, alphabet, preparation, pace, dropped, (source,))


def _without_doubted(
    made: list[tuple[Line, Ink]], report: Report, preparation: Preparation
) -> list[tuple[Line, Ink]]:
    """Pieces without signs whose shapes contradict their labels."""
    signs = [k for k, (line, _) in enumerate(made) if line.kind == "sign"]
    if not signs:
        return made
    lines = [made[k][0] for k in signs]
    wrong = doubted(
        [made[k][1] for k in signs],
        [line.text for line in lines],
        [line.writer for line in lines],
        x_height(preparation),
    )
    left_out = set(np.array(signs)[wrong].tolist())
    for k in sorted(left_out):
        report.drop(f"{made[k][0].form}:{made[k][0].number}", "a sign that looks like another")
    return [one for k, one in enumerate(made) if k not in left_out]


@dataclass(frozen=True)
class UnipenPage:
    """What a page's pieces have in common: its x-height, points and width a character."""

    x_height: float
    pace: float
    width: float


def prepared(
    lines: Sequence[Line], report: Report, preparation: Preparation
) -> Iterator[tuple[Line, Ink]]:
    """Pieces with their prepared ink, in offsets units, the baseline at y = 0.

    Parameters
    ----------
    lines : sequence of Line
        Texts, words and signs, in any unit that is one within a page.
    """
    pages: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.form].append(line)
    for form, of in pages.items():
        page = _page(of)
        if page is None:
            for line in of:
                report.drop(f"{form}:{line.number}", "a page whose height cannot be told")
            continue
        for line in of:
            try:
                yield line, _prepared(line, page, preparation)
            except InkError as error:
                report.drop(f"{form}:{line.number}", str(error))


def _page(lines: Iterable[Line]) -> UnipenPage | None:
    heights, paces, widths = [], [], []
    for line in lines:
        if not tells(line.text) or line.ink.points < 5:
            continue
        count = len(line.text.replace(" ", ""))
        paces.append(_samples(line.ink) / count)
        height = x_height_of(line.ink, line.text)
        if height > 0:
            heights.append(height)
            widths.append(line.ink.width / len(line.text) / height)
    if not heights:
        return None
    return UnipenPage(float(np.median(heights)), float(np.median(paces)), float(np.median(widths)))


def _prepared(line: Line, page: UnipenPage, preparation: Preparation) -> Ink:
    text, letters = line.text, len(line.text.replace(" ", ""))
    ink = line.ink
    if line.kind == "text" and _breaks(ink, page.x_height):
        raise InkError("a text on several lines")
    if tells(text):
        own = x_height_of(ink, text) / page.x_height
        if not 1 / HEIGHT <= own <= HEIGHT:
            raise InkError(f"a height over {HEIGHT:g} times off its page's")
        width = ink.width / len(text) / page.x_height / page.width
        if letters > 1 and not 1 / WIDE <= width <= WIDE:
            raise InkError(f"a width over {WIDE:g} times off its page's")
        if letters > 1 and not 1 / SLOW <= _samples(ink) / letters / page.pace <= SLOW:
            raise InkError(f"points a character over {SLOW:g} times off its page's")
    if line.kind == "sign" and not fits(ink, text, page.x_height):
        raise InkError("a sign of a size that it does not have")
    if line.kind == "word" and "-" not in text and _torn(ink, page.x_height):
        raise InkError("a word that is torn apart")
    rated = _at_rate(ink, 1.0 if PACES[0] <= page.pace <= PACES[1] else PACE / page.pace)
    long = line.kind == "text" and letters >= LONG
    if long:
        made = preparation.prepare(rated)
        height = x_height_of(made, text)
    else:
        # What a line of prose of this x-height is divided by.
        unit = preparation.line_scale * PROSE * page.x_height
        made = replace(preparation, deskew=0.0, line_scale=0.0, unit=unit).prepare(rated)
        height = page.x_height / unit
    made = made.moved(0.0, -baseline_of(made, text, height))
    if line.kind != "sign":
        made = closed(made, height, _LIMITS[line.kind])
    _check_ways(made, line.kind, height)
    return made


def _check_ways(ink: Ink, kind: str, height: float) -> None:
    offsets = to_offsets(ink)
    ways = np.hypot(offsets[:, 0], offsets[:, 1]) / height
    air = np.concatenate([[True], offsets[:-1, 2] > 0.5])
    if ways[~air].max(initial=0.0) > JUMP:
        raise InkError(f"a jump over {JUMP:g} x-heights within a stroke")
    if ways[air].max(initial=0.0) > AIR[kind]:
        raise InkError("strokes that lie far apart")


_LIMITS = {"text": GAPS, "word": SPACED}


def closed(ink: Ink, height: float, limits: tuple[float, float, float]) -> Ink:
    """Ink whose gaps are no wider than is usual, strokes behind them moved up.

    Parameters
    ----------
    height : the x-height, in the ink's unit
    limits : `GAPS` or `SPACED`
    """
    lefts = np.array([float(stroke.xy[:, 0].min()) for stroke in ink.strokes])
    order = np.argsort(lefts, kind="stable")
    shift = np.zeros(len(lefts))
    right, moved = float(lefts[order[0]]), 0.0
    most, least, wide = limits
    for index in order.tolist():
        gap = (lefts[index] - right) / height
        if gap > most:
            # The wider of two gaps stays the wider.
            moved += gap - min(wide, least + 0.2 * (gap - most))
        shift[index] = moved * height
        right = max(right, float(ink.strokes[index].xy[:, 0].max()))
    return Ink(
        tuple(
            Stroke(np.subtract(stroke.xy, (by, 0.0)))
            for stroke, by in zip(ink.strokes, shift.tolist(), strict=True)
        )
    )


def _torn(ink: Ink, height: float) -> bool:
    """Whether a word's strokes stand as far from one another as words do."""
    spans = sorted((float(s.xy[:, 0].min()), float(s.xy[:, 0].max())) for s in ink.strokes)
    right = spans[0][1]
    for left, end in spans[1:]:
        if left - right > TORN * height:
            return True
        right = max(right, end)
    return False


def _breaks(ink: Ink, height: float) -> bool:
    """Whether the pen goes back to begin another line."""
    right, foot = -np.inf, 0.0
    for stroke in ink.strokes:
        if np.ptp(stroke.xy, axis=0).max() < 0.5 * height:
            # A dot or a comma says nothing.
            continue
        left, low = float(stroke.xy[:, 0].min()), float(stroke.xy[:, 1].mean())
        if right - left > BACK * height and low - foot > DOWN * height:
            return True
        if float(stroke.xy[:, 0].max()) > right:
            right, foot = float(stroke.xy[:, 0].max()), low
    return False


def _samples(ink: Ink) -> float:
    """Points that ink has at `RECORDING_RATE`."""
    seconds = sum(float(s.time[-1] - s.time[0]) for s in ink.strokes if s.time is not None)
    return seconds * RECORDING_RATE + len(ink.strokes)


def _at_rate(ink: Ink, factor: float) -> Ink:
    """Ink at `RECORDING_RATE`, its time stretched by a factor."""
    return Ink(tuple(_resampled(stroke, factor) for stroke in ink.strokes))


def _resampled(stroke: Stroke, factor: float) -> Stroke:
    if stroke.time is None or len(stroke) < 2 or stroke.time[-1] <= stroke.time[0]:
        return Stroke(stroke.xy[:1])
    time = (stroke.time - stroke.time[0]) * factor
    count = max(2, round(float(time[-1]) * RECORDING_RATE) + 1)
    at = np.linspace(0.0, float(time[-1]), count)
    return Stroke(stroke.with_time(time).at_times(at).xy)

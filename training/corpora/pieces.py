"""Pieces of writing made ready for a network: words and signs at the scale of their page.

A line is divided by its own height. That is wrong for pieces of it: here a page's writing, all of
one person, tells its x-height, and each piece is divided by what a line of prose of that x-height
would be divided by. Long texts keep a scale of their own, as lines do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import InkError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import RECORDING_RATE, Preparation, slope
from training.corpora.heights import PROSE, baseline_of, spread, tells, x_height_of
from training.corpora.iam import Line, Report

#: Letters from which on a text has a scale of its own.
LONG = 20
#: Points a character of recordings at `RECORDING_RATE`: usual, and the range within which a page's
#: stated rate is believed.
PACE = 22.0
PACES = (14.0, 36.0)
#: How far a piece's own x-height, points and width a character may be from its page's, as factors.
HEIGHT = 1.7
SLOW = 2.5
WIDE = 2.3
#: A jump of the pen to the left and down, in x-heights, begins another line.
BACK = 4.0
DOWN = 1.6
#: What a page needs to tell its own x-height; with fewer pieces the writer's pages do together.
ENOUGH = 3


@dataclass(frozen=True)
class Page:
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
        # The longest first: pieces of a page are told apart by their numbers alone.
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


def _page(lines: Iterable[Line]) -> Page | None:
    heights, paces, widths = [], [], []
    for line in lines:
        if not tells(line.text) or line.ink.points < 5:
            continue
        count = len(line.text.replace(" ", ""))
        paces.append(line.ink.points / count)
        height = x_height_of(line.ink, line.text)
        if height > 0:
            heights.append(height)
            widths.append(line.ink.width / len(line.text) / height)
    if not heights:
        return None
    return Page(float(np.median(heights)), float(np.median(paces)), float(np.median(widths)))


def _prepared(line: Line, page: Page, preparation: Preparation) -> Ink:
    text, letters = line.text, len(line.text.replace(" ", ""))
    ink = line.ink
    if line.kind == "text" and _breaks(ink, page.x_height):
        raise InkError("a text on several lines")
    if tells(text):
        own = x_height_of(ink, text) / page.x_height
        if not 1 / HEIGHT <= own <= HEIGHT:
            raise InkError(f"a height over {HEIGHT:g} times off its page's")
        if (
            letters > 1
            and not 1 / WIDE <= ink.width / len(text) / page.x_height / page.width <= WIDE
        ):
            raise InkError(f"a width over {WIDE:g} times off its page's")
        if letters > 1 and not 1 / SLOW <= ink.points / letters / page.pace <= SLOW:
            raise InkError(f"points a character over {SLOW:g} times off its page's")
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
    return made.moved(0.0, -baseline_of(made, text, height))


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


def _at_rate(ink: Ink, factor: float) -> Ink:
    """Ink at `RECORDING_RATE`, its time stretched by a factor."""
    return Ink(tuple(_resampled(stroke, factor) for stroke in ink.strokes))


def _resampled(stroke: Stroke, factor: float) -> Stroke:
    if stroke.time is None or len(stroke) < 2 or stroke.time[-1] <= stroke.time[0]:
        return Stroke(stroke.xy[:1])
    time = (stroke.time - stroke.time[0]) * factor
    count = max(2, round(float(time[-1]) * RECORDING_RATE) + 1)
    at = np.linspace(0.0, float(time[-1]), count)
    xy = np.stack([np.interp(at, time, stroke.xy[:, axis]) for axis in (0, 1)], axis=1)
    return Stroke(xy)

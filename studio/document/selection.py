"""What is selected: a word, line or paragraph of the note, a text box, a drawing, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from psygnal import Signal

from studio.document.page import Box, Frame, Inked, LineKey, Page, PlacedLine, PlacedWord
from studio.document.placement import turned

NEAR = 2.0
"""Millimetres within which a click means a drawing's ink."""


class Reach(StrEnum):
    """How much is selected."""

    WORD = "word"
    LINE = "line"
    PARAGRAPH = "paragraph"
    BOX = "text box"
    DRAWING = "drawing"

    @property
    def placed(self) -> bool:
        """Whether it is something beside the flowing text."""
        return self in (Reach.BOX, Reach.DRAWING)


@dataclass(frozen=True)
class Selected:
    """A part of the note.

    Parameters
    ----------
    reach : Reach
    key : LineKey
        Of the line that was clicked; of a drawing, its id without text.
    word : int
        The word's place among the placed words of the line.
    """

    reach: Reach
    key: LineKey
    word: int = 0


class SelectionModel:
    """What is selected now; a change is told to listeners."""

    changed = Signal(object)
    """What is selected, or None."""

    def __init__(self) -> None:
        self.value: Selected | None = None

    def select(self, value: Selected | None) -> None:
        """Select something else, or nothing."""
        if value != self.value:
            self.value = value
            self.changed.emit(value)


@dataclass(frozen=True)
class Found:
    """A placed line that is meant, with its page."""

    page: int
    line: PlacedLine


def lines_of(pages: tuple[Page, ...], selected: Selected) -> list[Found]:
    """The placed lines that a selection touches, in reading order."""
    of_block = selected.reach in (Reach.PARAGRAPH, Reach.BOX)
    block, sought = selected.key.block, selected.key

    def chosen(key: LineKey) -> bool:
        return key.block == block if of_block else key == sought

    return [
        Found(number, line) for number, page in enumerate(pages) for line in page.lines_with(chosen)
    ]


def word_at(pages: tuple[Page, ...], page: int, x: float, y: float) -> tuple[LineKey, int] | None:
    """The word under a place on a page in millimetres, with a little room around it."""
    best: tuple[float, LineKey, int] | None = None
    for line in pages[page].lines:
        if line.key is None:
            continue
        at = turned((x, y), -line.turned)
        for place, word in enumerate(line.words):
            away = distance(_roomy(word, line), *at)
            if away < 1.0 and (best is None or away < best[0]):
                best = (away, line.key, place)
    return best[1:] if best else None


def _roomy(word: PlacedWord, line: PlacedLine) -> Box:
    """The word's box, at least as high as a small letter."""
    left, top, right, bottom = word.box
    return left, min(top, line.baseline - 1.5), right, max(bottom, line.baseline)


def distance(box: Box, x: float, y: float) -> float:
    """From a place to a box; 0 inside it."""
    left, top, right, bottom = box
    return max(left - x, x - right, 0.0) + max(top - y, y - bottom, 0.0)


def around(boxes: list[Box]) -> Box:
    """The box around several."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def frame_at(pages: tuple[Page, ...], page: int, x: float, y: float) -> Frame | None:
    """The text box or drawing under a place on a page: by its ink first, then by its frame."""
    frames = pages[page].frames[::-1]
    near = {
        drawing.key.block
        for drawing in pages[page].drawings
        if float(np.abs(drawing.ink.xy - (x, y)).max(axis=1).min()) < NEAR
    }
    over = [f for f in frames if distance(f.box, *turned((x, y), -f.turned)) < 1.0]
    return next((f for f in over if f.id in near), over[0] if over else None)


class Area(NamedTuple):
    """Where something selected stands: its page, and a box that may be turned.

    The box is upright in a frame that is turned clockwise by radians about the sheet's corner.
    """

    page: int
    box: Box
    turned: float = 0.0


def areas_of(pages: tuple[Page, ...], selected: Selected) -> list[Area]:
    """Where the selection stands: the word, the line, the frame, or a box a page."""
    if selected.reach.placed:
        return [
            Area(number, frame.box, frame.turned)
            for number, page in enumerate(pages)
            for frame in page.frames
            if frame.id == selected.key.block
        ]
    found = lines_of(pages, selected)
    if selected.reach is Reach.WORD:
        return [
            Area(f.page, f.line.words[selected.word].box, f.line.turned)
            for f in found
            if selected.word < len(f.line.words)
        ]
    lines = [
        Area(f.page, around([w.box for w in f.line.words]), f.line.turned)
        for f in found
        if f.line.words
    ]
    if selected.reach is Reach.LINE:
        return lines
    numbers = dict.fromkeys(area.page for area in lines)
    return [Area(n, around([area.box for area in lines if area.page == n])) for n in numbers]


def word_areas(pages: tuple[Page, ...], words: Iterable[tuple[LineKey, int]]) -> list[Area]:
    """Where words stand, by their line and their place in it; the pages are gone through once."""
    wanted: dict[LineKey, list[int]] = {}
    for key, word in words:
        wanted.setdefault(key, []).append(word)
    return [
        Area(number, line.words[word].box, line.turned)
        for number, page in enumerate(pages)
        for line in page.lines_with(wanted.__contains__)
        if line.key is not None
        for word in wanted[line.key]
        if word < len(line.words)
    ]


def ink_of(pages: tuple[Page, ...], selected: Selected) -> list[tuple[int, Inked]]:
    """The ink of a selection with its pages; of a word, the word's alone."""
    if selected.reach is Reach.DRAWING:
        return [
            (number, drawing)
            for number, page in enumerate(pages)
            for drawing in page.drawings
            if drawing.key.block == selected.key.block
        ]
    found = lines_of(pages, selected)
    if selected.reach is Reach.WORD:
        return [
            (f.page, only_word(f.line, selected.word))
            for f in found
            if selected.word < len(f.line.words)
        ]
    return [(f.page, f.line) for f in found]


def only_word(line: PlacedLine, number: int) -> PlacedLine:
    """The line with only the ink of one word."""
    word = line.words[number]
    ink = line.ink.part(word.start, word.stop)
    words = (replace(word, start=0, stop=ink.points),)
    return replace(line, text=word.text, ink=ink, words=words)

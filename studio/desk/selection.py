"""What is selected: a word, a line or a paragraph of the note, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from studio.note.page import Box, LineKey, Page, PlacedLine, PlacedWord


class Reach(StrEnum):
    """How much is selected."""

    WORD = "word"
    LINE = "line"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True)
class Selected:
    """A part of the note.

    Parameters
    ----------
    reach : Reach
    key : LineKey
        Of the line that was clicked.
    word : int
        The word's place among the placed words of the line.
    """

    reach: Reach
    key: LineKey
    word: int = 0


class SelectionModel(QObject):
    """What is selected now."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
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
    return [
        Found(number, line)
        for number, page in enumerate(pages)
        for line in page.lines
        if line.key is not None
        and (
            line.key.block == selected.key.block
            if selected.reach is Reach.PARAGRAPH
            else line.key == selected.key
        )
    ]


def word_at(pages: tuple[Page, ...], page: int, x: float, y: float) -> tuple[LineKey, int] | None:
    """The word under a place on a page in millimetres, with a little room around it."""
    best: tuple[float, LineKey, int] | None = None
    for line in pages[page].lines:
        if line.key is None:
            continue
        for place, word in enumerate(line.words):
            away = distance(_roomy(word, line), x, y)
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


def boxes_of(pages: tuple[Page, ...], selected: Selected) -> list[tuple[int, Box]]:
    """The selection's boxes with their pages: of the word, of the line, or one a page."""
    found = lines_of(pages, selected)
    if selected.reach is Reach.WORD:
        return [
            (f.page, f.line.words[selected.word].box)
            for f in found
            if selected.word < len(f.line.words)
        ]
    lines = [(f.page, around([w.box for w in f.line.words])) for f in found if f.line.words]
    if selected.reach is Reach.LINE:
        return lines
    numbers = dict.fromkeys(page for page, _ in lines)
    return [(number, around([box for p, box in lines if p == number])) for number in numbers]

"""Several cards on a sheet, with marks to cut them by."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import SettingError
from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import Pen
from studio.document.background import PlacedBackground
from studio.document.page import LineKey, Page, Pages, PlacedDrawing, PlacedLine, PlacedWord
from studio.document.paper import Margins, Paper, Ruling
from studio.document.placement import turned

MARK_LENGTH, MARK_GAP, MARK_WIDTH = 4.0, 1.5, 0.1
"""Of a cut mark, in millimetres: how long it is, how far from the cards, and how thick."""
MARKS = LineKey(-9, "", 0)
"""The key of what is drawn beside the cards."""


@dataclass(frozen=True)
class Imposition:
    """How cards stand on a sheet.

    Parameters
    ----------
    paper : Paper
        The sheet; it is turned where more cards have room then.
    margin : float
        That stays empty around the cards and their marks, in millimetres: printers need it.
    gap : float
        Between two cards.
    marks : bool
        Whether there are marks to cut by.
    """

    paper: Paper
    margin: float = 5.0
    gap: float = 0.0
    marks: bool = True

    @property
    def border(self) -> float:
        """Around the cards: the margin, and room for the marks."""
        return self.margin + (MARK_LENGTH + MARK_GAP if self.marks else 0.0)


def impose(pages: Pages, how: Imposition) -> Pages:
    """Put pages side by side on sheets, in reading order.

    Parameters
    ----------
    pages : Pages
        All cards are taken to be as large as the largest.
    how : Imposition

    Returns
    -------
    Pages
        The sheets; text, styles and seeds are those of the cards.

    Raises
    ------
    SettingError
        If not even one card has room.
    """
    width = max(page.paper.width for page in pages)
    height = max(page.paper.height for page in pages)
    sheet = max(
        (how.paper.portrait, how.paper.landscape),
        key=lambda paper: math.prod(_counts(paper, width, height, how)),
    )
    across, down = _counts(sheet, width, height, how)
    if not across * down:
        raise SettingError(
            f"A card of {width:g} x {height:g} mm has no room on {how.paper.name} with "
            f"{how.border:g} mm around it; take a larger sheet."
        )
    block = (
        across * width + (across - 1) * how.gap,
        down * height + (down - 1) * how.gap,
    )
    left, top = (sheet.width - block[0]) / 2, (sheet.height - block[1]) / 2
    spots = [
        (left + column * (width + how.gap), top + row * (height + how.gap))
        for row in range(down)
        for column in range(across)
    ]
    cards = list(pages)
    sheets: list[Page] = []
    for start in range(0, len(cards), len(spots)):
        some = cards[start : start + len(spots)]
        placed = list(zip(some, spots, strict=False))
        taken = [(x, y, x + width, y + height) for _, (x, y) in placed]
        marks = (_marks(taken),) if how.marks else ()
        paper = replace(sheet, colour=some[0].paper.colour)
        sheets.append(_sheet(placed, paper, len(sheets) + 1, marks))
    return replace(pages, pages=tuple(sheets))


def _counts(sheet: Paper, width: float, height: float, how: Imposition) -> tuple[int, int]:
    """How many cards stand side by side, and below each other."""

    def count(room: float, size: float) -> int:
        return max(0, math.floor((room - 2 * how.border + how.gap) / (size + how.gap) + 1e-9))

    return count(sheet.width, width), count(sheet.height, height)


def _sheet(
    placed: list[tuple[Page, tuple[float, float]]],
    paper: Paper,
    number: int,
    marks: tuple[PlacedDrawing, ...],
) -> Page:
    lines: list[PlacedLine] = []
    drawings: list[PlacedDrawing] = []
    backgrounds: list[PlacedBackground] = []
    for page, (x, y) in placed:
        lines += [moved_line(line, x, y) for line in page.written]
        drawings += [
            replace(drawing, ink=drawing.ink.moved(x, y))
            for drawing in (*_ruled(page), *page.drawings)
        ]
        for under in page.backgrounds:
            left, top, right, bottom = under.box
            box = (left + x, top + y, right + x, bottom + y)
            backgrounds.append(replace(under, box=box))
    return Page(
        paper,
        Margins(0, 0, 0, 0),
        tuple(lines),
        number,
        ruling=Ruling(),
        drawings=(*drawings, *marks),
        backgrounds=tuple(backgrounds),
    )


def _ruled(page: Page) -> Iterator[PlacedDrawing]:
    """The printed ruling of a card, as a drawing."""
    if not page.ruling_printed:
        return
    ruling = page.ruling
    strokes = [Stroke(line.reshape(2, 2)) for line in ruling.lines(page.paper, page.margins)]
    width = ruling.width
    if not strokes:
        strokes = [Stroke(dot[None]) for dot in ruling.dots(page.paper)]
        width = ruling.dot_width
    if strokes:
        pen = Pen(width=max(width, 0.05))
        yield PlacedDrawing(Ink(tuple(strokes)), ruling.colour, pen, "ruling", MARKS)


def moved_line(line: PlacedLine, right: float, down: float) -> PlacedLine:
    """A line elsewhere on its sheet."""
    dx, dy = turned((right, down), -line.turned)

    def there(word: PlacedWord) -> PlacedWord:
        x0, y0, x1, y1 = word.box
        return replace(word, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy))

    return replace(
        line,
        ink=line.ink.moved(right, down),
        words=tuple(map(there, line.words)),
        sign=None if line.sign is None else there(line.sign),
        baseline=line.baseline + dy,
    )


def _marks(cards: list[tuple[float, float, float, float]]) -> PlacedDrawing:
    """Short lines outside of the cards, where the knife goes from edge to edge."""
    xs = sorted({round(x, 4) for card in cards for x in (card[0], card[2])})
    ys = sorted({round(y, 4) for card in cards for y in (card[1], card[3])})
    near, far = MARK_GAP, MARK_GAP + MARK_LENGTH
    top, foot, left, right = ys[0], ys[-1], xs[0], xs[-1]
    lines = [[(x, top - far), (x, top - near)] for x in xs]
    lines += [[(x, foot + near), (x, foot + far)] for x in xs]
    lines += [[(left - far, y), (left - near, y)] for y in ys]
    lines += [[(right + near, y), (right + far, y)] for y in ys]
    ink = Ink(tuple(Stroke(np.array(line)) for line in lines))
    return PlacedDrawing(ink, "#000000", Pen(width=MARK_WIDTH), "cut marks", MARKS)

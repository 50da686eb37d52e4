"""Several cards on a sheet, with marks to cut them by."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import SettingError
from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import Pen
from studio.document.page import LineKey, Page, Pages, PlacedDrawing
from studio.document.paper import Paper
from studio.layout.card_sheets import NOBODY, on_one_sheet

MARK_LENGTH, MARK_GAP, MARK_WIDTH = 4.0, 1.5, 0.1
"""Of a cut mark, in millimetres: how long it is, how far from the cards, and how thick."""
MARKS = LineKey(NOBODY, "", 1)
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
        placed = [(card, x, y, False) for card, (x, y) in zip(some, spots, strict=False)]
        taken = [(x, y, x + width, y + height) for _, x, y, _ in placed]
        marks = (_marks(taken),) if how.marks else ()
        paper = replace(sheet, colour=some[0].paper.colour)
        sheets.append(on_one_sheet(placed, paper, len(sheets) + 1, marks))
    return replace(pages, pages=tuple(sheets))


def _counts(sheet: Paper, width: float, height: float, how: Imposition) -> tuple[int, int]:
    """How many cards stand side by side, and below each other."""

    def count(room: float, size: float) -> int:
        return max(0, math.floor((room - 2 * how.border + how.gap) / (size + how.gap) + 1e-9))

    return count(sheet.width, width), count(sheet.height, height)


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
    return PlacedDrawing(ink, "#000000", Pen(width=MARK_WIDTH), "", MARKS)

"""Imposition: small pages placed on sheets that are printed, cut and folded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import pairwise

import numpy as np

from engine.errors import SettingError
from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import NARROWEST, Pen
from studio.document.background import PlacedBackground
from studio.document.label_sheets import LabelSheet
from studio.document.page import Box, LineKey, Page, Pages, PlacedDrawing, PlacedLine, PlacedWord
from studio.document.paper import Margins, Paper, Ruling
from studio.document.placement import turned

_GUIDE = "#b8b8b8"
"""Of lines to cut and fold along."""
_NO_MARGINS = Margins(0.0, 0.0, 0.0, 0.0)
NOBODY = -2
"""Block of the keys of what no note has: rulings, and marks to cut by."""

Place = tuple[Page, float, float, bool]
"""A card, how far right and down it stands on its sheet, and whether upside down."""


class Fold(StrEnum):
    """How a card opens.

    SIDE: as a book, its fold at the left of the front. TOP: upwards, its fold above the front.
    """

    SIDE = "side"
    TOP = "top"


def on_label_sheets(pages: Pages, sheet: LabelSheet, first: int = 1) -> Pages:
    """Each page on a label of its own, in the middle of its height.

    Parameters
    ----------
    pages : Pages
        As large as `sheet.front`.
    sheet : LabelSheet
    first : int
        The label that the first page stands on, from 1: those before it are used already.

    Returns
    -------
    Pages
        As many sheets as that takes; cards that stand have their front on both sides.

    Raises
    ------
    SettingError
        If there is no such label on the sheet.
    """
    sheet.check_label(first)
    sheets: list[list[Place]] = []
    for number, page in enumerate(pages, first - 1):
        if number % sheet.count == 0 or not sheets:
            sheets.append([])
        left, top = sheet.corner(number)
        middle = _to_middle(page)
        if sheet.tent:
            # Seen from the other side of the table it is upright, too.
            half = sheet.height / 2
            sheets[-1].append((page, left + page.paper.width, top + half - middle, True))
            top += half
        sheets[-1].append((page, left, top + middle, False))
    guides = _guides(sheet) if sheet.cut else ()
    made = (on_one_sheet(cards, sheet.paper, n, guides) for n, cards in enumerate(sheets, 1))
    return replace(pages, pages=tuple(made), duplex="")


def folded(pages: Pages, fold: Fold, edge: str = "") -> Pages:
    """Cards of four pages each on sheets of two sides, to be folded in the middle.

    The pages of a card are its front, the inside (two), and its back; those that are missing stay
    empty.

    Parameters
    ----------
    pages : Pages
        All of one size.
    fold : Fold
    edge : str
        Over which edge the printer turns the paper: "long-edge" or "short-edge". Where not given,
        the one that leaves both sides upright.

    Returns
    -------
    Pages
        Two a card: the outside, then the inside.

    Raises
    ------
    SettingError
        If there is no such edge.
    """
    if edge not in ("", "long-edge", "short-edge"):
        raise SettingError(f"Paper is not turned over a {edge!r}; choose long-edge or short-edge.")
    small = pages.pages[0].paper
    width, height = small.width, small.height
    beside = fold is Fold.SIDE
    paper = replace(
        small,
        name=f"{small.name} folded",
        width=2 * width if beside else width,
        height=height if beside else 2 * height,
    )
    wide = paper.width >= paper.height
    # A card that opens as a book is turned about its upright middle.
    natural = "short-edge" if wide is beside else "long-edge"
    sides: list[Page] = []
    cards = [pages.pages[k : k + 4] for k in range(0, len(pages), 4)]
    for card in cards:
        front, inner, other, back = (*card, None, None, None)[:4]
        if beside:
            outside = [(back, 0.0, 0.0, False), (front, width, 0.0, False)]
            inside = [(inner, 0.0, 0.0, False), (other, width, 0.0, False)]
        else:
            outside = [(back, width, height, True), (front, 0.0, height, False)]
            inside = [(inner, 0.0, 0.0, False), (other, 0.0, height, False)]
        if edge and edge != natural:
            inside = [
                (page, paper.width - x, paper.height - y, not over) for page, x, y, over in inside
            ]
        for places in (outside, inside):
            cards_there = [(page, x, y, over) for page, x, y, over in places if page is not None]
            sides.append(on_one_sheet(cards_there, paper, len(sides) + 1))
    return replace(pages, pages=tuple(sides), duplex=edge or natural)


def _to_middle(page: Page) -> float:
    """How far down what is written on a page moves to stand in the middle of its height."""
    inks = [inked.ink for inked in page.inked if inked.ink]
    if not inks:
        return 0.0
    _, top, _, bottom = Ink.joined(inks).bounds
    return (page.paper.height - top - bottom) / 2


def on_one_sheet(
    places: Iterable[Place], paper: Paper, number: int, guides: Sequence[PlacedDrawing] = ()
) -> Page:
    """What stands on several cards, on one sheet.

    Parameters
    ----------
    places : iterable of (Page, float, float, bool)
        Each card, the millimetres by which it is moved right and down, and whether it was turned
        upside down before.
    paper : Paper
        The sheet.
    number : int
        Of the sheet, from 1.
    guides : sequence of PlacedDrawing
        What is drawn beside the cards.
    """
    parts = [_moved(page, right, down, over) for page, right, down, over in places]
    return Page(
        paper,
        _NO_MARGINS,
        tuple(line for part in parts for line in part.written),
        number,
        drawings=(*(drawing for part in parts for drawing in part.drawings), *guides),
        backgrounds=tuple(placed for part in parts for placed in part.backgrounds),
    )


def _moved(page: Page, dx: float, dy: float, over: bool) -> Page:
    """What stands on a page, moved by millimetres, after it was turned upside down or not."""
    angle = math.pi if over else 0.0
    drawings = [_moved_drawing(drawing, dx, dy, over) for drawing in page.drawings]
    if page.ruling_printed:
        drawings = [
            *(_moved_drawing(rule, dx, dy, over) for rule in _ruling(page)),
            *drawings,
        ]
    return replace(
        page,
        lines=tuple(_moved_line(line, angle, dx, dy) for line in page.as_typed().written),
        folio=None,
        ruling=Ruling(),
        ruling_printed=False,
        drawings=tuple(drawings),
        frames=(),
        typed={},
        backgrounds=tuple(_moved_background(under, dx, dy, over) for under in page.backgrounds),
    )


def _moved_ink(ink: Ink, dx: float, dy: float, over: bool) -> Ink:
    return ink.transformed(np.eye(2) * (-1.0 if over else 1.0), (dx, dy))


def _moved_line(line: PlacedLine, angle: float, dx: float, dy: float) -> PlacedLine:
    whole = math.remainder(line.turned + angle, 2 * math.pi)
    # The frame of the line is turned about the corner of the sheet: in it, all move alike.
    right, down = turned((dx, dy), -whole)

    def moved(word: PlacedWord) -> PlacedWord:
        left, top, far, bottom = word.box
        box = left + right, top + down, far + right, bottom + down
        return replace(word, box=box)

    return replace(
        line,
        ink=_moved_ink(line.ink, dx, dy, angle != 0.0),
        words=tuple(moved(word) for word in line.words),
        sign=None if line.sign is None else moved(line.sign),
        baseline=line.baseline + down,
        turned=whole,
    )


def _moved_drawing(drawing: PlacedDrawing, dx: float, dy: float, over: bool) -> PlacedDrawing:
    return replace(drawing, ink=_moved_ink(drawing.ink, dx, dy, over))


def _moved_background(
    placed: PlacedBackground, dx: float, dy: float, over: bool
) -> PlacedBackground:
    left, top, right, bottom = placed.box
    box: Box = (left + dx, top + dy, right + dx, bottom + dy)
    if over:
        box = (dx - right, dy - bottom, dx - left, dy - top)
    return replace(placed, box=box, upside_down=placed.upside_down is not over)


def _ruling(page: Page) -> Iterable[PlacedDrawing]:
    """The ruling of a page as drawings: the sheet that it comes on has none."""
    ruling = page.ruling
    lines = ruling.lines(page.paper, page.margins).reshape(-1, 2, 2)
    dots = ruling.dots(page.paper)[:, None]
    for shapes, width in ((lines, ruling.width), (dots, ruling.dot_width)):
        if len(shapes):
            pen = Pen(width=max(width, NARROWEST))
            ink = Ink(tuple(Stroke(xy) for xy in shapes))
            yield PlacedDrawing(ink, ruling.colour, pen, "", LineKey(NOBODY, "", 0))


def _guides(sheet: LabelSheet) -> tuple[PlacedDrawing, ...]:
    """Lines around all cards of a sheet, and short ones at their folds."""
    strokes = []
    for number in range(sheet.count):
        left, top = sheet.corner(number)
        right, bottom = left + sheet.width, top + sheet.height
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        # A stroke each: one through all corners would be drawn as a curve.
        strokes += [Stroke(np.array(ends)) for ends in pairwise(corners)]
        if sheet.tent:
            fold = top + sheet.height / 2
            for start, stop in ((left, left + 4.0), (right - 4.0, right)):
                strokes.append(Stroke(np.array([(start, fold), (stop, fold)])))
    key = LineKey(NOBODY, "", 1)
    return (PlacedDrawing(Ink(tuple(strokes)), _GUIDE, Pen(width=0.1), "", key),)

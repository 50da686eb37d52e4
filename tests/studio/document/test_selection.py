"""Selections: what a click means, and where on the pages a selection stands."""

from __future__ import annotations

import math

import pytest

from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import Pen
from studio.document.page import Frame, LineKey, Page, PlacedDrawing, PlacedLine, PlacedWord
from studio.document.paper import PAPERS
from studio.document.selection import (
    Area,
    Reach,
    Selected,
    SelectionModel,
    areas_of,
    frame_at,
    ink_of,
    lines_of,
    word_areas,
    word_at,
)

PAPER = PAPERS["A5"]
FIRST, SECOND, OTHER = LineKey(1, "two words", 0), LineKey(1, "more", 0), LineKey(2, "end", 0)


def line(key: LineKey | None, baseline: float, *boxes: tuple, turned: float = 0.0) -> PlacedLine:
    """A line with a word in each box, each of two points from corner to corner."""
    words = tuple(
        PlacedWord(f"w{k}", box, start=2 * k, stop=2 * k + 2) for k, box in enumerate(boxes)
    )
    ink = Ink(tuple(Stroke([box[:2], box[2:]]) for box in boxes))
    return PlacedLine("text", ink, words, baseline, key=key, turned=turned)


#: Two words of full height, 4 mm apart; a low word; on the next page one more of the paragraph.
PAGES = (
    Page(
        PAPER,
        lines=(
            line(FIRST, 20.0, (10.0, 16.0, 20.0, 21.0), (24.0, 16.0, 34.0, 20.0)),
            line(SECOND, 40.0, (10.0, 39.5, 20.0, 39.8)),
            line(None, 60.0, (10.0, 56.0, 20.0, 60.0)),
        ),
    ),
    Page(PAPER, lines=(line(OTHER, 20.0, (10.0, 15.0, 14.0, 20.0)),), number=2),
)


@pytest.mark.parametrize(
    ("x", "y", "wanted"),
    [
        (15.0, 18.0, (FIRST, 0)),
        (30.0, 18.0, (FIRST, 1)),
        # Beside a word there is a millimetre of room, and no more.
        (9.1, 18.0, (FIRST, 0)),
        (8.9, 18.0, None),
        (15.0, 21.9, (FIRST, 0)),
        (15.0, 22.1, None),
        (22.0, 18.0, None),
        # A word without ascenders can be met from 1.5 mm above its baseline down to it.
        (15.0, 37.6, (SECOND, 0)),
        (15.0, 37.4, None),
        (15.0, 40.9, (SECOND, 0)),
        (15.0, 41.1, None),
        # What is no line of the note, such as the number of the page, cannot be selected.
        (15.0, 58.0, None),
    ],
)
def test_a_click_means_the_word_under_it(x, y, wanted) -> None:
    assert word_at(PAGES, 0, x, y) == wanted


def test_of_two_words_the_nearer_is_meant() -> None:
    pages = (
        Page(PAPER, lines=(line(FIRST, 20.0, (10.0, 16.0, 20.0, 20.0), (20.9, 16.0, 30.0, 20.0)),)),
    )
    assert word_at(pages, 0, 20.3, 18.0) == (FIRST, 0)
    assert word_at(pages, 0, 20.6, 18.0) == (FIRST, 1)


def test_words_are_met_on_the_page_that_is_clicked() -> None:
    assert word_at(PAGES, 1, 12.0, 18.0) == (OTHER, 0)
    assert word_at(PAGES, 1, 30.0, 18.0) is None


def test_a_word_of_a_turned_line_is_met_where_it_is_seen() -> None:
    pages = (Page(PAPER, lines=(line(FIRST, 20.0, (40.0, 16.0, 50.0, 20.0), turned=0.5),)),)
    across, down = 45.0, 18.0
    x = math.cos(0.5) * across - math.sin(0.5) * down
    y = math.sin(0.5) * across + math.cos(0.5) * down
    assert word_at(pages, 0, x, y) == (FIRST, 0)
    assert word_at(pages, 0, across, down) is None
    (area,) = areas_of(pages, Selected(Reach.WORD, FIRST))
    assert area == Area(0, (40.0, 16.0, 50.0, 20.0), 0.5)


def drawing(ident: int, *points: tuple[float, float]) -> PlacedDrawing:
    return PlacedDrawing(Ink((Stroke(list(points)),)), "#000000", Pen(), "", LineKey(ident, "", 0))


def test_a_frame_is_met_by_its_ink_before_its_area_and_the_uppermost_first() -> None:
    frames = (
        Frame(1, (10.0, 10.0, 50.0, 50.0)),
        Frame(2, (20.0, 20.0, 60.0, 60.0)),
        Frame(3, (80.0, 0.0, 90.0, 10.0), turned=0.25),
    )
    pages = (Page(PAPER, drawings=(drawing(1, (30.0, 30.0), (48.0, 12.0)),), frames=frames),)
    # Frames overlap: the one that was placed last lies above the other.
    assert frame_at(pages, 0, 40.0, 40.0).id == 2
    # Within two millimetres of a drawing's ink, the drawing is meant.
    assert frame_at(pages, 0, 31.9, 31.9).id == 1
    assert frame_at(pages, 0, 32.1, 30.0).id == 2
    assert frame_at(pages, 0, 11.0, 11.0).id == 1
    # Around a frame there is a millimetre of room.
    assert frame_at(pages, 0, 60.9, 40.0).id == 2
    assert frame_at(pages, 0, 61.1, 40.0) is None
    # A turned frame stands where it is seen.
    x = math.cos(0.25) * 85.0 - math.sin(0.25) * 5.0
    y = math.sin(0.25) * 85.0 + math.cos(0.25) * 5.0
    assert frame_at(pages, 0, x, y).id == 3
    assert frame_at(pages, 0, 85.0, 2.0) is None
    (area,) = areas_of(pages, Selected(Reach.BOX, LineKey(3, "", 0)))
    assert area == Area(0, (80.0, 0.0, 90.0, 10.0), 0.25)
    ((number, ink),) = ink_of(pages, Selected(Reach.DRAWING, LineKey(1, "", 0)))
    assert (number, ink) == (0, pages[0].drawings[0])


def test_a_selection_stands_around_its_words() -> None:
    assert areas_of(PAGES, Selected(Reach.WORD, FIRST, 1)) == [Area(0, (24.0, 16.0, 34.0, 20.0))]
    assert areas_of(PAGES, Selected(Reach.WORD, FIRST, 2)) == []
    assert areas_of(PAGES, Selected(Reach.LINE, FIRST)) == [Area(0, (10.0, 16.0, 34.0, 21.0))]
    # A paragraph has an area on each of its pages.
    both = (PAGES[0], Page(PAPER, lines=(line(SECOND, 9.0, (5.0, 6.0, 7.0, 9.0)),), number=2))
    assert areas_of(both, Selected(Reach.PARAGRAPH, FIRST)) == [
        Area(0, (10.0, 16.0, 34.0, 39.8)),
        Area(1, (5.0, 6.0, 7.0, 9.0)),
    ]
    assert [found.page for found in lines_of(both, Selected(Reach.PARAGRAPH, FIRST))] == [0, 0, 1]
    assert [found.page for found in lines_of(both, Selected(Reach.LINE, SECOND))] == [0, 1]
    assert areas_of(PAGES, Selected(Reach.LINE, LineKey(9, "gone", 0))) == []


def test_words_are_found_by_line_and_place() -> None:
    found = word_areas(PAGES, [(OTHER, 0), (FIRST, 1), (FIRST, 7)])
    assert found == [Area(0, (24.0, 16.0, 34.0, 20.0)), Area(1, (10.0, 15.0, 14.0, 20.0))]


def test_of_a_word_its_own_ink_is_taken() -> None:
    ((page, inked),) = ink_of(PAGES, Selected(Reach.WORD, FIRST, 1))
    assert page == 0
    assert inked.ink.xy.tolist() == [[24.0, 16.0], [34.0, 20.0]]
    assert [(w.text, w.start, w.stop) for w in inked.words] == [("w1", 0, 2)]
    ((_, whole),) = ink_of(PAGES, Selected(Reach.LINE, FIRST))
    assert whole.ink.points == 4
    assert ink_of(PAGES, Selected(Reach.WORD, FIRST, 2)) == []


def test_listeners_are_told_what_is_new() -> None:
    model, told = SelectionModel(), []
    model.changed.connect(told.append)
    word = Selected(Reach.WORD, FIRST)
    model.select(word)
    model.select(Selected(Reach.WORD, FIRST))
    model.select(None)
    assert told == [word, None]
    assert model.value is None
    assert [reach.placed for reach in Reach] == [False, False, False, True, True]

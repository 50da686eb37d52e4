"""Cards stand side by side on sheets, none over another, with marks outside of all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pypdf
import pytest

from engine.errors import SettingError
from studio.document.background import Background, PlacedBackground
from studio.document.page import PlacedDrawing, PlacedLine
from studio.document.paper import PAPERS, Margins, Paper, RulingKind
from studio.exporting.imposition import MARK_GAP, MARK_LENGTH, MARKS, Imposition, impose
from studio.exporting.pdf_exporter import export

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="55mm"/>'
CARD = Paper("custom", 90, 55, "#fbf7ea")
TEXTS = ["anna", "ben", "cleo"]


def cards(pages_of, count: int, **options):
    made = pages_of(count, texts=["anna"], x_height=4.0, **options)
    pages = tuple(
        replace(page, paper=CARD, margins=Margins(6, 6, 6, 6), number=k + 1)
        for k, page in enumerate(made.pages)
    )
    return replace(made, pages=pages)


def marks_of(page) -> list[PlacedDrawing]:
    found = [d for d in page.drawings if d.key == MARKS]
    # A drawing with a name would be read out as a figure.
    assert not any(d.name for d in found)
    return found


def test_cards_fill_sheets_in_reading_order(pages_of):
    sheets = impose(cards(pages_of, 12), Imposition(PAPERS["A4"]))
    assert len(sheets) == 2
    assert [len(page.lines) for page in sheets] == [10, 2]
    assert [page.number for page in sheets] == [1, 2]
    first = sheets.pages[0]
    assert (first.paper.width, first.paper.height) == (210, 297), "upright: two by five"
    assert first.paper.colour == CARD.colour
    places = [line.ink.bounds[:2] for line in first.lines]
    assert places == sorted(places, key=lambda place: (round(place[1]), place[0]))
    assert sheets.text == cards(pages_of, 12).text


def test_no_card_overlaps_another_and_words_stay_with_their_ink(pages_of):
    made = cards(pages_of, 5)
    sheets = impose(made, Imposition(PAPERS["A4"], gap=3.0))
    lines = list(sheets.lines)
    for line, before in zip(lines, made.lines, strict=True):
        assert isinstance(line, PlacedLine)
        (word,), (old,) = line.words, before.words
        dx = line.ink.bounds[0] - before.ink.bounds[0]
        dy = line.ink.bounds[1] - before.ink.bounds[1]
        np.testing.assert_allclose(word.box, np.add(old.box, (dx, dy, dx, dy)))
        assert line.baseline == pytest.approx(before.baseline + dy)
    boxes = [line.ink.bounds for line in lines]
    for k, (a, b, c, d) in enumerate(boxes):
        for x0, y0, x1, y1 in boxes[k + 1 :]:
            assert x1 <= a or c <= x0 or y1 <= b or d <= y0


def test_marks_stand_at_every_cut_and_touch_no_card(pages_of):
    (sheet,) = impose(cards(pages_of, 4), Imposition(PAPERS["A4"]))
    (marks,) = marks_of(sheet)
    # Two across, two below each other: three cuts each way, a mark at either end.
    assert len(marks.ink.strokes) == 12
    left, top = (210 - 180) / 2, (297 - 5 * 55) / 2
    for stroke in marks.ink.strokes:
        (x0, y0), (x1, y1) = stroke.xy
        across, down = (min(x0, x1), max(x0, x1)), (min(y0, y1), max(y0, y1))
        outside = across[1] < left or across[0] > left + 180 or down[1] < top
        assert outside or down[0] > top + 2 * 55
        assert min(across[0], down[0]) >= 4.9
    (without,) = impose(cards(pages_of, 4), Imposition(PAPERS["A4"], marks=False))
    assert not marks_of(without)


def test_a_printed_ruling_goes_with_its_card(pages_of):
    made = cards(pages_of, 2, ruling=RulingKind.LINED, printed=True)
    (sheet,) = impose(made, Imposition(PAPERS["A4"]))
    ruled = [d for d in sheet.drawings if d.colour == made.pages[0].ruling.colour]
    assert len(ruled) == 2
    assert not any(d.name for d in ruled)


def test_the_sheet_is_turned_where_more_cards_have_room(pages_of):
    made = cards(pages_of, 1)
    wide = replace(made, pages=(replace(made.pages[0], paper=Paper("custom", 270, 90)),))
    (sheet,) = impose(wide, Imposition(PAPERS["A4"]))
    assert sheet.paper.width > sheet.paper.height


@pytest.mark.parametrize("marks", [True, False])
def test_around_the_cards_there_is_a_margin_and_room_for_the_marks(pages_of, marks):
    around = 5.0 + (MARK_LENGTH + MARK_GAP if marks else 0.0)
    card = cards(pages_of, 1)
    for room, fits in ((0.01, True), (-0.01, False)):
        sheet = Paper("custom", 90 + 2 * around + room, 55 + 2 * around + room)
        if fits:
            assert len(impose(card, Imposition(sheet, marks=marks))) == 1
        else:
            with pytest.raises(SettingError):
                impose(card, Imposition(sheet, marks=marks))


def test_a_card_that_has_no_room_is_refused(pages_of):
    made = cards(pages_of, 1)
    large = replace(made, pages=(replace(made.pages[0], paper=PAPERS["A4"]),))
    with pytest.raises(SettingError, match="no room on A4"):
        impose(large, Imposition(PAPERS["A4"]))


def test_the_text_of_all_cards_is_found_in_the_pdf(pages_of, tmp_path):
    made = cards(pages_of, 3)
    named = tuple(
        replace(
            page,
            lines=tuple(
                replace(line, text=text, words=(replace(line.words[0], text=text),))
                for line in page.lines
            ),
        )
        for page, text in zip(made.pages, TEXTS, strict=True)
    )
    export(impose(replace(made, pages=named), Imposition(PAPERS["A4"])), tmp_path / "a.pdf")
    (page,) = pypdf.PdfReader(tmp_path / "a.pdf").pages
    assert page.extract_text().split() == TEXTS


def test_cards_take_their_background_along(pages_of):
    made = cards(pages_of, 2)
    under = PlacedBackground(Background(SVG, "card.svg"), 0, (0.0, 0.0, 90.0, 55.0))
    made = replace(made, pages=tuple(replace(page, backgrounds=(under,)) for page in made.pages))
    (sheet,) = impose(made, Imposition(PAPERS["A4"])).pages
    boxes = [placed.box for placed in sheet.backgrounds]
    assert len(boxes) == 2
    assert all(right - left == 90 and foot - top == 55 for left, top, right, foot in boxes)
    assert boxes[1][0] >= boxes[0][2] or boxes[1][1] >= boxes[0][3], "side by side"

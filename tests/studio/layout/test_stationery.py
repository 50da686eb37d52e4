"""Labels, folded cards, addresses, fields and backs of sheets, laid out by a quick writer."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import SettingError, TextError
from studio.document.addresses import (
    WINDOWS,
    PostalArea,
    address_area,
    addressed,
    field,
    sender_area,
)
from studio.document.background import Background
from studio.document.label_sheets import SHEETS, sheet_named, sheets_for
from studio.document.note import Look, Note
from studio.document.paper import PAPERS, Margins, Paper, Ruling, RulingKind
from studio.document.placement import turned
from studio.layout.card_sheets import Fold, folded, on_label_sheets
from studio.layout.layout import lay_out

PNG = b"\x89PNG\r\n\x1a\n"


def bounds(lines):
    xy = np.concatenate([line.ink.xy for line in lines])
    return (*xy.min(axis=0), *xy.max(axis=0))


def pages_on(paper, texts, loop_writer, **settings):
    note = Note.from_text(
        "\f".join(texts), paper=paper, margins=Margins(3, 3, 3, 3), fit_pages=True, **settings
    )
    return lay_out(note, loop_writer()).pages


@pytest.mark.parametrize("name", SHEETS)
def test_labels_lie_on_their_sheet_and_not_on_each_other(name):
    sheet = SHEETS[name]
    corners = [sheet.corner(k) for k in range(sheet.count)]
    assert len(set(corners)) == sheet.count
    for x, y in corners:
        assert x >= -0.2
        assert y >= -0.2
        assert x + sheet.width <= sheet.paper.width + 0.2
        assert y + sheet.height <= sheet.paper.height + 0.2
    for k, (x, y) in enumerate(corners):
        for u, v in corners[k + 1 :]:
            assert abs(x - u) >= sheet.width - 0.01 or abs(y - v) >= sheet.height - 0.01
    assert sheet_named(name.lower()) == sheet


def test_measures_are_those_that_makers_print():
    # Of the makers' own templates: margins from the sheet's edges, in mm and inches.
    known = {
        "L7160": (7.25, 15.15, 66.0, 38.1),
        "L7163": (4.65, 15.15, 101.6, 38.1),
        "3475": (0.0, 4.5, 70.0, 36.0),
        "5160": (0.1875 * 25.4, 0.5 * 25.4, 2.75 * 25.4, 25.4),
        "5163": (0.15625 * 25.4, 0.5 * 25.4, 4.1875 * 25.4, 2 * 25.4),
        "8160": (0.1875 * 25.4, 0.5 * 25.4, 2.75 * 25.4, 25.4),
    }
    for name, measures in known.items():
        sheet = sheet_named(name)
        got = sheet.left, sheet.top, sheet.step_x, sheet.step_y
        assert got == pytest.approx(measures, abs=0.01)


def test_a_sheet_of_ones_own_is_read():
    sheet = sheet_named("A4 3x7 63.5x38.1 gap 2.5,0")
    other = SHEETS["Avery L7160"]
    assert (sheet.left, sheet.step_x) == pytest.approx((other.left, other.step_x))
    inches = sheet_named("Letter 2x5 3.5x2in")
    assert inches.width == pytest.approx(88.9)
    assert sheet_named("A4 2x2 90x100 tent").front.height == 50
    assert [sheet_named(f"A4 2x2 90x100{how}").cut for how in ("", " cut", " tent")] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("size", "titles"),
    [
        ((63.5, 38.1), ["Avery L7160", "21 on A4", "21 on Letter"]),
        ((88.9, 50.8), ["Avery 5371", "10 on A4", "12 on Letter"]),
        ((95.0, 45.0), ["Place cards A4", "12 on A4", "10 on Letter"]),
        ((105.0, 148.0), ["2 on A4", "2 on Letter"]),
        ((210.0, 297.0), []),
    ],
)
def test_the_sheets_that_cards_of_a_size_stand_on(size, titles):
    card = Paper("custom", *size)
    found = sheets_for(card)
    assert [title.partition(",")[0] for title in found] == titles
    for name in found.values():
        sheet = sheet_named(name)
        assert sheet.takes(card)
        assert sheet.count > 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Avery L7166", "did you mean"),
        ("nothing", "There is no sheet"),
        ("A4 3x7 90x38", "no room"),
        ("A4 3x7 wide", "not understood"),
        ("A4 9x90 20x20", "from 1 to 500"),
        ("A4 3x7 10x10", "too small"),
        ("Foolscap 3x7 63x38", "no paper"),
    ],
)
def test_a_sheet_that_is_not_known_is_refused(name, told):
    with pytest.raises(SettingError, match=told):
        sheet_named(name)


def test_each_text_stands_on_its_label(loop_writer):
    sheet = SHEETS["Avery L7160"]
    texts = [f"Guest number {k}\nSome street\nA town" for k in range(20)]
    pages = pages_on(sheet.front, texts, loop_writer)
    sheets = on_label_sheets(pages, sheet, first=4)
    assert [len(page.lines) for page in sheets] == [3 * 18, 3 * 2]
    lines = list(sheets.lines)
    for k in range(20):
        left, top = sheet.corner(k + 3)
        a, b, c, d = bounds(lines[3 * k : 3 * k + 3])
        assert left <= a
        assert c <= left + sheet.width
        assert top <= b
        assert d <= top + sheet.height
        assert b - top == pytest.approx(top + sheet.height - d, abs=0.01)
        for line in lines[3 * k : 3 * k + 3]:
            for word in line.words:
                x, y = line.ink.xy[word.start : word.stop].min(axis=0)
                assert word.box[:2] == pytest.approx((x, y), abs=1e-6)
    with pytest.raises(SettingError, match="no label 22"):
        on_label_sheets(pages, sheet, 22)


def test_a_card_that_stands_is_read_from_both_sides(loop_writer):
    sheet = SHEETS["Place cards A4"]
    pages = pages_on(sheet.front, ["Ada", "Charles"], loop_writer)
    (page,) = on_label_sheets(pages, sheet)
    behind, front, _, _ = page.lines
    assert abs(behind.turned) == pytest.approx(math.pi)
    fold = sheet.corner(0)[1] + sheet.height / 2
    assert bounds([front])[1] > fold > bounds([behind])[3]
    centre = sheet.corner(0)[0] + sheet.width / 2, fold
    mirrored = 2 * np.array(centre) - behind.ink.xy
    np.testing.assert_allclose(mirrored, front.ink.xy, atol=1e-9)
    # Its words are found where their ink is, in the frame that is turned.
    word = behind.words[0]
    corner = turned((word.box[0], word.box[1]), behind.turned)
    far = bounds([behind])
    assert corner == pytest.approx((far[2], far[3]), abs=1e-6)
    # Lines to cut along are straight, for they have two points each.
    (guides,) = page.drawings
    assert {len(stroke) for stroke in guides.ink.strokes} == {2}
    edges = {tuple(stroke.xy[0]) for stroke in guides.ink.strokes}
    assert edges >= {sheet.corner(k) for k in range(sheet.count)}
    # Four around each card, and a short one at either end of its fold.
    assert len(guides.ink.strokes) == 6 * sheet.count
    for k in range(sheet.count):
        left, top = sheet.corner(k)
        right, bottom, middle = left + sheet.width, top + sheet.height, top + sheet.height / 2
        wanted = [
            [(left, top), (right, top)], [(right, top), (right, bottom)],
            [(right, bottom), (left, bottom)], [(left, bottom), (left, top)],
            [(left, middle), (left + 4, middle)], [(right - 4, middle), (right, middle)],
        ]  # fmt: skip
        drawn = np.array([stroke.xy for stroke in guides.ink.strokes[6 * k : 6 * k + 6]])
        np.testing.assert_allclose(drawn, wanted, atol=1e-9)


@pytest.mark.parametrize("fold", Fold)
def test_a_folded_card_has_its_pages_where_they_are_read(fold, loop_writer):
    paper = PAPERS["A6"]
    pages = pages_on(paper, ["front", "left inside", "right inside", "back"], loop_writer)
    outside, inside = folded(pages, fold)
    assert folded(pages, fold).duplex == "short-edge"
    narrow = pages_on(Paper("narrow", 60, 140), ["front"], loop_writer)
    # 120 x 140 mm, turned about its upright middle; 60 x 280 mm, about its level middle.
    assert folded(narrow, fold).duplex == ("long-edge" if fold is Fold.SIDE else "short-edge")
    size = (210, 148) if fold is Fold.SIDE else (105, 296)
    assert (outside.paper.width, outside.paper.height) == size
    place = {line.text: bounds([line]) for page in (outside, inside) for line in page.lines}
    turns = {line.text: abs(line.turned) for page in (outside, inside) for line in page.lines}
    if fold is Fold.SIDE:
        assert place["back"][2] < 105 < place["front"][0]
        assert place["left inside"][2] < 105 < place["right inside"][0]
        assert set(turns.values()) == {0}
    else:
        assert place["back"][3] < 148 < place["front"][1]
        assert place["left inside"][3] < 148 < place["right inside"][1]
        assert turns["back"] == pytest.approx(math.pi)
        assert turns["front"] == turns["left inside"] == 0
    _, other = folded(pages, fold, "long-edge")
    assert {abs(line.turned) for line in other.lines} == {math.pi}
    whole = np.array([outside.paper.width, outside.paper.height])
    for line, before in zip(other.lines, inside.lines, strict=True):
        np.testing.assert_allclose(line.ink.xy, whole - before.ink.xy, atol=1e-9)


def test_a_fifth_page_begins_the_next_card(loop_writer):
    pages = pages_on(PAPERS["A6"], list("abcde"), loop_writer)
    sides = folded(pages, Fold.SIDE)
    assert [len(side.lines) for side in sides] == [2, 2, 1, 0]
    with pytest.raises(SettingError, match="long-edge or short-edge"):
        folded(pages, Fold.SIDE, "any")


def test_rulings_and_backgrounds_go_along(loop_writer):
    background = Background(PNG, "card.png")
    pages = pages_on(
        PAPERS["A6"],
        ["front", "in", "side", "back"],
        loop_writer,
        ruling=Ruling(RulingKind.LINED),
        ruling_printed=True,
        background=background,
    )
    outside, _ = folded(pages, Fold.TOP)
    back, front = outside.backgrounds
    assert (back.box, back.upside_down) == ((0, 0, 105, 148), True)
    assert (front.box, front.upside_down) == ((0, 148, 105, 296), False)
    assert len(outside.drawings) == 2
    assert not outside.ruling_printed


ENVELOPES = {name: PAPERS[name].landscape for name in ("C5", "C6", "DL", "#10")}


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_address_stands_where_the_post_reads_it(name, loop_writer):
    paper = ENVELOPES[name]
    note = Note.from_text("", paper=paper, margins=Margins(10, 10, 10, 10))
    address = "Mrs. Ada Lovelace, Countess of Lovelace\n12 St James Square\nLondon\nEngland"
    note = addressed(note, address, "C. Babbage\n1 Dorset Street\nLondon")
    pages = lay_out(note, loop_writer()).pages
    lines = list(pages.lines)
    assert [line.text for line in lines[:4]] == address.split("\n")
    left, top, right, bottom = bounds(lines[:4])
    # USPS: half an inch from the right, 5/8 inch from below; Deutsche Post: 15 mm, and 40 mm
    # from the top for the stamp.
    assert right <= paper.width - 15
    assert bottom <= paper.height - 15.9
    assert left >= 0.4 * paper.width
    assert top >= min(40, 0.4 * paper.height)
    a, _, c, d = bounds(lines[4:])
    assert c < left + 10
    assert d < top
    assert a >= 10


def test_an_address_stands_behind_its_window(loop_writer):
    for window, area in WINDOWS.items():
        paper = PAPERS["Letter" if window == "us" else "A4"]
        note = Note.from_text("\n\n\n\n\n\n\n\nDear Ada,", paper=paper)
        note = addressed(note, "Ada Lovelace\n12 St James Square\nLondon", "C. Babbage", window)
        lines = [line for line in lay_out(note, loop_writer()).pages.lines if line.key.block >= 9]
        left, top, right, bottom = bounds(lines[:3])
        assert left >= area.left
        assert top >= area.top
        assert right <= area.left + area.width
        assert bottom <= area.top + area.height


def test_a_sheet_that_is_no_envelope_has_no_place_for_an_address():
    with pytest.raises(SettingError, match="--landscape"):
        address_area(PAPERS["DL"])
    with pytest.raises(SettingError, match="window"):
        address_area(PAPERS["A4"])
    with pytest.raises(SettingError, match="use one of din"):
        sender_area(PAPERS["A4"], "round")


@pytest.mark.parametrize("length", [3, 12, 30, 45])
def test_a_field_is_written_as_small_as_it_takes(length, loop_writer):
    text = ("abcde " * 30)[:length].strip()
    area = PostalArea(40, 60, 60, 8)
    note = field(Note.from_text("Dear Ada,"), area, text)
    pages = lay_out(note, loop_writer()).pages
    lines = [line for line in pages.lines if line.key.block == note.boxes[0].id]
    assert len(lines) == 1  # no line is broken
    left, top, right, bottom = bounds(lines)
    assert left >= 40
    assert right <= 100
    assert top >= 60
    assert bottom <= 68
    frame = pages.pages[0].frames[0]
    assert frame.box == (40, 60, 100, 68)


def test_fields_that_have_no_place_are_refused():
    note = Note.from_text("a")
    for area, told in (
        (PostalArea(200, 60, 60, 8), "does not lie on"),
        (PostalArea(20, 60, 60, 3), "cannot be 3 mm high"),
        (PostalArea(20, 60, 10, 8), "too narrow"),
    ):
        with pytest.raises(SettingError, match=told):
            field(note, area, "x")
    with pytest.raises(TextError, match="empty"):
        field(note, PostalArea(20, 60, 60, 8), " ")


def test_backs_of_sheets_have_their_margins_exchanged(loop_writer):
    text = "\n".join(f"line {k} of a letter" for k in range(90))
    margins = Margins(40, 20, 10, 20)
    note = Note.from_text(text, margins=margins, look=Look(variation=0.0), two_sided=True)
    pages = lay_out(note, loop_writer()).pages
    assert pages.duplex == "long-edge"
    assert len(pages) > 2
    lefts = [bounds(page.lines)[0] for page in pages]
    assert lefts[0] == pytest.approx(lefts[2], abs=0.5)
    assert lefts[0] - lefts[1] == pytest.approx(30, abs=0.5)
    assert pages.pages[1].margins == Margins(10, 20, 40, 20)
    again = lay_out(note, loop_writer(), lay_out(note, loop_writer()))
    assert [line.ink for line in again.pages.lines] == [line.ink for line in pages.lines]
    plain = lay_out(replace(note, two_sided=False), loop_writer()).pages
    assert plain.duplex == ""
    wide = replace(note, paper=Paper("wide", 297, 210))
    assert lay_out(wide, loop_writer()).pages.duplex == "short-edge"

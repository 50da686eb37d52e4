"""Text boxes and drawings: placed on a page, laid out, exported, kept in the file."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from engine.errors import SettingError, TextError
from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import Pen, PenKind
from engine.sampling.policy import ONCE
from studio.document.drawing import Drawing, framed
from studio.document.editing import replace_text
from studio.document.note import Block, LineEdit, Look, Note, TextBox
from studio.document.page import LineKey
from studio.document.paper import PAPERS
from studio.document.placement import Placement
from studio.exporting.formats import export
from studio.layout.draft_layout import make_draft
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import HandWriter
from studio.layout.text_places import find_word
from studio.storage.note_file import NoteFile, compact, load, packed, save

SAMPLES = Path(__file__).with_name("samples")

angles = st.floats(-7, 7)
places = st.builds(
    Placement,
    x=st.floats(-300, 300),
    y=st.floats(-300, 300),
    angle=angles,
    scale=st.floats(0.1, 10),
)
points = st.tuples(st.floats(-200, 200), st.floats(-200, 200))


@given(places, points)
def test_what_is_brought_to_the_page_comes_back(place: Placement, point: tuple[float, float]):
    there = place.on_page([point])
    np.testing.assert_allclose(place.inside(there), [point], atol=1e-6)
    # The upright frame is the page turned back about its corner.
    c, s = math.cos(-place.angle), math.sin(-place.angle)
    x, y = there[0]
    np.testing.assert_allclose(place.upright(*point), (c * x - s * y, s * x + c * y), atol=1e-6)


@given(places, points, angles, st.floats(0.5, 2))
def test_what_is_turned_or_scaled_about_a_point_leaves_it_there(place, point, angle, factor):
    own = place.inside([point])
    for changed in (place.turned(angle, point), place.scaled(factor, point)):
        np.testing.assert_allclose(changed.on_page(own), [point], atol=1e-6)
    # The angle is kept within half a turn.
    assert math.cos(place.turned(angle, point).angle) == pytest.approx(
        math.cos(place.angle + angle), abs=1e-9
    )


@pytest.mark.parametrize(
    "wrong", [{"scale": 0.0}, {"x": math.nan}, {"page": -1}, {"angle": math.inf}, {"y": 1e9}]
)
def test_places_out_of_this_world_are_refused(wrong):
    with pytest.raises(SettingError, match="placed"):
        Placement(**wrong)


def square(size: float = 20.0, *, timed: bool = True) -> Ink:
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * size
    time = np.linspace(0, 1, 5) if timed else None
    dot = Stroke([[size / 2, size / 2]], [1.5] if timed else None)
    return Ink((Stroke(corners, time), dot))


def drawing(ident: int = 9, **changes) -> Drawing:
    place = Placement(0, 100.0, 50.0, math.radians(30), 1.5)
    known = {"colour": "#7a1f33", "pen": Pen(PenKind.FELT, 0.8), "name": "a square"}
    return Drawing(ident, place, **({"ink": square()} | known | changes))


BOX = TextBox(
    Block("Happy\nbirthday", 7, {"colour": "#2343a8", "x_height": 4.0}),
    Placement(0, 120.0, 60.0, math.radians(-20), 1.25),
    70.0,
)


@pytest.fixture(scope="module")
def writer(tiny_hand_path: Path) -> HandWriter:
    return HandWriter(
        Hand.load(tiny_hand_path),
        lambda name: pytest.fail(f"no style {name} is asked for"),
        policy=ONCE,
    )


@pytest.fixture(scope="module")
def note() -> Note:
    return Note.from_text("Dear Anna,\nall the best").with_box(BOX).with_drawing(drawing())


@pytest.fixture(scope="module")
def layout(note: Note, writer: HandWriter) -> Layout:
    draft = make_draft(note, writer, {})
    lines = writer.write_lines(draft.missing)
    known = {r: compact(line) for r, line in zip(draft.missing, lines, strict=True)}
    done = make_draft(note, writer, known, draft.settled)
    assert not done.missing
    return done.layout


def boxed(layout: Layout):
    return [line for line in layout.pages.lines if line.key.block == BOX.id]


def test_a_box_stands_where_it_was_placed_turned_and_scaled(note, layout, writer):
    lines = boxed(layout)
    assert [line.text for line in lines] == ["Happy", "birthday"]
    assert {line.colour for line in lines} == {"#2343a8"}
    (frame,) = [f for f in layout.pages.pages[0].frames if f.id == BOX.id]
    assert frame.turned == BOX.place.angle
    left, top, right, bottom = frame.box
    ends = max(word.box[2] for line in lines for word in line.words)
    assert right == pytest.approx(ends + 0.35), "no wider than lines that were not broken"
    corner = BOX.place.on_page([[0, 0]])[0]
    back = Ink((Stroke([corner]),)).rotated(-frame.turned).xy[0]
    np.testing.assert_allclose(back, (left, top))
    for line in lines:
        own = line.ink.rotated(-line.turned).xy
        assert own[:, 0].min() >= left
        assert own[:, 0].max() <= right
        assert own[:, 1].min() >= top
        assert own[:, 1].max() <= bottom
        for word in line.words:
            part = own[word.start : word.stop]
            np.testing.assert_allclose(word.box, (*part.min(axis=0), *part.max(axis=0)), atol=1e-9)
    # A box that is moved takes its ink with it, and nothing is written for that.
    away = note.with_box(replace(BOX, place=BOX.place.moved(-15, 4)))
    moved = make_draft(away, writer, layout.written, layout)
    assert not moved.missing
    for before, after in zip(lines, boxed(moved.layout), strict=True):
        np.testing.assert_allclose(after.ink.xy, before.ink.moved(-15, 4).xy, atol=1e-9)
    rest = [line for line in layout.pages.lines if line.key.block != BOX.id]
    assert [line for line in moved.layout.pages.lines if line.key.block != BOX.id] == rest


def test_the_ink_of_a_box_stands_in_the_area_planned_for_it(layout):
    for planned, placed in layout.placed.items():
        if planned.key.block == BOX.id:
            left, top, right, bottom = planned.area
            x, y = placed.ink.xy.mean(axis=0)
            assert left < x < right
            assert top < y < bottom


def test_the_text_of_a_box_is_broken_to_its_width_and_keeps_its_ink_when_the_note_changes(writer):
    box = TextBox(Block("one two three four five six", 5), Placement(0, 20, 200), 30.0)
    note = Note.from_text("first").with_box(box)
    layout = lay_out(note, writer)
    assert len([line for line in layout.plan.lines if line.key.block == 5]) > 2
    changed = note.with_text("first\nsecond")
    assert changed.blocks[1].id == 6
    again = lay_out(changed, writer, layout)
    before = [line for line in layout.pages.lines if line.key.block == 5]
    after = [line for line in again.pages.lines if line.key.block == 5]
    assert all(one is other for one, other in zip(before, after, strict=True))


def test_pages_last_as_far_as_something_stands_on_them(writer):
    note = Note.from_text("one", page_numbers=True)
    far = note.with_drawing(replace(drawing(), place=Placement(2, 10, 10)))
    layout = lay_out(far, writer)
    assert [len(page.drawings) for page in layout.pages] == [0, 0, 1]
    assert [page.folio is not None for page in layout.pages] == [True] * 3


def test_a_text_that_has_no_letters_is_refused_by_the_boxs_name(writer):
    strange = TextBox(Block("漢 and so on, and on, and on, and on", 3))
    with pytest.raises(TextError, match=r"漢.* of the text box “漢 and so on, and on, an…”"):
        lay_out(Note.from_text("").with_box(strange), writer)


def test_ids_are_shared_with_nothing_and_never_used_again():
    note = Note.from_text("one\ntwo")
    assert note.free_id == 2
    with pytest.raises(SettingError, match="share an id"):
        note.with_box(TextBox(Block("three", 1)))
    full = note.with_box(TextBox(Block("three", 2))).with_drawing(drawing(3))
    assert full.free_id == 4
    assert full.with_drawing(drawing(3, name="other")).drawings[0].name == "other"
    assert full.without(2).without(3) == note
    touched = replace(full, edits={LineKey(3, "x", 0): LineEdit(locked=True)}).without(3)
    assert touched.free_id == 4, "what was changed by hand on the old one must not befall a new one"


def test_a_word_of_a_box_is_found_and_replaced(note, layout, writer):
    key = next(p.key for p in layout.plan.lines if p.key.text == "birthday")
    span = find_word(note, layout.plan, key, 0, writer.alphabet)
    assert span is not None
    changed = replace_text(note, span, "new year")
    assert changed.box(BOX.id).block.text == "Happy\nnew year"
    assert changed.text == note.text


def test_a_drawing_needs_ink_of_a_drawings_size():
    with pytest.raises(SettingError, match="needs ink"):
        Drawing(0, Placement(), Ink())
    with pytest.raises(SettingError, match="at most"):
        drawing(ink=square(3000))
    assert framed(square().moved(5, -7)) == square()


def test_ink_of_a_drawing_stands_turned_and_scaled_and_is_made_once(note, layout, writer):
    (placed,) = layout.pages.pages[0].drawings
    side = np.hypot(*np.diff(placed.ink.strokes[0].xy, axis=0).T)
    np.testing.assert_allclose(side, 30.0)
    np.testing.assert_allclose(placed.ink.xy[0], (100, 50))
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    np.testing.assert_allclose(placed.ink.xy[1], (100 + 30 * c, 50 + 30 * s))
    again = make_draft(replace(note, title="x"), writer, layout.written, layout).layout
    assert again.pages.pages[0].drawings[0] is placed


# Files -----------------------------------------------------------------------------------------


@pytest.fixture
def exported(layout: Layout, tmp_path: Path) -> Callable[[str], Path]:
    def make(suffix: str) -> Path:
        (path,) = export(layout.pages, tmp_path / f"note.{suffix}")
        return path

    return make


def test_pdf_has_the_words_of_a_box_along_their_ink(exported, layout):
    found = {}

    def visit(text, _, matrix, *__):
        if text.strip():
            found[text.strip()] = matrix

    (page,) = PdfReader(exported("pdf")).pages
    page.extract_text(visitor_text=visit)
    assert {"Happy", "birthday"} <= set(found)
    mm = 25.4 / 72
    for line in boxed(layout):
        a, b, c, d, x, y = found[line.text]
        assert math.atan2(-b, a) == pytest.approx(line.turned, abs=1e-3)
        assert math.atan2(c, d) == pytest.approx(line.turned, abs=1e-3)
        at = Ink((Stroke([(x * mm, PAPERS["A4"].height - y * mm)]),)).rotated(-line.turned).xy[0]
        np.testing.assert_allclose(at, (line.words[0].box[0], line.baseline), atol=0.01)


def test_svg_has_a_group_for_each_with_its_colour(exported):
    root = ElementTree.parse(exported("svg")).getroot()
    svg = "{http://www.w3.org/2000/svg}"
    groups = {g.get("aria-label"): g for g in root.iter(f"{svg}g") if g.get("aria-label")}
    assert {"Happy", "birthday", "a square"} <= set(groups)
    assert len(groups["a square"].findall(f"{svg}path")) == 2
    layers = [g for g in root.findall(f"{svg}g") if groups["a square"] in list(g)]
    assert [layer.get("stroke") for layer in layers] == ["#7a1f33"]


def test_png_shows_the_drawing(exported):
    from PIL import Image

    image = np.asarray(Image.open(exported("png")).convert("RGB")).astype(int)
    red = np.abs(image - (0x7A, 0x1F, 0x33)).sum(axis=2) < 40
    rows, columns = np.nonzero(red)
    mm = 25.4 / 300
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    assert columns.min() * mm == pytest.approx(100 - 30 * s, abs=1)
    assert columns.max() * mm == pytest.approx(100 + 30 * c, abs=1)
    assert rows.max() * mm == pytest.approx(50 + 30 * (c + s), abs=1)


def test_inkml_keeps_the_points_of_both(exported):
    root = ElementTree.parse(exported("inkml")).getroot()
    ink = "{http://www.w3.org/2003/InkML}"
    said = {
        a.text: group
        for group in root.iter(f"{ink}traceGroup")
        for a in group.findall(f"{ink}annotation")
        if a.get("type") in ("truth", "drawing")
    }
    assert {"Happy", "birthday", "a square"} <= set(said)
    first = said["a square"].find(f"{ink}trace").text.split(",")[0].split()
    assert [float(v) for v in first[:2]] == [100.0, 50.0]


# The note's file -------------------------------------------------------------------------------


def test_boxes_and_drawings_come_back_as_they_were(note, layout, writer, tmp_path):
    rough = drawing(12, ink=square(7.3, timed=False), name="")
    whole = note.with_drawing(rough)
    content = NoteFile(whole, dict(layout.written), writer.name, writer.sha256, "", layout)
    path = tmp_path / "a.scriptorium"
    save(content, path)
    back = load(path)
    assert back.note == whole
    assert back.note.drawing(12).ink.strokes[0].time is None
    assert packed(back) == path.read_bytes()
    draft = make_draft(back.note, writer, back.lines, back.layout)
    assert not draft.missing
    assert [line.ink for line in draft.layout.pages.lines] == [
        line.ink for line in layout.pages.lines
    ]


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES.glob("*.scriptorium")])
def test_files_of_every_version_open_as_they_were(name):
    content = load(SAMPLES / f"{name}.scriptorium")

    class Nobody:
        alphabet = frozenset(map(chr, range(32, 127)))
        name, sha256 = content.hand, content.hand_sha256

        def write_lines(self, requests):
            pytest.fail(f"nobody writes {requests}")

        def examples(self, style, strength):
            return ()

    pages = make_draft(content.note, Nobody(), content.lines, content.layout).layout.pages
    shown = [
        {
            "page": page.number,
            "text": getattr(inked, "text", ""),
            "points": inked.ink.points,
            "bounds": [round(v, 3) for v in inked.ink.bounds],
            "pen": [inked.pen.kind.value, inked.pen.width],
            "colour": inked.colour,
        }
        for page in pages
        for inked in page.inked
    ]
    assert shown == json.loads((SAMPLES / f"{name}.json").read_text())


def test_a_new_note_and_the_command_line_have_one_pen():
    from engine.rendering.pens import PENS

    assert Look().pen == PENS["ballpoint"]
    assert Note.from_text("").paper == PAPERS["A4"]

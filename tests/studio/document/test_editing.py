"""Every change of a note, without a window."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SettingError
from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import PENS
from studio.document import editing
from studio.document.document_model import DocumentModel
from studio.document.editing import Span
from studio.document.note import Block, LineEdit, Look, Note, TextBox, WordEdit
from studio.document.page import LineKey
from studio.document.paper import SMALLEST
from studio.document.placement import Placement

ONE, TWO, BOXED = LineKey(0, "Dear Anna,", 0), LineKey(1, "the boats", 0), LineKey(7, "Yours", 0)
SIZE = (40.0, 10.0)


@pytest.fixture
def note() -> Note:
    """Two paragraphs, a text box that is turned and scaled, and a drawing."""
    turned = Placement(0, 100.0, 50.0, math.radians(90), 2.0)
    made = replace(
        Note.from_text("Dear Anna,\nthe boats are out."),
        boxes=(TextBox(Block("Yours", 7, {"x_height": 3.0}), turned, 60.0),),
    )
    ink = Ink((Stroke(np.array([[0.0, 0.0], [30.0, 10.0]])),))
    return editing.add_drawing(made, ink, (0, 60.0, 200.0), "signature")


def test_lines_are_moved_scaled_and_deleted(note: Note) -> None:
    keys = [ONE, TWO]
    note = editing.move_lines(editing.move_lines(note, keys, 2.0, 1.0), [ONE], 1.0, -3.0)
    assert [(e.right, e.down) for e in map(note.edits.get, keys)] == [(3.0, -2.0), (2.0, 1.0)]
    assert editing.scale_lines(note, [ONE], 1.5).edits[ONE].scale == 1.5
    assert editing.scale_lines(note, [ONE], 99).edits[ONE].scale == editing.LARGEST_SCALE
    assert editing.scale_lines(note, [ONE], 0.01).edits[ONE].scale == editing.SMALLEST_SCALE
    gone = editing.delete_lines(note, [TWO])
    assert gone.edits[TWO].deleted
    assert not gone.edits[ONE].deleted
    assert gone.text == note.text
    assert editing.reset_lines(gone, keys).edits == {ONE: LineEdit(), TWO: LineEdit()}


def test_lines_of_a_turned_box_are_moved_by_millimetres_of_the_page(note: Note) -> None:
    edit = editing.move_lines(note, [BOXED], 4.0, 0.0).edits[BOXED]
    # Turned clockwise by a right angle and twice as large: right on the page is up in the box.
    assert (edit.right, edit.down) == pytest.approx((0.0, -2.0))


def test_locked_lines_stay(note: Note) -> None:
    look = Look(bias=2.0)
    locked = editing.lock_lines(note, {ONE: look})
    assert editing.is_locked(locked, [ONE])
    assert not editing.is_locked(locked, [ONE, TWO])
    assert not editing.is_locked(locked, [])
    assert locked.edits[ONE].look == look
    for change in (
        editing.move_lines(locked, [ONE], 1, 1),
        editing.scale_lines(locked, [ONE], 2),
        editing.delete_lines(locked, [ONE]),
        editing.reset_lines(locked, [ONE]),
        editing.rewrite_lines(locked, {ONE: 5}),
        replace(editing.rewrite_all(locked, 5), look=locked.look),
    ):
        assert change == locked
    assert editing.unlock_lines(locked, [ONE]).edits[ONE] == LineEdit()


def test_words_are_changed_where_they_stand_in_the_text(note: Note) -> None:
    note = editing.delete_word(note, TWO, 0)
    # The first word that is placed now is the second of the text.
    note = editing.scale_word(editing.move_word(note, TWO, 0, 1.0, 2.0), TWO, 0, 2.0)
    assert note.edits[TWO].words == (
        (0, WordEdit(deleted=True)),
        (1, WordEdit(right=1.0, down=2.0, scale=2.0)),
    )


def test_lines_are_written_again_and_taken_back(note: Note) -> None:
    former = {ONE: editing.edit_of(note, ONE)}
    again = editing.move_lines(editing.rewrite_lines(note, {ONE: 77}), [ONE], 1.0, 0.0)
    chosen = editing.choose_variants(again, {ONE: 2})
    assert (chosen.edits[ONE].seed, chosen.edits[ONE].variant) == (77, 2)
    back = editing.take_back(chosen, former).edits[ONE]
    assert (back.seed, back.variant, back.right) == (None, 0, 1.0)
    anew = editing.rewrite_all(chosen, 9)
    assert anew.look.seed == 9
    assert (anew.edits[ONE].seed, anew.edits[ONE].variant) == (None, 0)


def test_a_word_is_retyped_in_a_paragraph_and_in_a_box(note: Note) -> None:
    assert editing.replace_text(note, Span(1, 4, 9), "ships").text == (
        "Dear Anna,\nthe ships are out."
    )
    boxed = editing.replace_text(note, Span(7, 0, 5), "Mine").box(7)
    assert boxed is not None
    assert boxed.block.text == "Mine"
    assert editing.replace_text(note, Span(99, 0, 1), "x") == note
    assert editing.replace_text(note, Span(7, 0, 5), " ").box(7) is None


def test_looks_of_note_paragraph_box_and_drawing(note: Note) -> None:
    assert editing.set_look(note, {"bias": 2.0}).look.bias == 2.0
    own = editing.set_look(note, {"bias": 2.0}, 1)
    assert own.blocks[1].look == {"bias": 2.0}
    assert own.look.bias == note.look.bias
    assert editing.set_look(own, {"bias": note.look.bias}, 1).blocks[1].look == {}
    assert editing.reset_look(own, 1) == note
    box = editing.set_look(note, {"x_height": 8.0}, 7).box(7)
    assert box is not None
    assert box.block.look["x_height"] == 4.0
    assert editing.look_on_page(note, box.block).x_height == 8.0
    drawing = note.drawings[0].id
    inked = editing.set_look(note, {"colour": "#ff0000", "pen": PENS["pencil"], "bias": 1}, drawing)
    assert (inked.drawings[0].colour, inked.drawings[0].pen) == ("#ff0000", PENS["pencil"])
    with pytest.raises(SettingError, match="bias"):
        editing.set_look(note, {"bias": 11.0})


def test_styles(note: Note) -> None:
    assert editing.set_style(note, "Rowan").look.style == "Rowan"
    assert editing.set_style(note, "Rowan", 0).blocks[0].look["style"] == "Rowan"
    box = editing.set_style(note, None, 7).box(7)
    assert box is not None
    assert box.block.look["style"] is None
    assert editing.replace_unknown(note).replace_unknown == "?"


def test_boxes_and_drawings_are_moved_turned_and_scaled_about_their_middle(note: Note) -> None:
    drawing = note.drawings[0].id
    for ident in (7, drawing):
        place = editing.place_of(note, ident)
        assert place is not None
        moved = editing.place_of(editing.move_thing(note, ident, 3.0, 4.0), ident)
        assert moved == place.moved(3.0, 4.0)
        middle = editing.middle_of(place, SIZE)
        for changed in (
            editing.turn_thing(note, ident, 0.3, SIZE),
            editing.scale_thing(note, ident, 1.5, SIZE),
        ):
            after = editing.place_of(changed, ident)
            assert after is not None
            assert after != place
            assert editing.middle_of(after, SIZE) == pytest.approx(middle)
    assert editing.move_thing(note, 99, 1, 1) == note
    assert editing.turn_thing(note, 99, 1, SIZE) == note


def test_a_copy_has_the_ink_of_the_original(note: Note) -> None:
    edits = {BOXED: LineEdit(seed=5, variant=1, locked=True, look=note.look)}
    copied, ident = editing.duplicate_thing(note, 7, 6.0, edits)
    made = copied.box(ident)
    assert made is not None
    assert (made.place.x, made.place.y, made.block.text) == (106.0, 56.0, "Yours")
    assert copied.edits[BOXED._replace(block=ident)] == LineEdit(seed=5, variant=1)
    copied, ident = editing.duplicate_thing(note, note.drawings[0].id, 6.0)
    assert copied.drawings[1].ink == note.drawings[0].ink
    assert copied.drawings[1].id == ident
    assert editing.duplicate_thing(note, 99, 6.0) == (note, 99)


def test_boxes_are_made_widened_retyped_and_emptied(note: Note) -> None:
    box = editing.new_box(note, Placement(0, 180.0, 20.0), 60.0)
    assert box.width == note.paper.width - 185.0
    note = note.with_box(replace(box, block=replace(box.block, text="new")))
    widths = [editing.set_box_width(note, box.id, w).box(box.id) for w in (33.0, -1.0)]
    assert [w.width for w in widths if w is not None] == [33.0, SMALLEST]
    said = editing.set_box_text(note, box.id, "other").box(box.id)
    assert said is not None
    assert said.block.text == "other"
    assert editing.set_box_text(note, box.id, "  ").box(box.id) is None


def test_drawings_keep_their_places_to_each_other(note: Note) -> None:
    other = editing.move_thing(note, note.drawings[0].id, 50.0, 0.0).drawings[0]
    placed = editing.add_drawings(note, [*note.drawings, other], (2, 100.0, 100.0))
    first, second = placed.drawings[1:]
    assert second.place.x - first.place.x == pytest.approx(50.0)
    assert (first.place.page, second.place.page) == (2, 2)
    assert (first.place.x + second.place.x + first.size[0]) / 2 == pytest.approx(100.0)
    assert editing.add_drawings(note, [], (0, 0, 0)) == note


def test_changes_are_told_and_undone(note: Note) -> None:
    document, heard = DocumentModel(), []
    document.open(note)
    document.changed.connect(lambda before, after: heard.append((before, after)))
    moved = editing.move_lines(note, [ONE], 1.0, 0.0)
    document.edit("Move a line", moved, merges="nudge")
    document.edit("Move a line", editing.move_lines(moved, [ONE], 1.0, 0.0), merges="nudge")
    assert document.steps == ("Move a line",)
    document.undo()
    assert document.note == note
    assert heard[0] == (note, moved)
    assert heard[-1][1] == note


HEADLESS = """
import sys
from importlib.abc import MetaPathFinder

class NoQt(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"):
            raise ImportError(f"{name} is not to be imported")

sys.meta_path.insert(0, NoQt())

from pathlib import Path

from engine.hand import Hand
from studio.document import editing
from studio.document.document_model import DocumentModel
from studio.document.note import Note
from studio.document.selection import Reach, Selected, areas_of, word_at
from studio.exporting.formats import export
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter
from studio.storage.note_file import NoteFile, load, save

hand, folder = Hand.load(sys.argv[1]), Path(sys.argv[2])
writer = HandWriter(hand, lambda name: None)
document = DocumentModel()
first = Note.from_text("Dear Anna,\\nthe boats")
document.open(first)
before = lay_out(document.note, writer)
left, top, right, bottom = before.pages.pages[0].lines[1].words[1].box
key, word = word_at(before.pages.pages, 0, (left + right) / 2, (top + bottom) / 2)
document.edit("Move a word", editing.move_word(document.note, key, word, 10.0, 5.0))
document.edit("Type", document.note.with_text("Dear Anna,\\nthe boats\\nYours"))
after = lay_out(document.note, writer, before)
moved = areas_of(after.pages.pages, Selected(Reach.WORD, key, word))[0].box
assert [round(a - b, 6) for a, b in zip(moved, (left, top, right, bottom))] == [10, 5, 10, 5]
assert [line.text for line in after.pages.lines] == ["Dear Anna,", "the boats", "Yours"]
document.undo()
document.undo()
assert document.note == first
export(after.pages, folder / "note.svg")
export(after.pages, folder / "note.pdf")
assert not [name for name in sys.modules if name.startswith(("PySide6", "pyqtgraph"))]
print("done")
"""


def test_a_note_is_written_edited_undone_and_exported_without_qt(
    tmp_path: Path, tiny_hand_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HEADLESS, tiny_hand_path, tmp_path],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "done", done.stderr
    assert (tmp_path / "note.pdf").read_bytes().startswith(b"%PDF")
    assert "<path" in (tmp_path / "note.svg").read_text()

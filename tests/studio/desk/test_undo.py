"""Undo: a step a word, a deletion, a setting; every earlier state comes back with its ink."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from studio.document.document_model import PAUSE, DocumentModel
from studio.document.note import Note


def settle(studio, qtbot) -> None:
    """Wait until the pages show the note as it is."""
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def inked(studio) -> dict[object, object]:
    """The lines that are written, with their ink on the page."""
    sketch = studio.composer.sketch
    placed = sketch.layout.placed.items()
    return {line.key: found.ink for line, found in placed if line.key not in sketch.ghosts}


def press(studio, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(studio.window.editor, key, modifier)


def undo(studio, qtbot) -> None:
    studio.actions.trigger("edit.undo")
    settle(studio, qtbot)


@pytest.fixture
def editor(studio):
    studio.window.editor.setFocus()
    return studio.window.editor


def test_a_word_is_a_step(studio, editor):
    QTest.keyClicks(editor, "Dear Ada,")
    press(studio, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "hello")
    assert studio.document.steps == ("Type", "Type", "Type")
    texts = []
    while studio.document.undo_name:
        studio.document.undo()
        texts.append(editor.text)
    assert texts == ["Dear Ada,\n", "Dear ", ""]


def test_what_was_written_and_deleted_comes_back_with_its_ink(studio, editor, qtbot, write):
    QTest.keyClicks(editor, "one two")
    write(studio)
    before = inked(studio)
    assert before
    assert studio.document.modified
    press(studio, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(studio, Qt.Key.Key_Delete)
    settle(studio, qtbot)
    assert editor.text == ""
    assert studio.actions.title("edit.undo") == "Undo: Delete"
    undo(studio, qtbot)
    assert editor.text == "one two"
    assert inked(studio) == before
    assert studio.document.modified


def test_writing_deletion_and_paste_end_a_step(studio, editor, qtbot, write):
    QTest.keyClicks(editor, "one")
    write(studio)
    QTest.keyClicks(editor, "s")
    press(studio, Qt.Key.Key_Backspace)
    press(studio, Qt.Key.Key_Backspace)
    QGuiApplication.clipboard().setText("d two")
    press(studio, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "s")
    assert studio.document.steps == ("Type", "Type", "Delete", "Paste", "Type")
    texts = []
    while studio.document.undo_name:
        studio.document.undo()
        texts.append(editor.text)
    assert texts == ["ond two", "on", "ones", "one", ""]


def test_each_setting_of_each_part_is_a_step(studio, qtbot):
    studio.document.open(Note.from_text("one\ntwo"))
    panel = studio.window.look_panel
    panel.scope_chosen.emit("paragraph")
    for paragraph, size in ((0, 3.0), (1, 4.0)):
        studio.looks.enter_paragraph(paragraph)
        panel.slider("x_height").spin.setValue(size)
    panel.slider("slant").spin.setValue(0.1)
    assert studio.document.steps == ("Change the size", "Change the size", "Change the slant")


def test_a_pause_ends_a_step():
    now = 0.0
    document = DocumentModel(lambda: now)
    for place, wait in enumerate((0.0, 0.9 * PAUSE, 1.1 * PAUSE, 0.1), 1):
        now += wait
        document.type_text("word"[:place], place)
    document.undo()
    assert document.note.text == "wo"
    for bias in (1.0, 2.0):
        now += 2 * PAUSE
        look = document.note.look
        document.edit("Bias", Note.from_text("wo", look=type(look)(bias=bias)), merges="look")
    document.undo()
    assert document.note.look.bias == 1.0


def test_what_is_saved_is_told_from_what_is_not_at_every_step(
    studio, editor, qtbot, write, tmp_path
):
    QTest.keyClicks(editor, "one two")
    write(studio)
    assert studio.files.save_to(tmp_path / "note.scriptorium")
    marks = []
    for _ in range(2):
        studio.actions.trigger("edit.undo")
        settle(studio, qtbot)
        marks.append((editor.text, studio.document.modified))
    for _ in range(2):
        studio.actions.trigger("edit.redo")
        settle(studio, qtbot)
        marks.append((editor.text, studio.document.modified))
    assert marks == [("one ", True), ("", True), ("one ", True), ("one two", False)]
    assert inked(studio)
    assert not studio.window.isWindowModified()

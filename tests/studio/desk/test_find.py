"""Find and replace, by keys and by buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document.editing import Span
from studio.document.note import Block, Note, TextBox
from studio.document.rich_editing import toggle_mark
from studio.document.text_marks import MarkKind


@pytest.fixture
def text(make_studio):
    studio = make_studio(hand=False)
    note = Note.from_text("a boat\nboats, a boat")
    studio.document.open(note.with_box(TextBox(Block("my boat", 9))))
    studio.window.editor.setFocus()
    studio.window.editor.go_to(0, 0)
    return studio


def selected(studio) -> tuple[int, str]:
    cursor = studio.window.editor.textCursor()
    return cursor.blockNumber(), cursor.selectedText()


def test_places_are_gone_through_and_counted(text):
    text.actions.trigger("edit.find")
    bar = text.finding.bar
    assert bar.isVisible()
    assert not bar.second.isVisible()
    QTest.keyClicks(bar.words_field, "boat")
    assert bar.count.text() == "1 of 4"
    assert selected(text) == (0, "boat")
    QTest.keyClick(bar.words_field, Qt.Key.Key_Return)
    assert selected(text) == (1, "boat")
    QTest.keyClick(bar.words_field, Qt.Key.Key_Return)
    text.actions.trigger("edit.find_next")
    assert bar.count.text() == "4 of 4"
    assert text.selection.value is not None, "a text box is selected on the page"
    assert text.selection.value.key.block == 9
    text.actions.trigger("edit.find_next")
    assert bar.count.text() == "1 of 4", "after the last comes the first"
    bar.words.setChecked(True)
    assert bar.count.text() == "1 of 3"
    QTest.keyClicks(bar.words_field, "x")
    assert bar.count.text() == "nowhere"
    assert not bar.on.isEnabled()
    QTest.keyClick(bar.words_field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert not text.window.editor._found


@pytest.mark.parametrize(("action", "count"), [("next", "1 of 4"), ("previous", "4 of 4")])
def test_what_comes_into_the_text_is_gone_through_from_either_end(text, action: str, count: str):
    text.actions.trigger("edit.find")
    bar = text.finding.bar
    bar.words_field.setText("ship")
    assert bar.count.text() == "nowhere"
    text.document.edit("Type", text.document.note.with_text("a ship\nship, ship, ship"))
    text.actions.trigger(f"edit.find_{action}")
    assert bar.count.text() == count
    assert selected(text)[1] == "ship"


def test_tab_goes_to_the_replacement_and_the_palette_replaces_all(text):
    assert not text.actions.enabled("edit.replace_all")
    text.actions.trigger("edit.replace")
    bar = text.finding.bar
    QTest.keyClicks(bar.words_field, "boat")
    QTest.keyClick(bar.words_field, Qt.Key.Key_Tab)
    QTest.keyClicks(text.window.focusWidget(), "ship")
    assert (bar.words_field.text(), bar.replacement.text()) == ("boat", "ship")
    text.actions.trigger("edit.replace_all")
    assert text.window.editor.text == "a ship\nships, a ship"
    assert not text.actions.enabled("edit.replace_all"), "there is none left"
    text.actions.trigger("edit.undo")
    assert text.actions.enabled("edit.replace_one")
    bar.leave()
    assert not text.actions.enabled("edit.replace_one")


def test_one_place_is_replaced_then_the_next(text):
    text.actions.trigger("edit.replace")
    bar = text.finding.bar
    bar.words_field.setText("boat")
    bar.replacement.setText("longboat")
    bar.one.click()
    assert text.document.note.text == "a longboat\nboats, a boat"
    assert bar.count.text() == "2 of 4"
    bar.one.click()
    assert text.document.note.text == "a longboat\nlongboats, a boat"
    text.actions.trigger("edit.undo")
    assert text.document.note.text == "a longboat\nboats, a boat"


def test_all_places_are_replaced_in_one_step_and_marks_stay(text):
    note = toggle_mark(text.document.note, [Span(1, 0, 5)], MarkKind.UNDERLINED)
    text.document.edit("Underline", note)
    text.actions.trigger("edit.replace")
    bar = text.finding.bar
    bar.words_field.setText("boat")
    bar.replacement.setText("ship")
    bar.all.click()
    note = text.document.note
    assert note.text == "a ship\nships, a ship"
    assert note.boxes[0].block.text == "my ship"
    assert [(m.start, m.stop) for m in note.blocks[1].marks] == [(0, 5)]
    assert "4 places replaced" in text.window.message.text()
    assert text.window.editor.text == note.text
    text.actions.trigger("edit.undo")
    assert text.document.note.text == "a boat\nboats, a boat"
    bar.leave()

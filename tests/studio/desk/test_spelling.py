"""Characters that a hand writes otherwise, or not at all: marked, listed, mended by a click."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.ink.ink import Stroke
from studio.document.note import Note
from studio.library.paths import data_folder
from studio.recording.prompts import SYMBOL


@pytest.fixture(autouse=True)
def _empty_library():
    shutil.rmtree(data_folder(), ignore_errors=True)
    yield
    shutil.rmtree(data_folder(), ignore_errors=True)


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def press(studio, words: str) -> None:
    (button,) = (b for b in studio.window.notice.buttons if words in b.text())
    button.click()


def marked(studio) -> list[str]:
    return [mark.cursor.selectedText() for mark in studio.window.editor.extraSelections()]


@pytest.fixture
def refused(studio, qtbot):
    """A letter with one character that no hand knows."""
    studio.document.open(Note.from_text("Dear Anna\nwith 漢 from me"))
    settle(studio, qtbot)
    assert studio.window.notice.topic == "text"
    assert marked(studio) == ["漢"]
    assert not studio.actions.enabled("writing.write")
    return studio


def test_one_character_is_left_out_and_the_rest_is_written(refused, qtbot, write):
    press(refused, "Leave it out")
    settle(refused, qtbot)
    assert refused.document.note.replace_unknown == ""
    assert refused.document.note.text == "Dear Anna\nwith 漢 from me", "the text stays"
    write(refused)
    texts = [line.written for line in refused.session.draft.layout.pages.lines]
    assert texts == ["Dear Anna", "with from me"]
    # Where it was is still to be seen, and undone.
    assert marked(refused) == ["漢"]
    refused.actions.trigger("edit.undo")
    settle(refused, qtbot)
    assert refused.window.notice.topic == "text"


def test_one_character_is_drawn_once_and_then_written(refused, qtbot, write):
    press(refused, "Draw 漢")
    session = refused.handwriting.recorder.model
    assert session.guide is SYMBOL
    assert session.text == "漢"
    xy = np.array([(60, 40), (90, 90), (120, 40.0)])
    session.add(Stroke(xy, np.arange(3) / 10))
    session.finish()
    settle(refused, qtbot)
    assert refused.window.notice.topic != "text"
    assert refused.document.note.replace_unknown is None
    write(refused)
    texts = [line.written for line in refused.session.draft.layout.pages.lines]
    assert texts == ["Dear Anna", "with 漢 from me"]
    assert marked(refused) == []


def test_what_is_written_otherwise_is_marked_beside_what_cannot_be(studio, qtbot):
    studio.document.open(Note.from_text("tea & 漢"))
    settle(studio, qtbot)
    assert sorted(marked(studio)) == ["&", "漢"]
    assert [place.how for place in studio.spelling.places] == ["and", "cannot be written"]


def test_several_characters_are_told_in_a_sentence_and_the_page_asks_for_no_text(studio, qtbot):
    studio.document.open(Note.from_text("漢 and ☃ too"))
    settle(studio, qtbot)
    told = studio.window.notice.label.text()
    assert told.endswith("remove them, or choose what to do with them.")
    assert studio.window.pages.hint == ""


def test_a_question_mark_is_written_for_it(refused, qtbot):
    press(refused, "Write ?")
    settle(refused, qtbot)
    assert refused.document.note.replace_unknown == "?"
    assert refused.actions.enabled("writing.write")


def test_what_is_written_otherwise_is_listed_before_it_is_written(studio, qtbot):
    studio.document.open(Note.from_text("Tea & cake\nfor Strauß, 5 % off\n“so”"))
    settle(studio, qtbot)
    button = studio.window.otherwise
    assert button.text() == "3 written otherwise"
    assert marked(studio) == ["&", "ß", "%"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    dialog = studio.spelling.dialog
    rows = [dialog.list.topLevelItem(k) for k in range(dialog.list.topLevelItemCount())]
    assert [[row.text(c) for c in range(3)] for row in rows] == [
        ["&", "and", "&"],
        ["ß", "ss", "Strauß,"],
        ["%", "percent", "%"],
    ]
    dialog.list.setCurrentItem(rows[1])
    assert studio.window.editor.textCursor().selectedText() == "ß"
    # It follows the text.
    studio.document.edit("Type", studio.document.note.with_text("Tea & cake"))
    settle(studio, qtbot)
    assert dialog.list.topLevelItemCount() == 1
    studio.document.edit("Type", studio.document.note.with_text("Tea"))
    settle(studio, qtbot)
    assert "as it was typed" in dialog.about.text()
    assert not button.isVisible()
    assert not studio.actions.enabled("note.otherwise")
    dialog.close()


def test_the_papers_settings_say_what_becomes_of_unknown_characters(refused, qtbot):
    panel = refused.window.page_panel
    assert panel.unknown.currentText() == "Ask what to do"
    panel.unknown.setCurrentIndex(1)
    panel.unknown.activated.emit(1)
    settle(refused, qtbot)
    assert refused.document.note.replace_unknown == ""
    assert refused.window.notice.topic != "text"

"""Ink and text by way of the clipboard: from this program, from others, and what is no ink."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import Pen
from studio.document.drawing import Drawing
from studio.document.note import Note
from studio.document.placement import Placement
from studio.document.selection import Reach, Selected

CONTROL = Qt.KeyboardModifier.ControlModifier
CROSS = Ink((Stroke([[0, 0], [20, 20]]), Stroke([[20, 0], [0, 20]])))
LINES = (
    "<svg xmlns='http://www.w3.org/2000/svg'><path fill='none' stroke='#123' d='M0 0L9 9'/></svg>"
)
SHAPES = "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0L9 9L0 9z'/></svg>"


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


@pytest.fixture
def page(studio, qtbot, write):
    """A studio with a written line and a red cross; the keys are the page's."""
    cross = Drawing(7, Placement(0, 60, 90), CROSS, "#b3261e", Pen("felt", 0.8), "cross")
    studio.document.open(Note.from_text("the boats").with_drawing(cross))
    write(studio)
    settle(studio, qtbot)
    studio.window.pages.setFocus()
    return studio


def put(**data):
    mime = QMimeData()
    for form, value in data.items():
        if form == "text":
            mime.setText(value)
        elif form == "files":
            mime.setUrls([QUrl.fromLocalFile(str(path)) for path in value])
        elif form == "image":
            mime.setImageData(value)
        else:
            mime.setData(form, QByteArray(value.encode()))
    QGuiApplication.clipboard().setMimeData(mime)


def paste(studio, qtbot):
    QTest.keyClick(studio.window.pages, Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: not studio.worker.pending("drawing"))
    settle(studio, qtbot)


def test_copied_ink_comes_back_stroke_for_stroke_with_its_pens_and_can_be_undone(page, qtbot):
    QTest.keyClick(page.window.pages, Qt.Key.Key_C, CONTROL)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert mime.hasFormat("image/svg+xml")
    assert mime.text() == "the boats"
    page.document.open(Note.from_text(""))
    settle(page, qtbot)
    paste(page, qtbot)
    line, cross = page.document.note.drawings
    assert (cross.colour, cross.pen) == ("#b3261e", Pen("felt", 0.8))
    np.testing.assert_allclose(cross.ink.xy, CROSS.xy, atol=1e-4)
    assert line.ink.points > 20
    assert line.name == "the boats"
    assert page.selection.value == Selected(Reach.DRAWING, page.selection.value.key)
    assert page.document.undo_name == "Paste"
    page.actions.trigger("edit.undo")
    assert not page.document.note.drawings


def test_a_word_copied_as_svg_is_pasted_as_its_pen_went_not_as_its_outline(page, qtbot):
    note = page.document.note
    look = replace(note.look, pen=Pen("fountain", 0.5))
    page.document.edit("Pen", replace(note, look=look))
    settle(page, qtbot)
    word = page.window.pages.pages[0].lines[0].words[1]
    page.selection.select(Selected(Reach.WORD, page.window.pages.pages[0].lines[0].key, 1))
    page.actions.trigger("edit.copy_svg")
    paste(page, qtbot)
    pasted = page.document.note.drawings[-1]
    assert pasted.ink.points == word.stop - word.start
    assert pasted.pen == look.pen


@pytest.mark.parametrize("form", ["image/svg+xml", "text"])
def test_strokes_of_other_programs_become_a_drawing_in_the_notes_ink(page, qtbot, form):
    put(**{form: LINES})
    paste(page, qtbot)
    pasted = page.document.note.drawings[-1]
    assert len(pasted.ink.strokes) == 1
    assert pasted.colour == page.document.note.look.colour


def test_a_copied_file_with_strokes_becomes_a_drawing(page, qtbot, tmp_path):
    path = tmp_path / "sign.svg"
    path.write_text(LINES)
    put(files=[path])
    paste(page, qtbot)
    assert page.document.note.drawings[-1].name == "sign"


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"image/svg+xml": SHAPES}, "What is on the clipboard draws filled outlines"),
        ({"image/svg+xml": "<svg"}, "What is on the clipboard"),
        ({"application/x-scriptorium-note": "PK"}, "What is on the clipboard is damaged"),
        ({"image": QImage(4, 4, QImage.Format.Format_RGB32)}, "A picture has no strokes"),
        ({"application/pdf": "%PDF"}, "There is no ink on the clipboard"),
        ({"text": "word " * 500}, "too much text"),
    ],
)
def test_what_is_no_ink_is_refused_in_a_sentence_until_something_is(page, qtbot, what, why):
    before = page.document.note
    put(**what)
    paste(page, qtbot)
    assert page.document.note is before
    assert page.window.notice.label.text().startswith(why) or why in page.window.notice.label.text()
    assert page.window.notice.isVisible()
    put(text=LINES)
    paste(page, qtbot)
    assert not page.window.notice.isVisible()


def test_text_becomes_a_box_that_is_written_and_in_the_editor_text(page, qtbot):
    put(text="See you soon")
    page.playback.speed = 1.0
    with qtbot.waitSignal(page.playback.finished):
        paste(page, qtbot)
    (box,) = page.document.note.boxes
    assert box.block.text == "See you soon"
    editor = page.window.editor
    editor.setFocus()
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_V, CONTROL)
    assert editor.text == "See you soon"
    page.actions.trigger("edit.paste")
    assert editor.text == "See you soonSee you soon"
    assert len(page.document.note.boxes) == 1

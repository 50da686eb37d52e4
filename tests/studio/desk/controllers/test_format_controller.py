"""Marked words, headings and lists in the text on the left, on the page, and from the clipboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QFont, QGuiApplication

from studio.document.note import Alignment, Note
from studio.document.selection import Reach, Selected
from studio.document.text_marks import MarkKind, Role, Sign


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def put(html: str = "", text: str = "") -> None:
    mime = QMimeData()
    if html:
        mime.setHtml(html)
    if text:
        mime.setText(text)
    QGuiApplication.clipboard().setMimeData(mime)


def marked(studio, kind: MarkKind) -> list[str]:
    return [
        block.text[m.start : m.stop]
        for block in studio.document.note.blocks
        for m in block.marks
        if m.kind is kind
    ]


@pytest.fixture
def text(make_studio):
    """A studio without a hand, with the cursor in its text."""
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text("one two\n\fthree 😀 four"))
    studio.window.editor.setFocus()
    return studio


def formats(studio, paragraph: int) -> list[tuple[str, bool, bool]]:
    """Of each run of a paragraph in the editor its text, and whether it is underlined, bold."""
    block = studio.window.editor.document().findBlockByNumber(paragraph)
    raw = block.text().encode("utf-16-le")
    return [
        (
            raw[2 * r.start : 2 * (r.start + r.length)].decode("utf-16-le"),
            r.format.fontUnderline(),
            r.format.fontWeight() == QFont.Weight.Bold,
        )
        for r in block.layout().formats()
    ]


def test_words_are_marked_by_keys_and_seen_to_be(text):
    editor = text.window.editor
    editor.go_to(1, 7, 13)
    assert editor.textCursor().selectedText() == "😀 four"
    edits = []
    editor.edited.connect(lambda *_: edits.append(1))
    text.actions.trigger("format.underlined")
    assert marked(text, MarkKind.UNDERLINED) == ["😀 four"]
    assert formats(text, 1) == [("😀 four", True, False)]
    editor.go_to(0, 1)
    text.actions.trigger("format.pressed")
    assert marked(text, MarkKind.PRESSED) == ["one"], "without a selection the word"
    assert formats(text, 0) == [("one", False, True)]
    assert not edits, "to be shown is no edit"
    text.actions.trigger("format.pressed")
    assert marked(text, MarkKind.PRESSED) == []
    text.actions.trigger("edit.undo")
    assert marked(text, MarkKind.PRESSED) == ["one"]


def test_paragraphs_become_headings_and_items_and_are_aligned(text):
    editor = text.window.editor
    editor.go_to(0, 0)
    text.actions.trigger("format.heading")
    assert text.document.note.blocks[0].role is Role.HEADING
    assert formats(text, 0) == [("one two", False, True)]
    editor.go_to(1, 3)
    text.actions.trigger("format.item")
    assert text.document.note.blocks[1].sign is Sign.DOT
    assert editor.document().documentMargin() > 10
    text.actions.trigger("format.right")
    look = text.document.note.look_of(text.document.note.blocks[1])
    assert look.alignment is Alignment.RIGHT
    assert text.document.note.look.alignment is Alignment.LEFT
    text.actions.trigger("format.plain")
    assert text.document.note.blocks[1].role is Role.PARAGRAPH


def test_a_word_on_the_page_is_marked_and_keeps_its_ink(studio, qtbot, write):
    studio.document.open(Note.from_text("one two three"))
    write(studio)
    (line,) = studio.session.draft.layout.pages.lines
    studio.window.pages.setFocus()
    studio.selection.select(Selected(Reach.WORD, line.key, 1))
    studio.actions.trigger("format.struck")
    settle(studio, qtbot)
    assert marked(studio, MarkKind.STRUCK) == ["two"]
    (again,) = studio.session.draft.layout.pages.lines
    assert not studio.session.draft.missing
    assert len(again.ink.strokes) == len(line.ink.strokes) + 1


def test_rich_text_is_pasted_as_what_it_says(text, qtbot):
    put("<h1>List</h1><ul><li>milk</li><li><b>bread</b></li></ul><img src=x alt=cat>", "x")
    text.document.open(Note.from_text(""))
    text.window.editor.setFocus()
    text.actions.trigger("edit.paste")
    blocks = [b for b in text.document.note.blocks if b.text]
    assert [(b.text, b.role) for b in blocks] == [
        ("List", Role.HEADING), ("milk", Role.ITEM), ("bread", Role.ITEM),
    ]  # fmt: skip
    assert marked(text, MarkKind.PRESSED) == ["bread"]
    assert "picture" in text.window.notice.label.text()
    assert text.document.undo_name == "Paste"
    assert text.window.editor.text == text.document.note.text
    text.actions.trigger("edit.undo")
    assert text.document.note.text == ""


def test_html_that_says_no_more_than_its_text_keeps_its_spaces(text):
    put("<pre><span style='color:red'>a</span>   b</pre>", "a   b\n\tc")
    text.document.open(Note.from_text(""))
    text.window.editor.setFocus()
    text.actions.trigger("edit.paste")
    assert text.document.note.text == "a   b\n\tc"


def test_html_alone_is_pasted(text):
    put("<p>only <i>here</i></p>")
    text.document.open(Note.from_text("to "))
    text.window.editor.setFocus()
    text.window.editor.go_to(0, 3)
    text.actions.trigger("edit.paste")
    assert text.document.note.text == "to only here"
    assert marked(text, MarkKind.UNDERLINED) == ["here"]


def test_markdown_is_pasted_as_it_is_and_read_if_wanted(text):
    put(text="# Title\n\n- one\n- **two**\n")
    text.document.open(Note.from_text(""))
    text.window.editor.setFocus()
    text.actions.trigger("edit.paste")
    assert text.document.note.text.startswith("# Title")
    assert text.window.notice.topic == "markdown"
    text.window.notice.button.click()
    assert [b.text for b in text.document.note.blocks if b.text] == ["Title", "one", "two"]
    assert marked(text, MarkKind.PRESSED) == ["two"]
    text.actions.trigger("edit.undo")
    text.actions.trigger("edit.paste_markdown")
    assert [b.text for b in text.document.note.blocks if b.text] == ["Title", "one", "two"]


def test_what_is_copied_here_is_plain_text(text):
    editor = text.window.editor
    editor.go_to(0, 0, 3)
    editor.copy()
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.text() == "one"
    assert not mime.hasHtml()


def test_words_are_coloured_and_seen_to_be(text):
    editor = text.window.editor
    editor.go_to(0, 0, 3)
    text.formatting.colour(text.formatting._spans(), "#aa0000")
    (mark,) = text.document.note.blocks[0].marks
    assert (mark.kind, mark.colour) == (MarkKind.COLOURED, "#aa0000")
    (run,) = editor.document().findBlockByNumber(0).layout().formats()
    assert run.format.foreground().color().name() == "#aa0000"
    text.formatting.colour(text.formatting._spans(), "")
    assert not text.document.note.blocks[0].marks

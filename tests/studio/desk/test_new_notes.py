"""New notes have one look and one paper, which are set; dialogs remember their folders."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from engine.rendering.pens import PenKind
from studio.desk.views.new_note_settings import NewNoteSettings
from studio.desk.views.settings_dialog import SettingsDialog
from studio.document.note import Look, Note
from studio.document.paper import PAPERS
from studio.document.text_marks import Role
from studio.storage.note_start import NoteStart


def test_a_new_note_takes_nothing_of_the_last_one(make_studio):
    studio = make_studio(hand=False)
    studio.document.open(
        Note.from_text("a", look=Look(style="Rowan", x_height=5), paper=PAPERS["A6"])
    )
    studio.actions.trigger("file.new")
    assert NoteStart.of(studio.document.note) == NoteStart()
    assert not studio.document.modified


def test_the_look_of_a_note_becomes_that_of_new_ones(make_studio, tmp_path):
    path = tmp_path / "settings.json"
    studio = make_studio(path, hand=False)
    look = Look(style="Rowan", x_height=5, colour="#112233")
    studio.document.open(Note.from_text("a", look=look, paper=PAPERS["A6"]))
    studio.actions.trigger("note.keep_start")
    studio.actions.trigger("file.new")
    assert (studio.document.note.look, studio.document.note.paper) == (look, PAPERS["A6"])
    text = tmp_path / "a.txt"
    text.write_text("from a file")
    studio.files.open(text)
    assert studio.document.note.look == look
    studio.settings.change(greeted=True)
    # The next start begins so, too.
    again = make_studio(path, hand=False)
    again.begin()
    assert again.document.note.look == look
    assert not again.document.modified


def test_the_settings_show_and_change_it(make_studio, qtbot):
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text("a", look=Look(style="Ivy"), paper=PAPERS["A5"]))
    studio.actions.trigger("edit.settings")
    dialog = studio.window.findChild(SettingsDialog)
    part = dialog.findChild(NewNoteSettings)
    dialog.tabs.setCurrentWidget(part)
    assert part.page.paper.currentText() == "A4"
    part.take.click()
    assert part.page.paper.currentText() == "A5"
    assert part.look.style_box.currentText() == "Ivy"
    part.look.pens.chosen.emit(PenKind.FELT)
    part.page.numbers.click()
    start = studio.settings.value.note_start
    assert (start.look.pen.kind, start.look.style) == (PenKind.FELT, "Ivy")
    assert start.page_numbers
    assert studio.document.note.look.pen.kind is PenKind.BALLPOINT, "the open note stays"
    part.standard.click()
    assert studio.settings.value.new_note == ""
    dialog.close()


def test_dialogs_begin_where_such_a_file_was_last(make_studio, tmp_path, monkeypatch):
    asked: list[str] = []
    answer = [""]

    def choose(_parent: object, _title: str, start: str, *_: str) -> tuple[str, str]:
        asked.append(start)
        return answer[0], ""

    def choose_several(*words: str) -> tuple[list[str], str]:
        chosen, form = choose(*words)
        return [chosen] if chosen else [], form

    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, choose)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose_several)
    notes, drawings = tmp_path / "notes", tmp_path / "drawings"
    for folder in (notes, drawings):
        folder.mkdir()
    (notes / "a.txt").write_text("a")
    (drawings / "d.svg").write_text("<svg/>")
    settings = tmp_path / "settings.json"
    studio = make_studio(settings, hand=False)
    answer[0] = str(notes / "a.txt")
    studio.files.ask_open()
    assert asked.pop() == str(Path.home())
    answer[0] = str(drawings / "d.svg")
    studio.placing.ask_drawing()
    assert asked.pop() == str(Path.home())
    answer[0] = ""
    studio.files.ask_open()
    studio.placing.ask_drawing()
    studio.files.save_as()
    assert asked == [str(notes), str(drawings), str(notes / "a.scriptorium")]
    asked.clear()
    # They are remembered from one start to the next; a folder that is gone is not asked in.
    again = make_studio(settings, hand=False)
    (drawings / "d.svg").unlink()
    drawings.rmdir()
    again.placing.ask_drawing()
    again.files.ask_open()
    assert asked == [str(Path.home()), str(notes)]


def test_markdown_and_html_are_opened_as_what_they_say(make_studio, tmp_path):
    studio = make_studio(hand=False)
    path = tmp_path / "list.md"
    path.write_text("# Shopping\n\n- bread\n- **milk**\n\n![a picture](x.png)\n")
    assert studio.files.open(path)
    heading, *items = [block for block in studio.document.note.blocks if block.text]
    assert (heading.text, heading.role) == ("Shopping", Role.HEADING)
    assert [(item.text, item.role) for item in items] == [
        ("bread", Role.ITEM),
        ("milk", Role.ITEM),
    ]
    assert studio.window.editor.text.split("\n")[0] == "Shopping"
    assert "picture" in studio.window.notice.label.text(), "what cannot be shown is told"
    page = tmp_path / "page.html"
    page.write_bytes("<meta charset=latin-1><h1>Grüße</h1><p>a <u>b</u>".encode("latin-1"))
    assert studio.files.open(page)
    assert studio.document.note.blocks[0].text == "Grüße"
    assert studio.document.note.blocks[0].role is Role.HEADING
    assert studio.window.notice.isHidden()


def test_what_was_asked_for_one_note_is_not_written_in_the_next(make_studio):
    """*Write* may be pressed before there is a hand; another note may be opened meanwhile."""
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text("one"))
    studio.writing.write_early()
    assert studio.writing._early
    studio.document.open(Note.from_text("another"))
    assert not studio.writing._early
    assert not studio.writing._soon

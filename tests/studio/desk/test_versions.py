"""Earlier states of a note, and what is left of a damaged one, through the window."""

from __future__ import annotations

import datetime

import pytest

from studio.desk.controllers import file_controller
from studio.desk.views.versions_dialog import moment
from studio.document.note import Note
from studio.storage.note_file import packed


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


@pytest.fixture
def studio(make_studio, tmp_path):
    return make_studio(state=tmp_path / "state")


def edited(studio, text: str) -> None:
    studio.document.edit("Type", studio.document.note.with_text(text))


def test_a_note_goes_back_to_what_it_was_with_its_ink(studio, qtbot, write, tmp_path):
    path = tmp_path / "a.scriptorium"
    studio.document.open(Note.from_text("one line"), saved=False)
    write(studio)
    settle(studio, qtbot)
    before = [line.ink for line in studio.session.draft.layout.pages.lines]
    assert studio.files.save_to(path)
    edited(studio, "another text")
    settle(studio, qtbot)
    assert studio.files.save_to(path)
    studio.actions.trigger("file.versions")
    dialog = studio.versions.dialog
    assert dialog.list.count() == 2
    assert dialog.list.currentRow() == 1
    assert dialog.list.item(0).text().startswith("Today")
    assert "2 words (“another text”) came and 2 words (“one line”) went" in dialog.words.text()
    assert dialog.preview.sheet._page.lines[0].text == "one line"
    dialog.back.click()
    settle(studio, qtbot)
    assert studio.document.note.text == "one line"
    assert studio.window.editor.text == "one line"
    after = studio.session.draft
    assert not after.missing
    assert [line.ink for line in after.layout.pages.lines] == before
    assert studio.document.undo_name.startswith("Go back to Today")
    studio.actions.trigger("edit.undo")
    assert studio.document.note.text == "another text"


def test_a_state_is_opened_beside(studio, qtbot, tmp_path):
    path = tmp_path / "a.scriptorium"
    studio.document.open(Note.from_text("one"), saved=False)
    studio.files.save_to(path)
    edited(studio, "two")
    studio.files.save_to(path)
    studio.actions.trigger("file.versions")
    studio.versions.dialog.open_one.click()
    assert studio.document.note.text == "one"
    assert studio.document.path is None
    assert studio.document.note.title.startswith("a, Today")


def test_a_long_state_is_shown_when_it_is_read(studio, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "a.scriptorium"
    studio.document.open(Note.from_text("one line"), saved=False)
    settle(studio, qtbot)
    studio.files.save_to(path)
    edited(studio, "another text")
    studio.files.save_to(path)
    monkeypatch.setattr(file_controller, "LONG", 1)
    studio.actions.trigger("file.versions")
    dialog = studio.versions.dialog
    assert dialog.words.text() == "Reading …"
    assert not dialog.back.isEnabled()
    qtbot.waitUntil(dialog.back.isEnabled)
    assert "2 words (“one line”) went" in dialog.words.text()
    dialog.back.click()
    assert studio.document.note.text == "one line"


def test_what_another_program_wrote_is_kept_before_it_is_overwritten(studio, tmp_path, monkeypatch):
    path = tmp_path / "a.scriptorium"
    studio.document.open(Note.from_text("mine"), saved=False)
    studio.files.save_to(path)
    from studio.storage.note_file import NoteFile, save

    save(NoteFile(Note.from_text("theirs"), {}), path)
    monkeypatch.setattr("studio.desk.controllers.file_controller.ask", lambda *_: "Overwrite")
    edited(studio, "mine again")
    assert studio.files.save_to(path)
    kept = [studio.versions._read(v).note.text for v in studio.files.versions.of(path)]
    assert kept == ["mine again", "theirs", "mine"]


def test_a_damaged_note_is_opened_as_far_as_it_is_whole(studio, qtbot, write, tmp_path):
    path = tmp_path / "a.scriptorium"
    studio.document.open(Note.from_text("one line\nand another\nand a third"), saved=False)
    write(studio)
    settle(studio, qtbot)
    data = packed(studio.files.content())
    start = data.index(b"ink.bin")
    path.write_bytes(data[: start + (len(data) - start) // 3])
    studio.document.open(Note.from_text(""))
    assert not studio.files.open(path)
    notice = studio.window.notice
    assert "damaged" in notice.label.text()
    assert notice.button.text() == "Open what is whole"
    notice.button.click()
    settle(studio, qtbot)
    assert studio.document.note.text == "one line\nand another\nand a third"
    assert studio.document.path is None
    assert studio.document.modified
    assert 0 < len(studio.session.draft.missing) < 3
    assert "was lost" in notice.label.text()
    assert path.read_bytes() == data[: start + (len(data) - start) // 3], "the file stays"


def test_a_damaged_note_offers_its_earlier_states(studio, tmp_path):
    path = tmp_path / "a.scriptorium"
    studio.document.open(Note.from_text("one"), saved=False)
    studio.files.save_to(path)
    studio.document.open(Note.from_text(""))
    path.write_bytes(b"PK damaged")
    assert not studio.files.open(path)
    (button,) = (b for b in studio.window.notice.buttons if "Earlier" in b.text())
    button.click()
    assert studio.versions.dialog.list.count() == 1
    assert not studio.versions.dialog.back.isVisible()
    studio.versions.dialog.open_one.click()
    assert studio.document.note.text == "one"


def test_a_damaged_note_is_not_compared_with_the_one_that_is_open(studio, tmp_path):
    damaged, other = tmp_path / "a.scriptorium", tmp_path / "b.scriptorium"
    studio.document.open(Note.from_text("one"), saved=False)
    studio.files.save_to(damaged)
    studio.document.open(Note.from_text("another text"), saved=False)
    studio.files.save_to(other)
    damaged.write_bytes(b"PK damaged")
    assert not studio.files.open(damaged)
    (button,) = (b for b in studio.window.notice.buttons if "Earlier" in b.text())
    button.click()
    assert studio.versions.dialog.open_one.isEnabled(), "a state is shown"
    assert studio.versions.dialog.words.text() == ""
    studio.versions.dialog.open_one.click()
    assert studio.document.note.text == "one"
    assert studio.document.note.title.startswith("a, Today")


def test_moments_are_said_as_people_say_them():
    now = datetime.datetime(2026, 5, 3, 18, 0).astimezone()
    assert moment(now.replace(hour=9, minute=5), now) == "Today 9:05"
    assert moment(now - datetime.timedelta(days=1), now) == "Yesterday 18:00"
    assert moment(now - datetime.timedelta(days=40), now) == "24 March 2026 18:00"

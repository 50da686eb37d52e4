"""Saving, opening, leaving and recovering, through the window."""

from __future__ import annotations

import errno
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import FileError
from studio.desk.controllers import file_controller
from studio.desk.controllers.file_controller import read_text
from studio.document.note import Note
from studio.storage.note_file import load

TEXT = "Dear Anna,\nthe boats are out."


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def inks(studio):
    return [line.ink for page in studio.window.pages.pages for line in page.lines]


@pytest.fixture
def answer(monkeypatch):
    """Sets what the user answers when asked whether to save."""

    def give(answer: str) -> None:
        monkeypatch.setattr(file_controller, "ask", lambda *_: answer)

    return give


def test_a_saved_note_opens_in_the_same_state_before_there_is_a_hand(
    make_studio, qtbot, write, tmp_path
):
    first = make_studio()
    first.document.open(Note.from_text(TEXT))
    write(first)
    settle(first, qtbot)
    path = tmp_path / "a.scriptorium"
    assert first.files.save_to(path)
    assert not first.document.modified
    second = make_studio(hand=False)
    assert second.files.open(path)
    settle(second, qtbot)
    assert inks(second) == inks(first)
    assert not second.session.draft.ghosts
    assert second.window.editor.text == TEXT
    second.hands_begin()
    qtbot.waitUntil(lambda: second.hands.ready)
    settle(second, qtbot)
    assert inks(second) == inks(first)
    assert not second.session.draft.ghosts


def test_a_note_open_in_one_window_is_refused_in_the_second(make_studio, tmp_path):
    first, second = (make_studio(state=tmp_path / "state", hand=False) for _ in range(2))
    path = tmp_path / "a.scriptorium"
    first.document.open(Note.from_text(TEXT), saved=False)
    assert first.files.save_to(path)
    assert not second.files.open(path)
    assert "open in another window" in second.window.notice.label.text()


def test_a_note_that_cannot_be_saved_stays_and_says_why(make_studio, tmp_path):
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text(TEXT), saved=False)
    assert not studio.files.save_to(tmp_path / "gone" / "a.scriptorium")
    assert "Cannot write" in studio.window.notice.label.text()
    assert studio.document.modified
    assert studio.window.editor.text == TEXT


def test_closing_asks_and_stays_where_the_user_would_rather_stay(make_studio, answer):
    studio = make_studio(hand=False)
    studio.document.edit("Type", Note.from_text(TEXT))
    answer("")
    assert not studio.window.close()
    assert studio.window.isVisible()
    answer(file_controller.DISCARD)
    assert studio.window.close()


def drop(studio, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    action = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(300, 300), action, *how)
    QApplication.sendEvent(studio.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(studio.window, QDropEvent(QPointF(300, 300), action, *how))


def test_a_dropped_text_becomes_a_note(make_studio, qtbot, tmp_path):
    studio = make_studio(hand=False)
    path = tmp_path / "letter.txt"
    path.write_text("Grüße\nPeter", encoding="utf-8")
    drop(studio, path)
    assert studio.window.editor.text == "Grüße\nPeter"
    assert studio.document.note.title == "letter"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00broken", b"a\x00b", b"x" * (2**20 + 1)])
def test_what_is_no_text_is_refused_in_a_sentence(tmp_path, data):
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"x\.txt is"):
        read_text(path)


def test_recent_notes_are_listed_the_latest_first(make_studio, tmp_path):
    studio = make_studio(hand=False)
    for name in ("a", "b", "a"):
        studio.document.edit("Type", Note.from_text(f"{name} {random.random()}"))
        studio.files.save_to(tmp_path / f"{name}.scriptorium")
    assert [Path(p).stem for p in studio.settings.value.recent] == ["a", "b"]


def test_unsaved_work_is_offered_after_a_crash_and_gone_after_a_save(make_studio, qtbot, tmp_path):
    state = tmp_path / "state"
    first = make_studio(state=state, hand=False)
    first.document.edit("Type", Note.from_text(TEXT))
    first.files.autosave.keep()
    qtbot.waitUntil(lambda: not first.files.autosave.busy)
    first.files.autosave.rest()  # as the end of its process would: the claim is let go
    second = make_studio(state=state, hand=False)
    second.files.offer_recovery()
    assert "not saved" in second.window.notice.label.text()
    second.window.notice.button.click()
    assert second.window.editor.text == TEXT
    assert second.document.modified
    assert second.files.save_to(tmp_path / "a.scriptorium")
    assert not list((state / "recovery").glob("*.scriptorium"))


def test_an_empty_note_of_another_look_is_not_offered_after_a_crash(make_studio, qtbot, tmp_path):
    state = tmp_path / "state"
    first = make_studio(state=state, hand=False)
    empty = first.document.note
    first.document.edit("Neatness", replace(empty, look=replace(empty.look, bias=0.2)))
    first.files.autosave.keep()
    qtbot.waitUntil(lambda: not first.files.autosave.busy)
    assert not list((state / "recovery").glob("*.scriptorium"))
    # What was typed and deleted is no empty note: undo brings it back.
    first.document.edit("Type", first.document.note.with_text(TEXT))
    first.document.edit("Delete", first.document.note.with_text(""))
    first.files.autosave.keep()
    qtbot.waitUntil(lambda: not first.files.autosave.busy)
    assert list((state / "recovery").glob("*.scriptorium"))


def test_nothing_is_offered_of_a_window_that_is_still_open(make_studio, qtbot, tmp_path):
    state = tmp_path / "state"
    first, second = (make_studio(state=state, hand=False) for _ in range(2))
    first.document.edit("Type", Note.from_text(TEXT))
    first.files.autosave.keep()
    qtbot.waitUntil(lambda: not first.files.autosave.busy)
    assert second.files.autosave.left() == []


def test_ink_that_no_file_holds_is_unsaved_work(studio, qtbot, write, tmp_path, answer):
    studio.document.open(Note.from_text(TEXT))
    settle(studio, qtbot)
    path = tmp_path / "a.scriptorium"
    assert studio.files.save_to(path)
    assert not studio.document.modified
    write(studio)
    assert studio.document.modified
    answer(file_controller.SAVE)
    assert studio.window.close()
    assert len(load(path).lines) == 2
    assert not studio.document.modified


def test_the_ink_of_a_text_is_asked_for(studio, qtbot, write, tmp_path, answer):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Anna", encoding="utf-8")
    assert studio.files.open(path)
    settle(studio, qtbot)
    assert not studio.document.modified
    write(studio)
    assert studio.document.modified
    answer("")
    assert not studio.window.close()
    answer(file_controller.DISCARD)
    assert studio.window.close()


def test_the_ink_of_a_note_that_nobody_asked_for_is_not(make_studio, tmp_path):
    studio = make_studio(tmp_path / "settings.json", hand=False)
    studio.begin()
    studio.document.ink_unsaved(True)
    assert not studio.document.modified
    studio.document.edit("Type", studio.document.note.with_text("my own"))
    assert studio.document.modified


def test_a_note_is_opened_again_in_its_own_window(make_studio, qtbot, tmp_path, answer):
    studio, path = make_studio(state=tmp_path / "state", hand=False), tmp_path / "a.scriptorium"
    studio.document.open(Note.from_text(TEXT), saved=False)
    assert studio.files.save_to(path)
    studio.document.edit("Type", Note.from_text("changed"))
    answer(file_controller.DISCARD)
    assert studio.files.open(path)
    assert studio.window.editor.text == TEXT
    other = make_studio(state=tmp_path / "state", hand=False)
    assert not other.files.open(path)
    assert "open in another window" in other.window.notice.label.text()


def test_what_cannot_be_kept_is_told_at_once_and_once(make_studio, qtbot, tmp_path):
    blocked = tmp_path / "state"
    blocked.write_text("in the way")
    studio = make_studio(state=blocked, hand=False)
    studio.document.edit("Type", Note.from_text(TEXT))
    told = []
    studio.files.autosave.troubled.connect(told.append)
    for _ in range(2):
        studio.files.autosave.keep()
        qtbot.waitUntil(lambda: not studio.files.autosave.busy)
    assert len(told) == 1
    assert "save often" in studio.window.notice.label.text()


def test_unsaved_work_is_kept_while_the_worker_writes(make_studio, qtbot, tmp_path):
    studio = make_studio(state=tmp_path)
    studio.document.edit("Type", Note.from_text("\n".join([TEXT] * 40)))
    settle(studio, qtbot)
    studio.playback.speed = 0.0
    studio.playback.write()
    studio.files.autosave.keep()
    qtbot.waitUntil(lambda: not studio.files.autosave.busy)
    assert studio.worker.pending("write")
    (kept,) = (tmp_path / "recovery").glob("*.scriptorium")
    assert load(kept).note.text == studio.document.note.text


def test_half_a_recovery_file_is_removed_where_its_program_is_gone(make_studio, tmp_path):
    folder = tmp_path / "recovery"
    folder.mkdir()
    half = folder / ".0123.scriptorium.abcd.scriptorium"
    half.write_bytes(b"PK")
    studio = make_studio(state=tmp_path, hand=False)
    assert studio.files.autosave.left() == []
    assert not half.exists()


def test_the_window_that_loses_the_focus_keeps_its_work(make_studio, qtbot, tmp_path):
    studio = make_studio(state=tmp_path, hand=False)
    studio.document.edit("Type", Note.from_text(TEXT))
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.isActiveWindow)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: list((tmp_path / "recovery").glob("[!.]*.scriptorium")) != [])


@pytest.mark.parametrize("how", ["read-only", "vanished", "full"])
def test_a_save_that_fails_says_so_and_leaves_the_file_as_it_was(
    make_studio, tmp_path, monkeypatch, how
):
    folder = tmp_path / "notes"
    folder.mkdir()
    path = folder / "a.scriptorium"
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text(TEXT), saved=False)
    assert studio.files.save_to(path)
    before = path.read_bytes()
    studio.document.edit("Type", Note.from_text("changed"))
    if how == "vanished":
        folder.rename(tmp_path / "elsewhere")
    elif how == "full":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(os, "open", read_only)
    assert not studio.files.save()
    sentence = studio.window.notice.label.text()
    assert sentence.startswith("Cannot write")
    assert sentence.endswith(".")
    assert studio.window.notice.button.text() == "Save as …"
    assert studio.document.modified
    assert studio.window.editor.text == "changed"
    where = tmp_path / "elsewhere" if how == "vanished" else folder
    assert (where / path.name).read_bytes() == before
    assert [p.name for p in where.iterdir()] == [path.name]


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only(*_, **__):
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", b"PK\x03\x04" + bytes(200)])
def test_a_damaged_note_is_refused_in_place_and_the_open_one_stays(make_studio, tmp_path, data):
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text(TEXT))
    path = tmp_path / "a.scriptorium"
    path.write_bytes(data)
    assert not studio.files.open(path)
    assert "a.scriptorium" in studio.window.notice.label.text()
    assert studio.window.editor.text == TEXT
    assert studio.document.path is None
    assert path.read_bytes() == data


def test_a_recent_note_that_is_gone_is_told_of(make_studio, tmp_path):
    studio = make_studio(hand=False)
    path = tmp_path / "a.scriptorium"
    studio.document.open(Note.from_text(TEXT), saved=False)
    assert studio.files.save_to(path)
    path.unlink()
    assert not studio.files.open(path)
    assert "a.scriptorium" in studio.window.notice.label.text()


@pytest.fixture
def long_note(make_studio, qtbot, write, tmp_path, monkeypatch):
    """A saved note that counts as long."""
    studio = make_studio()
    studio.document.open(Note.from_text(TEXT))
    write(studio)
    settle(studio, qtbot)
    path = tmp_path / "long.scriptorium"
    assert studio.files.save_to(path)
    monkeypatch.setattr(file_controller, "LONG", 1)
    return path


def test_a_long_note_is_read_beside_the_window(make_studio, qtbot, long_note):
    studio = make_studio(hand=False)
    assert studio.files.open(long_note)
    assert studio.document.path is None
    notice = studio.notices.urgent
    assert notice is not None
    assert notice.topic == "file"
    assert notice.sentence == "Reading long.scriptorium …"
    assert [name for name, _ in notice.choices] == ["Cancel"]
    qtbot.waitUntil(lambda: studio.document.path == long_note)
    settle(studio, qtbot)
    assert studio.window.editor.text == TEXT
    assert not studio.session.draft.ghosts
    assert not studio.document.modified
    assert studio.notices.urgent is None or studio.notices.urgent.topic != "file"


def test_a_long_note_can_be_left_unread(make_studio, qtbot, long_note):
    studio = make_studio(hand=False)
    before = studio.document.note
    studio.files.open(long_note)
    notice = studio.notices.urgent
    assert notice is not None
    assert notice.topic == "file"
    ((_, cancel),) = notice.choices
    cancel()
    assert studio.notices.urgent is None
    qtbot.waitUntil(lambda: not studio.worker.pending(f"open {long_note}"))
    qtbot.wait(200)
    assert studio.document.note is before
    with pytest.raises(FileError, match="stopped"):
        load(long_note, lambda: True)


def test_what_is_wrong_with_a_long_note_is_told_when_it_is_read(make_studio, qtbot, long_note):
    long_note.write_bytes(long_note.read_bytes()[:-400])
    studio = make_studio(hand=False)
    studio.files.open(long_note)
    qtbot.waitUntil(lambda: not studio.worker.pending(f"open {long_note}"))
    notice = studio.notices.urgent
    assert notice is not None
    assert notice.topic == "file"
    assert "damaged" in notice.sentence
    assert notice.choices[0][0] == "Open what is whole"

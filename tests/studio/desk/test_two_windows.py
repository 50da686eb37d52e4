"""A note in two windows, or changed by others: nobody is shut out, and nothing is overwritten."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from studio.desk.controllers import file_controller
from studio.desk.wiring import Studio
from studio.document.note import Note
from studio.storage.note_file import NoteFile, load, save

TEXT = "Dear Anna,\nthe boats are out."


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the user answers, one after the other; what was asked is put in their place."""
    given: list[str] = []

    def ask(_: object, question: str, offered: list[str]) -> str:
        assert given, f"nobody expected: {question}"
        answer = given.pop(0)
        assert answer in (*offered, "")
        return answer

    monkeypatch.setattr(file_controller, "ask", ask)
    return given


@pytest.fixture
def save_name(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Sets the file that is chosen to save to."""

    def choose(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return choose


@pytest.fixture
def windows(make_studio, tmp_path: Path) -> tuple[Studio, Studio]:
    """Two windows of one user."""
    first, second = (make_studio(state=tmp_path / "state", hand=False) for _ in range(2))
    return first, second


def note(path: Path, text: str = TEXT) -> Path:
    save(NoteFile(Note.from_text(text), {}), path)
    return path


def text_of(path: Path) -> str:
    return load(path).note.text


def kept(studio: Studio, qtbot) -> None:
    """Keep what is not saved, and end as a crash does."""
    studio.files.autosave.keep()
    qtbot.waitUntil(lambda: not studio.files.autosave.busy)
    studio.files.autosave.rest()
    studio.files._hold(None, "")


# Locks -------------------------------------------------------------------------------------------


def test_the_notice_says_who_has_a_note_and_offers_both(windows, tmp_path):
    first, second = windows
    path = note(tmp_path / "a.scriptorium")
    assert first.files.open(path)
    assert not second.files.open(path)
    notice = second.window.notice
    assert notice.label.text().startswith("a.scriptorium is open in another window on ")
    assert f"(process {os.getpid()})" in notice.label.text()
    assert "since" in notice.label.text()
    assert [b.text() for b in notice.buttons if not b.isHidden()] == ["Open anyway", "Read only"]
    assert all(button.isVisible() for button in notice.buttons[:2])
    notice.button.click()
    assert second.window.editor.text == TEXT
    assert second.document.path == path
    assert not notice.isVisible()


def test_what_is_opened_read_only_is_saved_elsewhere(windows, tmp_path, save_name):
    first, second = windows
    path = note(tmp_path / "a.scriptorium")
    first.files.open(path)
    second.files.open(path)
    second.window.notice.other.click()
    assert second.window.editor.text == TEXT
    assert "(read only)" in second.window.title.text()
    assert second.files._proposed() == "a copy.scriptorium"
    second.document.edit("Type", Note.from_text("changed"))
    save_name(tmp_path / "b.scriptorium")
    assert second.files.save()
    assert (text_of(path), text_of(tmp_path / "b.scriptorium")) == (TEXT, "changed")
    assert "read only" not in second.window.title.text()


def test_a_note_of_a_window_that_was_closed_can_be_opened(windows, tmp_path):
    first, second = windows
    path = note(tmp_path / "a.scriptorium")
    first.files.open(path)
    first.window.close()
    assert second.files.open(path)


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"999999\nscriptorium\nold-host\n\n\n"])
def test_old_and_garbled_locks_shut_nobody_out(make_studio, qtbot, tmp_path, content):
    state, path = tmp_path / "state", note(tmp_path / "a.scriptorium")
    first = make_studio(state=state, hand=False)
    first.files.open(path)
    first.document.edit("Type", Note.from_text("not saved"))
    (claimed,) = (state / "open").glob("*.lock")
    kept(first, qtbot)
    (autosave,) = (state / "recovery").glob("*.scriptorium")
    for lock in (claimed, autosave.with_name(f"{autosave.name.split('.')[0]}.lock")):
        lock.write_bytes(content)
    second = make_studio(state=state, hand=False)
    second.files.offer_recovery()
    second.window.notice.button.click()
    assert second.window.editor.text == "not saved"
    assert second.files.save()
    assert text_of(path) == "not saved"


def unlockable(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the system say of every new file below a folder "state" what a bad disk says."""
    real_open, real_mkdir = os.open, Path.mkdir

    def bad_open(path, flags, *rest, **more):
        if "state" in Path(path).parts and flags & os.O_CREAT:
            raise OSError(number, os.strerror(number), str(path))
        return real_open(path, flags, *rest, **more)

    def bad_mkdir(self, *rest, **more):
        if "state" in self.parts and not self.is_dir():
            raise OSError(number, os.strerror(number), str(self))
        return real_mkdir(self, *rest, **more)

    monkeypatch.setattr(os, "open", bad_open)
    monkeypatch.setattr(Path, "mkdir", bad_mkdir)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_note_opens_where_nothing_can_be_kept_aside(make_studio, tmp_path, monkeypatch, number):
    path = note(tmp_path / "a.scriptorium")
    studio = make_studio(state=tmp_path / "state", hand=False)
    unlockable(monkeypatch, number)
    assert studio.files.open(path)
    assert studio.window.editor.text == TEXT
    assert os.strerror(number) in studio.window.notice.label.text()
    studio.document.edit("Type", Note.from_text("changed"))
    assert studio.files.save()
    assert text_of(path) == "changed"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_what_was_kept_is_offered_where_nothing_can_be_locked(
    make_studio, qtbot, tmp_path, monkeypatch, number
):
    state = tmp_path / "state"
    first = make_studio(state=state, hand=False)
    first.document.edit("Type", Note.from_text("not saved"))
    kept(first, qtbot)
    second = make_studio(state=state, hand=False)
    unlockable(monkeypatch, number)
    second.files.offer_recovery()
    second.window.notice.button.click()
    assert second.window.editor.text == "not saved"
    assert "Save the note now" in second.window.notice.label.text()
    assert list((state / "recovery").glob("*.scriptorium")), "it is there until it is saved"


HOLDER = """
import sys
from pathlib import Path
from studio.storage.claim import claim
held = claim(Path(sys.argv[1]), Path(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_killed_window_leaves_its_note_to_others(make_studio, tmp_path):
    path, state = note(tmp_path / "a.scriptorium"), tmp_path / "state"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), str(state / "open")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        studio = make_studio(state=state, hand=False)
        assert not studio.files.open(path)
        assert f"(process {process.pid})" in studio.window.notice.label.text()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert studio.files.open(path)
        assert not studio.window.notice.isVisible()


# Work of others ----------------------------------------------------------------------------------


def test_a_note_open_elsewhere_is_not_overwritten_unasked(windows, tmp_path, answers, save_name):
    first, second = windows
    path = note(tmp_path / "a.scriptorium")
    first.files.open(path)
    second.document.edit("Type", Note.from_text("second"))
    answers[:] = [""]
    assert not second.files.save_to(path)
    assert text_of(path) == TEXT
    assert second.document.modified
    save_name(tmp_path / "b.scriptorium")
    answers[:] = [file_controller.COPY]
    assert second.files.save_to(path)
    assert (text_of(path), text_of(tmp_path / "b.scriptorium")) == (TEXT, "second")
    answers[:] = [file_controller.OVERWRITE]
    assert second.files.save_to(path)
    assert text_of(path) == "second"
    # The first window finds out when it saves.
    first.document.edit("Type", Note.from_text("first"))
    answers[:] = [""]
    assert not first.files.save()
    assert text_of(path) == "second"
    assert answers == []


@pytest.mark.parametrize(
    "answer", [file_controller.COPY, file_controller.RELOAD, file_controller.OVERWRITE, ""]
)
def test_a_file_that_has_changed_is_asked_of(make_studio, tmp_path, answers, save_name, answer):
    path, copy = note(tmp_path / "a.scriptorium"), tmp_path / "copy.scriptorium"
    studio = make_studio(state=tmp_path / "state", hand=False)
    studio.files.open(path)
    studio.document.edit("Type", Note.from_text("mine"))
    note(path, "another's")
    save_name(copy)
    answers[:] = [answer]
    saved = studio.files.save()
    assert answers == []
    assert saved == (answer in (file_controller.COPY, file_controller.OVERWRITE))
    assert text_of(path) == ("mine" if answer == file_controller.OVERWRITE else "another's")
    assert studio.window.editor.text == (
        "another's" if answer == file_controller.RELOAD else "mine"
    )
    assert studio.document.modified == (answer == "")
    if answer == file_controller.COPY:
        assert text_of(copy) == "mine"
    if answer != "":
        # Nothing is asked any more: what is open here is what lies there.
        studio.document.edit("Type", Note.from_text("once more"))
        assert studio.files.save()


def test_a_file_that_was_only_touched_or_removed_is_not_asked_of(make_studio, tmp_path, answers):
    path = note(tmp_path / "a.scriptorium")
    studio = make_studio(hand=False)
    studio.files.open(path)
    studio.document.edit("Type", Note.from_text("mine"))
    path.write_bytes(path.read_bytes())
    assert studio.files.save()
    studio.document.edit("Type", Note.from_text("mine again"))
    path.unlink()
    assert studio.files.save()
    assert text_of(path) == "mine again"


def test_a_recovered_state_does_not_take_the_place_of_a_later_file(
    make_studio, qtbot, tmp_path, answers
):
    path, state = note(tmp_path / "a.scriptorium"), tmp_path / "state"
    first = make_studio(state=state, hand=False)
    first.files.open(path)
    first.document.edit("Type", Note.from_text("older"))
    kept(first, qtbot)
    note(path, "later")
    second = make_studio(state=state, hand=False)
    second.files.offer_recovery()
    assert "has changed since then" in second.window.notice.label.text()
    second.window.notice.button.click()
    answers[:] = [""]
    assert not second.files.save()
    assert answers == []
    assert text_of(path) == "later"
    # It is kept as what it is, and asked of after another crash as well.
    kept(second, qtbot)
    third = make_studio(state=state, hand=False)
    third.files.offer_recovery()
    assert "has changed since then" in third.window.notice.label.text()


def test_a_recovered_note_is_open_here_and_nowhere_else(make_studio, qtbot, tmp_path, answers):
    path, state = note(tmp_path / "a.scriptorium"), tmp_path / "state"
    first = make_studio(state=state, hand=False)
    first.files.open(path)
    first.document.edit("Type", Note.from_text("not saved"))
    kept(first, qtbot)
    second, third = (make_studio(state=state, hand=False) for _ in range(2))
    third.files.offer_recovery()
    second.files.offer_recovery()
    second.window.notice.button.click()
    assert not third.files.open(path)
    assert "is open in another window" in third.window.notice.label.text()
    third.window.notice.clear("elsewhere")
    # What both were offered is taken by one.
    third.window.notice.button.click()
    assert "recovered in another window" in third.window.notice.label.text()
    assert third.window.editor.text == ""
    assert second.files.save()


def test_what_is_recovered_of_a_note_open_elsewhere_goes_to_another_file(
    make_studio, qtbot, tmp_path, save_name
):
    path, state = note(tmp_path / "a.scriptorium"), tmp_path / "state"
    first = make_studio(state=state, hand=False)
    first.files.open(path)
    first.document.edit("Type", Note.from_text("not saved"))
    kept(first, qtbot)
    second, third = (make_studio(state=state, hand=False) for _ in range(2))
    assert second.files.open(path)
    third.files.offer_recovery()
    third.window.notice.button.click()
    assert third.window.editor.text == "not saved"
    assert "saved to another file" in third.window.notice.label.text()
    save_name(tmp_path / "b.scriptorium")
    assert third.files.save()
    assert (text_of(path), text_of(tmp_path / "b.scriptorium")) == (TEXT, "not saved")


def test_one_recovery_after_the_other_is_offered(make_studio, qtbot, tmp_path, monkeypatch):
    state = tmp_path / "state"
    for text in ("one", "two"):
        window = make_studio(state=state, hand=False)
        window.document.edit("Type", Note.from_text(text))
        kept(window, qtbot)
    monkeypatch.setattr(file_controller, "ask", lambda *_: file_controller.DISCARD)
    last = make_studio(state=state, hand=False)
    last.files.offer_recovery()
    seen = []
    for _ in range(2):
        last.window.notice.button.click()
        seen.append(last.window.editor.text)
    assert sorted(seen) == ["one", "two"]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX rights")
def test_a_read_only_file_is_opened_as_such_and_stays(make_studio, tmp_path, save_name):
    path = note(tmp_path / "a.scriptorium")
    path.chmod(0o444)
    studio = make_studio(hand=False)
    assert studio.files.open(path)
    assert "is read-only" in studio.window.notice.label.text()
    assert "(read only)" in studio.window.title.text()
    studio.document.edit("Type", Note.from_text("changed"))
    save_name(path)
    assert not studio.files.save()
    assert "the file is read-only" in studio.window.notice.label.text()
    save_name(tmp_path / "b.scriptorium")
    assert studio.files.save()
    assert (text_of(path), text_of(tmp_path / "b.scriptorium")) == (TEXT, "changed")


def test_a_file_that_the_dialog_did_not_name_is_asked_of(make_studio, tmp_path, answers, save_name):
    path = note(tmp_path / "a.scriptorium")
    studio = make_studio(hand=False)
    studio.document.edit("Type", Note.from_text("new"))
    save_name(tmp_path / "a")
    answers[:] = [""]
    assert not studio.files.save()
    assert text_of(path) == TEXT
    save_name(tmp_path / "No. 5")
    assert studio.files.save()
    assert text_of(tmp_path / "No. 5.scriptorium") == "new"


def test_a_saved_note_does_not_say_where_it_lies(make_studio, tmp_path):
    path = tmp_path / "a.scriptorium"
    studio = make_studio(hand=False)
    studio.document.edit("Type", Note.from_text(TEXT))
    for _ in range(2):
        assert studio.files.save_to(path)
        assert load(path).origin == ""

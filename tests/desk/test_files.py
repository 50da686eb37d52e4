"""Saving, opening, leaving and recovering, through the window."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.errors import FileError
from studio.desk.files import read_text
from studio.note.file import load
from studio.note.note import Note

TEXT = "Dear Anna,\nthe boats are out."


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"), timeout=60_000)


def inks(studio):
    return [line.ink for page in studio.window.pages.pages for line in page.lines]


@pytest.fixture
def answer(monkeypatch):
    """Sets what the user answers when asked whether to save."""

    def give(button: QMessageBox.StandardButton) -> None:
        monkeypatch.setattr(QMessageBox, "question", lambda *_: button)

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
    assert not second.composer.sketch.ghosts
    assert second.window.editor.text == TEXT
    second.hands_begin()
    qtbot.waitUntil(lambda: second.hands.ready, timeout=60_000)
    settle(second, qtbot)
    assert inks(second) == inks(first)
    assert not second.composer.sketch.ghosts


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
    answer(QMessageBox.StandardButton.Cancel)
    assert not studio.window.close()
    assert studio.window.isVisible()
    answer(QMessageBox.StandardButton.Discard)
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
    first.files.recovery.keep()
    qtbot.waitUntil(lambda: not first.worker.pending("recovery"), timeout=20_000)
    first.files.recovery.rest()  # as the end of its process would: the claim is let go
    second = make_studio(state=state, hand=False)
    second.files.offer_recovery()
    assert "not saved" in second.window.notice.label.text()
    second.window.notice.button.click()
    assert second.window.editor.text == TEXT
    assert second.document.modified
    assert second.files.save_to(tmp_path / "a.scriptorium")
    assert not list((state / "recovery").glob("*.scriptorium"))


def test_nothing_is_offered_of_a_window_that_is_still_open(make_studio, qtbot, tmp_path):
    state = tmp_path / "state"
    first, second = (make_studio(state=state, hand=False) for _ in range(2))
    first.document.edit("Type", Note.from_text(TEXT))
    first.files.recovery.keep()
    qtbot.waitUntil(lambda: not first.worker.pending("recovery"), timeout=20_000)
    assert second.files.recovery.left() == []


TYPIST = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from studio.desk import app
from studio.desk.studio import Studio
from studio.note.note import Note
from studio.note.file import save
a = app.application()
s = Studio(None, Path(sys.argv[1]))
path = Path(sys.argv[2])
count = 0
def type_on():
    global count
    count += 1
    s.document.edit("Type", Note.from_text(f"line {count}"))
    print(count, time.time(), flush=True)
    if count % 20 == 0:
        s.files.save_to(path)
t = QTimer(); t.timeout.connect(type_on); t.start(40)
a.exec()
"""


@pytest.mark.soak
def test_kill_9_loses_at_most_ten_seconds(tmp_path, rounds):
    """The real process is killed while it works, at a random moment."""
    source = random.Random(4)
    for number in range(rounds):
        state, path = tmp_path / f"{number}", tmp_path / f"{number}.scriptorium"
        process = subprocess.Popen(
            [sys.executable, "-c", TYPIST, str(state), str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first
        time.sleep(source.uniform(3.2, 6.0))
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        process.wait()
        typed = [line.split() for line in (first + rest).splitlines() if len(line.split()) == 2]
        last, died = int(typed[-1][0]), float(typed[-1][1])
        kept = [*(state / "recovery").glob("*.scriptorium"), *([path] if path.exists() else [])]
        texts = [load(found).note.text for found in kept]  # each is whole
        newest = max((int(text.split()[1]) for text in texts), default=0)
        when = {int(n): float(t) for n, t in typed}
        assert died - when.get(newest, float(typed[0][1])) < 10, (newest, last)
        assert newest > 0

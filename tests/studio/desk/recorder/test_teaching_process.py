"""A lesson from the studio: begun, watched, stopped, gone on with, and a hand in the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot

from engine.card import Card
from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import Preparation
from engine.ink.recorded_line import RecordedLine
from engine.network.network import Network, NetworkConfig
from engine.text.alphabet import Alphabet
from studio.desk.models.user_settings import Appearance
from studio.desk.recorder.teaching_process import TeachingProcess
from studio.desk.recorder.teaching_view import TeachingView
from studio.desk.widgets.theme import Theme
from studio.library.damaged_files import DamagedFiles
from studio.teaching.lesson import Lesson, unfinished


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    folder = tmp_path / "recording"
    folder.mkdir()
    for number in range(1, 4):
        t = np.arange(220) / 77
        xy = np.stack([100 * t, 10 * np.sin(9 * t * number)], axis=1)
        line = RecordedLine("abcdefghij", Ink((Stroke(xy, t),)))
        line.save(folder / f"line-{number:04d}.json")
    return folder


@pytest.fixture
def pupil(tmp_path: Path) -> Path:
    """The file of a hand that has learnt nothing yet."""
    torch.manual_seed(0)
    alphabet = Alphabet(" abcdefghijklmnopqrstuvwxyz")
    network = Network(NetworkConfig(len(alphabet), hidden=12, window=2, mixture=2))
    network.initialise(4.0)
    card = Card("Pupil", "0", "2026-01-01", "Nothing.", "None.", "It may be used freely.")
    path = tmp_path / "pupil.safetensors"
    Hand(network, alphabet, Preparation(), 4.0, 1.0, card).save(path)
    return path


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_a_lesson_is_stopped_goes_on_and_ends_with_a_hand(
    qtbot: QtBot, pupil: Path, recording: Path, tmp_path: Path
) -> None:
    lesson = TeachingProcess()
    dialog = TeachingView(lesson, "My hand", 3, Theme(Appearance.LIGHT))
    qtbot.addWidget(dialog)
    out, run = tmp_path / "my.hand", tmp_path / "run"
    assert dialog.button.text() == "Teach"
    lesson.start(Lesson(recording, out, run, "My hand", pupil, steps=1_000_000))
    assert dialog.button.text() == "Stop"
    failures: list[str] = []
    lesson.failed.connect(failures.append)
    qtbot.waitUntil(lambda: lesson.sample is not None or bool(failures))
    assert failures == []
    assert dialog.bar.value() >= 0
    lesson.stop()
    qtbot.waitUntil(lambda: not lesson.running)
    assert lesson.stopped
    assert dialog.button.text() == "Go on"
    assert not out.exists()
    done = max(int(path.stem.split("-")[1]) for path in run.glob("step-*.safetensors"))
    with qtbot.waitSignal(lesson.done):
        lesson.start(Lesson(recording, out, run, "My hand", pupil, steps=done + 2))
    assert Hand.load(out).name == "My hand"
    assert not run.exists()
    assert "Done" in dialog.told.text()


def test_why_a_lesson_failed_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    lesson = TeachingProcess()
    with qtbot.waitSignal(lesson.failed) as told:
        lesson.start(Lesson(tmp_path, tmp_path / "my.hand", tmp_path / "run", "My hand"))
    assert "no recorded lines" in told.args[0]
    qtbot.waitUntil(lambda: not lesson.running)


def test_a_lesson_begins_anew_when_a_line_has_come(
    qtbot: QtBot, pupil: Path, recording: Path, tmp_path: Path
) -> None:
    lesson = TeachingProcess()
    failures: list[str] = []
    lesson.failed.connect(failures.append)
    out, run = tmp_path / "my.hand", tmp_path / "run"
    lesson.start(Lesson(recording, out, run, "My hand", pupil, steps=1_000_000))
    qtbot.waitUntil(lambda: lesson.sample is not None or bool(failures))
    lesson.stop()
    qtbot.waitUntil(lambda: not lesson.running)
    assert lesson.stopped
    (recording / "line-0004.json").write_bytes((recording / "line-0002.json").read_bytes())
    lesson.start(Lesson(recording, out, run, "My hand", pupil, steps=2))
    qtbot.waitUntil(lambda: out.exists() or bool(failures))
    assert failures == []
    qtbot.waitUntil(lambda: not lesson.running)


#: A window that teaches, and is killed while it does.
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from studio.desk.recorder.teaching_process import TeachingProcess
from studio.teaching.lesson import Lesson
app = QCoreApplication([])
lines, out, run, hand = map(Path, sys.argv[1:])
lesson = TeachingProcess()
lesson.failed.connect(lambda why: print(why, flush=True))
lesson.changed.connect(lambda: lesson.sample and print("learning", flush=True))
lesson.start(Lesson(lines, out, run, "My hand", hand, 1_000_000))
app.exec()
"""


def test_a_killed_window_leaves_no_orphan_and_its_lesson_goes_on(
    qtbot: QtBot, pupil: Path, recording: Path, tmp_path: Path
) -> None:
    out, teaching = tmp_path / "my.hand", tmp_path / "teaching"
    run = teaching / "my"
    words = [str(path) for path in (recording, out, run, pupil)]
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW, *words],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    ) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "learning\n"
        second = TeachingProcess()
        with qtbot.waitSignal(second.failed) as told:
            second.start(Lesson(recording, out, run, "My hand", pupil))
        assert told.args[0].startswith("“My hand” is being taught in another window on ")
        assert unfinished(teaching) == [], "it is another window's"
        window.kill()
        window.wait()
        (lesson,) = unfinished(teaching)
        qtbot.waitUntil(lambda: not lesson.running)
    assert lesson == Lesson(recording, out, run, "My hand", pupil, 1_000_000)
    assert lesson.begun, "what it had learnt was kept before it ended"
    done = max(int(path.stem.split("-")[1]) for path in run.glob("step-*.safetensors"))
    with qtbot.waitSignal(second.done):
        second.start(replace(lesson, steps=done + 2))
    assert Hand.load(out).name == "My hand"
    assert list(teaching.iterdir()) == []


def test_a_lesson_is_offered_until_it_is_done_or_given_up(tmp_path: Path) -> None:
    made = {}
    for name in ("first", "second", "done", "damaged"):
        lesson = Lesson(tmp_path / "lines", tmp_path / f"{name}.hand", tmp_path / "t" / name, name)
        lesson.run.mkdir(parents=True)
        lesson.save()
        made[name] = lesson
    made["done"].out.write_bytes(b"")
    (made["damaged"].run / "lesson.json").write_text('{"format": "scriptorium-lesson-1"}')
    os.utime(made["first"].run / "lesson.json", (2e9, 2e9))
    damaged = DamagedFiles()
    assert unfinished(tmp_path / "t", damaged) == [made["second"], made["first"]]
    assert "lesson.json is damaged" in damaged.take()[0]
    assert not made["done"].run.exists()
    made["first"].forget()
    lock = made["second"].lock()
    assert lock.acquire()
    assert unfinished(tmp_path / "t") == []
    lock.release()


def test_the_wait_for_the_first_steps_says_what_is_done_and_for_how_long(
    qtbot: QtBot, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = TeachingProcess()
    dialog = TeachingView(process, "My hand", 3, Theme(Appearance.LIGHT))
    qtbot.addWidget(dialog)
    process.lesson = Lesson(recording, tmp_path / "my.hand", tmp_path / "run", "My hand")
    monkeypatch.setattr(TeachingProcess, "running", property(lambda _: True))
    told = []
    for seconds in (0.0, 40.0, 120.0):
        monkeypatch.setattr(process, "_begun", time.monotonic() - seconds)
        dialog.show_lesson()
        told.append(dialog.told.text())
    assert all(sentence.startswith("Reading your lines") for sentence in told)
    assert "so far" not in told[0]
    assert "40 seconds so far" in told[1]
    assert "2 minutes so far" in told[2]

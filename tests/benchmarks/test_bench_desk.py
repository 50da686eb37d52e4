"""The studio's speed: frames while it writes, start, first ink, stop, and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject

from engine.hand import Hand
from studio.desk.studio import Studio
from studio.note.file import compact
from studio.note.note import Look, Note
from studio.note.writer import WrittenLine

pytestmark = pytest.mark.bench

SENTENCE = "We talked about it all the way home, and the children still ask for you."


class Frames(QObject):
    """Notes when each frame of a widget was painted."""

    def __init__(self, widget) -> None:
        super().__init__()
        self.times: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.times.append(time.perf_counter())
        return False


def filled(studio: Studio, hand: Hand, paragraphs: int, qtbot) -> None:
    """A note of so many paragraphs, all written but the last: the same few inks again and again."""
    note = Note.from_text("\n".join([f"{SENTENCE} {SENTENCE}"] * paragraphs), look=Look())
    studio.document.open(note)
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"), timeout=60_000)
    inks: dict[str, WrittenLine] = {}
    for _ in range(8):
        missing = studio.composer.sketch.missing
        if not missing:
            break
        for request in missing:
            if request.text not in inks:
                found = hand.write(request.text, attempts=1)
                inks[request.text] = compact(
                    WrittenLine(found.text, found.ink, found.characters, found.seed)
                )
        studio.composer.know({r: inks[r.text] for r in missing})
        studio.composer.refresh()
        qtbot.waitUntil(lambda: not studio.worker.pending("layout"), timeout=60_000)


@pytest.fixture
def real(qtbot, qapp, default_hand: Hand) -> Iterator[Studio]:
    qapp.setStyle("Fusion")
    studio = Studio(None, None, lambda *_: default_hand)
    studio.window.resize(1440, 900)
    studio.window.show()
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready, timeout=60_000)
    yield studio
    studio.close()


def test_frames_while_writing_with_20_pages(real, default_hand, qtbot, capsys):
    filled(real, default_hand, 200, qtbot)
    pages = len(real.window.pages.pages)
    real.document.edit(
        "Type", real.document.note.with_text(real.document.note.text + "\nthe end " * 3)
    )
    qtbot.waitUntil(lambda: not real.worker.pending("layout"), timeout=60_000)
    frames = Frames(real.window.pages.viewport())
    real.scribe.speed = 0.6
    with qtbot.waitSignal(real.scribe.finished, timeout=120_000):
        real.scribe.write()
    gaps = np.diff(frames.times) * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with capsys.disabled():
        print(
            f"\n{pages} pages, writing: {1000 / np.median(gaps):.0f} frames a second, "
            f"p99 {np.percentile(gaps, 99):.1f} ms, {len(gaps)} frames; {memory:.0f} MB"
        )
    assert pages >= 20


def test_latency_of_stop(real, qtbot, capsys):
    real.document.open(Note.from_text(SENTENCE))
    qtbot.waitUntil(lambda: not real.worker.pending("layout"), timeout=20_000)
    worst = 0.0
    for _ in range(3):
        real.scribe.speed = 1.0
        real.scribe.write()
        qtbot.waitUntil(lambda: real.pen.live is not None, timeout=20_000)
        qtbot.wait(150)
        clock = time.perf_counter()
        real.scribe.stop()
        worst = max(worst, time.perf_counter() - clock)
        qtbot.waitUntil(lambda: not real.worker.pending("layout"), timeout=20_000)
    with capsys.disabled():
        print(f"\nstop: {1000 * worst:.1f} ms at worst of 3")


def test_provisional_places(real, qtbot, capsys):
    """How far the points were seen from where they came to stand."""
    texts = ["Dear Anna,", SENTENCE, "See you on Monday.", "With all good wishes, Margaret"]
    away: list[float] = []
    seen: dict[object, list[np.ndarray]] = {}
    real.scribe.line_begun.connect(lambda now: seen.__setitem__(now.planned.key, []))
    real.scribe.line_moved.connect(lambda now, xy, _: seen[now.planned.key].append(xy))
    for speed in (1.0, 0.5):
        real.composer.forget()
        real.document.open(Note.from_text("\n".join(texts)))
        qtbot.waitUntil(lambda: not real.worker.pending("layout"), timeout=20_000)
        real.scribe.speed = speed
        with qtbot.waitSignal(real.scribe.finished, timeout=120_000):
            real.scribe.write()
        qtbot.waitUntil(lambda: not real.worker.pending("layout"), timeout=20_000)
        away = []
        for page in real.window.pages.pages:
            for line in page.lines:
                shown = np.concatenate(seen[line.key])
                if len(shown) == line.ink.points:
                    off = np.hypot(*(shown - line.ink.xy).T)
                    away.append(float(off.mean()))
        with capsys.disabled():
            print(f"\nspeed {speed}: seen from placed, mm a line: {np.round(away, 2)}")


def test_start_to_window(capsys, tmp_path: Path):
    """From the first line of Python to the window's first painting, in a process of its own."""
    code = (
        "import time; t = time.perf_counter()\n"
        "from studio.desk import app\n"
        "from studio.desk.studio import Studio\n"
        "a = app.application(); s = Studio(None, None); s.begin(None); s.window.show()\n"
        "a.processEvents(); print(time.perf_counter() - t); s.close()\n"
    )
    environment = dict(os.environ, XDG_CONFIG_HOME=str(tmp_path), XDG_STATE_HOME=str(tmp_path))
    times = [
        float(subprocess.run([sys.executable, "-c", code], env=environment, check=True,
                             capture_output=True, text=True).stdout)
        for _ in range(3)
    ]  # fmt: skip
    with capsys.disabled():
        print(f"\nstart to window: {min(times):.2f} to {max(times):.2f} s")

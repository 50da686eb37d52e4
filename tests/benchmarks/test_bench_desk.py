"""The studio's speed: frames while it writes, start, first ink, stop, places, and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF

from engine.hand import Hand
from engine.sampling.policy import ONCE
from engine.style.style import DEFAULT, bundled
from studio.desk.wiring import Studio
from studio.document.note import Look, Note
from studio.layout.line_writer import WrittenLine
from studio.storage.note_file import compact

pytestmark = pytest.mark.bench

SENTENCE = "We talked about it all the way home, and the children still ask for you."
LOOK = Look(style=DEFAULT)


def settle(studio: Studio, qtbot) -> None:
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def filled(studio: Studio, hand: Hand, paragraphs: int, qtbot) -> None:
    """A note of so many paragraphs, all written: the same few inks again and again."""
    note = Note.from_text("\n".join([f"{SENTENCE} {SENTENCE}"] * paragraphs), look=LOOK)
    studio.document.open(note)
    settle(studio, qtbot)
    inks: dict[str, WrittenLine] = {}
    for _ in range(8):
        missing = studio.session.draft.missing
        if not missing:
            break
        for request in missing:
            if request.text not in inks:
                style = bundled()[request.style]
                found = hand.write(request.text, style=style, policy=ONCE)
                inks[request.text] = compact(
                    WrittenLine(found.text, found.ink, found.characters, found.seed)
                )
        studio.session.know({r: inks[r.text] for r in missing})
        studio.session.refresh()
        settle(studio, qtbot)


def resident() -> float:
    """Megabytes that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_frames_while_writing_with_20_pages(real, default_hand, qtbot, watch, capsys):
    filled(real, default_hand, 200, qtbot)
    pages = len(real.window.pages.pages)
    text = real.document.note.text + f"\n{SENTENCE}" * 3
    real.document.edit("Type", real.document.note.with_text(text))
    settle(real, qtbot)
    frames = watch(real)
    real.playback.speed = 0.6
    with qtbot.waitSignal(real.playback.finished):
        real.playback.write()
    with capsys.disabled():
        print("\n" + frames.told(f"{pages} pages, writing", frames.gaps))
    assert pages >= 20


def test_frames_while_20_pages_are_written(real, qtbot, watch, capsys):
    """All of a note is still to be written: what stands on it are ghosts."""
    sentences = "\n".join([f"{SENTENCE} {SENTENCE}"] * 200)
    real.document.open(Note.from_text(sentences, look=LOOK))
    settle(real, qtbot)
    pages = len(real.window.pages.pages)
    frames = watch(real)
    real.playback.speed = 0.6
    real.playback.write()
    qtbot.wait(8000)
    real.playback.stop()
    settle(real, qtbot)
    with capsys.disabled():
        print("\n" + frames.told(f"{pages} pages to be written", frames.gaps))
    assert pages >= 20


def test_memory_of_200_pages(real, default_hand, qtbot, capsys):
    before = resident()
    filled(real, default_hand, 2000, qtbot)
    view = real.window.pages
    for number in range(0, len(view.pages), 10):
        view.go_to_page(number)
        qtbot.wait(50)
    with capsys.disabled():
        print(f"\n{len(view.pages)} pages: {resident():.0f} MB, {before:.0f} MB with an empty note")
    assert len(view.pages) >= 200


def test_first_ink(real, qtbot, capsys):
    """From Write, with the hand warm, to the first ink on the page."""
    times = []
    for number in range(3):
        real.session.forget()
        real.document.open(Note.from_text(f"{SENTENCE} {number}", look=LOOK))
        settle(real, qtbot)
        real.playback.speed = 0.5
        clock = time.perf_counter()
        real.playback.write()
        qtbot.waitUntil(lambda: real.pen.live is not None and real.pen.live.head is not None)
        times.append(time.perf_counter() - clock)
        real.playback.stop()
        settle(real, qtbot)
    with capsys.disabled():
        print(f"\nWrite to first ink: {min(times):.2f} to {max(times):.2f} s")


def test_latency_of_stop(real, qtbot, capsys):
    real.document.open(Note.from_text(SENTENCE, look=LOOK))
    settle(real, qtbot)
    worst = 0.0
    for _ in range(5):
        # Slow enough that the line is not finished, and so kept, before the pen is stopped.
        real.playback.speed = 0.3
        real.playback.write()
        qtbot.waitUntil(lambda: real.pen.live is not None)
        qtbot.wait(150)
        clock = time.perf_counter()
        real.playback.stop()
        # The page is painted without the pen.
        real.window.pages.viewport().repaint()
        worst = max(worst, time.perf_counter() - clock)
        settle(real, qtbot)
    with capsys.disabled():
        print(f"\nstop: {1000 * worst:.1f} ms at worst of 5")


def test_zooming_20_pages(real, default_hand, qtbot, watch, capsys):
    filled(real, default_hand, 200, qtbot)
    view = real.window.pages
    for name, first, step in (("in", 0.4, 1.03), ("out", 2.35, 1 / 1.03)):
        view.set_zoom(first)
        qtbot.wait(600)
        frames = watch(real)
        for number in range(60):
            view.set_zoom(first * step**number, QPointF(300, 300))
            qtbot.wait(16)
        with capsys.disabled():
            print("\n" + frames.told(f"zooming {name}", frames.gaps))


TEXTS = (
    "Dear Anna,",
    "Thank you for the lovely afternoon in the garden.",
    "We talked about it all the way home, and the children still ask for you. The roses will be "
    "out by the end of May, and you must come and see them before the rain does.",
    "See you on Monday.",
    "With all good wishes, Margaret",
)


START = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from studio.desk import app

told = {}

def tell(name):
    told.setdefault(name, time.time() - float(sys.argv[1]))

class Eye(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            tell(type(watched).__name__)
        return False

def beat():
    now = time.perf_counter()
    told["stall"] = max(told["stall"], now - beat.last)
    beat.last = now

application = app.application()
eye = Eye()
application.installEventFilter(eye)
studio = app.start()
application.processEvents()
application.removeEventFilter(eye)
studio.document.open(studio.document.note.with_text("Dear Ada"))
studio.playback.line_moved.connect(lambda *_: (tell("ink"), application.quit()))
def write():
    # As soon as the lines to write are laid out, as a user could.
    if not studio.actions.enabled("writing.write"):
        return QTimer.singleShot(2, write)
    studio.actions.trigger("writing.write")

write()
beat.last, told["stall"] = time.perf_counter(), 0.0
timer = QTimer()
timer.timeout.connect(beat)
timer.start(10)
application.exec()
studio.close()
print(" ".join(f"{k}={told[k]:.3f}" for k in ("Splash", "Window", "ink", "stall")))
"""


def test_start(capsys, tmp_path: Path, rounds):
    """From the call of the program to its splash, its window, and the ink of a note at once."""
    environment = dict(
        os.environ, **{f"XDG_{kind}_HOME": str(tmp_path) for kind in ("CONFIG", "STATE", "DATA")}
    )
    times: dict[str, list[float]] = {}
    for _ in range(min(rounds, 5)):
        done = subprocess.run(
            [sys.executable, "-c", START, str(time.time())],
            env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        for pair in done.stdout.split():
            name, value = pair.split("=")
            times.setdefault(name, []).append(float(value))
    counts = Counter(map(len, times.values()))
    assert len(counts) == 1, "each start tells all"
    with capsys.disabled():
        print(
            "\nfrom the call: "
            + "; ".join(f"{k} {min(v):.2f} to {max(v):.2f} s" for k, v in times.items())
        )

"""The studio under test: a window without a display, a tiny hand, and an eye on what is left."""

from __future__ import annotations

import gc
import importlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication

from studio.desk.wiring import Studio

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from engine.hand import Hand
from engine.sampling.policy import ALIGNED


@pytest.fixture(scope="session", autouse=True)
def torch_is_there() -> None:
    """Import torch before anything is looked for: it makes many objects."""
    importlib.import_module("engine.hand")


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread running, a timer ticking or a window behind."""
    if "qapp" not in request.fixturenames and "qtbot" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("qapp")
    # What others made is out of the collector's sight, which is asked often below.
    gc.collect()
    gc.freeze()
    before = {id(widget) for widget in app.topLevelWidgets()}
    yield
    # What lies there when Python ends takes the process down with it.
    app.clipboard().clear()
    # What is to run once more, a moment later, may; what ticks on is a leak.
    for _ in range(40):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
        if not _ticking():
            break
        time.sleep(0.02)
    gc.collect()
    threads = [o for o in _all(QThread) if _holds(o.isRunning)]
    threads += [thread for thread in threading.enumerate() if thread.name == "worker"]
    assert not threads, f"threads still run: {threads}"
    ticking = _ticking()
    assert not ticking, f"timers still tick: {ticking}"
    left = [w for w in app.topLevelWidgets() if id(w) not in before and w.isVisible()]
    assert not left, f"windows are left: {left}"


def _all(kind: type) -> list[Any]:
    return [o for o in gc.get_objects() if issubclass(type(o), kind)]


def _ticking() -> list[QTimer]:
    return [o for o in _all(QTimer) if _holds(o.isActive)]


def _holds(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except RuntimeError:  # Qt has deleted it
        return False


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The program's name."""
    return ["scriptorium"]


@pytest.fixture(scope="session")
def load_tiny(tiny_hand_path: Path) -> Callable[[Path | None, str, str], Hand]:
    """Loads the tiny hand, whatever hand is asked for."""

    def load(path: Path | None, device: str, precision: str) -> Hand:
        from engine.hand import Hand

        del path
        return Hand.load(tiny_hand_path, "cpu" if device == "auto" else device, precision)

    return load


@pytest.fixture(scope="session")
def _fusion(qapp: QApplication) -> None:
    """The program's style, on every system."""
    qapp.setStyle("Fusion")


@pytest.fixture
def make_studio(
    qtbot: QtBot, _fusion: None, load_tiny: Callable[[Path | None, str, str], Hand]
) -> Iterator[Callable[..., Studio]]:
    """Makes studios and closes them; each has its hand, and its window is shown."""
    made: list[Studio] = []

    def make(
        settings: Path | None = None, state: Path | None = None, *, hand: bool = True
    ) -> Studio:
        # What the tiny hand scribbles no recogniser would let pass.
        studio = Studio(settings, state, load_tiny, ALIGNED)
        made.append(studio)
        studio.window.show()
        if hand:
            studio.hands_begin()
            qtbot.waitUntil(lambda: studio.hands.ready)
        return studio

    yield make
    for studio in made:
        studio.close()


@pytest.fixture
def studio(make_studio: Callable[..., Studio]) -> Studio:
    """A studio that keeps nothing on disk."""
    return make_studio()


@pytest.fixture
def write(qtbot: QtBot) -> Callable[[Studio], None]:
    """Writes a note to its end, as fast as the tiny hand can."""

    def run(studio: Studio) -> None:
        settled(studio, qtbot)
        studio.playback.speed = 1.0
        assert studio.actions.enabled("writing.write")
        with qtbot.waitSignal(studio.playback.finished):
            studio.actions.trigger("writing.write")

    return run


def settled(studio: Studio, qtbot: QtBot) -> None:
    """Wait until the pages show the note as it is."""
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))

"""A studio as users have it, with the hand that ships, and an eye on the frames of its page."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs
import pytest
from PySide6.QtCore import QEvent, QObject

from studio.desk import app
from studio.desk.models.user_settings import SettingsModel
from studio.desk.wiring import Studio

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from engine.hand import Hand


class Frames(QObject):
    """Notes when each frame of a page view was painted, from the first ink on if there is any."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._times: list[tuple[float, float]] = []
        self._writes = False
        studio.window.pages.viewport().installEventFilter(self)
        studio.playback.line_moved.connect(self._moved)

    def _moved(self) -> None:
        if not self._writes:
            self._writes = True
            self._times.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self._times.append((time.perf_counter(), time.thread_time()))
        return False

    @property
    def gaps(self) -> np.ndarray:
        """From each frame to the next, float (frames - 1, 2): milliseconds by the clock, and
        milliseconds of processor time of the window's thread."""
        return np.diff(self._times, axis=0) * 1000

    @staticmethod
    def told(name: str, gaps: np.ndarray) -> str:
        """A line about them."""
        clock, processor = gaps.T
        late = float(np.mean(clock > 33.4))
        return (
            f"{name}: {1000 / np.mean(clock):.0f} frames a second (median "
            f"{np.median(clock):.1f} ms, p99 {np.percentile(clock, 99):.1f} ms, longest "
            f"{clock.max():.0f} ms, {100 * late:.1f} % over 33 ms; {len(clock)} frames; "
            f"{processor.mean():.1f} ms of the window's thread a frame)"
        )


@pytest.fixture
def watch() -> type[Frames]:
    """Watches the frames of a studio's page; tests cannot import from each other."""
    return Frames


@pytest.fixture
def real(
    qtbot: QtBot,
    qapp: QApplication,
    default_hand: Hand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Studio]:
    """A studio on a screen of 1440 x 900, started as the program starts it.

    It keeps unsaved work, as users' studios do, in a folder of its own.
    """
    qapp.setStyle("Fusion")
    for kind in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    turns, rounds = sys.getswitchinterval(), gc.get_threshold()
    # The first start would write a note of its own.
    SettingsModel(platformdirs.user_config_path(app.NAME) / "settings.json").change(greeted=True)
    studio = app.start(loader=lambda *_: default_hand)
    studio.window.resize(1440, 900)
    qtbot.waitUntil(lambda: studio.hands.ready)
    yield studio
    studio.close()
    sys.setswitchinterval(turns)
    gc.set_threshold(*rounds)
    gc.unfreeze()

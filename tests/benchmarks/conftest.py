"""A studio with the hand that ships, and an eye on the frames of its page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject

from studio.desk.studio import Studio

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from engine.hand import Hand


class Frames(QObject):
    """Notes when each frame of a page view was painted."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._times: list[float] = []
        studio.window.pages.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self._times.append(time.perf_counter())
        return False

    @property
    def gaps(self) -> np.ndarray:
        """Milliseconds between two frames, float (frames - 1,)."""
        return np.diff(self._times) * 1000

    @staticmethod
    def told(name: str, gaps: np.ndarray) -> str:
        """A line about them."""
        late = float(np.mean(gaps > 33.4))
        return (
            f"{name}: {1000 / np.mean(gaps):.0f} frames a second (median {np.median(gaps):.1f} ms, "
            f"p99 {np.percentile(gaps, 99):.1f} ms, longest {gaps.max():.0f} ms, "
            f"{100 * late:.1f} % over 33 ms; {len(gaps)} frames)"
        )


@pytest.fixture
def watch() -> type[Frames]:
    """Watches the frames of a studio's page; tests cannot import from each other."""
    return Frames


@pytest.fixture
def real(qtbot: QtBot, qapp: QApplication, default_hand: Hand) -> Iterator[Studio]:
    """A studio on a screen of 1440 x 900 with the hand that ships, nothing kept on disk."""
    qapp.setStyle("Fusion")
    studio = Studio(None, None, lambda *_: default_hand)
    studio.window.resize(1440, 900)
    studio.window.show()
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready, timeout=60_000)
    yield studio
    studio.close()

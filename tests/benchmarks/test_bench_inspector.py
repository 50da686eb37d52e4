"""The inspector's cost: frames while it looks on, 20,000 points, memory, figures."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject

from engine.hand import Hand
from engine.step import Step
from studio.desk.inspector.figure import Figure, save
from studio.desk.inspector.model import InspectorModel
from studio.desk.inspector.pane import LEFT, RIGHT, InspectorPane
from studio.desk.inspector.recording import Settings
from studio.desk.settings import Appearance
from studio.desk.studio import Studio
from studio.desk.theme import Theme
from studio.note.note import Note

pytestmark = pytest.mark.bench

ALL = (*LEFT, *RIGHT)
SENTENCE = "We talked about it all the way home, and the children still ask for you."
FRAME = 0.016


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


@pytest.fixture
def real(qtbot, qapp, default_hand: Hand) -> Iterator[Studio]:
    qapp.setStyle("Fusion")
    studio = Studio(None, None, lambda *_: default_hand)
    studio.window.resize(1600, 1000)
    studio.window.show()
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready, timeout=60_000)
    yield studio
    studio.close()


def gaps_while_writing(studio: Studio, qtbot, text: str) -> np.ndarray:
    """Milliseconds between the page's frames while a text is written."""
    studio.composer.forget()
    studio.document.open(Note.from_text(text))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"), timeout=20_000)
    frames = Frames(studio.window.pages.viewport())
    studio.scribe.speed = 0.6
    with qtbot.waitSignal(studio.scribe.finished, timeout=120_000):
        studio.scribe.write()
    return np.diff(frames.times) * 1000


def told(name: str, gaps: np.ndarray) -> str:
    return (
        f"{name}: {1000 / np.median(gaps):.0f} frames a second, "
        f"p99 {np.percentile(gaps, 99):.1f} ms ({len(gaps)} frames)"
    )


def test_frames_while_writing_with_all_views(real, qtbot, capsys, rounds):
    text = "\n".join([SENTENCE] * 2)
    folded, opened = [], []
    gaps_while_writing(real, qtbot, "warm")
    # In turns, so that whatever else the machine does falls on both.
    for _ in range(min(rounds, 5)):
        folded.append(gaps_while_writing(real, qtbot, text))
        real.actions.trigger("view.inspector")
        real.inspecting.pane.show_views(ALL)
        opened.append(gaps_while_writing(real, qtbot, text))
        real.actions.trigger("view.inspector")
    without, with_all = np.concatenate(folded), np.concatenate(opened)
    with capsys.disabled():
        print(f"\n{told('folded away', without)}\n{told('all views', with_all)}")
        print(f"ratio of the medians {np.median(with_all) / np.median(without):.2f}")
    assert len(with_all) > 100


def steps_of(hand: Hand, count: int) -> list[Step]:
    """So many steps, those of one line again and again: what is measured is not the network."""
    line = list(hand.stream(SENTENCE, seed=1))
    return [line[n % len(line)] for n in range(count)]


def test_20000_points(qtbot, qapp, default_hand, capsys):
    qapp.setStyle("Fusion")
    pane = InspectorPane(InspectorModel(), Theme(Appearance.LIGHT))
    qtbot.addWidget(pane)
    pane.resize(1600, 1000)
    pane.show_views(ALL)
    pane.show()
    steps = steps_of(default_hand, 20_000)
    pane.begin_line(SENTENCE, Settings("bench", bias=0.75, seed=1))
    pane._timer.stop()
    spent = []
    for start in range(0, len(steps), 16):
        clock = time.perf_counter()
        pane.add_steps(steps[start : start + 16])
        pane.refresh()
        qapp.processEvents()
        spent.append(time.perf_counter() - clock)
    pane.hide()
    early, late = np.array(spent[20:120]) * 1000, np.array(spent[-100:]) * 1000
    with capsys.disabled():
        print(
            f"\na frame with 16 new points: {np.median(early):.1f} ms in the beginning, "
            f"{np.median(late):.1f} ms at 20,000 points (p99 {np.percentile(late, 99):.1f}); "
            f"{pane.model.recording.point_bytes} bytes a point"
        )
    assert pane.model.count == 20_000


def test_figures(qapp, default_hand, capsys, tmp_path):
    model = InspectorModel()
    model.begin_line(SENTENCE, Settings("bench", bias=0.75, seed=1))
    model.add_steps(list(default_hand.stream(SENTENCE, seed=1)))
    model.end_line()
    for suffix in ("pdf", "svg", "png"):
        clock = time.perf_counter()
        path = tmp_path / f"figure.{suffix}"
        save(model, Figure(), path)
        with capsys.disabled():
            print(f"\n{suffix}: {time.perf_counter() - clock:.2f} s, {path.stat().st_size:,} bytes")

"""The inspector's cost: frames while it looks on, 20,000 points, memory, figures."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.hand import Hand
from engine.sampling.trace import TraceStep
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.inspector_pane import LEFT, RIGHT, InspectorPane
from studio.desk.models.user_settings import Appearance
from studio.desk.widgets.theme import Theme
from studio.desk.wiring import Studio
from studio.document.note import Note
from studio.inspection.publication_figure import PublicationFigure, Scene, save
from studio.inspection.run_recording import RunSettings

pytestmark = pytest.mark.bench

ALL = (*LEFT, *RIGHT)
SENTENCE = "We talked about it all the way home, and the children still ask for you."
FRAME = 0.016


def gaps_while_writing(studio: Studio, qtbot, watch, text: str) -> np.ndarray:
    """Of the page's frames while a text is written; see `Frames.gaps`."""
    studio.session.forget()
    studio.document.open(Note.from_text(text))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    frames = watch(studio)
    studio.playback.speed = 0.6
    with qtbot.waitSignal(studio.playback.finished):
        studio.playback.write()
    return frames.gaps


def test_frames_while_writing_with_all_views(real, qtbot, watch, capsys, rounds):
    # So large that all views are in sight at once.
    real.window.resize(1600, 1400)
    text = "\n".join([SENTENCE] * 2)
    folded, opened = [], []
    gaps_while_writing(real, qtbot, watch, "warm")
    # In turns, so that whatever else the machine does falls on both.
    for _ in range(min(rounds, 5)):
        folded.append(gaps_while_writing(real, qtbot, watch, text))
        real.actions.trigger("view.inspector")
        real.inspecting.pane.show_views(ALL)
        real.window.centre.setSizes([300, 1000])
        opened.append(gaps_while_writing(real, qtbot, watch, text))
        panels = real.inspecting.pane.panels.values()
        assert not any(p.canvas.viewport().visibleRegion().isEmpty() for p in panels)
        real.actions.trigger("view.inspector")
    without, with_all = np.concatenate(folded), np.concatenate(opened)
    with capsys.disabled():
        print(f"\n{watch.told('folded away', without)}\n{watch.told('all views', with_all)}")
        print(f"ratio of the medians {np.median(with_all[:, 0]) / np.median(without[:, 0]):.2f}")
    assert len(with_all) > 100


def steps_of(hand: Hand, count: int) -> list[TraceStep]:
    """So many steps, those of one line again and again: what is measured is not the network."""
    line = list(hand.stream(SENTENCE, seed=1))
    return [line[n % len(line)] for n in range(count)]


def test_20000_points(qtbot, qapp, default_hand, capsys, monkeypatch):
    """What a frame costs the window's thread, all views open, as the recording grows."""
    qapp.setStyle("Fusion")
    pane = InspectorPane(InspectorModel(), Theme(Appearance.LIGHT))
    qtbot.addWidget(pane)
    pane.resize(1600, 1000)
    pane.show_views(ALL)
    pane.show()
    # Frames come one after another here, not by the clock.
    monkeypatch.setattr(pane._timer, "start", lambda *_: None)
    steps = steps_of(default_hand, 20_000)
    pane.begin_line(SENTENCE, RunSettings("bench", bias=0.75, seed=1))
    for at in (1_000, 5_000, 20_000):
        # Up to there, as fast as it goes; then frame by frame.
        while pane.model.count < at - 16 * 60:
            pane.add_steps(steps[pane.model.count :][: min(400, at - 16 * 60 - pane.model.count)])
        pane.refresh_all()
        qapp.processEvents()
        spent = []
        while pane.model.count < at:
            clock = time.thread_time()
            pane.add_steps(steps[pane.model.count :][:16])
            pane.refresh()
            qapp.processEvents()
            spent.append((time.thread_time() - clock) * 1000)
        with capsys.disabled():
            print(
                f"\na frame with 16 new points at {at:,}: {np.median(spent):.1f} ms of the "
                f"window's thread, p99 {np.percentile(spent, 99):.1f} ms"
            )
    pane.end_line()
    pane.refresh_all()
    pane.hide()
    with capsys.disabled():
        print(f"{pane.model.recording.point_bytes} bytes a point")
    assert pane.model.count == 20_000
    assert pane.panels["state"].view.map.count == 20_000


def test_figures(qapp, default_hand, capsys, tmp_path):
    model = InspectorModel()
    model.begin_line(SENTENCE, RunSettings("bench", bias=0.75, seed=1))
    model.add_steps(list(default_hand.stream(SENTENCE, seed=1)))
    model.end_line()
    for suffix in ("pdf", "svg", "png"):
        clock = time.perf_counter()
        path = tmp_path / f"figure.{suffix}"
        save(Scene(model.recording), PublicationFigure(), path)
        with capsys.disabled():
            print(f"\n{suffix}: {time.perf_counter() - clock:.2f} s, {path.stat().st_size:,} bytes")

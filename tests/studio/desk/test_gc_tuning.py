"""Python behind the window: no full round of the collector while the pen moves."""

from __future__ import annotations

import gc
import sys

import pytest

from studio.desk.controllers.playback_controller import PlaybackState
from studio.desk.gc_tuning import NEVER, SOON, SWITCH, GcTuning
from studio.document.note import Note


@pytest.fixture
def as_it_was():
    turns, rounds = sys.getswitchinterval(), gc.get_threshold()
    yield rounds
    sys.setswitchinterval(turns)
    gc.set_threshold(*rounds)


def test_garbage_is_left_alone_while_the_pen_moves(make_studio, qtbot, monkeypatch, as_it_was):
    frozen = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    studio = make_studio(hand=False)
    GcTuning(studio.hands, studio.playback, studio)
    assert sys.getswitchinterval() == pytest.approx(SWITCH)
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert frozen, "what the program is made of is out of the collector's sight"
    studio.document.open(Note.from_text("hello"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.playback.speed = 0.0
    studio.playback.write()
    assert gc.get_threshold() == (as_it_was[0], SOON, NEVER)
    studio.playback.pause()
    assert studio.playback.state is PlaybackState.PAUSED
    assert gc.get_threshold() == as_it_was
    studio.playback.pause()
    assert gc.get_threshold()[2] == NEVER
    studio.playback.stop()
    assert gc.get_threshold() == as_it_was

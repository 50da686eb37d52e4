"""The scribe: how far the network may be ahead of the pen."""

from __future__ import annotations

import threading

from studio.desk.controllers import playback_controller
from studio.document.note import Note

ROOM = 200


def test_no_more_is_sampled_than_the_pen_needs_soon(studio, qtbot, monkeypatch):
    monkeypatch.setattr(playback_controller, "FAR_AHEAD", ROOM)
    studio.document.open(Note.from_text("\n".join(f"hello number {n}" for n in range(40))))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    sampled = []
    arrived = studio.scribe._arrived

    def counted(event):
        sampled.append(event.points)
        arrived(event)

    monkeypatch.setattr(studio.scribe, "_arrived", counted)
    studio.scribe.speed = 0.0
    studio.scribe.write()
    qtbot.waitUntil(lambda: sum(sampled) > ROOM)
    studio.scribe.pause()
    qtbot.wait(300)
    longest = max(sampled)
    assert sum(sampled) < ROOM + 3 * longest, "the network waits for the pen"
    waited = sum(sampled)
    studio.scribe.speed = 1.0
    with qtbot.waitSignal(studio.scribe.finished):
        studio.scribe.pause()
    assert sum(sampled) > 2 * waited
    assert not studio.composer.sketch.ghosts


def test_what_is_typed_after_the_network_is_done_stays_to_be_written(studio, qtbot):
    studio.document.open(Note.from_text("one\ntwo\nthree"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.scribe.speed = 0.0
    studio.scribe.write()
    qtbot.waitUntil(lambda: not studio.scribe._sampling)
    note = studio.document.note
    studio.document.edit("Type", note.with_text(note.text + "\nfour"))
    studio.scribe.speed = 1.0
    with qtbot.waitSignal(studio.scribe.finished):
        pass
    qtbot.waitUntil(lambda: not studio.composer.pending)
    assert [request.text for request in studio.composer.sketch.missing] == ["four"]
    with qtbot.waitSignal(studio.scribe.finished):
        studio.scribe.write()
    assert not studio.composer.sketch.ghosts


def test_the_network_waits_for_a_window_that_stands_still(studio, qtbot, monkeypatch):
    monkeypatch.setattr(playback_controller, "FAR_AHEAD", ROOM)
    studio.document.open(Note.from_text("\n".join(f"hello number {n}" for n in range(40))))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    own, naps, over = playback_controller._write, [], threading.Event()

    def watched(*given):
        """The worker's own steps, up to where it finds that it is far enough ahead."""
        steps = own(*given)
        try:
            while not naps:
                event = next(steps)
                if event is None:
                    naps.append(event)
                yield event
        except StopIteration as end:
            return end.value
        finally:
            over.set()

    monkeypatch.setattr(playback_controller, "_write", watched)
    studio.scribe.write()
    # This thread takes nothing of what comes meanwhile.
    assert over.wait(300)
    assert naps
    studio.scribe.stop()


def test_the_pen_is_seen_from_the_first_line_to_the_last(studio, qtbot):
    studio.document.open(Note.from_text("one\ntwo\nthree"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    seen, view = [], studio.window.pages
    studio.scribe.line_finished.connect(lambda _: seen.append(view._head is not None))
    studio.scribe.speed = 1.0
    with qtbot.waitSignal(studio.scribe.finished):
        studio.scribe.write()
    assert seen == [True] * 3
    assert view._head is None

"""The scribe: how far the network may be ahead of the pen."""

from __future__ import annotations

from studio.desk import scribe
from studio.note.note import Note

ROOM = 200


def test_no_more_is_sampled_than_the_pen_needs_soon(studio, qtbot, monkeypatch):
    monkeypatch.setattr(scribe, "FAR_AHEAD", ROOM)
    studio.document.open(Note.from_text("\n".join(f"hello number {n}" for n in range(40))))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    sampled = []
    arrived = studio.scribe._arrived

    def counted(event):
        sampled.append(len(getattr(event, "steps", ())))
        arrived(event)

    monkeypatch.setattr(studio.scribe, "_arrived", counted)
    studio.scribe.speed = 0.0
    studio.scribe.write()
    qtbot.waitUntil(lambda: sum(sampled) > ROOM)
    studio.scribe.pause()
    qtbot.wait(300)
    longest = max(sampled)
    assert sum(sampled) < ROOM * 2 + 2 * longest, "the network waits for the pen"
    waited = sum(sampled)
    studio.scribe.speed = 1.0
    with qtbot.waitSignal(studio.scribe.finished):
        studio.scribe.pause()
    assert sum(sampled) > 2 * waited
    assert not studio.composer.sketch.ghosts


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

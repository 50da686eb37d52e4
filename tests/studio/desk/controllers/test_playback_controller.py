"""The playback: how far the network may be ahead of the pen, and what a stop leaves."""

from __future__ import annotations

import pytest

from studio.document.note import Look, Note
from studio.writing import session

ROOM = 200


def test_no_more_is_sampled_than_the_pen_needs_soon(studio, qtbot, monkeypatch):
    monkeypatch.setattr(session, "FAR_AHEAD", ROOM)
    studio.document.open(Note.from_text("\n".join(f"hello number {n}" for n in range(40))))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    put = []
    studio.session.line_ready.connect(lambda: put.append(1))
    studio.playback.speed = 0.0
    studio.playback.write()
    qtbot.waitUntil(lambda: studio.session.waiting >= ROOM)
    studio.playback.pause()
    qtbot.wait(300)
    waited = len(put)
    assert studio.session.writing
    assert waited < 20, "the network waits for the pen"
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        studio.playback.pause()
    assert len(put) == 40
    assert not studio.session.draft.ghosts


def test_the_line_that_the_pen_was_at_stays_when_it_is_stopped(studio, qtbot):
    studio.document.open(Note.from_text("a first line\na second\na third"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.playback.speed = 0.0
    with qtbot.waitSignal(studio.playback.line_moved):
        studio.playback.write()
    assert len(studio.session.draft.ghosts) == 3
    studio.actions.trigger("writing.stop")
    draft = studio.session.draft
    assert [request.text for request in draft.missing] == ["a second", "a third"]
    assert len(studio.window.pages.pages[0].lines) == 3
    qtbot.waitUntil(lambda: not studio.session.pending)
    assert len(studio.session.draft.ghosts) == 2
    assert studio.window.transport.status.text() == "2 lines to write"


def test_a_line_of_the_note_before_is_not_one_of_the_next(studio, qtbot):
    studio.document.open(Note.from_text("a first line\na second"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.playback.speed = 0.0
    with qtbot.waitSignal(studio.playback.line_moved):
        studio.playback.write()
    studio.document.open(Note.from_text("another note"))
    assert not studio.session.known
    qtbot.waitUntil(lambda: not studio.session.pending)
    assert [request.text for request in studio.session.draft.missing] == ["another note"]


def test_what_is_typed_after_the_network_is_done_stays_to_be_written(studio, qtbot):
    studio.document.open(Note.from_text("one\ntwo\nthree"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.playback.speed = 0.0
    studio.playback.write()
    qtbot.waitUntil(lambda: not studio.session.writing)
    note = studio.document.note
    studio.document.edit("Type", note.with_text(note.text + "\nfour"))
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        pass
    qtbot.waitUntil(lambda: not studio.session.pending)
    assert [request.text for request in studio.session.draft.missing] == ["four"]
    with qtbot.waitSignal(studio.playback.finished):
        studio.playback.write()
    assert not studio.session.draft.ghosts


def test_the_pen_is_seen_from_the_first_line_to_the_last(studio, qtbot):
    studio.document.open(Note.from_text("one\ntwo\nthree"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    seen, view = [], studio.window.pages
    studio.playback.line_finished.connect(lambda _: seen.append(view._head is not None))
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        studio.playback.write()
    assert seen == [True] * 3
    assert view._head is None


def test_a_note_is_written_without_watching(studio, qtbot):
    studio.document.open(Note.from_text("\n".join(f"hello number {n}" for n in range(12))))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.playback.speed = 0.0
    begun, told = [], []
    studio.playback.line_begun.connect(begun.append)
    studio.playback.progressed.connect(lambda *words: told.append(words[2]))
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("writing.unwatched")
        assert "Writing line 1 of 12" in studio.window.transport.status.text()
        assert "left" in told[0], "the time left is told from the first moment"
    assert not begun, "no pen is seen"
    assert not studio.session.draft.ghosts
    assert studio.window.transport.status.text() == "All written"


def test_the_rest_is_written_without_watching(studio, qtbot):
    studio.document.open(Note.from_text("\n".join(f"hello number {n}" for n in range(8))))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.playback.speed = 0.0
    with qtbot.waitSignal(studio.playback.line_moved):
        studio.actions.trigger("writing.write")
    assert studio.actions.enabled("writing.unwatched")
    seen = []
    studio.playback.progressed.connect(lambda *_: seen.append(studio.window.pages._head))
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("writing.unwatched")
        assert not studio.actions.enabled("writing.unwatched")
    assert seen
    assert not any(head is not None for head in seen), "no pen stays where it was"
    assert not studio.session.draft.ghosts
    # The next time the pen is watched again.
    studio.document.edit("Type", studio.document.note.with_text("another text"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    with qtbot.waitSignal(studio.playback.line_moved):
        studio.actions.trigger("writing.write")
    studio.actions.trigger("writing.stop")


def test_a_pause_does_not_count_as_time(studio, qtbot):
    studio.document.open(Note.from_text("\n".join(f"hello number {n}" for n in range(8))))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.playback.speed = 0.0
    with qtbot.waitSignal(studio.playback.line_moved):
        studio.playback.write()
    studio.playback._done = 2
    studio.playback.pause()
    told = studio.playback._left.seconds(0.25)
    qtbot.wait(150)
    assert studio.playback._left.seconds(0.25) == told
    studio.playback.stop()


def test_lines_are_counted_where_long_ones_are_written_in_pieces(studio, qtbot):
    text = "the quick brown fox jumps over the lazy dog " * 12
    studio.document.open(Note.from_text(text, look=Look(x_height=1.2)))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    draft = studio.session.draft
    assert len(draft.missing) > len(draft.ghosts) > 1
    assert studio.window.transport.status.text() == f"{len(draft.ghosts)} lines to write"


@pytest.mark.parametrize(("seconds", "words"), [(30.0, " · 30 seconds left"), (4.0, "")])
def test_the_time_left_of_a_few_lines_is_told_where_they_take_long(
    studio, qtbot, monkeypatch, seconds, words
):
    studio.document.open(Note.from_text("one\ntwo"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    monkeypatch.setattr(studio.playback, "_expected", lambda: seconds)
    told = []
    studio.playback.progressed.connect(lambda *words: told.append(words[2]))
    studio.playback.write()
    assert told[0] == f"Writing line 1 of 2{words}"
    studio.playback.stop()

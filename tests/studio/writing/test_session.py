"""The writing session: a note written without a window, with pause, stop and change."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import TextError
from engine.hand import Hand
from engine.sampling.policy import ALIGNED
from studio.document.document_model import DocumentModel
from studio.document.editing import choose_variants
from studio.document.note import Note
from studio.writing import session as session_module
from studio.writing.session import WritingSession
from studio.writing.work_thread import CallQueue, Urgency, WorkThread

LINES = "the first line\nand a second one\nthe third\nthe last"


@pytest.fixture
def calls() -> CallQueue:
    return CallQueue()


@pytest.fixture
def worker(calls):
    thread = WorkThread(calls.post)
    yield thread
    thread.stop()


@pytest.fixture
def one_ahead(monkeypatch) -> None:
    """The network writes no further than the line after the one that was taken."""
    monkeypatch.setattr(session_module, "FAR_AHEAD", 1)


@pytest.fixture
def session(worker, calls, tiny_hand_path) -> WritingSession:
    made = WritingSession(DocumentModel(), worker, ALIGNED)
    made.hand = Hand.load(tiny_hand_path)
    return made


def opened(session: WritingSession, calls: CallQueue, text: str = LINES) -> DocumentModel:
    document = session._document
    document.open(Note.from_text(text))
    calls.run_until(lambda: not session.pending)
    return document


def taken(session: WritingSession, calls: CallQueue):
    """The next line, once it is there; None at the end."""
    while (line := session.next_line()) is None:
        if not session.writing:
            return None
        calls.run_until(lambda: bool(session.waiting) or not session.writing)
    return line


def texts(line) -> str:
    return " ".join(request.text for request in line.lines)


def test_lines_come_in_reading_order_and_are_on_the_pages_when_they_are_accepted(session, calls):
    opened(session, calls)
    assert len(session.draft.ghosts) == 4
    session.write()
    seen = []
    while (line := taken(session, calls)) is not None:
        left = len(session.draft.ghosts)
        assert line.placed is not None
        session.accept(line)
        assert len(session.draft.ghosts) == left - 1
        seen.append(texts(line))
    assert seen == LINES.split("\n")
    assert not session.draft.missing
    assert session.speed > 0
    assert set(session.content().lines) == set(session.draft.layout.plan.requests)


def test_a_hand_that_goes_before_the_network_begins_still_writes(session, calls, worker):
    opened(session, calls)
    begin = threading.Event()
    worker.request("something else", Urgency.LAYOUT, begin.wait, lambda _: None)
    failures = []
    session.write(failures.append)
    session.hand = None  # Another is being loaded.
    begin.set()
    assert texts(taken(session, calls)) == "the first line"
    assert not failures


def test_what_nobody_takes_holds_the_network_up(session, calls, monkeypatch):
    monkeypatch.setattr(session_module, "FAR_AHEAD", 60)
    opened(session, calls, "\n".join(f"hello number {n}" for n in range(30)))
    put = []
    session.line_ready.connect(lambda: put.append(1))
    session.write()
    calls.run_until(lambda: session.waiting >= 60)
    # The worker does other work meanwhile: it waits for room, and not for a while.
    session.refresh()
    calls.run_until(lambda: not session.pending)
    before = len(put)
    assert before < 10
    line = session.next_line()
    assert line is not None
    while len(put) == before:
        calls.run_until(lambda: len(put) > before or session.waiting >= 60, timeout=60)
        if len(put) == before:
            assert session.next_line() is not None
    assert session.writing


def test_a_pause_holds_and_a_stop_keeps_what_is_written(session, calls, one_ahead):
    opened(session, calls)
    session.write()
    session.accept(taken(session, calls))
    session.pause()
    session.refresh()
    calls.run_until(lambda: not session.pending)
    assert session.writing
    session.go_on()
    line = taken(session, calls)
    session.stop()
    assert not session.writing
    assert len(session.draft.ghosts) == 3, "what was not accepted is not on the pages"
    known = dict(line.lines)
    session.write()
    again = taken(session, calls)
    assert texts(again) == texts(line)
    for request, ink in known.items():
        assert again.lines[request].ink is ink.ink, "it was written already"


def test_a_change_of_what_is_not_written_is_written_as_it_is_now(session, calls, one_ahead):
    document = opened(session, calls)
    session.write()
    session.accept(taken(session, calls))
    changed = LINES.replace("the last", "another end").replace("the third\n", "")
    document.edit("Type", document.note.with_text(changed))
    seen = [LINES.split("\n")[0]]
    while (line := taken(session, calls)) is not None:
        session.accept(line)
        seen.append(texts(line))
    calls.run_until(lambda: not session.pending)
    assert seen[0] == "the first line"
    assert seen[-1] == "another end"
    assert not session.draft.missing
    assert [r.text for r in session.draft.layout.plan.requests] == changed.split("\n")


def test_a_candidate_that_is_chosen_meanwhile_is_not_written_by_the_network(
    session, calls, one_ahead
):
    document = opened(session, calls)
    session.write()
    line = taken(session, calls)
    session.pause()
    session.accept(line)
    (request,) = line.lines
    mine = replace(line.lines[request], ink=line.lines[request].ink.moved(0.5, 0.0))
    session.know({replace(request, variant=1): mine})
    document.edit("Choose", choose_variants(document.note, {line.planned.key: 1}))
    session.go_on()
    while (line := taken(session, calls)) is not None:
        assert "the first line" not in texts(line)
        session.accept(line)
    calls.run_until(lambda: not session.pending)
    kept = session.draft.layout.written[replace(request, variant=1)]
    np.testing.assert_array_equal(kept.ink.xy, mine.ink.xy)


def test_what_cannot_be_written_is_told_with_its_place(session, calls, one_ahead):
    document, told = opened(session, calls), []
    session.write(told.append)
    session.accept(taken(session, calls))
    session.pause()
    document.edit("Type", document.note.with_text(LINES + " \u6f22"))
    session.go_on()
    calls.run_until(lambda: bool(told))
    assert isinstance(told[0], TextError)
    assert not session.writing


def test_another_note_has_nothing_of_the_one_before(session, calls):
    document = opened(session, calls)
    session.write()
    session.accept(taken(session, calls))
    document.open(Note.from_text("something else"))
    assert session.draft is None
    assert not session.writing
    assert not session.known
    calls.run_until(lambda: not session.pending)
    assert [r.text for r in session.draft.missing] == ["something else"]


def test_a_note_is_written_in_a_process_that_cannot_import_qt(tiny_hand_path, tmp_path):
    program = textwrap.dedent(
        """
        import sys
        for name in ("PySide6", "pyqtgraph", "shiboken6"):
            sys.modules[name] = None
        from pathlib import Path
        from engine.hand import Hand
        from engine.sampling.policy import ALIGNED
        from studio.document.document_model import DocumentModel
        from studio.document.note import Note
        from studio.storage.note_file import load, save
        from studio.writing.session import WritingSession
        from studio.writing.work_thread import CallQueue, Urgency, WorkThread

        calls = CallQueue()
        worker = WorkThread(calls.post)
        document = DocumentModel()
        session = WritingSession(document, worker, ALIGNED)
        session.hand = Hand.load(Path(sys.argv[1]))
        document.open(Note.from_text("one line\\nanother line\\na third"))
        calls.run_until(lambda: not session.pending)

        def take():
            calls.run_until(lambda: session.waiting > 0 or not session.writing)
            line = session.next_line()
            if line is not None:
                session.accept(line)
            return line

        session.write()
        take()
        session.pause()
        document.edit("Type", document.note.with_text("one line\\nno other line"))
        session.go_on()
        take()
        session.stop()
        calls.run_until(lambda: not session.pending)
        session.write()
        while take() is not None:
            pass
        calls.run_until(lambda: not session.pending)
        assert not session.draft.missing
        save(session.content(), Path(sys.argv[2]))
        again = load(Path(sys.argv[2]))
        assert sorted(r.text for r in again.lines) == ["no other line", "one line"], again.lines
        assert not [name for name in sys.modules if name.startswith("PySide6.")]
        worker.stop()
        """
    )
    found = subprocess.run(
        [sys.executable, "-c", program, str(tiny_hand_path), str(tmp_path / "a.scriptorium")],
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr

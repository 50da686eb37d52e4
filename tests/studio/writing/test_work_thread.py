"""The worker's thread: urgency, waiting for room, and queues that many threads use at once."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass

import pytest

from studio.writing.line_queue import LineQueue, Mailbox
from studio.writing.work_thread import CallQueue, Urgency, Wait, WorkThread, is_dropped


@pytest.fixture
def calls() -> CallQueue:
    return CallQueue()


@pytest.fixture
def worker(calls):
    thread = WorkThread(calls.post)
    yield thread
    thread.stop()


def test_a_job_that_waits_lets_less_urgent_ones_pass_and_goes_on_when_it_is_woken(worker, calls):
    room, got = threading.Event(), []

    def waits():
        yield 1
        yield Wait(room.is_set)
        yield 2
        return "done"

    worker.request("write", Urgency.LAYOUT, waits, got.append, part=got.append)
    worker.request("keep", Urgency.KEEPING, lambda: "kept", got.append)
    calls.run_until(lambda: "kept" in got)
    assert got == [1, "kept"]
    room.set()
    worker.wake()
    calls.run_until(lambda: "done" in got)
    assert got == [1, "kept", 2, "done"]


def test_a_long_job_learns_that_it_is_dropped(worker, calls):
    began, ended = threading.Event(), threading.Event()

    def long():
        began.set()
        while not is_dropped():
            pass
        ended.set()

    worker.request("write", Urgency.WRITING, long, pytest.fail)
    assert began.wait(60)
    assert not is_dropped(), "in this thread no job runs"
    worker.cancel("write")
    assert ended.wait(60)


def test_a_job_that_waits_is_closed_when_it_is_cancelled(worker, calls):
    closed, began = threading.Event(), []

    def waits():
        try:
            yield 1
            yield Wait(lambda: False)
        finally:
            closed.set()

    worker.request("write", Urgency.WRITING, waits, began.append, part=began.append)
    calls.run_until(lambda: bool(began))
    worker.cancel("write")
    assert closed.wait(60)
    assert not worker.pending("write")


def test_an_exception_without_a_handler_is_raised_where_the_calls_are_made(worker, calls):
    def fails():
        raise KeyError("gone")

    worker.request("a", Urgency.LAYOUT, fails, print)
    with pytest.raises(KeyError, match="gone"):
        calls.run_until(lambda: False, timeout=60)


@dataclass(frozen=True)
class Line:
    number: int
    points: int = 7


def test_nothing_is_lost_between_threads_that_switch_at_every_step():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    calls, lines, box = CallQueue(), LineQueue(40), Mailbox(0)
    worker = WorkThread(calls.post)
    most, seen = [], []

    def makes():
        for number in range(2000):
            if not lines.has_room():
                yield Wait(lines.has_room)
            lines.put(Line(number))
            most.append(lines.points)
            seen.append(box.latest)
        return "done"

    ended = []
    try:
        worker.request("write", Urgency.WRITING, makes, ended.append)
        got = []
        while not ended or len(lines):
            line = lines.take()
            if line is None:
                calls.run_until(lambda: bool(ended) or len(lines) > 0, timeout=0.001)
                continue
            got.append(line.number)
            box.put(line.number)
            worker.wake()
        assert got == list(range(2000))
        assert max(most) <= 40 + 7
        assert lines.points == 0
        assert seen == sorted(seen), "a newer snapshot is never followed by an older one"
    finally:
        sys.setswitchinterval(before)
        worker.stop()


def test_a_queue_that_is_held_has_no_room():
    lines = LineQueue(10)
    lines.hold(True)
    assert not lines.has_room()
    lines.hold(False)
    lines.put(Line(1, 10))
    assert not lines.has_room()
    assert [line.number for line in lines.drain()] == [1]
    assert lines.has_room()
    assert lines.take() is None

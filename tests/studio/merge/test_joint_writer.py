"""Many jobs whose lines are written in one batch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import pytest

from studio.document.note import Note
from studio.layout.layout import lay_out
from studio.layout.line_writer import LineRequest, Writer
from studio.merge.joint_writer import write_jointly

TEXTS = [f"Dear reader {n},\n" + "the engine weaves leaves. " * 2 * n for n in range(7)]


def job(text: str) -> Callable[[Writer], Any]:
    return lambda writer: lay_out(Note.from_text(text), writer)


def test_jobs_come_to_what_they_would_alone_in_fewer_batches(zigzag: Any):
    alone = [job(text)(zigzag) for text in TEXTS]
    separate = len(zigzag.batches)
    zigzag.batches.clear()
    outcomes = list(write_jointly(map(job, TEXTS), zigzag, 7))
    assert {one.number for one in outcomes} == set(range(7))
    for one in outcomes:
        assert one.value.pages.text == alone[one.number].pages.text
        inks = zip(one.value.pages.lines, alone[one.number].pages.lines, strict=True)
        assert all((a.ink.xy == b.ink.xy).all() for a, b in inks)
        assert one.seconds > 0
    assert len(zigzag.batches) < separate / 2
    assert zigzag.batches[0] >= 7


def test_jobs_in_work_are_bounded_and_refilled(zigzag: Any):
    taken = []

    def jobs():
        for number, text in enumerate(TEXTS):
            taken.append(number)
            yield job(text)

    outcomes = write_jointly(jobs(), zigzag, 2)
    next(outcomes)
    assert len(taken) <= 3
    assert len(list(outcomes)) == 6


def test_a_job_that_fails_ends_no_other(zigzag: Any):
    def wrong(writer: Writer) -> None:
        writer.write_lines([LineRequest("Hello", None, 0.75, 1)])
        raise ValueError("no")

    outcomes = list(write_jointly([job(TEXTS[0]), wrong, job(TEXTS[1])], zigzag, 3))
    assert [type(one.error) for one in sorted(outcomes, key=lambda o: o.number)] == [
        type(None),
        ValueError,
        type(None),
    ]


def test_an_error_of_the_writer_ends_the_run(zigzag: Any):
    def broken(requests: Any) -> Any:
        raise MemoryError

    zigzag.write_lines = broken
    with pytest.raises(MemoryError):
        list(write_jointly(map(job, TEXTS), zigzag, 3))


def test_a_run_that_is_given_up_leaves_no_thread(zigzag: Any):
    import threading

    before = threading.active_count()
    outcomes = write_jointly(map(job, TEXTS), zigzag, 4)
    next(outcomes)
    outcomes.close()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(5)
    assert threading.active_count() <= before


@pytest.mark.parametrize("lost", [1, 2, 3, 5])
def test_an_interrupt_between_any_two_steps_ends_the_run(
    zigzag: Any, monkeypatch: pytest.MonkeyPatch, lost: int
):
    """Ctrl-C may come when a job's message was taken and not looked at yet."""
    begun = threading.active_count()

    class Interrupted(SimpleQueue):  # type: ignore[type-arg]
        taken = 0

        def get(self, *arguments: Any) -> Any:
            message = super().get(*arguments)
            if threading.current_thread() is threading.main_thread():
                Interrupted.taken += 1
                if Interrupted.taken == lost:
                    raise KeyboardInterrupt
            return message

    monkeypatch.setattr("studio.merge.joint_writer.SimpleQueue", Interrupted)

    def job(writer: Writer) -> int:
        for seed in range(4):
            writer.write_lines([LineRequest("hello", None, 0.5, seed)])
        return 1

    with pytest.raises(KeyboardInterrupt):
        for _ in write_jointly([job] * 6, zigzag, 3):
            pass
    assert threading.active_count() == begun

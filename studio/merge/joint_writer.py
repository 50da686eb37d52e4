"""Writing jointly: the lines that many letters want at a time go to the hand as one batch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from studio.layout.line_writer import LineRequest, Writer, WrittenLine

T = TypeVar("T")


class _Ended(BaseException):
    """The run ends; a letter in work is given up."""


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What became of a job.

    Parameters
    ----------
    number : int
        Of the job, from 0.
    value : T or None
    error : Exception or None
        Which ended it.
    seconds : float
        Processor time of its own, and its share of what writing took.
    """

    number: int
    value: T | None
    error: Exception | None
    seconds: float


@dataclass(frozen=True)
class _Asked:
    seat: _Seat
    requests: Sequence[LineRequest]


class _Seat:
    """The writer of one job: what it is asked for waits until all jobs ask."""

    def __init__(
        self, writer: Writer, told: SimpleQueue[_Asked | Outcome[T]], asking: threading.Lock
    ) -> None:
        self._writer, self._told, self._asking = writer, told, asking
        self.answers: SimpleQueue[Sequence[WrittenLine] | BaseException] = SimpleQueue()
        self.seconds = 0.0

    @property
    def name(self) -> str:
        return self._writer.name

    @property
    def sha256(self) -> str:
        return self._writer.sha256

    @property
    def alphabet(self) -> Collection[str]:
        return self._writer.alphabet

    def examples(self, *style: Any) -> Sequence[tuple[str, float]]:
        # Who does not know a style yet writes in it.
        with self._asking:
            return self._writer.examples(*style)

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        self._told.put(_Asked(self, requests))
        answer = self.answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer


def write_jointly(
    jobs: Iterable[Callable[[Writer], T]], writer: Writer, in_work: int
) -> Iterator[Outcome[T]]:
    """Carry out jobs that each want lines now and then, so many at a time.

    A job that waits for lines waits until every other job does so, or has ended: then all their
    lines are written in one batch. What a line becomes does not hang on those beside it, so a job's
    value is what it would be alone.

    Parameters
    ----------
    jobs : iterable of callable
        Each is given a writer; taken from the iterable when there is room.
    writer : Writer
        Asked in the thread that iterates, and never twice at a time.
    in_work : int
        Jobs at a time, from 1.

    Yields
    ------
    Outcome
        As they end.
    """
    told: SimpleQueue[_Asked | Outcome[T]] = SimpleQueue()
    coming = enumerate(jobs)
    asking = threading.Lock()
    threads: dict[int, threading.Thread] = {}
    seats: dict[int, _Seat] = {}
    waiting: list[_Asked] = []
    busy, more = 0, True
    try:
        while True:
            while more and len(threads) < in_work:
                entry = next(coming, None)
                if entry is None:
                    more = False
                    break
                number, job = entry
                seats[number] = _Seat(writer, told, asking)
                arguments = (number, job, seats[number], told)
                threads[number] = threading.Thread(target=_work, args=arguments, daemon=True)
                threads[number].start()
                busy += 1
            while busy:
                message = told.get()
                busy -= 1
                if isinstance(message, _Asked):
                    waiting.append(message)
                    continue
                threads.pop(message.number).join()
                del seats[message.number]
                yield message
            if len(threads) < in_work and more:
                continue
            if not waiting:
                return
            _answer(waiting, writer)
            busy, waiting = len(waiting), []
    finally:
        # Whoever waits ends; what still computes ends at its next lines, or is done before. Ctrl-C
        # may have come between any two steps above, so nothing is counted here.
        for seat in seats.values():
            seat.answers.put(_Ended())
        for thread in threads.values():
            if thread.ident is not None:
                thread.join()


def _answer(waiting: Sequence[_Asked], writer: Writer) -> None:
    """Write what all ask for, and hand each its part."""
    requests = [request for asked in waiting for request in asked.requests]
    begun = time.perf_counter()
    written = iter(writer.write_lines(requests))
    taken = time.perf_counter() - begun
    characters = sum(len(request.text) for request in requests) or 1
    for asked in waiting:
        own = [next(written) for _ in asked.requests]
        asked.seat.seconds += (
            taken * sum(len(request.text) for request in asked.requests) / characters
        )
        asked.seat.answers.put(own)


def _work(
    number: int,
    job: Callable[[Writer], T],
    seat: _Seat,
    told: SimpleQueue[_Asked | Outcome[T]],
) -> None:
    """Carry a job out in a thread of its own, and tell what became of it."""
    value, error = None, None
    try:
        value = job(seat)
    except _Ended:
        return
    except Exception as raised:
        error = raised
    told.put(Outcome(number, value, error, seat.seconds + time.thread_time()))

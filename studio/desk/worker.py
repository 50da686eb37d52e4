"""The one worker: a thread that runs what would stall the window, the most urgent first."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal


class Urgency(IntEnum):
    """What goes first: the lower number."""

    LAYOUT = 0
    SAMPLE = 1
    WRITING = 2
    KEEPING = 3


@dataclass(order=True)
class _Job:
    urgency: Urgency
    order: int
    channel: str = field(compare=False)
    generation: int = field(compare=False)
    work: Callable[[], Any] = field(compare=False)


@dataclass(frozen=True)
class _Result:
    channel: str
    generation: int
    value: Any
    error: BaseException | None
    done: bool


class _Thread(QThread):
    produced = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("worker")
        self.wake = threading.Condition()
        self.jobs: list[_Job] = []
        self.generations: dict[str, int] = {}
        self.quit_now = False

    def run(self) -> None:
        """Take the most urgent job; one that yields is put aside when a more urgent one comes."""
        running: list[tuple[_Job, Generator[Any, None, Any]]] = []
        while True:
            with self.wake:
                while not self.quit_now and not self.jobs and not running:
                    self.wake.wait()
                if self.quit_now:
                    break
                self.jobs.sort()
                fresh = None
                if self.jobs and (not running or self.jobs[0].urgency < running[-1][0].urgency):
                    fresh = self.jobs.pop(0)
            if fresh is not None:
                if self._stale(fresh):
                    continue
                value, error = None, None
                try:
                    value = fresh.work()
                except Exception as caught:  # told where the result is awaited
                    error = caught
                if isinstance(value, Generator):
                    running.append((fresh, value))
                    running.sort(key=lambda pair: -pair[0].urgency)
                else:
                    self._produce(fresh, value, error, done=True)
                continue
            job, steps = running[-1]
            if self._stale(job):
                running.pop()
                steps.close()
                continue
            try:
                self._produce(job, next(steps), None, done=False)
            except StopIteration as stop:
                running.pop()
                self._produce(job, stop.value, None, done=True)
            except Exception as caught:  # told where the result is awaited
                running.pop()
                self._produce(job, None, caught, done=True)
        for _, steps in running:
            steps.close()

    def _stale(self, job: _Job) -> bool:
        return self.generations.get(job.channel) != job.generation

    def _produce(self, job: _Job, value: Any, error: BaseException | None, *, done: bool) -> None:
        if value is not None or done:
            self.produced.emit(_Result(job.channel, job.generation, value, error, done))


class Worker(QObject):
    """Requests in, responses out, by channels.

    A new request on a channel makes all earlier ones stale: those that wait are never run, those
    that run are dropped at their next step, and what they still produce is not delivered.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = _Thread()
        self._thread.produced.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._numbers = itertools.count(1)
        self._waiting: dict[
            str,
            tuple[
                Callable[[Any], None],
                Callable[[BaseException], None] | None,
                Callable[[Any], None] | None,
            ],
        ] = {}
        self._thread.start()

    def request(
        self,
        channel: str,
        urgency: Urgency,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
        part: Callable[[Any], None] | None = None,
    ) -> None:
        """Run `work` in the thread.

        Parameters
        ----------
        channel : str
            What the request is for; a later one on the same channel takes its place.
        urgency : Urgency
        work : callable
            Returns a value, or a generator: each value that this yields (None aside) goes to
            `part`, and between two of them more urgent work is let pass.
        done : callable
            Called in the window's thread with the value returned.
        failed : callable, optional
            Called in the window's thread with the exception; without it the exception is raised
            there.
        part : callable, optional
        """
        number = next(self._numbers)
        self._waiting[channel] = (done, failed, part)
        with self._thread.wake:
            self._thread.generations[channel] = number
            self._thread.jobs = [job for job in self._thread.jobs if job.channel != channel]
            self._thread.jobs.append(_Job(urgency, number, channel, number, work))
            self._thread.wake.notify()

    def cancel(self, channel: str) -> None:
        """Drop what the channel waits for."""
        self._waiting.pop(channel, None)
        with self._thread.wake:
            self._thread.generations.pop(channel, None)
            self._thread.jobs = [job for job in self._thread.jobs if job.channel != channel]

    def pending(self, channel: str) -> bool:
        """Whether the channel waits for a result."""
        return channel in self._waiting

    def _deliver(self, result: _Result) -> None:
        if self._thread.generations.get(result.channel) != result.generation:
            return
        done, failed, part = self._waiting[result.channel]
        if not result.done:
            if part is not None:
                part(result.value)
            return
        self.cancel(result.channel)
        if result.error is None:
            done(result.value)
        elif failed is not None:
            failed(result.error)
        else:
            raise result.error

    def stop(self) -> None:
        """End the thread; what it does not finish at once is dropped."""
        with self._thread.wake:
            self._thread.quit_now = True
            self._thread.generations.clear()
            self._thread.wake.notify()
        self._waiting.clear()
        self._thread.wait()

"""A thread for what takes long: jobs by urgency, of which some wait until there is room."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import Any

Call = Callable[[], None]


class Urgency(IntEnum):
    """What goes first: the lower number."""

    LAYOUT = 0
    SAMPLE = 1
    WRITING = 2
    KEEPING = 3
    BACKGROUND = 4


@dataclass(frozen=True)
class Wait:
    """What a job yields that cannot go on yet: the thread does other jobs until that holds.

    Parameters
    ----------
    until : callable
        Asked each time that the thread is woken, by `WorkThread.wake` among others; fast.
    """

    until: Callable[[], bool]


@dataclass(order=True)
class _Job:
    urgency: Urgency
    order: int
    channel: str = field(compare=False)
    work: Callable[[], Any] = field(compare=False)
    #: Of a job that has begun and yields.
    steps: Generator[Any, None, Any] | None = field(default=None, compare=False)
    wait: Wait | None = field(default=None, compare=False)


@dataclass(frozen=True)
class _Reply:
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None] | None
    part: Callable[[Any], None] | None


#: Of the thread that asks: what tells whether its job is dropped.
_here = threading.local()


def is_dropped() -> bool:
    """Whether the job that runs in this thread is not wanted any more; False outside of jobs.

    What takes long asks it now and then, and ends.
    """
    dropped: Callable[[], bool] = getattr(_here, "dropped", lambda: False)
    return dropped()


class WorkThread:
    """Requests in, replies out, by channels.

    A new request on a channel makes all earlier ones stale: those that wait are never run, those
    that run are dropped at their next step, or where they ask `is_dropped`, and what they still
    produce is not delivered.

    Its methods, and what it calls back, belong to one thread: the owner's. What is handed to the
    jobs must not change while they run.

    Parameters
    ----------
    post : callable
        Has a call made in the owner's thread, soon; it is called from the worker's. An event
        loop's own (`loop.call_soon_threadsafe`), or `CallQueue.post` where there is none.
    """

    def __init__(self, post: Callable[[Call], object]) -> None:
        self._post = post
        self._wake = threading.Condition()
        self._jobs: list[_Job] = []
        self._current: dict[str, int] = {}
        self._ending = False
        self._numbers = itertools.count(1)
        self._replies: dict[str, _Reply] = {}
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    # The owner's side ------------------------------------------------------------------------

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
            Returns a value, or a generator: each value that this yields (None and `Wait` aside)
            goes to `part`, and between two of them more urgent work is let pass.
        done : callable
            Called in the owner's thread with the value returned.
        failed : callable, optional
            Called in the owner's thread with the exception; without it the exception is raised
            there.
        part : callable, optional
        """
        number = next(self._numbers)
        self._replies[channel] = _Reply(done, failed, part)
        with self._wake:
            self._current[channel] = number
            self._jobs.append(_Job(urgency, number, channel, work))
            self._wake.notify()

    def cancel(self, channel: str) -> None:
        """Drop what the channel waits for."""
        self._replies.pop(channel, None)
        with self._wake:
            self._current.pop(channel, None)
            self._wake.notify()

    def pending(self, channel: str) -> bool:
        """Whether the channel waits for a result."""
        return channel in self._replies

    def wake(self) -> None:
        """Let jobs that wait look again whether they can go on."""
        with self._wake:
            self._wake.notify()

    def stop(self) -> None:
        """End the thread; what it does not finish at once is dropped."""
        with self._wake:
            self._ending = True
            self._current.clear()
            self._wake.notify()
        self._replies.clear()
        self._thread.join()

    def _deliver(
        self, job: _Job, value: Any, error: BaseException | None = None, *, done: bool
    ) -> None:
        """Hand a result on, in the owner's thread; that of a stale job is dropped."""
        with self._wake:
            stale = self._stale(job)
        if stale:
            return
        reply = self._replies[job.channel]
        if not done:
            if reply.part is not None:
                reply.part(value)
            return
        self.cancel(job.channel)
        if error is None:
            reply.done(value)
        elif reply.failed is not None:
            reply.failed(error)
        else:
            raise error

    # The worker's side -----------------------------------------------------------------------

    def _run(self) -> None:
        while (job := self._next()) is not None:
            self._advance(job)
        for job in self._jobs:
            if job.steps is not None:
                job.steps.close()

    def _next(self) -> _Job | None:
        """The most urgent job that can go on; stale ones come up to be dropped. None at the end."""
        with self._wake:
            while not self._ending:
                ready = [job for job in self._jobs if self._stale(job) or self._can_go_on(job)]
                if ready:
                    job = min(ready)
                    self._jobs.remove(job)
                    return job
                self._wake.wait()
            return None

    def _stale(self, job: _Job) -> bool:
        return self._current.get(job.channel) != job.order

    @staticmethod
    def _can_go_on(job: _Job) -> bool:
        return job.wait is None or job.wait.until()

    def _is_dropped(self, job: _Job) -> bool:
        with self._wake:
            return self._stale(job)

    def _advance(self, job: _Job) -> None:
        """Begin a job, or take its next step; put it back where there is more to do."""
        _here.dropped = partial(self._is_dropped, job)
        with self._wake:
            stale = self._stale(job)
        if stale:
            if job.steps is not None:
                job.steps.close()
            return
        try:
            if job.steps is None:
                value = job.work()
                if not isinstance(value, Generator):
                    self._produce(job, value, done=True)
                    return
                job.steps, value = value, None
            else:
                value = next(job.steps)
        except StopIteration as stop:
            self._produce(job, stop.value, done=True)
            return
        except Exception as caught:  # told where the result is awaited
            self._produce(job, None, caught, done=True)
            return
        job.wait = value if isinstance(value, Wait) else None
        if value is not None and job.wait is None:
            self._produce(job, value, done=False)
        with self._wake:
            self._jobs.append(job)

    def _produce(
        self, job: _Job, value: Any, error: BaseException | None = None, *, done: bool
    ) -> None:
        self._post(lambda: self._deliver(job, value, error, done=done))


class CallQueue:
    """Calls that wait for their thread: how a program without an event loop hears of its worker."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()

    def post(self, call: Call) -> None:
        """Leave a call; from any thread."""
        self._calls.put(call)

    def run_until(self, holds: Callable[[], bool], timeout: float | None = None) -> bool:
        """Make the calls as they come until something holds.

        Parameters
        ----------
        holds : callable
            Asked after each call.
        timeout : float, optional
            Seconds to wait for each call.

        Returns
        -------
        bool
            False where no call came in time.
        """
        while not holds():
            try:
                call = self._calls.get(timeout=timeout)
            except queue.Empty:
                return holds()
            call()
        return True

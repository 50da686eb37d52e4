"""Writing on at a note while another one is shown."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from studio.writing.line_queue import LineQueue, Mailbox
from studio.writing.missing_lines import SessionLine, write_missing
from studio.writing.session_state import SessionState
from studio.writing.work_thread import Urgency, WorkThread

UNBOUNDED = 10**9
"""Points that may wait: who takes the lines takes them at once."""
_numbers = itertools.count(1)


class BackgroundWriting:
    """Has the worker write what a note lacks that nobody sees, when it has nothing else to do.

    Parameters
    ----------
    state : SessionState
        It belongs to this object until `stop`.
    worker : WorkThread
    progressed : callable
        Called when there is another line, and at the end.
    """

    def __init__(
        self, state: SessionState, worker: WorkThread, progressed: Callable[[], object]
    ) -> None:
        self.state, self._worker, self._progressed = state, worker, progressed
        self._queue: LineQueue[SessionLine] = LineQueue(UNBOUNDED)
        self._channel = f"background {next(_numbers)}"
        now, queue = state.snapshot, self._queue
        if now.hand is None:
            # Another is being loaded: the note goes on when it is shown.
            return
        worker.request(
            self._channel,
            Urgency.BACKGROUND,
            lambda: write_missing(now, Mailbox(now), queue),
            lambda _: self._take(),
            # Whoever shows the note tries again, and is told why it fails.
            lambda _: self._take(),
            lambda _: self._take(),
        )

    @property
    def writing(self) -> bool:
        """Whether there is more to come."""
        return self._worker.pending(self._channel)

    def stop(self) -> SessionState:
        """Write no more; returns the note as far as it has come, which is to go on if it can."""
        self._worker.cancel(self._channel)
        self._drain()
        return replace(self.state, writing=True)

    def _take(self) -> None:
        self._drain()
        self._progressed()

    def _drain(self) -> None:
        for line in self._queue.drain():
            self.state = self.state.with_line(line)

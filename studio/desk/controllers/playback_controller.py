"""Shows the lines that the session writes, point by point, by the clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.errors import ScriptoriumError
from studio.desk.models.hand_model import HandModel
from studio.document.document_model import DocumentModel
from studio.document.page import PlacedLine
from studio.layout.line_writer import LineRequest
from studio.layout.plan import PlannedLine
from studio.writing.missing_lines import SessionLine
from studio.writing.session import WritingSession
from studio.writing.time_left import FEW, TimeLeft, in_words

if TYPE_CHECKING:
    from engine.sampling.trace import TraceStep

Array = npt.NDArray[np.float64]

FRAME = 16
"""Milliseconds between two looks at what was sampled."""
FASTEST = 64.0
"""Times real time, just before the speed's end, where the pen goes as fast as the sampler."""
SLOWEST_SAMPLER = 300.0
"""Points a second at the speed's end before it is known how fast the sampler is."""


FEW_LINES = 4
"""Lines of which more take long enough to be told how long."""


class PlaybackState(StrEnum):
    """What the pen does."""

    IDLE = "idle"
    WRITING = "writing"
    PAUSED = "paused"


@dataclass(eq=False)
class Showing:
    """A line that the pen is at: its plan, its points in millimetres, and how many are shown."""

    planned: PlannedLine
    points: Array
    ends: npt.NDArray[np.bool_]
    written: SessionLine | None = None
    shown: int = 0

    @property
    def request(self) -> LineRequest | None:
        """What was asked for; None where finished ink is shown again."""
        return None if self.written is None else self.planned.requests[0]

    @property
    def steps(self) -> tuple[TraceStep, ...]:
        """What the network did, where that is known."""
        return () if self.written is None else self.written.trace


class PlaybackController(QObject):
    """The pen's clock, pause and speed: shows what the session writes.

    The session writes ahead of the pen as fast as it can; a timer hands out what the pen's speed
    allows, once a frame.
    """

    state_changed = Signal(str)
    progressed = Signal(int, int, str)
    """Lines finished, lines in all, and what to say of it."""
    line_begun = Signal(object)
    """A `Showing`: the pen goes to a new line."""
    line_moved = Signal(object, object, object)
    """A `Showing`, points (k, 2) mm and whether each ends its stroke: the pen goes on."""
    line_finished = Signal(object)
    """A `Showing` that is finished: the page has its ink."""
    stepped = Signal(object, object)
    """The `LineKey` of the line, and the list of `TraceStep`s whose points were just shown."""
    speed_measured = Signal(float)
    """Points a second that the network samples."""
    interrupted = Signal()
    """The device failed: the writing is to go on when there is a hand again."""
    finished = Signal()
    failed = Signal(object)

    def __init__(self, document: DocumentModel, session: WritingSession, hands: HandModel) -> None:
        super().__init__()
        self._session, self._hands = session, hands
        self.speed = 0.5
        self.watched = True
        """Whether the pen is seen at work; else each line appears as soon as it is written."""
        self.state = PlaybackState.IDLE
        self._left = TimeLeft()
        self._now: Showing | None = None
        self._credit = 0.0
        self._clock = 0.0
        self._done = self._total = 0
        self._replaying = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._tick)
        document.opened.connect(self._opened)
        session.written.connect(self._all_written)

    def _opened(self) -> None:
        """Another note: the line that the pen is at is not one of it."""
        if self._now is not None:
            self._now.written = None
        self.stop()

    # What the user asks for ------------------------------------------------------------------

    @property
    def real_rate(self) -> float:
        """Points a second of a writer's real time."""
        return self._hands.hand.point_rate if self._hands.hand else 50.0

    @property
    def rate(self) -> float:
        """Points a second that the pen may go; at the highest speed as fast as they are sampled."""
        if self.speed >= 0.995:
            now = self._now
            backlog = self._session.waiting + (0 if now is None else len(now.points) - now.shown)
            return max(SLOWEST_SAMPLER, 1.15 * self._session.speed, float(backlog))
        return self.real_rate * float(FASTEST**self.speed)

    def write(self) -> None:
        """Write what the note lacks."""
        if self._hands.hand is None or self.state is not PlaybackState.IDLE:
            return
        self._begin()
        self._session.write(self._fail)

    def replay(self, line: PlacedLine, planned: PlannedLine) -> None:
        """Let the pen be seen writing a finished line again."""
        if self.state is not PlaybackState.IDLE or not line.ink:
            return
        self._begin()
        ends = np.concatenate([np.arange(len(s)) == len(s) - 1 for s in line.ink.strokes])
        self._replaying = True
        self._total = 1
        self._now = Showing(planned, line.ink.xy, ends)
        self.line_begun.emit(self._now)

    def pause(self) -> None:
        """Pause the pen, or let it continue."""
        if self.state is PlaybackState.WRITING:
            self._left.hold()
            self._set_state(PlaybackState.PAUSED)
            self._timer.stop()
        elif self.state is PlaybackState.PAUSED:
            self._clock = time.perf_counter()
            self._left.go_on()
            self._set_state(PlaybackState.WRITING)
            self._timer.start()

    def step(self) -> None:
        """Go on by one point, and hold the pen."""
        if self.state is PlaybackState.WRITING:
            self.pause()
        if self.state is PlaybackState.PAUSED:
            self._advance(1)

    def stop(self) -> None:
        """Take the pen away, at once; the line that it was at is seen whole.

        The network has written it, and half a line is of no use.
        """
        if self.state is PlaybackState.IDLE:
            return
        self._session.stop()
        self._leave()
        self.finished.emit()

    def leave(self) -> PlaybackState:
        """Take the pen away, for another note is about to be shown; tells what the pen did.

        What the network is at goes on unless the pen was held.
        """
        was = PlaybackState.IDLE if self._replaying else self.state
        if was is PlaybackState.WRITING:
            self._leave()
            self.finished.emit()
        else:
            self.stop()
        return was

    def _leave(self) -> None:
        """The pen goes, and what it was at stays."""
        now = self._now
        self._end()
        if now is not None and now.written is not None:
            self._session.accept(now.written)
        else:
            self._session.refresh()
        if now is not None:
            self.line_finished.emit(now)

    # The clock -------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._now, self._credit, self._replaying = None, 0.0, False
        self._clock = time.perf_counter()
        self._done = 0
        self._left = TimeLeft()
        draft = self._session.draft
        self._total = len(draft.ghosts) if draft else 0
        self._set_state(PlaybackState.WRITING)
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        self._now, self._replaying = None, False
        self._set_state(PlaybackState.IDLE)

    def _set_state(self, state: PlaybackState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)
        self._tell()

    def _tell(self) -> None:
        if self.state is PlaybackState.IDLE:
            remark = ""
        elif self._replaying:
            remark = "Replaying"
        else:
            line = min(self._done + 1, self._total)
            word = "Paused at" if self.state is PlaybackState.PAUSED else "Writing"
            remark = f"{word} line {line} of {self._total}"
            if left := self._time_left():
                remark += f" · {left} left"
        self.progressed.emit(self._done, self._total, remark)

    def _time_left(self) -> str:
        """How long the rest takes, in words; nothing where that is a moment."""
        if self._done:
            seconds = self._left.seconds(self._done / self._total)
        else:
            seconds = self._expected()
        moment = self._total < FEW_LINES and (seconds or 0.0) < FEW
        return "" if seconds is None or moment else in_words(seconds)

    def _expected(self) -> float | None:
        """Seconds that all of it takes, before a line is done: by letters and the pace."""
        draft, hand = self._session.draft, self._hands.hand
        if draft is None or hand is None:
            return None
        points = hand.pace * sum(len(request.text) for request in draft.missing)
        network = self._session.speed or SLOWEST_SAMPLER
        return points / (min(self.rate, network) if self.watched else network)

    def write_unwatched(self) -> None:
        """Write what the note lacks, or the rest of it, without the pen being seen."""
        self.watched = False
        if self.state is PlaybackState.PAUSED:
            self.pause()
        if self.state is PlaybackState.IDLE:
            self.write()

    def _tick(self) -> None:
        now = time.perf_counter()
        passed, self._clock = min(now - self._clock, 0.1), now
        if not (self.watched or self._replaying):
            self._advance_unwatched()
            return
        rate = self.rate
        self._credit = min(self._credit + passed * rate, max(2.0, 0.1 * rate))
        whole = int(self._credit)
        self._credit -= whole - self._advance(whole)

    def _advance(self, budget: int) -> int:
        """Show up to so many points; return how many of them were not there to be shown."""
        while budget > 0 or self._now is None:
            if self._now is None:
                line = None if self._replaying else self._session.next_line()
                if line is None:
                    break
                self._take(line)
                continue
            budget -= self._show(self._now, budget)
            if self._now.shown < len(self._now.points):
                break
            self._close(self._now.written)
            # To finish a line is enough for a frame.
            if budget <= 0:
                break
        if self._now is None and not self._session.writing and not self._session.waiting:
            if self.state is not PlaybackState.IDLE:
                self._end()
                self.finished.emit()
            return 0
        return budget

    def _advance_unwatched(self) -> None:
        """Put the next line that is written onto the page: one a frame is enough."""
        if self._now is not None:
            self._close(self._now.written)
            return
        line = self._session.next_line()
        if line is not None:
            self._total = max(self._total, self._done + line.total)
            self._close(line)
        elif not self._session.writing and not self._session.waiting:
            self._end()
            self.finished.emit()

    def _show(self, now: Showing, budget: int) -> int:
        start, stop = now.shown, min(now.shown + budget, len(now.points))
        now.shown = stop
        self.line_moved.emit(now, now.points[start:stop], now.ends[start:stop])
        if steps := now.steps[start:stop]:
            self.stepped.emit(now.planned.key, list(steps))
        return stop - start

    def _take(self, written: SessionLine) -> None:
        """The pen goes to the next line that is written."""
        self._total = max(self._total, self._done + written.total)
        if written.placed is None or not written.placed.ink:
            self._close(written)
            return
        ink = written.placed.ink
        ends = np.concatenate([np.arange(len(s)) == len(s) - 1 for s in ink.strokes])
        self._now = Showing(written.planned, ink.xy, ends, written)
        self._tell()
        self.line_begun.emit(self._now)

    def _close(self, written: SessionLine | None) -> None:
        """The line that the pen was at, or one that has no place, is over."""
        now, self._now = self._now, None
        self._done += 1
        if written is not None:
            self._session.accept(written)
        if now is not None:
            self.line_finished.emit(now)
        self._tell()

    def _all_written(self) -> None:
        if self._session.speed:
            self.speed_measured.emit(self._session.speed)

    def _fail(self, error: BaseException) -> None:
        self._leave()
        if self._hands.recovers(error):
            self.interrupted.emit()
        elif isinstance(error, ScriptoriumError):
            self.failed.emit(error)
        else:
            raise error
        self.finished.emit()

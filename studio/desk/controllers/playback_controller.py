"""Has missing lines written in the worker, and hands out their points by the clock."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.errors import ScriptoriumError
from engine.sampling.request import Policy
from studio.desk.controllers.layout_controller import LayoutController
from studio.desk.models.hand_model import HandModel
from studio.desk.models.style_list import StyleList
from studio.desk.worker import Urgency, Worker
from studio.document.document_model import DocumentModel
from studio.document.note import Note
from studio.document.page import PlacedLine
from studio.layout.draft_layout import DraftLayout, make_draft
from studio.layout.layout import Layout
from studio.layout.line_writer import MISLEADING, LineRequest, Writer, WrittenLine
from studio.layout.plan import PlannedLine
from studio.storage.note_file import compact
from studio.writing.lookahead import LookaheadWriter

if TYPE_CHECKING:
    from engine.sampling.trace import TraceStep

Array = npt.NDArray[np.float64]

FRAME = 16
"""Milliseconds between two looks at what was sampled."""
FASTEST = 64.0
"""Times real time, just before the speed's end, where the pen goes as fast as the sampler."""
SLOWEST_SAMPLER = 300.0
"""Points a second at the speed's end before it is known how fast the sampler is."""
FAR_AHEAD = 4000
"""Points that are sampled and not shown, above which nothing more is sampled: some eight lines."""
NAP = 0.01
"""Seconds from one look at that to the next."""


class PlaybackState(StrEnum):
    """What the pen does."""

    IDLE = "idle"
    WRITING = "writing"
    PAUSED = "paused"


@dataclass(frozen=True, eq=False)
class _Written:
    """A line that the worker has written, with what the note looks like with it."""

    lines: dict[LineRequest, WrittenLine]
    planned: PlannedLine
    #: Where its ink came to stand; None where the line was broken elsewhere.
    placed: PlacedLine | None
    trace: tuple[TraceStep, ...]
    note: Note
    sketch: DraftLayout
    total: int
    #: Points a second that the network samples, so far.
    speed: float

    @property
    def points(self) -> int:
        """Of its ink."""
        return sum(line.ink.points for line in self.lines.values())


@dataclass(eq=False)
class Showing:
    """A line that the pen is at: its plan, its points in millimetres, and how many are shown."""

    planned: PlannedLine
    points: Array
    ends: npt.NDArray[np.bool_]
    written: _Written | None = None
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
    """Writes what a note lacks, at the speed that is asked for.

    The worker samples ahead of the pen as fast as it can; a timer hands out what the pen's speed
    allows, once a frame. What the worker has sampled is never sampled again.
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

    def __init__(
        self,
        document: DocumentModel,
        hands: HandModel,
        styles: StyleList,
        composer: LayoutController,
        worker: Worker,
        policy: Policy,
    ) -> None:
        super().__init__()
        self.policy = policy
        self._document, self._hands, self._styles = document, hands, styles
        self._composer, self._worker = composer, worker
        self.speed = 0.5
        self.state = PlaybackState.IDLE
        self._queue: deque[Any] = deque()
        self._now: Showing | None = None
        self._credit = 0.0
        self._clock = 0.0
        self._done = self._total = 0
        self._cache: dict[LineRequest, WrittenLine] = {}
        document.opened.connect(self._opened)
        self._sampling = False
        self._replaying = False
        #: Points that have come from the worker, and those of them whose line is over.
        self._come = self._gone = 0
        self._sampled_rate = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._tick)

    def _opened(self) -> None:
        self.stop()
        self._cache.clear()

    # What the user asks for ------------------------------------------------------------------

    @property
    def real_rate(self) -> float:
        """Points a second of a writer's real time."""
        return self._hands.hand.point_rate if self._hands.hand else 50.0

    @property
    def rate(self) -> float:
        """Points a second that the pen may go; at the highest speed as fast as they are sampled."""
        if self.speed >= 0.995:
            backlog = self._come - self._behind()
            return max(SLOWEST_SAMPLER, 1.15 * self._sampled_rate, float(backlog))
        return self.real_rate * float(FASTEST**self.speed)

    def write(self) -> None:
        """Write what the note lacks."""
        hand = self._hands.hand
        if hand is None or self.state is not PlaybackState.IDLE:
            return
        self._begin()
        document, styles, writer = self._document, self._styles, self._composer.writer()
        policy = self.policy
        known = {**self._cache, **self._composer.known}
        shown, before = dict(self._composer.known), self._composer.before
        self._sampling = True
        self._worker.request(
            "write",
            Urgency.WRITING,
            lambda: _write(
                lambda: document.note,
                self._behind,
                LookaheadWriter(hand, styles.find, policy),
                hand.characters - MISLEADING,
                writer,
                known,
                shown,
                before,
            ),
            self._sampled_all,
            self._fail,
            self._arrived,
        )

    def _arrived(self, event: _Written) -> None:
        """The worker has produced something."""
        self._queue.append(event)
        self._come += event.points
        if event.speed:
            self._sampled_rate = event.speed

    def replay(self, line: PlacedLine, planned: PlannedLine) -> None:
        """Let the pen be seen writing a finished line again."""
        if self.state is not PlaybackState.IDLE or not line.ink:
            return
        self._begin()
        ends = np.concatenate([np.arange(len(s)) == len(s) - 1 for s in line.ink.strokes])
        self._replaying = True
        self._done, self._total = 0, 1
        self._now = Showing(planned, line.ink.xy, ends)
        self.line_begun.emit(self._now)

    def pause(self) -> None:
        """Hold the pen, or let it go on."""
        if self.state is PlaybackState.WRITING:
            self._set_state(PlaybackState.PAUSED)
            self._timer.stop()
        elif self.state is PlaybackState.PAUSED:
            self._clock = time.perf_counter()
            self._set_state(PlaybackState.WRITING)
            self._timer.start()

    def step(self) -> None:
        """Go on by one point, and hold the pen."""
        if self.state is PlaybackState.WRITING:
            self.pause()
        if self.state is PlaybackState.PAUSED:
            self._advance(1)

    def stop(self) -> None:
        """Hold the pen and take it away, at once; the line that it was at is not kept."""
        if self.state is PlaybackState.IDLE:
            return
        self._worker.cancel("write")
        now = self._now
        self._end()
        if now is not None:
            self.line_finished.emit(now)
        self._composer.refresh()
        self.finished.emit()

    # The clock -------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._queue.clear()
        self._now, self._credit, self._replaying = None, 0.0, False
        self._come = self._gone = 0
        self._clock = time.perf_counter()
        self._done = 0
        self._total = len(self._composer.sketch.ghosts) if self._composer.sketch else 0
        self._set_state(PlaybackState.WRITING)
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        self._queue.clear()
        self._now, self._sampling, self._replaying = None, False, False
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
        self.progressed.emit(self._done, self._total, remark)

    def _tick(self) -> None:
        now = time.perf_counter()
        passed, self._clock = min(now - self._clock, 0.1), now
        rate = self.rate
        self._credit = min(self._credit + passed * rate, max(2.0, 0.1 * rate))
        whole = int(self._credit)
        self._credit -= whole - self._advance(whole)

    def _behind(self) -> int:
        """How many of the sampled points the pen has come to, or will never come to."""
        return self._gone + (0 if self._now is None else self._now.shown)

    def _advance(self, budget: int) -> int:
        """Show up to so many points; return how many of them were not there to be shown."""
        while budget > 0 or self._now is None:
            if self._now is None:
                if not self._queue:
                    break
                self._take(self._queue.popleft())
                continue
            budget -= self._show(self._now, budget)
            if self._now.shown < len(self._now.points):
                break
            self._close(self._now.written)
            # To finish a line is enough for a frame.
            if budget <= 0:
                break
        if not self._queue and self._now is None and not self._sampling:
            if self.state is not PlaybackState.IDLE:
                self._end()
                self.finished.emit()
            return 0
        return budget

    def _show(self, now: Showing, budget: int) -> int:
        start, stop = now.shown, min(now.shown + budget, len(now.points))
        now.shown = stop
        self.line_moved.emit(now, now.points[start:stop], now.ends[start:stop])
        if steps := now.steps[start:stop]:
            self.stepped.emit(now.planned.key, list(steps))
        return stop - start

    def _take(self, written: _Written) -> None:
        """The pen goes to the next line that is written."""
        self._cache |= written.lines
        self._total = max(self._total, self._done + written.total)
        if written.placed is None or not written.placed.ink:
            self._gone += written.points
            self._close(written)
            return
        ink = written.placed.ink
        ends = np.concatenate([np.arange(len(s)) == len(s) - 1 for s in ink.strokes])
        self._now = Showing(written.planned, ink.xy, ends, written)
        self._tell()
        self.line_begun.emit(self._now)

    def _close(self, written: _Written | None) -> None:
        now, self._now = self._now, None
        if written is not None:
            if now is not None:
                self._gone += written.points
            self._composer.know(written.lines)
        self._done += 1
        if written is not None and written.note is self._document.note:
            self._composer.take(written.sketch)
        elif written is not None:
            # The network, done long before the pen, knows nothing of what was typed since.
            self._composer.refresh()
        if now is not None:
            self.line_finished.emit(now)
        self._tell()

    def _sampled_all(self, speed: float) -> None:
        self._sampling = False
        if speed > 0:
            self.speed_measured.emit(speed)

    def _fail(self, error: BaseException) -> None:
        now = self._now
        self._end()
        if now is not None:
            self.line_finished.emit(now)
        self._composer.refresh()
        if self._hands.recovers(error):
            self.interrupted.emit()
        elif isinstance(error, ScriptoriumError):
            self.failed.emit(error)
        else:
            raise error
        self.finished.emit()


def _write(
    note: Callable[[], Note],
    behind: Callable[[], int],
    ahead: LookaheadWriter,
    alphabet: frozenset[str],
    writer: Writer,
    known: dict[LineRequest, WrittenLine],
    shown: dict[LineRequest, WrittenLine],
    before: Layout | None,
) -> Generator[Any, None, float]:
    """Write what a note lacks, some lines at once; runs in the worker.

    They are handed out in reading order, checked: nothing that the pen shows is taken back. The
    note is looked at anew before each line, so that what is typed meanwhile is written, too.

    Yields
    ------
    _Written

    Returns
    -------
    float
        Points a second.
    """
    laid_out, points = note(), 0
    draft = make_draft(laid_out, writer, shown, before)

    def speed() -> float:
        return ahead.points / ahead.seconds if ahead.seconds else 0.0

    while True:
        # Counted here: the window, when it stands still, does not know what has been sampled.
        while points - behind() > FAR_AHEAD:
            # The pen has enough to write; more would only fill the memory.
            time.sleep(NAP)
            yield None
        if note() is not laid_out:
            laid_out = note()
            draft = make_draft(laid_out, writer, shown, before)
        before = draft.settled
        if not draft.missing:
            return speed()
        planned, _ = draft.planned(draft.missing[0])
        fresh: dict[LineRequest, WrittenLine] = {}
        traces: list[tuple[TraceStep, ...]] = []
        for request in [r for r in planned.requests if r not in shown]:
            line = known.get(request)
            if line is None and set(request.text) <= alphabet:
                # A line with symbols in it is not the hand's alone.
                line = ahead.line(
                    request,
                    [r for r in draft.missing if r not in known and set(r.text) <= alphabet],
                )
            elif line is None:
                (line,) = writer.write_lines([request])
            traces.append(line.trace)
            fresh[request] = compact(replace(line, trace=()))
        known |= fresh
        shown |= fresh
        total, key = len(draft.ghosts), planned.key
        laid_out = note()
        draft = make_draft(laid_out, writer, shown, before)
        there = next(
            (p for p in draft.layout.placed if p.key == key and p.requests[0] in fresh), None
        )
        whole = all(traces) and len(traces) == len(planned.requests)
        made = _Written(
            fresh,
            planned if there is None else there,
            None if there is None else draft.layout.placed[there],
            tuple(step for trace in traces for step in trace) if whole else (),
            laid_out,
            draft,
            total,
            speed(),
        )
        points += made.points
        yield made

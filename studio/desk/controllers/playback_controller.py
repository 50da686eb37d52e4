"""The scribe: has missing lines sampled in the worker, and hands out their points by the clock."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.errors import ScriptoriumError
from studio.desk.controllers.layout_controller import LayoutController
from studio.desk.models.hand_model import HandModel
from studio.desk.models.style_list import StyleList
from studio.desk.worker import Urgency, Worker
from studio.document.document_model import DocumentModel
from studio.document.note import Note
from studio.document.page import LineKey, PlacedLine
from studio.layout.draft_layout import DraftLayout, make_draft
from studio.layout.layout import Layout
from studio.layout.line_writer import MISLEADING, LineRequest, Writer, WrittenLine
from studio.layout.plan import PlannedLine
from studio.layout.width_model import WidthModel
from studio.storage.note_file import compact
from studio.writing.lookahead import LookaheadSampler

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.recognition.recogniser import Recogniser
    from engine.sampling.trace import TraceStep
    from studio.writing.provisional import Provisional

Array = npt.NDArray[np.float64]
ReaderLoader = Callable[[], "Recogniser | None"]

FRAME = 16
"""Milliseconds between two looks at what was sampled."""
ATTEMPTS = 4
"""How often a line that is flawed or hard to read is written before the best is kept."""
MISREAD = 0.12
"""The share of its characters that a reader may read wrong before a line is written again."""
FASTEST = 64.0
"""Times real time, just before the speed's end, where the pen goes as fast as the sampler."""
SLOWEST_SAMPLER = 300.0
"""Points a second at the speed's end before it is known how fast the sampler is."""
FAR_AHEAD = 4000
"""Points that are sampled and not shown, above which nothing more is sampled: some eight lines."""
NAP = 0.01
"""Seconds from one look at that to the next."""
PATIENCE = 2.0
"""Seconds that the pen waits for a line to be sampled, so that it is seen at its final place."""


class PlaybackState(StrEnum):
    """What the pen does."""

    IDLE = "idle"
    WRITING = "writing"
    PAUSED = "paused"


@dataclass(frozen=True, eq=False)
class _Begun:
    request: LineRequest
    planned: PlannedLine
    shape: Array
    widths: WidthModel
    before: tuple[WrittenLine, ...]
    total: int


@dataclass(frozen=True, eq=False)
class _Sampled:
    steps: list[TraceStep]
    seconds: float


@dataclass(frozen=True, eq=False)
class _Rejected:
    flaws: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Finished:
    request: LineRequest
    line: WrittenLine
    note: Note
    sketch: DraftLayout
    final: Array | None


@dataclass(eq=False)
class Showing:
    """A line that the pen is at: its plan, its points, and how many of them are shown."""

    planned: PlannedLine
    request: LineRequest | None
    points: Provisional | _Settled
    shown: int = 0
    begun: float = field(default_factory=time.perf_counter)
    steps: list[TraceStep] = field(default_factory=list)


@dataclass(eq=False)
class _Settled:
    """The points of a line that is written already."""

    final: Array
    ends: npt.NDArray[np.bool_]
    finished: bool = True
    ready: bool = True

    def __len__(self) -> int:
        return len(self.final)

    def places(self, start: int, stop: int) -> Array:
        """Millimetres, float (stop - start, 2)."""
        return self.final[start:stop]


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
    line_placed = Signal(object)
    """A `Showing` whose places became exact; what was shown of it is to be drawn anew."""
    line_rejected = Signal(object, object)
    """A `Showing` and its flaws: it fades and is written anew."""
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
        reader: ReaderLoader,
    ) -> None:
        super().__init__()
        self._reader = reader
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
        reader = self._reader
        document, styles, writer = self._document, self._styles, self._composer.writer()
        known = {**self._cache, **self._composer.known}
        shown, before = dict(self._composer.known), self._composer.before
        self._sampling = True
        self._worker.request(
            "write",
            Urgency.WRITING,
            lambda: _write(
                lambda: document.note,
                self._behind,
                hand,
                reader,
                writer,
                styles,
                known,
                shown,
                before,
            ),
            self._sampled_all,
            self._fail,
            self._arrived,
        )

    def _arrived(self, event: Any) -> None:
        """The worker has produced something."""
        self._queue.append(event)
        if isinstance(event, _Sampled) and event.steps:
            self._come += len(event.steps)
            rate = len(event.steps) / max(event.seconds, 1e-6)
            self._sampled_rate += 0.05 * (rate - self._sampled_rate)

    def replay(self, line: PlacedLine, planned: PlannedLine) -> None:
        """Let the pen be seen writing a finished line again."""
        if self.state is not PlaybackState.IDLE or not line.ink:
            return
        self._begin()
        ends = np.concatenate([np.arange(len(s)) == len(s) - 1 for s in line.ink.strokes])
        self._replaying = True
        self._done, self._total = 0, 1
        self._now = Showing(planned, None, _Settled(line.ink.xy, ends))
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
        now = self._now
        return self._gone + (0 if now is None else min(now.shown, len(now.steps)))

    def _in_hand(self) -> bool:
        """Whether points of the line in hand are there and not shown yet."""
        return self._now is not None and self._now.shown < len(self._now.points)

    def _has_settled(self) -> bool:
        """Whether the line in hand is complete."""
        return self._now is not None and isinstance(self._now.points, _Settled)

    def _advance(self, budget: int) -> int:
        """Show up to so many points; return how many of them were not there to be shown."""
        while True:
            if self._now is None or not self._ready():
                if not self._queue:
                    break
                self._take(self._queue.popleft())
                continue
            budget -= self._show(budget)
            if self._in_hand():
                break
            if self._has_settled():
                self._close(None)
            elif self._queue:
                self._take(self._queue.popleft())
            else:
                break
            # To finish a line is enough for a frame.
            if budget <= 0 or self._now is None:
                break
        if not self._queue and self._now is None and not self._sampling:
            if self.state is not PlaybackState.IDLE:
                self._end()
                self.finished.emit()
            return 0
        return budget

    def _ready(self) -> bool:
        # What waits in the queue may complete the line, or tell more of where it stands.
        while self._queue and isinstance(self._queue[0], _Sampled):
            self._take(self._queue.popleft())
        if self._queue and isinstance(self._queue[0], _Rejected):
            # Of what the pen has not begun nothing is shown; what it has begun fades.
            self._take(self._queue.popleft())
        now = self._now
        if now is None:
            return False
        if self._queue and not now.points.finished:
            self._complete(now, self._queue[0])
        waited = time.perf_counter() - now.begun > PATIENCE
        return now.points.finished or (waited and now.points.ready)

    def _complete(self, now: Showing, event: Any) -> None:
        """All of the line's points are there."""
        if isinstance(now.points, _Settled) or not isinstance(event, _Finished):
            return
        now.points.finished = True
        if event.final is not None:
            now.points.settle(event.final)
            if now.shown and now.shown < len(now.points):
                self.line_placed.emit(now)

    def _show(self, budget: int) -> int:
        now = self._now
        assert now is not None
        start, stop = now.shown, min(now.shown + budget, len(now.points))
        if stop <= start:
            return 0
        now.shown = stop
        self.line_moved.emit(now, now.points.places(start, stop), now.points.ends[start:stop])
        if now.steps:
            self.stepped.emit(now.planned.key, now.steps[start:stop])
        return stop - start

    def _take(self, event: Any) -> None:
        if isinstance(event, _Begun):
            from studio.writing.provisional import Provisional

            points = Provisional(
                event.planned, event.request, event.shape, event.widths, event.before
            )
            self._now = Showing(event.planned, event.request, points)
            self._total = max(self._total, self._done + event.total)
            self._tell()
            self.line_begun.emit(self._now)
        elif isinstance(event, _Sampled):
            now = self._now
            if now is not None and not isinstance(now.points, _Settled):
                now.points.extend(event.steps)
                now.steps.extend(event.steps)
        elif isinstance(event, _Rejected):
            if self._now is not None:
                now = self._now
                self._gone += len(now.steps)
                self.line_rejected.emit(now, event.flaws)
                again = type(now.points)(*now.points.origin)  # type: ignore[union-attr]
                self._now = Showing(now.planned, now.request, again)
                self.line_begun.emit(self._now)
        elif isinstance(event, _Finished):
            self._cache[event.request] = event.line
            self._composer.know({event.request: event.line})
            self._close(event)

    def _close(self, event: _Finished | None) -> None:
        now, self._now = self._now, None
        if now is not None:
            self._gone += len(now.steps)
        if now is None or event is None or now.planned.key not in event.sketch.ghosts:
            self._done += 1
        if event is not None and event.note is self._document.note:
            self._composer.take(event.sketch)
        elif event is not None:
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
    hand: Hand,
    reader: ReaderLoader,
    writer: Writer,
    styles: StyleList,
    known: dict[LineRequest, WrittenLine],
    shown: dict[LineRequest, WrittenLine],
    before: Layout | None,
) -> Generator[Any, None, float]:
    """Sample what a note lacks, some lines at once; runs in the worker.

    They are handed out in reading order. The note is looked at anew before each line, so that what
    is typed meanwhile is written, too.

    Yields
    ------
    _Begun, _Sampled, _Rejected and _Finished

    Returns
    -------
    float
        Points a second.
    """
    points, seconds = 0, 0.0
    ahead = LookaheadSampler(hand, styles.find)
    laid_out = note()
    draft = make_draft(laid_out, writer, shown, before)
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
            return points / seconds if seconds else 0.0
        request = draft.missing[0]
        planned, piece = draft.planned(request)
        style = None if request.style is None else styles.find(request.style)
        pieces = tuple(draft.layout.written[r] for r in planned.requests[:piece])
        shape, widths = hand.to_x_heights(style, request.strength), before.widths
        yield _Begun(request, planned, shape, widths, pieces, len(draft.ghosts))
        line = known.get(request)
        if line is None and not _streamed(hand, request):
            (line,) = map(compact, writer.write_lines([request]))
        best: WrittenLine | None = line
        least = (0, 0)
        for attempt in range(ATTEMPTS if line is None else 0):
            seed = request.seed + attempt
            steps: list[TraceStep] = []
            if attempt:
                # The lines that were sampled with the first attempt stay as they are.
                chunks = LookaheadSampler(hand, styles.find).steps(replace(request, seed=seed), ())
            else:
                chunks = ahead.steps(
                    request, [r for r in draft.missing[1:] if r not in known and _streamed(hand, r)]
                )
            for chunk, passed in chunks:
                steps += chunk
                points += len(chunk)
                seconds += passed
                yield _Sampled(chunk, passed)
            found = hand.finished(
                request.text,
                steps,
                style=style,
                strength=request.strength,
                bias=request.bias,
                seed=seed,
            )
            line = compact(
                WrittenLine(found.text, found.ink, found.characters, found.seed, found.flaws)
            )
            wrong = _misread(reader(), line)
            if best is None or (len(line.flaws), wrong) < least:
                best, least = line, (len(line.flaws), wrong)
            if not line.flaws and wrong <= max(2, MISREAD * len(line.text)):
                break
            if attempt + 1 < ATTEMPTS:
                yield _Rejected(line.flaws or (f"{wrong} characters cannot be read",))
        assert best is not None
        known[request] = shown[request] = best
        laid_out = note()
        draft = make_draft(laid_out, writer, shown, before)
        yield _Finished(request, best, laid_out, draft, _final(draft, request, planned.key))


def _streamed(hand: Hand, request: LineRequest) -> bool:
    """Whether a line is the hand's alone; one with symbols in it is there at once."""
    return set(request.text) <= set(hand.alphabet) - MISLEADING


def _misread(reader: Recogniser | None, line: WrittenLine) -> int:
    """How many characters of a line are read wrong; 0 where there is no reader."""
    return 0 if reader is None else reader.judge([line.ink], [line.text])[0].wrong


@cache
def load_reader() -> Recogniser | None:
    """The reader that judges lines; None where it cannot be had, and lines go unjudged."""
    from engine.recognition.recogniser import Recogniser

    try:
        return Recogniser.load()
    except ScriptoriumError:
        return None


def _final(draft: DraftLayout, request: LineRequest, key: LineKey) -> Array | None:
    """The points of a request where they came to stand, (n, 2) mm; None where they did not."""
    for planned, placed in draft.layout.placed.items():
        if planned.key == key and planned.requests == (request,):
            return placed.ink.xy
    return None

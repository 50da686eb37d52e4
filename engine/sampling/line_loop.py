"""Continuous batching: the lines of many callers, drawn in one loop that they join and leave.

A batch that is filled once waits for its longest line, and who comes later waits for the batch.
Here a line joins before any chunk of points and leaves after any (iteration-level scheduling: Yu
and others 2022, "Orca"). Lines share nothing but the reading of the weights: on the CPU in float16
each has the same ink as alone, to the bit.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import ScriptoriumError, WritingStoppedError
from engine.sampling.buffers import CHUNK, Draws, Floats
from engine.sampling.line_sampler import (
    DrawLines,
    LineSampler,
    SampledPoints,
    SampledRows,
    most_points,
)
from engine.sampling.request import SamplingRequest
from engine.sampling.sampler import SamplingBatch, noise

#: Lines at once for each thread of a CPU: beyond this a point costs as much more as it brings.
LINES_A_THREAD = 32
#: Lines at once on a GPU.
LINES_ON_GPU = 256
#: How many seconds later the next line of a text is due than the one before it: so the first lines
#: of all texts are drawn first, and the last ones of a long text still come to their turn.
SECONDS_A_LINE = 0.5

#: Points in which the first line of a text that somebody watches goes ahead of all others, where
#: these are no more than a thread's: until it can be seen. In a small batch it is there sooner.
AHEAD = 3 * CHUNK

#: Seconds between two looks at lines that are held.
HELD = 0.05

#: Told of a line's points as they are drawn: the line, the first point's number, the offsets
#: (n, 3), and the window on the text and its closing space (n, U). In the loop's thread: it must
#: be quick.
Watch = Callable[[SamplingRequest, int, Floats, Floats], None]


@dataclass(frozen=True)
class Turn:
    """When lines are to be drawn, and who is told of their points.

    Parameters
    ----------
    place : int
        Of the line in its text, from 0: the first lines of all texts are drawn first.
    stopped : callable
        Asked before each chunk; where it says so, the line is given up.
    held : callable
        Asked before each chunk; where it says so, the line waits where it is.
    watch : callable, optional
        Told of the points as they come.
    """

    place: int = 0
    stopped: Callable[[], bool] = lambda: False
    held: Callable[[], bool] = lambda: False
    watch: Watch | None = None


@dataclass(eq=False)
class _Line:
    """A line in the loop; its state is kept here while it is not in the batch."""

    job: SamplingRequest
    most: int
    random: Floats
    turn: Turn
    due: tuple[float, int]
    record: bool
    ahead: bool
    done: Future[SampledPoints] = field(default_factory=Future)
    drawn: int = 0
    state: Tensor | None = None
    rows: SampledRows | None = None
    codes: npt.NDArray[np.int64] | None = None


class LineLoop:
    """Draws the lines of many threads in one of its own.

    Parameters
    ----------
    lines : LineSampler
        Of the hand.
    device : torch.device
        It is on.
    threads : int, optional
        That the CPU may use; as many as torch would where not given.
    width : int, optional
        Lines at once at most.

    Attributes
    ----------
    points : int
        That were drawn so far.
    seconds : float
        That drawing them took.
    """

    def __init__(
        self,
        lines: LineSampler,
        device: torch.device,
        threads: int | None = None,
        width: int | None = None,
    ) -> None:
        self._lines = lines
        self._threads = threads or torch.get_num_threads()
        on_cpu = device.type == "cpu"
        self.width = width or (LINES_A_THREAD * self._threads if on_cpu else LINES_ON_GPU)
        # A GPU draws many lines as fast as few.
        self._few = LINES_A_THREAD if on_cpu else 0
        self._chunks_ahead = 0
        self._wake = threading.Condition()
        self._waiting: list[_Line] = []
        self._numbers = itertools.count()
        self._closed = False
        self._run: SamplingBatch | None = None
        self._running: list[_Line] = []
        self.points, self.seconds = 0, 0.0
        self._thread = threading.Thread(target=self._work, name="line-loop", daemon=True)
        self._thread.start()

    @property
    def load(self) -> tuple[int, int]:
        """How many lines are being drawn, and how many wait for their turn."""
        with self._wake:
            every = len(self._waiting)
        return min(every, self.width), max(0, every - self.width)

    def drawing(self, turn: Turn) -> DrawLines:
        """What draws lines in this loop, for `engine.hand.Hand.drawing_by`."""
        return partial(self._drawn, turn, itertools.count())

    def _drawn(
        self,
        turn: Turn,
        calls: Iterator[int],
        jobs: Sequence[SamplingRequest],
        cap: float,
        record: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> list[SampledPoints]:
        """All points of lines; the calling thread waits for them.

        Raises
        ------
        WritingStoppedError
            If the turn was stopped, or the loop is closed.
        """
        # What new primers take must not hold up the lines of others.
        self._lines.learn([job.style for job in jobs])
        # Nobody waits for the first ink of a line that is tried again.
        ahead = turn.place == 0 and turn.watch is not None and next(calls) == 0
        lines = [self._line(turn, job, cap, record, ahead) for job in jobs]
        with self._wake:
            if self._closed:
                raise WritingStoppedError("The loop is closed.")
            self._waiting += lines
            self._wake.notify()
        drawn = []
        for line in lines:
            drawn.append(line.done.result())
            if progress is not None:
                progress(len(drawn) / len(lines))
        return drawn

    def close(self) -> None:
        """Give up what is not drawn yet, and end the thread."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _line(
        self, turn: Turn, job: SamplingRequest, cap: float, record: bool, ahead: bool
    ) -> _Line:
        most = most_points(job.text, cap)
        due = (time.monotonic() + SECONDS_A_LINE * turn.place, next(self._numbers))
        return _Line(job, most, noise(job.seed, most), turn, due, record, ahead)

    def _work(self) -> None:
        torch.set_num_threads(self._threads)
        while True:
            with self._wake:
                while not self._closed and not self._waiting:
                    # The last batch's memory goes while nothing is to be done.
                    self._run, self._running = None, []
                    self._wake.wait()
                given_up = {line for line in self._waiting if self._closed or line.turn.stopped()}
                # The most urgent lines, in the order in which they came: a batch changes little.
                going = [
                    line for line in self._waiting if line not in given_up and not line.turn.held()
                ]
                urgent = self._next(sorted(going, key=lambda line: line.due)[: self.width])
                closed = self._closed
                if not (urgent or given_up or closed):
                    # All of them are held: whoever lets one go on need not tell.
                    self._wake.wait(HELD)
            self._leave(given_up, WritingStoppedError("The line is not wanted any more."))
            if closed:
                return
            begun = time.perf_counter()
            try:
                self._advance(sorted(self._begun(urgent), key=lambda line: line.due[1]))
            except Exception as error:  # told to those who wait, and the loop goes on
                logging.getLogger(__name__).exception("A chunk of points failed.")
                self._run, self._running = None, []
                self._leave(urgent, error)
            self.seconds += time.perf_counter() - begun

    def _next(self, urgent: list[_Line]) -> list[_Line]:
        """Of the most urgent lines those that nobody has seen yet, but not for long."""
        unseen = [line for line in urgent if line.ahead and line.drawn < AHEAD]
        if (
            unseen
            and len(unseen) < len(urgent) <= self._few
            and self._chunks_ahead < AHEAD // CHUNK
        ):
            self._chunks_ahead += 1
            return unseen
        self._chunks_ahead = 0
        return urgent

    def _begun(self, lines: Sequence[_Line]) -> list[_Line]:
        """Lines with their primers fed; those that cannot begin leave at once."""
        fresh = [line for line in lines if line.state is None]
        if fresh:
            try:
                self._begin(fresh)
            except ScriptoriumError:
                # One of them is at fault, and the others are not to suffer for it.
                for line in fresh:
                    try:
                        self._begin([line])
                    except ScriptoriumError as error:
                        self._leave([line], error)
        return [line for line in lines if line.state is not None]

    def _begin(self, lines: Sequence[_Line]) -> None:
        prepared = self._lines.prepared([line.job for line in lines])
        for row, line in enumerate(lines):
            ending = self._lines.ending(line.job.text)
            line.rows = SampledRows([line.job], [prepared.tails[row]], [ending], line.record)
            line.state, line.codes = prepared.states[row], prepared.codes[row]

    def _advance(self, lines: list[_Line]) -> None:
        """Draw a chunk of points of these lines."""
        if not lines:
            return
        run = self._composed(lines)
        random = np.zeros((CHUNK, len(lines), 4), np.float32)
        for row, line in enumerate(lines):
            part = line.random[line.drawn : line.drawn + CHUNK]
            random[: len(part), row] = part
        draws = run.draw(random)
        finished = []
        for row, line in enumerate(lines):
            try:
                if self._extend(line, row, draws):
                    finished.append(line)
            except Exception as error:  # of who watches this line; the others go on
                self._leave([line], error)
        self._leave(finished)

    def _composed(self, lines: list[_Line]) -> SamplingBatch:
        """The batch of these lines: the last one, or some of it, where no line has joined."""
        places = {line: place for place, line in enumerate(self._running)}
        kept = [places[line] for line in lines if line in places]
        if self._run is not None and len(kept) == len(lines):
            if len(kept) < len(self._running):
                self._save()
                self._run = self._run.of(np.array(kept))
        else:
            self._save()
            states = [line.state for line in lines if line.state is not None]
            codes = [line.codes for line in lines if line.codes is not None]
            self._run = self._lines.run([line.job for line in lines], torch.stack(states), codes)
        self._running = lines
        return self._run

    def _save(self) -> None:
        """Give the lines of the batch their states back, before it is taken apart."""
        if self._run is not None:
            for line, state in zip(self._running, self._run.states, strict=True):
                line.state = state.clone()

    def _extend(self, line: _Line, row: int, draws: Draws) -> bool:
        """Give a line its points of a chunk; whether it is complete."""
        assert line.rows is not None
        chunk = Draws(*(part[:, row : row + 1] for part in draws))
        (going,) = line.rows.extend(np.zeros(1, np.int64), chunk, np.array([line.most]))
        if line.turn.watch is not None:
            line.turn.watch(line.job, line.drawn, *line.rows.last(0))
        line.drawn += CHUNK
        return not going

    def _leave(self, lines: Collection[_Line], error: Exception | None = None) -> None:
        """Take lines out of the loop, and tell who waits for them what they are or why not."""
        if not lines:
            return
        with self._wake:
            gone = set(lines)
            self._waiting = [line for line in self._waiting if line not in gone]
        for line in lines:
            if line.done.done():
                continue
            if error is not None:
                line.done.set_exception(error)
            elif line.rows is not None:
                self.points += line.rows.points
                line.done.set_result(line.rows.line(0))

"""Lines as they are sampled: begun after their primers, drawn on until each comes to its end."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.sampling.alignment import Ending, on_text
from engine.sampling.buffers import CHUNK, Draws, Floats
from engine.sampling.primer_cache import PrimedState, PrimerCache
from engine.sampling.request import SamplingRequest, checked_bias
from engine.sampling.sampler import Sampler, SamplingBatch, noise
from engine.sampling.steering import Override
from engine.sampling.trace import NetworkState, SampleTrace, TraceStep
from engine.sampling.writer_cache import WriterCache
from engine.style.style import Style
from engine.text.alphabet import Alphabet

#: What the window sees after a text, as most lines that it learnt from went on: with nothing there
#: the pen now and then adds a mark behind the last full stop.
AFTER = " and"
#: A stroke that begins this far behind all that was written begins another word; in x-heights.
APART = 0.5


@dataclass(frozen=True, eq=False)
class SampledPoints:
    """All points of a line.

    Attributes
    ----------
    offsets : float32 (n, 3)
    phi : float32 (n, U), the window's weights on the text and the closing space
    finished : whether the line came to its end before its cap of points
    steps : what the network did, where that was asked for
    """

    offsets: npt.NDArray[np.float32]
    phi: npt.NDArray[np.float32]
    finished: bool
    steps: SampleTrace | None


#: Draws lines once each, as `LineSampler.sample` does.
DrawLines = Callable[
    [Sequence[SamplingRequest], float, bool, Callable[[float], None] | None], list[SampledPoints]
]


@dataclass(frozen=True, eq=False)
class PreparedLines:
    """Lines up to their first point: what a run of them begins with.

    Attributes
    ----------
    states : float32 (B, S), on the sampler's device
    codes : B of int64 (U_b,), the primer's end, the text and what the window sees after it
    tails : B lengths of the primers' ends before the texts
    """

    states: Tensor
    codes: list[npt.NDArray[np.int64]]
    tails: list[int]


class LineSampler:
    """Draws the points of lines.

    Parameters
    ----------
    sampler : Sampler
    alphabet : Alphabet
    primers : PrimerCache
    writers : WriterCache
    pace : float
        Usual points a character.
    x_height : float
        The usual x-height, in offsets units.
    """

    def __init__(
        self,
        sampler: Sampler,
        alphabet: Alphabet,
        primers: PrimerCache,
        writers: WriterCache,
        pace: float,
        x_height: float,
    ) -> None:
        self._sampler, self._alphabet = sampler, alphabet
        self._primers, self._writers = primers, writers
        self._pace, self._x_height = pace, x_height
        # A hand that does not know the letters does without.
        self._after = AFTER if all(character in alphabet for character in AFTER) else ""

    def stream(
        self,
        job: SamplingRequest,
        cap: float,
        start: NetworkState | None = None,
        overrides: Callable[[int, TraceStep | None], Override | None] | None = None,
    ) -> Iterator[TraceStep]:
        """The steps of one line; see `Hand.stream`."""
        if overrides is not None:
            yield from self._steered(job, cap, start, overrides)
            return
        for (steps,) in self.stream_together([job], cap, start):
            yield from steps

    def stream_together(
        self, jobs: Sequence[SamplingRequest], cap: float, start: NetworkState | None = None
    ) -> Iterator[list[list[TraceStep]]]:
        """The steps of lines, some of each at a time; see `Hand.stream_lines`."""
        run, tails = self._begin(jobs, start)
        most, random = _noise(jobs, cap)
        endings = [self.ending(job.text) for job in jobs]
        active = np.arange(len(jobs))
        for begin in range(0 if start is None else start.index, len(random), CHUNK):
            now, next_ = (random[a : a + CHUNK, active] for a in (begin, begin + CHUNK))
            after = np.empty((*now.shape[:2], self._sampler.row.width), np.float32)
            draws = run.draw(now, after=after, following=next_)
            fresh: list[list[TraceStep]] = [[] for _ in jobs]
            going = np.ones(len(active), dtype=bool)
            for place, row in enumerate(active.tolist()):
                count = min(len(now), int(most[row]) - begin)
                kept = endings[row].kept(
                    draws.phi[:count, place, tails[row] :], draws.point[:count, place]
                )
                going[place] = kept is None and begin + CHUNK < most[row]
                fresh[row] = [
                    self._step(jobs[row].text, begin + t, tails[row], draws, after, (t, place))
                    for t in range(count if kept is None else kept)
                ]
            yield fresh
            if not going.any():
                return
            if not going.all():
                run = run.of(np.flatnonzero(going))
                active = active[going]

    def _steered(
        self,
        job: SamplingRequest,
        cap: float,
        start: NetworkState | None,
        overrides: Callable[[int, TraceStep | None], Override | None],
    ) -> Iterator[TraceStep]:
        """The steps of one line, each drawn when it is known what it is to do."""
        run, (tail,) = self._begin([job], start)
        random = noise(job.seed, most_points(job.text, cap))[:, None]
        ending = self.ending(job.text)
        last: TraceStep | None = None
        for number in range(0 if start is None else start.index, len(random)):
            override = overrides(number, last) or Override()
            kappa = None
            if override.kappa is not None:
                kappa = np.asarray(override.kappa, dtype=np.float32)[None] + tail
            run.set_biases([job.bias if override.bias is None else checked_bias(override.bias)])
            after = np.empty((1, 1, self._sampler.row.width), np.float32)
            draws = run.draw(random[number : number + 1], kappa, override.component, after)
            kept = ending.kept(draws.phi[:, 0, tail:], draws.point[:, 0])
            if kept == 0:
                return
            last = self._step(job.text, number, tail, draws, after, (0, 0))
            yield last
            if kept is not None:
                return

    def sample(
        self,
        jobs: Sequence[SamplingRequest],
        cap: float,
        record: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> list[SampledPoints]:
        """All points of lines, drawn as one batch from which finished lines are dropped.

        Parameters
        ----------
        jobs : sequence of SamplingRequest
            The lines, B of them.
        cap : float
            The most points a character.
        record : bool
            Whether to keep what the network did at each point (`SampledPoints.steps`).
        progress : callable, optional
            Told the share that is done after each chunk, from 0 to 0.99.

        Returns
        -------
        list of SampledPoints
            One a line, in the order of the jobs; in offsets units.
        """
        run, tails = self._begin(jobs)
        most, random = _noise(jobs, cap)
        rows = SampledRows(jobs, tails, [self.ending(job.text) for job in jobs], record)
        active = np.arange(len(jobs))
        expected = self._pace * sum(len(job.text) + 1 for job in jobs)
        for begin in range(0, len(random), CHUNK):
            now, next_ = (random[a : a + CHUNK, active] for a in (begin, begin + CHUNK))
            going = rows.extend(active, run.draw(now, following=next_), most)
            if progress is not None:
                progress(min(0.99, rows.points / expected))
            if not going.any():
                break
            if not going.all():
                run = run.of(np.flatnonzero(going))
                active = active[going]
        return [rows.line(row) for row in range(len(jobs))]

    def _step(
        self,
        text: str,
        number: int,
        tail: int,
        draws: Draws,
        after: Floats,
        place: tuple[int, int],
    ) -> TraceStep:
        """A step from the draws, and the states after them, at one point of one line."""
        drawn = Draws(*(part[place] for part in draws))
        alpha, beta, kappa = drawn.window.reshape(3, -1)
        return TraceStep(
            index=number,
            point=drawn.point,
            phi=on_text(drawn.phi, tail, len(text) + 1),
            alpha=alpha,
            beta=beta,
            kappa=kappa - tail,
            pi=drawn.pi,
            mu=drawn.mu,
            sigma=drawn.sigma,
            rho=drawn.rho,
            eos=float(drawn.eos),
            component=int(drawn.component),
            state=NetworkState(torch.from_numpy(after[place]), number + 1, self._sampler.row.h),
        )

    def ending(self, text: str) -> Ending:
        """What tells where a line of this text ends."""
        return Ending(len(text) + 1, APART * self._x_height if self._after else None)

    def _begin(
        self, jobs: Sequence[SamplingRequest], start: NetworkState | None = None
    ) -> tuple[SamplingBatch, list[int]]:
        """A run of these lines, and the length of the primer's end before each text."""
        lines = self.prepared(jobs, start)
        return self.run(jobs, lines.states, lines.codes), lines.tails

    def run(
        self,
        jobs: Sequence[SamplingRequest],
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
    ) -> SamplingBatch:
        """A run that goes on with lines from their states.

        Parameters
        ----------
        jobs : sequence of SamplingRequest
            The lines, B of them.
        states : float32 (B, S)
        codes : B of int64 (U_b,)
            Both as `prepared` makes them; see `PreparedLines`.
        """
        added = self._writers.together([job.style for job in jobs])
        return self._sampler.run(states, codes, [job.bias for job in jobs], added)

    def learn(self, styles: Sequence[Style | None]) -> None:
        """Feed styles' primers, if that has not been done, so that their lines begin at once."""
        self._primers.of_all([style for style in styles if style is not None])

    def prepared(
        self, jobs: Sequence[SamplingRequest], start: NetworkState | None = None
    ) -> PreparedLines:
        """Feed the primers' ends of lines, with the texts in sight.

        Parameters
        ----------
        jobs : sequence of SamplingRequest
        start : NetworkState, optional
            The state to go on from instead, the same for all lines; no primer is fed then.
        """
        states = self._sampler.zeros(len(jobs))
        known = iter(self._primers.of_all([job.style for job in jobs if job.style is not None]))
        primers = [None if job.style is None else next(known) for job in jobs]
        tails = ["" if primed is None else primed.tail for primed in primers]
        codes = [
            self._alphabet.encode(tail + job.text + self._after)
            for tail, job in zip(tails, jobs, strict=True)
        ]
        added = self._writers.together([job.style for job in jobs])
        if start is not None:
            states[:] = start.values
        else:
            ends: dict[int, list[tuple[int, PrimedState]]] = defaultdict(list)
            for row, primed in enumerate(primers):
                if primed is not None and len(primed.end):
                    states[row] = primed.state
                    ends[len(primed.end)].append((row, primed))
            # Lines whose primers' ends are of one length are fed together.
            for alike in ends.values():
                rows = [row for row, _ in alike]
                run = self._sampler.run(
                    states[rows],
                    [codes[r] for r in rows],
                    [0.0] * len(rows),
                    None if added is None else added[rows],
                )
                run.feed(np.stack([primed.end for _, primed in alike], axis=1))
                states[rows] = run.states
        return PreparedLines(states, codes, [len(tail) for tail in tails])


class SampledRows:
    """What a batch has sampled so far, line by line."""

    def __init__(
        self,
        jobs: Sequence[SamplingRequest],
        tails: Sequence[int],
        endings: Sequence[Ending],
        record: bool,
    ) -> None:
        self._jobs = jobs
        self._tails = tails
        self._endings = endings
        self._record = record
        self._parts: list[list[tuple[npt.NDArray[Any], ...]]] = [[] for _ in jobs]
        self._lengths = np.zeros(len(jobs), dtype=np.int64)
        self._finished = np.zeros(len(jobs), dtype=bool)
        self.points = 0

    def extend(
        self, active: npt.NDArray[np.int64], chunk: Draws, most: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Take a chunk of points of the active lines; which of these go on, bool (active,)."""
        # What is not to be recorded is copied out, so that the chunk's memory goes.
        arrays = chunk if self._record else [chunk.point.copy(), chunk.phi.copy()]
        going = np.ones(len(active), dtype=bool)
        for place, row in enumerate(active.tolist()):
            tail, width = self._tails[row], len(self._jobs[row].text) + 1
            room = int(most[row] - self._lengths[row])
            part = [array[:room, place] for array in arrays]
            kept = self._endings[row].kept(part[1][:, tail:], part[0])
            part[1] = on_text(part[1], tail, width)
            if kept is not None:
                part = [array[:kept] for array in part]
                self._finished[row] = True
            self._parts[row].append(tuple(part))
            self._lengths[row] += len(part[0])
            self.points += len(part[0])
            going[place] = not self._finished[row] and self._lengths[row] < most[row]
        return going

    def last(self, row: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """The offsets of the last chunk of a line, float32 (n, 3), and the window (n, U)."""
        offsets, phi = self._parts[row][-1][:2]
        return offsets, phi

    def line(self, row: int) -> SampledPoints:
        """All of one line."""
        fields = [np.concatenate(part) for part in zip(*self._parts[row], strict=True)]
        offsets, phi = fields[:2]
        steps = None
        if self._record:
            window, pi, mu, sigma, rho, eos, component = fields[2:]
            alpha, beta, kappa = np.split(window, 3, axis=1)
            steps = SampleTrace(
                text=self._jobs[row].text,
                offsets=offsets,
                phi=phi,
                alpha=alpha,
                beta=beta,
                kappa=kappa - np.float32(self._tails[row]),
                pi=pi,
                mu=mu,
                sigma=sigma,
                rho=rho,
                eos=eos,
                component=component.astype(np.int64),
            )
        return SampledPoints(offsets, phi, bool(self._finished[row]), steps)


def most_points(text: str, cap: float) -> int:
    """The most points of a line."""
    return math.ceil(cap * (len(text) + 2))


def _noise(
    jobs: Sequence[SamplingRequest], cap: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The most points of each line, and the random numbers (points, B, 4) for them."""
    most = np.array([most_points(job.text, cap) for job in jobs])
    random = np.zeros((int(most.max()), len(jobs), 4), np.float32)
    for row, job in enumerate(jobs):
        random[: most[row], row] = noise(job.seed, int(most[row]))
    return most, random

"""A hand: a trained network with its alphabet, its normalisation and its card. What writes."""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine import sampler as sampling
from engine.alignment import Ending, align, ended, on_text, points_to_keep
from engine.alphabet import Alphabet
from engine.errors import HandError, ScriptoriumError, SettingError, TextError
from engine.files import replacing
from engine.ink import Array, Ink
from engine.levelling import level
from engine.likeness import at_strength, directions, distance, matching
from engine.network import Network, NetworkConfig
from engine.preparation import Preparation, to_ink, to_offsets
from engine.prepared import CHUNK, Draws
from engine.reader import Reader
from engine.sampler import Run, Sampler
from engine.step import State, Step, Steps
from engine.style import Style

FORMAT = "scriptorium-hand-1"

#: The largest bias; beyond it the mixture has long been a single point.
MOST_BIAS = 10.0
#: Characters of a primer's end that the window may still look back on.
TAIL = 16
#: Points of a primer's end that are fed with the text in sight.
END = 40
#: What the window sees after a text, as most lines that it learnt from went on: with nothing there
#: the pen now and then adds a mark behind the last full stop.
AFTER = " and"
#: What a hand writes in a style to learn how far its slant and letter width are from the style's.
TRIAL = (
    "There was something about the morning",
    "He had never been in this town before",
    "Most people would rather have waited",
    "A few minutes later the train came in",
)
#: A stroke that begins this far behind all that was written begins another word; in x-heights.
APART = 0.5
#: The most candidates of a line, and the most attempts.
MOST_CANDIDATES = 64
#: Characters of the longest text that is written as one line.
LONGEST = 400
#: What is raised by a header whose parts are missing or of other types.
_MALFORMED = (KeyError, TypeError, ValueError, ArithmeticError, RuntimeError)


@dataclass(frozen=True)
class Card:
    """What is to be known of a hand.

    Attributes
    ----------
    name, version, date : the hand's name, the program's version and the day it was made
    trained_on : the data, in one sentence
    data_license : the licence of the data
    commercial_use : what that means for commercial use, in one sentence
    figures : measured values by name, with their units in the name
    training : how it was trained, on what machine and for how long
    """

    name: str
    version: str
    date: str
    trained_on: str
    data_license: str
    commercial_use: str
    figures: dict[str, float] = field(default_factory=dict)
    training: str = ""

    def __post_init__(self) -> None:
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        figures = values.pop("figures")
        if not (
            all(isinstance(text, str) for text in values.values())
            and isinstance(figures, dict)
            and all(isinstance(figure, int | float) for figure in figures.values())
        ):
            raise HandError("A card needs texts, and numbers as its figures.")


@dataclass(frozen=True)
class Written:
    """A written line.

    Attributes
    ----------
    text : str
    ink : Ink
        In x-heights, y down; the baseline is at y = 0 and level, the left edge at x = 0.
    characters : int64 (n,)
        For each point of the ink, the character of the text that the window stood on.
    seed : int
        The seed that wrote it: the one asked for, or a later one where that one's line was flawed.
    bias : float
    style : str or None
    attempts : int
        How many lines were sampled for it.
    flaws : tuple of str
        What the check of the alignment still finds; empty where the line is as it should be.
    steps : Steps or None
        What the network did, where it was asked to be recorded.
    """

    text: str
    ink: Ink
    characters: npt.NDArray[np.int64]
    seed: int
    bias: float
    style: str | None = None
    attempts: int = 1
    flaws: tuple[str, ...] = ()
    steps: Steps | None = None


@dataclass(frozen=True)
class Override:
    """What a step is to do instead of its own: steering for `Hand.stream`.

    Attributes
    ----------
    kappa : float (K,) or None
        The window's positions, in characters of the text.
    component : int or None
        The component of the mixture to draw from.
    bias : float or None
    """

    kappa: npt.ArrayLike | None = None
    component: int | None = None
    bias: float | None = None


@dataclass(frozen=True, eq=False)
class _Primed:
    """The state near a primer's end, and its last points.

    Attributes
    ----------
    state : float32 (S,)
    end : float32 (n, 3)
        The offsets that are still to be fed, the first of which the state holds already.
    tail : the end of the primer's text, which the window may look back on
    scale : offsets units to an x-height
    directions : of the primer's pen, see `engine.likeness.directions`
    """

    state: Tensor
    end: npt.NDArray[np.float32]
    tail: str
    scale: float
    directions: Array


@dataclass(frozen=True, eq=False)
class _Job:
    """One line to be sampled."""

    text: str
    seed: int
    bias: float
    style: Style | None
    strength: float = 1.0


class Hand:
    """What writes: a network ready for sampling on one device.

    Parameters
    ----------
    network : Network
    alphabet : Alphabet
    preparation : Preparation
        How ink was brought to the form that the network was trained on.
    pace : float
        Usual points a character.
    x_height : float
        The usual x-height of what it writes, in offsets units.
    card : Card
    device : str
        "cpu", "cuda", or "auto" (the GPU where there is one).
    sha256 : str
        Of the file it came from; empty where there is none.
    precision : str
        "auto", "float32" or "float16": see `engine.products`.

    Raises
    ------
    SettingError
        If the device or the precision is unknown or not there.
    """

    def __init__(
        self,
        network: Network,
        alphabet: Alphabet,
        preparation: Preparation,
        pace: float,
        x_height: float,
        card: Card,
        device: str = "cpu",
        sha256: str = "",
        precision: str = "auto",
    ) -> None:
        self.device = torch_device(device)
        self.network = network
        self.alphabet = alphabet
        self.preparation = preparation
        self.pace = pace
        self.x_height = x_height
        self.card = card
        self.sha256 = sha256
        self._sampler = Sampler(network, self.device, precision)
        self._primed: dict[int, tuple[Style, _Primed]] = {}
        self._matching: dict[int, tuple[Style, Array]] = {}

    @property
    def name(self) -> str:
        """The hand's name."""
        return self.card.name

    @property
    def precision(self) -> str:
        """What the weights are multiplied in: see `engine.products`."""
        return self._sampler.precision

    @property
    def point_rate(self) -> float:
        """Points a second of a writer's real time."""
        return self.preparation.rate

    @classmethod
    def load(
        cls, path: Path | str | None = None, device: str = "cpu", precision: str = "auto"
    ) -> Hand:
        """Read a hand's file; None reads the one that ships.

        Raises
        ------
        HandError
            If the file is missing, damaged, or of another kind or shape.
        """
        if path is None:
            with resources.as_file(resources.files("resources") / "hands") as folder:
                return cls.load(folder / "default.safetensors", device, precision)
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise HandError(
                f"The hand {path} cannot be read: {error.strerror or error}; name another file."
            ) from error
        damaged = f"{path} is damaged or not a hand of this program; fetch or export it again."
        try:
            with safe_open(str(path), framework="pt") as file:
                header = json.loads((file.metadata() or {})[FORMAT])
                tensors = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
            # Without memory of its own: what the file says of its sizes is not believed yet.
            with torch.device("meta"):
                network = Network(NetworkConfig(**header["config"]))
            alphabet = Alphabet(header["alphabet"])
            if len(alphabet) != network.config.characters:
                raise HandError(damaged)
            network.load_state_dict(tensors, assign=True)
            if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
                raise HandError(damaged)
            pace, x_height = float(header["pace"]), float(header["x_height"])
            if not (1 <= pace <= 1000 and 1e-3 <= x_height <= 1e3):
                raise HandError(damaged)
            parts = (
                network,
                alphabet,
                Preparation(**header["preparation"]),
                pace,
                x_height,
                Card(**header["card"]),
            )
        except (SafetensorError, ScriptoriumError, *_MALFORMED) as error:
            raise HandError(damaged) from error
        sha256 = hashlib.sha256(content).hexdigest()
        return cls(*parts, device=device, sha256=sha256, precision=precision)

    def save(self, path: Path | str, dtype: torch.dtype = torch.float16) -> None:
        """Write the hand's file, in half precision unless another type is asked for."""
        header = {
            "config": asdict(self.network.config),
            "alphabet": self.alphabet.characters,
            "preparation": asdict(self.preparation),
            "pace": self.pace,
            "x_height": self.x_height,
            "card": asdict(self.card),
        }
        state = self.network.state_dict()
        with replacing(path) as temporary:
            save_file(
                {key: value.detach().cpu().to(dtype).contiguous() for key, value in state.items()},
                temporary,
                metadata={FORMAT: json.dumps(header)},
            )

    def write(
        self,
        text: str,
        *,
        style: Style | None = None,
        strength: float = 1.0,
        bias: float = 0.75,
        seed: int = 0,
        points_per_char: float | None = None,
        attempts: int = 4,
        candidates: int = 1,
        record: bool = False,
    ) -> Written:
        """Write one line; see `write_lines`."""
        return self.write_lines(
            [text],
            styles=style,
            strengths=strength,
            biases=bias,
            seeds=seed,
            points_per_char=points_per_char,
            attempts=attempts,
            candidates=candidates,
            record=record,
        )[0]

    def write_lines(
        self,
        texts: Sequence[str],
        *,
        styles: Style | Sequence[Style | None] | None = None,
        strengths: float | Sequence[float] = 1.0,
        biases: float | Sequence[float] = 0.75,
        seeds: int | Sequence[int] = 0,
        points_per_char: float | None = None,
        attempts: int = 4,
        candidates: int = 1,
        record: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> list[Written]:
        """Write lines, all at once.

        Parameters
        ----------
        texts : sequence of str
            One line each, in characters of the alphabet.
        styles, strengths, biases, seeds : one for all lines, or one for each
            One seed for all is counted up from line to line. The strength, from 0 to 1, says how
            closely the style is followed beyond what the network does of itself: how much of the
            style's slant and letter width the line is given, and above 0 whether likeness tells
            between candidates.
        points_per_char : float, optional
            The cap: a line that has more points than this for each character is ended. Three
            times the hand's pace where not given.
        attempts : int
            A line whose alignment is flawed is sampled again with the next seed, up to this many
            times in all; the best is kept.
        candidates : int
            So many lines are sampled for each text, with seeds counted up, and the one that the
            reader reads best is kept (arXiv 2306.03103); in a style, of those that it reads about
            as well the one that looks most like the style.
        record : bool
            Whether the lines carry their `steps`.
        progress : callable
            Told the share of the work that is done, from 0 to 1.

        Raises
        ------
        TextError
            If a text is empty, too long, or has a character that the hand does not know.
        SettingError
            If a strength, bias, seed or cap is out of range.
        """
        count = len(texts)
        jobs = self._jobs(texts, seeds, biases, styles, strengths)
        cap = self._cap(points_per_char)
        if not 1 <= candidates <= MOST_CANDIDATES or not 1 <= attempts <= MOST_CANDIDATES:
            raise SettingError(
                f"Candidates and attempts are whole numbers from 1 to {MOST_CANDIDATES}."
            )
        reader = Reader.load() if candidates > 1 else None
        tried: list[list[tuple[Rank, Written]]] = [[] for _ in jobs]
        waiting = list(range(count))
        for attempt in range(attempts):
            fresh = [
                (i, replace(jobs[i], seed=jobs[i].seed + len(tried[i]) + candidate))
                for i in waiting
                for candidate in range(candidates)
            ]
            lines = self._sample(
                [job for _, job in fresh], cap, record, progress if attempt == 0 else None
            )
            ranks = self._ranks([job for _, job in fresh], lines, reader)
            for (i, _), rank, line in zip(fresh, ranks, lines, strict=True):
                tried[i].append((rank, line))
            waiting = [i for i in waiting if min(tried[i], key=_by_rank)[1].flaws]
            if not waiting:
                break
        if progress is not None:
            progress(1.0)
        return [replace(min(of, key=_by_rank)[1], attempts=len(of)) for of in tried]

    def stream(
        self,
        text: str,
        *,
        style: Style | None = None,
        bias: float = 0.75,
        seed: int = 0,
        points_per_char: float | None = None,
        start: State | None = None,
        overrides: Callable[[int, Step | None], Override | None] | None = None,
    ) -> Iterator[Step]:
        """Write one line point by point.

        Parameters
        ----------
        text, style, bias, seed, points_per_char
            As for `write`; the same seed gives the same ink.
        start : State, optional
            Of a step of an earlier stream of the same text and style: the line goes on after it.
        overrides : callable, optional
            Called before each point with its number and the step before it; the `Override` that
            it returns, if any, holds for that point.

        Yields
        ------
        Step

        Raises
        ------
        TextError, SettingError
            As `write_lines`, before the first step.
        """
        job = self._job(text, seed, bias, style)
        return self._stream(job, self._cap(points_per_char), start, overrides)

    def stream_lines(
        self,
        texts: Sequence[str],
        *,
        styles: Style | Sequence[Style | None] | None = None,
        biases: float | Sequence[float] = 0.75,
        seeds: int | Sequence[int] = 0,
        points_per_char: float | None = None,
    ) -> Iterator[list[list[Step]]]:
        """Write lines point by point, all at once.

        Parameters
        ----------
        texts, styles, biases, seeds, points_per_char
            As for `write_lines`; the same seed gives the same ink.

        Yields
        ------
        list of lists of Step
            For each line its next steps; none for a line that has ended.

        Raises
        ------
        TextError, SettingError
            As `write_lines`, before the first steps.
        """
        jobs = self._jobs(texts, seeds, biases, styles, 1.0)
        return self._stream_lines(jobs, self._cap(points_per_char))

    def finished(
        self,
        text: str,
        steps: Sequence[Step],
        *,
        style: Style | None = None,
        strength: float = 1.0,
        bias: float = 0.75,
        seed: int = 0,
    ) -> Written:
        """The line that a stream's steps make, matched, levelled and checked as `write` does it.

        Parameters
        ----------
        text, style, bias, seed
            As they were given to `stream`.
        strength : float
            As for `write_lines`.
        steps : sequence of Step
            All that it yielded, at least one.
        """
        phi = np.stack([step.phi for step in steps])
        points = np.stack([step.point for step in steps])
        done = bool(ended(phi[-1:], points[-1:, 2] > 0.5)[0])
        line = _Line(points, phi, done, Steps.stacked(text, steps))
        return self._written(self._job(text, seed, bias, style, strength), line)

    def to_x_heights(self, style: Style | None = None, strength: float = 1.0) -> Array:
        """What brings the network's points to x-heights, in a style's slant and letter width.

        Returns
        -------
        float64 (2, 2)
            To multiply the sums of offsets with.
        """
        if style is None:
            return np.eye(2) / self.x_height
        matrix = self._match(style) if strength > 0 else np.eye(2)
        return at_strength(matrix, strength) / self._prime(style).scale

    def _stream(
        self,
        job: _Job,
        cap: float,
        start: State | None,
        overrides: Callable[[int, Step | None], Override | None] | None,
    ) -> Iterator[Step]:
        run, tails = self._begin([job], start)
        first = 0 if start is None else start.index
        random = sampling.noise(job.seed, self._most(job.text, cap))[:, None]
        # What is steered is asked for point by point.
        ahead = 1 if overrides else run.ahead
        last: Step | None = None
        ending = self._ending(job.text)
        for number in range(first, len(random), ahead):
            override = overrides(number, last) if overrides else None
            kappa, component, bias = None, None, job.bias
            if override is not None:
                component = override.component
                if override.kappa is not None:
                    kappa = np.asarray(override.kappa, dtype=np.float32)[None] + tails[0]
                if override.bias is not None:
                    bias = checked_bias(override.bias)
            if overrides:
                run.set_biases([bias])
            chunk = random[number : number + ahead]
            after = np.empty((len(chunk), 1, self._sampler.row.width), np.float32)
            following = None if overrides else random[number + ahead : number + 2 * ahead]
            draws = run.draw(chunk, kappa, component, after, following)
            for t in range(len(chunk)):
                values = torch.from_numpy(after[t, 0])
                state = State(values, number + t + 1, self._sampler.row.h)
                drawn = Draws(*(part[t, 0] for part in draws))
                kept = ending.kept(drawn.phi[None, tails[0] :], drawn.point[None])
                if kept == 0:
                    return
                last = _step(job.text, number + t, drawn, tails[0], state)
                yield last
                if kept is not None:
                    return

    def _stream_lines(self, jobs: Sequence[_Job], cap: float) -> Iterator[list[list[Step]]]:
        run, tails = self._begin(jobs)
        most, random = self._noise(jobs, cap)
        endings = [self._ending(job.text) for job in jobs]
        active = np.arange(len(jobs))
        for begin in range(0, len(random), CHUNK):
            now, next_ = (random[a : a + CHUNK, active] for a in (begin, begin + CHUNK))
            after = np.empty((*now.shape[:2], self._sampler.row.width), np.float32)
            draws = run.draw(now, after=after, following=next_)
            fresh: list[list[Step]] = [[] for _ in jobs]
            going = np.ones(len(active), dtype=bool)
            for place, row in enumerate(active.tolist()):
                text, tail = jobs[row].text, tails[row]
                for t in range(min(len(now), int(most[row]) - begin)):
                    state = State(
                        torch.from_numpy(after[t, place]), begin + t + 1, self._sampler.row.h
                    )
                    drawn = Draws(*(part[t, place] for part in draws))
                    fresh[row].append(_step(text, begin + t, drawn, tail, state))
                count = len(fresh[row])
                kept = endings[row].kept(
                    draws.phi[:count, place, tail:], draws.point[:count, place]
                )
                if kept is not None:
                    del fresh[row][kept:]
                going[place] = kept is None and begin + CHUNK < most[row]
            yield fresh
            if not going.any():
                return
            if not going.all():
                run = run.of(np.flatnonzero(going))
                active = active[going]

    @property
    def _after(self) -> str:
        """`AFTER`, for a hand that knows its letters."""
        return AFTER if all(character in self.alphabet for character in AFTER) else ""

    def _ending(self, text: str) -> Ending:
        return Ending(len(text) + 1, APART * self.x_height if self._after else None)

    def _job(
        self, text: str, seed: int, bias: float, style: Style | None, strength: float = 1.0
    ) -> _Job:
        if not text.strip():
            raise TextError("There is no text to write; give at least one character.")
        if len(text) > LONGEST:
            raise TextError(
                f"A line of {len(text)} characters is too long (at most {LONGEST}); "
                "break it into lines."
            )
        self.alphabet.encode(text)
        return _Job(text, checked_seed(seed), checked_bias(bias), style, checked_strength(strength))

    def _jobs(
        self,
        texts: Sequence[str],
        seeds: int | Sequence[int],
        biases: float | Sequence[float],
        styles: Style | Sequence[Style | None] | None,
        strengths: float | Sequence[float],
    ) -> list[_Job]:
        count = len(texts)
        seeds = (
            list(seeds)
            if isinstance(seeds, Sequence)
            else [checked_seed(seeds) + line for line in range(count)]
        )
        return [
            self._job(*asked)
            for asked in zip(
                texts,
                seeds,
                _each(biases, count),
                _each(styles, count),
                _each(strengths, count),
                strict=True,
            )
        ]

    def _cap(self, points_per_char: float | None) -> float:
        if points_per_char is None:
            return 3 * self.pace
        if not (math.isfinite(points_per_char) and 1 <= points_per_char <= 1000):
            raise SettingError(
                f"The points per character are {points_per_char}; give a number from 1 to 1000."
            )
        return float(points_per_char)

    def _most(self, text: str, cap: float) -> int:
        return math.ceil(cap * (len(text) + 2))

    def _noise(
        self, jobs: Sequence[_Job], cap: float
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """The most points of each line, and the random numbers (points, B, 4) for them."""
        most = np.array([self._most(job.text, cap) for job in jobs])
        random = np.zeros((int(most.max()), len(jobs), 4), np.float32)
        for row, job in enumerate(jobs):
            random[: most[row], row] = sampling.noise(job.seed, int(most[row]))
        return most, random

    def _begin(self, jobs: Sequence[_Job], start: State | None = None) -> tuple[Run, list[int]]:
        """A run of these lines, and the length of the primer's end before each text."""
        states = self._sampler.zeros(len(jobs))
        primers = [None if job.style is None else self._prime(job.style) for job in jobs]
        tails = ["" if primed is None else primed.tail for primed in primers]
        codes = [
            self.alphabet.encode(tail + job.text + self._after)
            for tail, job in zip(tails, jobs, strict=True)
        ]
        biases = [job.bias for job in jobs]
        if start is not None:
            states[:] = start.values
        else:
            ends: dict[int, list[tuple[int, _Primed]]] = defaultdict(list)
            for row, primed in enumerate(primers):
                if primed is not None:
                    states[row] = primed.state
                    ends[len(primed.end)].append((row, primed))
            # Lines whose primers' ends are of one length are fed together.
            for alike in ends.values():
                rows = [row for row, _ in alike]
                run = self._sampler.run(states[rows], [codes[r] for r in rows], [0.0] * len(rows))
                run.feed(np.stack([primed.end for _, primed in alike], axis=1))
                states[rows] = run.states
        return self._sampler.run(states, codes, biases), [len(tail) for tail in tails]

    def _prime(self, style: Style) -> _Primed:
        """The state near the end of a style's ink, fed with its text (section 5.5), which is kept.

        Up to here what is to be written cannot be seen, so the state serves every text. The last
        points are fed when it is known: there the window begins to look at it.
        """
        known = self._primed.get(id(style))
        if known is not None and known[0] is style:
            return known[1]
        prepared = self.preparation.prepare(style.ink)
        offsets = to_offsets(prepared)
        middle = max(1, len(offsets) - END)
        run = self._sampler.run(self._sampler.zeros(1), [self.alphabet.encode(style.text)], [0.0])
        run.feed(offsets[:middle, None])
        state = run.states[0]
        tail = (style.text + " ")[-TAIL:]
        state[self._sampler.row.kappa] -= len(style.text) + 1 - len(tail)
        scale = _ratio(prepared, style.ink)
        primed = _Primed(state, offsets[middle - 1 :], tail, scale, directions(prepared))
        self._primed[id(style)] = (style, primed)
        return primed

    def _match(self, style: Style) -> Array:
        """What some lines that are written in a style say of the rest of them; it is kept.

        The network takes on a part of a style's slant and letter width; how much is missing is
        the hand's and the style's own, whatever the text.
        """
        known = self._matching.get(id(style))
        if known is not None and known[0] is style:
            return known[1]
        texts = ["".join(c for c in text if c in self.alphabet) for text in TRIAL]
        jobs = [
            self._job(text, seed, 0.75, style, 0.0)
            for seed, text in enumerate(texts)
            if text.strip()
        ]
        lines = self._sample(jobs, 2 * self.pace, False, None) if jobs else []
        matrix = matching([line.ink for line in lines if not line.flaws], style)
        self._matching[id(style)] = (style, matrix)
        return matrix

    def _sample(
        self,
        jobs: Sequence[_Job],
        cap: float,
        record: bool,
        progress: Callable[[float], None] | None,
    ) -> list[Written]:
        """Sample lines as one batch, from which finished lines are dropped."""
        run, tails = self._begin(jobs)
        most, random = self._noise(jobs, cap)
        rows = _Rows(jobs, tails, [self._ending(job.text) for job in jobs], record)
        active = np.arange(len(jobs))
        expected = self.pace * sum(len(job.text) + 1 for job in jobs)
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
        return [self._written(job, rows.line(row)) for row, job in enumerate(jobs)]

    def _ranks(
        self, jobs: Sequence[_Job], lines: Sequence[Written], reader: Reader | None
    ) -> list[Rank]:
        """How good lines are; without a reader the alignment alone tells."""
        if reader is None:
            return [(len(line.flaws), 0, 0.0) for line in lines]
        judgements = reader.judge([line.ink for line in lines], [line.text for line in lines])
        ranks: list[Rank] = []
        for job, line, judgement in zip(jobs, lines, judgements, strict=True):
            wrong, last = judgement.wrong, -judgement.log_likelihood
            if job.style is not None and job.strength > 0:
                # A reader errs as often as this: between two such lines likeness tells.
                wrong //= 2
                last = distance(directions(line.ink), self._prime(job.style).directions)
            ranks.append((len(line.flaws), wrong, last))
        return ranks

    def _written(self, job: _Job, line: _Line) -> Written:
        alignment = align(job.text, line.phi, line.finished, self.pace)
        offsets = line.offsets.copy()
        # The first offset leads from the primer's last point, or from nowhere, to the text.
        offsets[0, :2] = 0
        ink = to_ink(offsets, self.point_rate).transformed(
            self.to_x_heights(job.style, job.strength)
        )
        ink = level(ink, job.text, alignment.characters)
        kept = points_to_keep(job.text, line.phi, ink)
        return Written(
            text=job.text,
            ink=ink.first(kept),
            characters=alignment.characters[:kept],
            seed=job.seed,
            bias=job.bias,
            style=job.style.name if job.style else None,
            flaws=alignment.flaws,
            steps=None if line.steps is None else line.steps.first(kept),
        )


@dataclass(frozen=True, eq=False)
class _Line:
    offsets: npt.NDArray[np.float32]
    phi: npt.NDArray[np.float32]
    finished: bool
    steps: Steps | None


class _Rows:
    """What a batch has sampled so far, line by line."""

    def __init__(
        self, jobs: Sequence[_Job], tails: Sequence[int], endings: Sequence[Ending], record: bool
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

    def line(self, row: int) -> _Line:
        """All of one line."""
        fields = [np.concatenate(part) for part in zip(*self._parts[row], strict=True)]
        offsets, phi = fields[:2]
        steps = None
        if self._record:
            window, pi, mu, sigma, rho, eos, component = fields[2:]
            alpha, beta, kappa = np.split(window, 3, axis=1)
            steps = Steps(
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
        return _Line(offsets, phi, bool(self._finished[row]), steps)


def _step(text: str, number: int, draws: Draws, tail: int, state: State) -> Step:
    """A step from the draws of one point of one line."""
    alpha, beta, kappa = draws.window.reshape(3, -1)
    return Step(
        index=number,
        point=draws.point,
        phi=on_text(draws.phi, tail, len(text) + 1),
        alpha=alpha,
        beta=beta,
        kappa=kappa - tail,
        pi=draws.pi,
        mu=draws.mu,
        sigma=draws.sigma,
        rho=draws.rho,
        eos=float(draws.eos),
        component=int(draws.component),
        state=state,
    )


def torch_device(name: str) -> torch.device:
    """The device of that name.

    Raises
    ------
    SettingError
        If it is unknown, or there is none.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name not in ("cpu", "cuda"):
        raise SettingError(f"There is no device {name!r}; choose cpu, cuda or auto.")
    if name == "cuda" and not torch.cuda.is_available():
        raise SettingError("There is no CUDA GPU that torch can use here; choose cpu or auto.")
    return torch.device(name)


def checked_bias(bias: float) -> float:
    """The bias, if it is within 0 and 10; else a SettingError."""
    if not (math.isfinite(bias) and 0 <= bias <= MOST_BIAS):
        raise SettingError(f"The bias is {bias}; give a number from 0 (wild) to 10 (tidy).")
    return float(bias)


def checked_strength(strength: float) -> float:
    """The strength, if it is within 0 and 1; else a SettingError."""
    if not (math.isfinite(strength) and 0 <= strength <= 1):
        raise SettingError(
            f"The strength is {strength}; give a number from 0 (the style only primes) to 1 "
            "(slant and letter width are the style's)."
        )
    return float(strength)


def checked_seed(seed: Any) -> int:
    """The seed, if it is a whole number from 0 to 2**63 - 1; else a SettingError."""
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**63:
        raise SettingError(f"The seed is {seed!r}; give a whole number from 0 to 2**63 - 1.")
    return int(seed)


#: Flaws of the alignment, characters read wrong (in a style, pairs of them), and the reader's doubt
#: or how unlike the style a line is: the less the better.
Rank = tuple[int, int, float]


def _by_rank(candidate: tuple[Rank, Written]) -> Rank:
    return candidate[0]


def _each(value: Any, count: int) -> list[Any]:
    return list(value) if isinstance(value, Sequence) else [value] * count


def _ratio(prepared: Ink, ink: Ink) -> float:
    """Offsets units to one x-height of a style's ink."""
    return float(prepared.xy[:, 1].std() / max(ink.xy[:, 1].std(), 1e-9))

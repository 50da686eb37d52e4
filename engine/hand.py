"""A hand: a trained network with its alphabet, its normalisation and its card. What writes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine import bundled_hands, hand_file
from engine.card import Card
from engine.errors import HandError, InkError, SettingError, StyleError, WritingStoppedError
from engine.hand_file import HandSpec
from engine.ink.baseline import level
from engine.ink.ink import Array, Ink
from engine.ink.preparation import Preparation, to_ink
from engine.network.network import Network
from engine.recognition.recogniser import Recogniser, Recognition, shipped_recogniser
from engine.sampling import request
from engine.sampling.alignment import align, ended, points_to_keep
from engine.sampling.diacritic_marks import with_marks
from engine.sampling.line_sampler import DrawLines, LineSampler, SampledPoints
from engine.sampling.line_tries import carry_out
from engine.sampling.policy import DEFAULT_BIAS, DEFAULT_POLICY, Policy
from engine.sampling.primer_cache import PrimerCache
from engine.sampling.request import SamplingRequest
from engine.sampling.sampled_line import SampledLine
from engine.sampling.sampler import Sampler
from engine.sampling.steering import Override
from engine.sampling.trace import NetworkState, SampleTrace, TraceStep
from engine.sampling.writer_cache import WriterCache
from engine.style.evenness import PLAIN, UsualManner, evened, usual_manner
from engine.style.similarity import blend, hinge_distance, hinge_features, style_correction
from engine.style.style import Style, check_owner
from engine.style.style_cache import StyleCache
from engine.style.style_trial import STRENGTHS, StyleTrial
from engine.style.writer_vector import WriterVector
from engine.text.alphabet import Alphabet
from engine.text.diacritics import TURNED, unmarked, with_marked

#: What a hand writes in a style to learn how far its slant and letter width are from the style's.
TRIAL = (
    "There was something about the morning",
    "He had never been in this town before",
    "Most people would rather have waited",
    "A few minutes later the train came in",
)

#: How often it writes each of them in no style to learn how wide it writes.
PLAIN_TRIALS = 6


#: How wide hands from files write in no style, by the file's hash, the precision and the device:
#: each window loads its hand itself, and need not measure what another has measured.
_PLAIN_WIDTHS: dict[tuple[str, str, str], tuple[tuple[str, float], ...]] = {}

#: Text, ink, and the character of each point.
Written = tuple[str, Ink, npt.NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class _Trial:
    """Some lines in a style, before they are given its slant and width, and what gives them these.

    Attributes
    ----------
    matrix : float64 (2, 2)
    lines : tuple of (text, ink, character of each point)
    usual : UsualManner
        What is usual of lines that have the style's slant and width.
    """

    matrix: Array
    lines: tuple[Written, ...]
    usual: UsualManner

    @classmethod
    def of(cls, lines: tuple[Written, ...], style: Style | None) -> _Trial:
        """What lines in a style, or in none, say."""
        if style is None:
            return cls(np.eye(2), lines, PLAIN)
        matrix = style_correction([ink for _, ink, _ in lines], style)
        usual = usual_manner([(t, ink.transformed(matrix), of) for t, ink, of in lines])
        return cls(matrix, lines, usual)

    def widths(self, strength: float) -> tuple[tuple[str, float], ...]:
        """Each text with the mean width of its lines, which follow the style so closely."""
        matrix = blend(self.matrix, strength) if strength > 0 else np.eye(2)
        found: dict[str, list[float]] = {}
        for text, ink, of in self.lines:
            line = evened(ink.transformed(matrix), text, of, self.usual, strength)
            found.setdefault(text, []).append(line.width)
        return tuple((text, float(np.mean(widths))) for text, widths in found.items())


class _KnownTrial:
    """A trial that was made elsewhere; see `_Trial`."""

    def __init__(self, trial: StyleTrial) -> None:
        self.matrix = np.array(trial.matrix).reshape(2, 2)
        self.usual = UsualManner(trial.breadth, trial.x_height, trial.gap, trial.slant)
        self._widths = trial.widths

    def widths(self, strength: float) -> tuple[tuple[str, float], ...]:
        """As `_Trial.widths`."""
        return tuple(
            (text, float(np.interp(strength, STRENGTHS, widths)))
            for text, widths in self._widths.items()
        )


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
        "auto", "float32" or "float16": see `engine.sampling.matmul`.

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
        self._writers = WriterCache(network, preparation)
        self._primers = PrimerCache(self._sampler, alphabet, preparation, self._writers)
        self._lines = LineSampler(
            self._sampler, alphabet, self._primers, self._writers, pace, x_height
        )
        #: What reads its lines, to choose among them; None: the recogniser that ships.
        self.recogniser: Recogniser | None = None
        # Hands that draw otherwise (`drawing_by`) share it, and what it knows already.
        self._trials = StyleCache(self._tried)
        self._draw: DrawLines = self._lines.sample

    @property
    def characters(self) -> frozenset[str]:
        """All that it writes: its alphabet, and the letters with marks that are made of that."""
        return _characters(self.alphabet)

    @property
    def name(self) -> str:
        """The hand's name."""
        return self.card.name

    @property
    def precision(self) -> str:
        """What the weights are multiplied in: see `engine.sampling.matmul`."""
        return self._sampler.precision

    @property
    def point_rate(self) -> float:
        """Points a second of a writer's real time."""
        return self.preparation.rate

    @property
    def fingerprint(self) -> str:
        """What tells the hand's network from others; a writer's vector names it."""
        return self._writers.fingerprint

    @property
    def knows_writers(self) -> bool:
        """Whether it makes vectors of writers' lines."""
        return self.network.config.vector > 0

    def writer_vector(self, inks: Sequence[Ink]) -> WriterVector:
        """The vector of a writer, to write as he does with a style that holds it.

        Parameters
        ----------
        inks : sequence of Ink
            1 to 24 lines of his, in any unit and order; their texts need not be known.

        Raises
        ------
        InkError
            If there are no lines or too many, or one cannot be prepared.
        SettingError
            If this hand knows no writers.
        """
        if not _are_all(inks, Ink):
            raise InkError("The lines of a writer are no list of ink; give an Ink for each line.")
        return self._writers.vector(inks)

    def additions(self, vector: WriterVector) -> npt.NDArray[np.float32]:
        """What a writer adds to the network's biases, float32 (P,).

        `engine.network.network.Network.additions` says to which.

        Raises
        ------
        StyleError
            If the vector is of another hand.
        """
        if not isinstance(vector, WriterVector):
            raise StyleError(f"The writer's vector is {vector!r:.40}; make one of lines of his.")
        return self._writers.added(vector)

    @property
    def line_sampler(self) -> LineSampler:
        """What draws the points of its lines; see `drawing_by`."""
        return self._lines

    def drawing_by(self, draw: DrawLines) -> Hand:
        """The same hand, the points of whose lines are drawn by somebody else.

        Several such may write at the same time, each in a thread of its own: they share the
        network and what is known of styles. Their lines are checked, chosen and set right as ever.

        Parameters
        ----------
        draw : callable
            Draws lines as `engine.sampling.line_sampler.LineSampler.sample` does.
        """
        other = copy(self)
        other._draw = draw
        return other

    @classmethod
    def load(
        cls, path: Path | str | None = None, device: str = "cpu", precision: str = "auto"
    ) -> Hand:
        """Read a hand's file; None reads the one that ships.

        Parameters
        ----------
        path : Path or str, optional
            Or the name of one of those that ship, where there is no such file.

        Raises
        ------
        HandError
            If the file is missing, damaged, or of another kind or shape.
        """
        if not (path is None or isinstance(path, str | os.PathLike)):
            raise HandError(f"There is no hand {path!r:.40}; give a file's path, or a hand's name.")
        name = bundled_hands.named(path)
        spec, sha256 = hand_file.read(path or "" if name is None else bundled_hands.path_of(name))
        # Networks meet these signs seldom, and draw them upright.
        turned = {c for c in TURNED if c in spec.alphabet and unmarked(c, ()) in spec.alphabet}
        spec = spec._replace(alphabet=spec.alphabet.without(turned)) if turned else spec
        return cls.of(spec, device, sha256, precision)

    @classmethod
    def of(
        cls, spec: HandSpec, device: str = "cpu", sha256: str = "", precision: str = "auto"
    ) -> Hand:
        """What writes as a specification says, on a device."""
        return cls(*spec, device=device, sha256=sha256, precision=precision)

    @property
    def spec(self) -> HandSpec:
        """What it is, apart from the device that it writes on."""
        return HandSpec(
            self.network, self.alphabet, self.preparation, self.pace, self.x_height, self.card
        )

    def save(self, path: Path | str, dtype: torch.dtype = torch.float16) -> None:
        """Write the hand's file, in half precision unless another type is asked for."""
        hand_file.write(path, self.spec, dtype)

    def write(
        self,
        text: str,
        *,
        style: Style | None = None,
        strength: float = 1.0,
        bias: float = DEFAULT_BIAS,
        seed: int = 0,
        points_per_char: float | None = None,
        policy: Policy = DEFAULT_POLICY,
        record: bool = False,
    ) -> SampledLine:
        """Write one line; see `write_lines`."""
        return self.write_lines(
            [text],
            styles=style,
            strengths=strength,
            biases=bias,
            seeds=seed,
            points_per_char=points_per_char,
            policy=policy,
            record=record,
        )[0]

    def write_lines(
        self,
        texts: Sequence[str],
        *,
        styles: Style | Sequence[Style | None] | None = None,
        strengths: float | Sequence[float] = 1.0,
        biases: float | Sequence[float] = DEFAULT_BIAS,
        seeds: int | Sequence[int] = 0,
        points_per_char: float | None = None,
        policy: Policy = DEFAULT_POLICY,
        record: bool = False,
        traced: bool = False,
        progress: Callable[[float], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> list[SampledLine]:
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
        policy : Policy
            How often a line is sampled, who judges, and which try is kept. `ONCE` is one sample.
        record : bool
            Whether the lines carry their `steps`.
        traced : bool
            Whether they carry their `trace`: steps with the network's states, some 30 kB each. A
            hand whose points are drawn elsewhere (`drawing_by`) has none.
        progress : callable
            Told the share of the work that is done, from 0 to 1.
        stop : callable
            Asked before each chunk of points, in the thread that writes. Where it says so before
            each line was sampled once, `WritingStoppedError` is raised; later, what is best by then
            is kept.

        Raises
        ------
        TextError
            If a text is empty, too long, or has a character that the hand does not know.
        StyleError
            If a style ships for another hand.
        SettingError
            If a strength, bias, seed or cap is out of range.
        WritingStoppedError
            If it was stopped before there was anything to keep.
        """
        jobs = request.sampling_requests(self.alphabet, texts, seeds, biases, styles, strengths)
        self._check_styles(jobs)
        cap = request.points_cap(points_per_char, self.pace)
        if not isinstance(policy, Policy):
            raise SettingError(f"The policy is {policy!r:.40}; give a Policy.")
        if not all(callable(one) for one in (stop, stop if progress is None else progress)):
            raise SettingError("The progress callback or the stop callback is not callable.")
        if not jobs:
            return []
        told = progress

        def sample(these: Sequence[SamplingRequest]) -> list[SampledLine]:
            nonlocal told
            first, told = told, None

            def go_on(share: float) -> None:
                if stop():
                    raise WritingStoppedError("The lines are not wanted any more.")
                if first is not None:
                    first(share)

            go_on(0.0)
            if traced:
                return self._traced(these, cap, go_on)
            return self._sample(these, cap, record, go_on)

        written = carry_out(policy, jobs, sample, self._judged, self._unlikeness, stop)
        if progress is not None:
            progress(1.0)
        return [self._marked(line) for line in written]

    def _check_styles(self, jobs: Sequence[SamplingRequest]) -> None:
        """Refuse styles that ship for another hand; see `engine.style.style.check_owner`."""
        for style in {id(job.style): job.style for job in jobs if job.style is not None}.values():
            check_owner(style, self.sha256)

    def _marked(self, line: SampledLine) -> SampledLine:
        """A line with the marks of its letters, which the network does not write."""
        return with_marks(line, self.alphabet, self.point_rate, self.x_height)

    def stream(
        self,
        text: str,
        *,
        style: Style | None = None,
        bias: float = DEFAULT_BIAS,
        seed: int = 0,
        points_per_char: float | None = None,
        start: NetworkState | None = None,
        overrides: Callable[[int, TraceStep | None], Override | None] | None = None,
    ) -> Iterator[TraceStep]:
        """Write one line point by point.

        Parameters
        ----------
        text, style, bias, seed, points_per_char
            As for `write`; the same seed gives the same ink.
        start : NetworkState, optional
            Of a step of an earlier stream of the same text and style: the line goes on after it.
        overrides : callable, optional
            Called before each point with its number and the step before it; the `Override` that
            it returns, if any, holds for that point.

        Yields
        ------
        TraceStep

        Raises
        ------
        TextError, SettingError
            As `write_lines`, before the first step.
        """
        job = request.sampling_request(self.alphabet, text, seed, bias, style)
        self._check_styles([job])
        if start is not None and not isinstance(start, NetworkState):
            raise SettingError(f"The start is {start!r:.40}; give the state of an earlier step.")
        return self._lines.stream(
            job, request.points_cap(points_per_char, self.pace), start, overrides
        )

    def stream_lines(
        self,
        texts: Sequence[str],
        *,
        styles: Style | Sequence[Style | None] | None = None,
        biases: float | Sequence[float] = DEFAULT_BIAS,
        seeds: int | Sequence[int] = 0,
        points_per_char: float | None = None,
    ) -> Iterator[list[list[TraceStep]]]:
        """Write lines point by point, all at once.

        Parameters
        ----------
        texts, styles, biases, seeds, points_per_char
            As for `write_lines`; the same seed gives the same ink.

        Yields
        ------
        list of lists of TraceStep
            For each line its next steps; none for a line that has ended.

        Raises
        ------
        TextError, SettingError
            As `write_lines`, before the first steps.
        """
        jobs = request.sampling_requests(self.alphabet, texts, seeds, biases, styles, 1.0)
        self._check_styles(jobs)
        if not jobs:
            return iter(())
        return self._lines.stream_together(jobs, request.points_cap(points_per_char, self.pace))

    def finished(
        self,
        text: str,
        steps: Sequence[TraceStep],
        *,
        style: Style | None = None,
        strength: float = 1.0,
        bias: float = DEFAULT_BIAS,
        seed: int = 0,
    ) -> SampledLine:
        """The line that a stream's steps make, matched, levelled and checked as `write` does it.

        Parameters
        ----------
        text, style, bias, seed
            As they were given to `stream`.
        strength : float
            As for `write_lines`.
        steps : sequence of TraceStep
            All that it yielded, at least one.

        Raises
        ------
        TextError, SettingError
            As `write_lines`; and if there is no step.
        """
        if not (_are_all(steps, TraceStep) and steps):
            raise SettingError("There are no steps; give all that the stream yielded.")
        job = request.sampling_request(self.alphabet, text, seed, bias, style, strength)
        return self._marked(self._finished(job, steps))

    def _finished(self, job: SamplingRequest, steps: Sequence[TraceStep]) -> SampledLine:
        phi = np.stack([step.phi for step in steps])
        points = np.stack([step.point for step in steps])
        done = bool(ended(phi[-1:], points[-1:, 2] > 0.5)[0])
        line = self._written(
            job, SampledPoints(points, phi, done, SampleTrace.stacked(job.text, steps))
        )
        return replace(line, trace=tuple(steps[: line.ink.points]))

    def to_x_heights(self, style: Style | None = None, strength: float = 1.0) -> Array:
        """What brings the network's points to x-heights, in a style's slant and letter width.

        Returns
        -------
        float64 (2, 2)
            To multiply the sums of offsets with.
        """
        if request.checked_style(style) is None:
            return np.eye(2) / self.x_height
        assert style is not None
        strength = request.checked_strength(strength)
        matrix = self._trials.of(style).matrix if strength > 0 else np.eye(2)
        return blend(matrix, strength) / self._primers.of(style).scale

    def usual_widths(
        self, style: Style | None = None, strength: float = 1.0
    ) -> tuple[tuple[str, float], ...]:
        """How wide this hand writes in a style, or in none: what some lines of it measure.

        They are written when they are first asked for, and kept. Their seeds are fixed, so that
        the same text is broken into the same lines wherever it is written.

        Returns
        -------
        tuple of (text, width)
            Of each line, in x-heights.
        """
        if request.checked_style(style) is None:
            # Of a hand that ships they are known.
            return _shipped_widths().get(self.sha256) or self.measured_widths()
        assert style is not None
        return self._trials.of(style).widths(request.checked_strength(strength))

    def measured_widths(self) -> tuple[tuple[str, float], ...]:
        """`usual_widths` in no style, written even where they are known of a hand that ships."""
        widths = _PLAIN_WIDTHS.get(self._loaded)
        if widths is None:
            widths = self._trials.of(None).widths(1.0)
            if self.sha256:
                _PLAIN_WIDTHS[self._loaded] = widths
        return widths

    @property
    def _loaded(self) -> tuple[str, str, str]:
        return self.sha256, self.precision, self.device.type

    def knows_widths(self, style: Style | None = None) -> bool:
        """Whether `usual_widths` of a style are there already."""
        known = style is None and (
            self.sha256 in _shipped_widths() or self._loaded in _PLAIN_WIDTHS
        )
        return known or self._known_trial(style) is not None or style in self._trials

    def _tried(self, style: Style | None) -> _Trial | _KnownTrial:
        """What some lines that are written in a style, or in none, say of the rest of them.

        The network takes on a part of a style's slant and letter width; how much is missing is
        the hand's and the style's own, whatever the text. Of styles that ship it is known.
        """
        known = self._known_trial(style)
        return self._measured(style) if known is None else _KnownTrial(known)

    def _known_trial(self, style: Style | None) -> StyleTrial | None:
        return style.tried_by(self.sha256) if style is not None and self.sha256 else None

    def trial(self, style: Style) -> StyleTrial:
        """What `Style.tried_by` is to know of this hand, written even where it is known."""
        tried = self._measured(style)
        widths = [dict(tried.widths(strength)) for strength in STRENGTHS]
        (a, b), (c, d) = tried.matrix.tolist()
        usual = tried.usual
        return StyleTrial(
            self.sha256,
            style.digest,
            (round(a, 6), round(b, 6), round(c, 6), round(d, 6)),
            round(usual.breadth, 6),
            round(usual.x_height, 6),
            round(usual.gap, 6),
            None if usual.slant is None else round(usual.slant, 6),
            {text: tuple(round(of[text], 3) for of in widths) for text in widths[0]},
        )

    def _measured(self, style: Style | None) -> _Trial:
        # In no style each line comes from another hand, as it were: it takes more of them.
        count = PLAIN_TRIALS if style is None else 1
        return _Trial.of(self._trial_lines(style, count), style)

    def _trial_lines(self, style: Style | None, count: int) -> tuple[Written, ...]:
        """The lines of the trial that were written without a flaw."""
        texts = ["".join(c for c in text if c in self.alphabet) for text in TRIAL]
        jobs = [
            request.sampling_request(self.alphabet, text, seed, DEFAULT_BIAS, style, 0.0)
            for seed, text in enumerate(count * texts)
            if text.strip()
        ]
        lines = self._sample(jobs, 2 * self.pace) if jobs else []
        return tuple((line.text, line.ink, line.characters) for line in lines if not line.flaws)

    def _sample(
        self,
        jobs: Sequence[SamplingRequest],
        cap: float,
        record: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> list[SampledLine]:
        """Write lines as one batch, once each."""
        drawn = self._draw(jobs, cap, record, progress)
        return [self._written(job, line) for job, line in zip(jobs, drawn, strict=True)]

    def _traced(
        self, jobs: Sequence[SamplingRequest], cap: float, progress: Callable[[float], None]
    ) -> list[SampledLine]:
        """Write lines as one batch, once each, and keep each step with the network's state.

        Who draws them elsewhere keeps no states: then the lines have no trace.
        """
        if self._draw != self._lines.sample:
            return self._sample(jobs, cap, progress=progress)
        expected = self.pace * sum(len(job.text) + 1 for job in jobs)
        steps: list[list[TraceStep]] = [[] for _ in jobs]
        for fresh in self._lines.stream_together(jobs, cap):
            for line, some in zip(steps, fresh, strict=True):
                line += some
            progress(min(0.99, sum(map(len, steps)) / expected))
        return [self._finished(job, of) for job, of in zip(jobs, steps, strict=True)]

    def _judged(self, lines: Sequence[SampledLine]) -> list[Recognition]:
        """What the recogniser makes of lines."""
        texts = [unmarked(line.text, self.alphabet) for line in lines]
        recogniser = self.recogniser or shipped_recogniser()
        return recogniser.judge([line.ink for line in lines], texts)

    def _unlikeness(self, job: SamplingRequest, line: SampledLine) -> float:
        """How unlike its style a line is; 0 in none, or where likeness is not asked for."""
        if job.style is None or job.strength == 0:
            return 0.0
        return hinge_distance(
            hinge_features(line.ink, unmarked(line.text, self.alphabet)),
            self._primers.of(job.style).shape,
        )

    def _written(self, job: SamplingRequest, line: SampledPoints) -> SampledLine:
        text = unmarked(job.text, self.alphabet)
        alignment = align(text, line.phi, line.finished, self.pace)
        offsets = line.offsets.copy()
        # The first offset leads from the primer's last point, or from nowhere, to the text.
        offsets[0, :2] = 0
        ink = to_ink(offsets, self.point_rate).transformed(
            self.to_x_heights(job.style, job.strength)
        )
        ink = level(ink, text, alignment.characters)
        kept = points_to_keep(text, line.phi, ink)
        ink, characters = ink.first(kept), alignment.characters[:kept]
        if job.strength > 0:
            usual = PLAIN if job.style is None else self._trials.of(job.style).usual
            ink = evened(ink, text, characters, usual, job.strength)
        return SampledLine(
            text=job.text,
            ink=ink,
            characters=characters,
            seed=job.seed,
            bias=job.bias,
            style=job.style.name if job.style else None,
            flaws=alignment.flaws,
            steps=None if line.steps is None else line.steps.first(kept),
        )


def _are_all(values: object, kind: type) -> bool:
    """Whether something is a list of values of one kind."""
    return isinstance(values, Sequence) and all(isinstance(value, kind) for value in values)


@lru_cache(maxsize=16)
def _characters(alphabet: Alphabet) -> frozenset[str]:
    return with_marked(alphabet)


@cache
def _shipped_widths() -> dict[str, tuple[tuple[str, float], ...]]:
    """`Hand.usual_widths` in no style, by the SHA-256 of the hands that ship."""
    known = json.loads((bundled_hands.folder() / "widths.json").read_text("utf-8"))
    return {
        sha256: tuple((text, float(width)) for text, width in widths.items())
        for sha256, widths in known.items()
    }


def torch_device(name: str) -> torch.device:
    """The device of that name.

    Raises
    ------
    SettingError
        If it is unknown, or there is none.
    """
    name = str(name)
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name not in ("cpu", "cuda"):
        raise SettingError(f"There is no device {name!r:.40}; choose cpu, cuda or auto.")
    if name == "cuda" and not torch.cuda.is_available():
        raise SettingError("There is no CUDA GPU that torch can use here; choose cpu or auto.")
    return torch.device(name)

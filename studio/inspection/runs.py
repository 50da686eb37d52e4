"""Runs for the inspector: recordings that a hand makes, sampled, steered or fed with ink."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.hand import Hand
from engine.ink.ink import Ink
from engine.sampling.policy import DEFAULT_BIAS
from engine.sampling.steering import Steering
from engine.sampling.trace import TraceStep
from engine.style.style import Style
from engine.teacher_forcing import TeacherForcingResult, teacher_force, trace_offsets
from engine.text.diacritics import unmarked
from studio.inspection.run_recording import RunRecording, RunSettings


@dataclass(frozen=True)
class Run:
    """What is to be sampled.

    Parameters
    ----------
    text : str
    style : Style or None
    bias, seed
        As for `Hand.stream`.
    steering : Steering or None
        What is to be different from what the network does by itself.
    """

    text: str
    style: Style | None = None
    bias: float = DEFAULT_BIAS
    seed: int = 0
    steering: Steering | None = None

    def settings(self, hand: Hand) -> RunSettings:
        """What a caption says of it."""
        return RunSettings(
            hand.name,
            hand.sha256,
            self.style.name if self.style else None,
            self.bias,
            self.seed,
            str(self.steering) if self.steering else "",
        )

    def stream(self, hand: Hand) -> Iterator[TraceStep]:
        """The steps, as they are sampled.

        Raises
        ------
        TextError, SettingError
            As `Hand.stream`, and if the hand has no such component as is to be forced.
        """
        overrides = None
        if self.steering is not None:
            overrides = self.steering.overrides(hand.network.config.mixture)
        return hand.stream(
            self.text, style=self.style, bias=self.bias, seed=self.seed, overrides=overrides
        )


def sampled(hand: Hand, run: Run, progress: Callable[[float], None] | None = None) -> RunRecording:
    """The recording of a run.

    Raises
    ------
    TextError, SettingError
        As `Run.stream`.
    """
    recording = RunRecording(run.text, run.settings(hand))
    recording.steering = run.steering
    expected = hand.pace * (len(run.text) + 1)
    steps: list[TraceStep] = []
    for step in run.stream(hand):
        steps.append(step)
        if progress is not None and len(steps) % 64 == 0:
            progress(min(0.99, len(steps) / expected))
    if steps and unmarked(run.text, hand.alphabet) != run.text:
        # Marks on letters are no steps of the network; the ink has points of them.
        line = hand.finished(run.text, steps, style=run.style, bias=run.bias, seed=run.seed)
        steps = list(line.trace)
    recording.append(steps)
    return recording


def fed(hand: Hand, ink: Ink, text: str, source: str = "") -> RunRecording:
    """The recording of teacher forcing.

    Parameters
    ----------
    source : str
        Where the ink comes from, for the caption.

    Raises
    ------
    TextError, InkError
        As `engine.teacher_forcing.teacher_force`.
    """
    return _told(hand, teacher_force(hand, ink, text), source)


def _told(hand: Hand, found: TeacherForcingResult, source: str) -> RunRecording:
    mean = float(found.log_likelihood.mean())
    remark = f"teacher forcing{f' on {source}' if source else ''}, {-mean:.3f} nats a point"
    settings = RunSettings(hand.name, hand.sha256, None, None, None, remark)
    return RunRecording.of(found.steps, settings, found.layers, found.log_likelihood)


def refed(hand: Hand, recording: RunRecording) -> RunRecording:
    """The recording of another hand that is fed the ink of a recording, point by point.

    Raises
    ------
    TextError
        If the hand does not know a character of the text.
    """
    offsets = np.concatenate([np.zeros((1, 3), np.float32), recording["offsets"]])
    codes = hand.alphabet.encode(recording.text)
    return _told(hand, trace_offsets(hand, Ink(), offsets, recording.text, codes), "the same ink")


def same_pen(recording: RunRecording, ink: Ink) -> bool:
    """Whether ink may be what a recording's pen drew: stroke by stroke as many points."""
    if len(recording) == 0 or len(recording) != ink.points:
        return False
    ends = np.cumsum([len(stroke) for stroke in ink.strokes]) - 1
    return np.array_equal(np.flatnonzero(recording["offsets"][:-1, 2] > 0.5), ends[:-1])


def recalled(hand: Hand, run: Run | None, ink: Ink, text: str) -> RunRecording:
    """What the network did for a line that was written before.

    Parameters
    ----------
    run : Run or None
        What the line was written by, where this hand wrote it: it is sampled again. Where that
        gives another line, and without a run, the hand is fed the ink as it is there.
    ink : Ink
        As a hand wrote it, in any unit.

    Raises
    ------
    TextError, InkError
        As `engine.teacher_forcing.teacher_force`.
    """
    if run is not None:
        recording = sampled(hand, run)
        if same_pen(recording, ink):
            return recording
    return _told(hand, teacher_force(hand, ink, text, as_written=True), "the page's ink")

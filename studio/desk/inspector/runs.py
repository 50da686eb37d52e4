"""Runs for the inspector: recordings that a hand makes, sampled, steered or fed with ink."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.hand import Hand
from engine.ink import Ink
from engine.steering import Steering
from engine.step import Step
from engine.style import Style
from engine.teacher import force
from studio.desk.inspector.recording import Recording, Settings


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
    bias: float = 0.75
    seed: int = 0
    steering: Steering | None = None

    def settings(self, hand: Hand) -> Settings:
        """What a caption says of it."""
        return Settings(
            hand.name,
            hand.sha256,
            self.style.name if self.style else None,
            self.bias,
            self.seed,
            str(self.steering) if self.steering else "",
        )

    def stream(self, hand: Hand) -> Iterator[Step]:
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


def sampled(hand: Hand, run: Run, progress: Callable[[float], None] | None = None) -> Recording:
    """The recording of a run.

    Raises
    ------
    TextError, SettingError
        As `Run.stream`.
    """
    recording = Recording(run.text, run.settings(hand))
    expected = hand.pace * (len(run.text) + 1)
    waiting: list[Step] = []
    for step in run.stream(hand):
        waiting.append(step)
        if len(waiting) == 64:
            recording.append(waiting)
            waiting = []
            if progress is not None:
                progress(min(0.99, len(recording) / expected))
    recording.append(waiting)
    return recording


def fed(hand: Hand, ink: Ink, text: str, source: str = "") -> Recording:
    """The recording of teacher forcing.

    Parameters
    ----------
    source : str
        Where the ink comes from, for the caption.

    Raises
    ------
    TextError, InkError
        As `engine.teacher.force`.
    """
    found = force(hand, ink, text)
    mean = float(found.log_likelihood.mean())
    remark = f"teacher forcing{f' on {source}' if source else ''}, {-mean:.3f} nats a point"
    settings = Settings(hand.name, hand.sha256, None, None, None, remark)
    return Recording.of(found.steps, settings, found.layers, found.log_likelihood)

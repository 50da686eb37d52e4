"""The writer of lines: what layout asks of a hand, and a hand as such a writer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from engine.errors import StyleError
from engine.ink.ink import Ink
from engine.sampling.policy import DEFAULT_POLICY, Policy
from studio.document.drawing import single

if TYPE_CHECKING:
    # torch takes a second to import, and laying out needs none of it.
    from engine.hand import Hand
    from engine.sampling.misread_word import MisreadWord
    from engine.sampling.trace import SampleTrace, TraceStep
    from engine.style.style import Style

BATCH = 128
"""Lines that are written at once: more of them gain little and hold much memory."""


@dataclass(frozen=True)
class LineRequest:
    """What a line of ink depends on: equal requests give equal ink on the same device.

    Parameters
    ----------
    text : str
        Of the hand's alphabet.
    style : str or None
        Name of the style that primes.
    bias : float
    seed : int
    hand : str
        Hash of the hand that is to write.
    variant : int
        0 for what the hand writes; see `LineEdit.variant`.
    strength : float
        How closely the style is followed; see `Look.strength`.
    """

    text: str
    style: str | None
    bias: float
    seed: int
    hand: str = ""
    variant: int = 0
    strength: float = 1.0

    def __hash__(self) -> int:
        # Of all fields it would take several times as long, and these tell nearly all apart.
        return hash((self.text, self.seed))


@dataclass(frozen=True, eq=False)
class WrittenLine:
    """The ink of a line.

    Parameters
    ----------
    text : str
    ink : Ink
        In x-heights; y = 0 is the baseline, x = 0 the left edge; not empty.
    characters : int (n,)
        For each point of `ink.xy` the place in `text` of the character it belongs to, as the
        window has it; len(text) for what follows the text.
    seed : int
        Which wrote it in the end.
    flaws : tuple of str
        What the check of the alignment still finds.
    steps : SampleTrace or None
        What the network did, where that was kept.
    misread : tuple of MisreadWord
        The words that a recogniser does not read as asked for.
    trace : tuple of TraceStep
        What the network did, step by step with its states, where that was kept.
    hand : (str, str) or None
        Name and hash of the hand that wrote it; None where that is the note's.
    """

    text: str
    ink: Ink
    characters: npt.NDArray[np.int64]
    seed: int
    flaws: tuple[str, ...] = ()
    steps: SampleTrace | None = None
    misread: tuple[MisreadWord, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    hand: tuple[str, str] | None = None


class Writer(Protocol):
    """Who turns lines of text to ink."""

    @property
    def name(self) -> str:
        """Of the hand."""

    @property
    def sha256(self) -> str:
        """Hash of the hand's file."""

    @property
    def alphabet(self) -> Collection[str]:
        """The characters that can be written."""

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        """Write many lines at once; one result a request, in order."""

    def examples(self, style: str | None, strength: float) -> Sequence[tuple[str, float]]:
        """Texts in a style with the width of their ink in x-heights, from which to guess.

        Always the same for a hand, a style and a strength: the breaks of all lines hang on them.
        """


class HandWriter:
    """A hand as the writer of a note's lines.

    Parameters
    ----------
    hand : Hand
    styles : callable
        Finds a style by its name.
    points_per_char : float, optional
        The cap on a line's points, a character; the hand's own where not given.
    policy : Policy
        How lines are sampled and chosen.
    keep_steps : bool
        Whether what the network did is kept with each line: some kilobytes a point.
    keep_trace : bool
        Whether it is kept step by step, with the network's states.
    waits : bool
        Whether lines are written to learn how wide a style is. Without it a style that was not
        tried yet is guessed by its primer, which is enough for what is not to be written yet.
    progress : callable, optional
        Told the share of the lines asked for that is done, from 0 to 1.
    stop : callable
        Asked while lines are written; see `engine.hand.Hand.write_lines`.
    """

    def __init__(
        self,
        hand: Hand,
        styles: Callable[[str], Style],
        *,
        points_per_char: float | None = None,
        policy: Policy = DEFAULT_POLICY,
        keep_steps: bool = False,
        keep_trace: bool = False,
        waits: bool = True,
        progress: Callable[[float], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        # The hand remembers the state after a style's primer by the style object.
        self._hand, self._styles, self._cap = hand, cache(styles), points_per_char
        self._policy, self._progress, self._stop = policy, progress, stop
        self._keep_steps, self._keep_trace, self._waits = keep_steps, keep_trace, waits

    @property
    def name(self) -> str:
        """Of the hand."""
        return self._hand.name

    @property
    def sha256(self) -> str:
        """Hash of the hand's file."""
        return self._hand.sha256

    @property
    def alphabet(self) -> Collection[str]:
        """The characters that the hand writes, letters with marks among them."""
        return self._hand.characters

    def examples(self, style: str | None, strength: float) -> Sequence[tuple[str, float]]:
        """What the hand usually writes in the style; see `Hand.usual_widths`.

        A guess can do without: that a style is unknown is said when it is to be written in.
        """
        try:
            primer = None if style is None else self._styles(style)
            if self._waits or self._hand.knows_widths(primer):
                return self._hand.usual_widths(primer, strength)
        except StyleError:
            return ()
        return () if primer is None else ((primer.text, primer.ink.width),)

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        """Write many lines in batches of like length.

        Raises
        ------
        StyleError
            If a style is unknown.
        WritingStoppedError
            If it was stopped.
        """
        order = sorted(range(len(requests)), key=lambda i: len(requests[i].text))
        lines: dict[int, WrittenLine] = {}
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            progress = self._share(start / len(order), len(batch) / len(order))
            written = self._write([requests[i] for i in batch], progress)
            lines.update(zip(batch, written, strict=True))
        return [lines[i] for i in range(len(requests))]

    def _share(self, done: float, part: float) -> Callable[[float], None] | None:
        told = self._progress
        return None if told is None else lambda share: told(done + part * share)

    def _write(
        self, requests: Sequence[LineRequest], progress: Callable[[float], None] | None
    ) -> list[WrittenLine]:
        written = self._hand.write_lines(
            [r.text for r in requests],
            styles=[None if r.style is None else self._styles(r.style) for r in requests],
            strengths=[r.strength for r in requests],
            biases=[r.bias for r in requests],
            seeds=[r.seed for r in requests],
            points_per_char=self._cap,
            policy=self._policy,
            record=self._keep_steps,
            traced=self._keep_trace,
            progress=progress,
            stop=self._stop,
        )
        return [
            WrittenLine(
                line.text,
                single(line.ink),
                line.characters,
                line.seed,
                line.flaws,
                line.steps if self._keep_steps else None,
                line.misread,
                line.trace,
                (self.name, self.sha256),
            )
            for line in written
        ]

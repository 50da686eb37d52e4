"""A line as a hand has written it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink
from engine.sampling.misread_word import MisreadWord
from engine.sampling.trace import SampleTrace, TraceStep


@dataclass(frozen=True)
class SampledLine:
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
    steps : SampleTrace or None
        What the network did, where it was asked to be recorded and the line is of one piece: a
        line with a word written again has none.
    trace : tuple of TraceStep
        The same, step by step with the network's states, where these were asked for.
    misread : tuple of MisreadWord
        The words that a recogniser does not read as asked for; empty where it was not asked.
    """

    text: str
    ink: Ink
    characters: npt.NDArray[np.int64]
    seed: int
    bias: float
    style: str | None = None
    attempts: int = 1
    flaws: tuple[str, ...] = ()
    steps: SampleTrace | None = None
    trace: tuple[TraceStep, ...] = ()
    misread: tuple[MisreadWord, ...] = ()

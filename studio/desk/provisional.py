"""Where a line's points will stand, told while the line is still being sampled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.levelling import level
from engine.preparation import to_ink
from engine.step import Step
from studio.note.plan import PlannedLine

Array = npt.NDArray[np.float64]

LOOK_AHEAD = 32
"""Points that are sampled before the pen is seen: a few letters, to find the baseline by."""
EASE = 0.12
"""How quickly, from 0 to 1 a frame, the pen follows the baseline as more of it is known."""
FRESH = 16
"""After so many more points the baseline is estimated again."""


class Provisional:
    """Turns the points of a stream to millimetres on the page.

    A line is levelled when it is finished; until then its baseline is estimated from the points
    that are there. New points follow the estimate smoothly, so that ink already drawn stays where
    it is.

    Parameters
    ----------
    planned : PlannedLine
    text : str
        Of the line, or of this piece of it.
    unit : float
        Offsets units to an x-height.
    start : float
        Where this piece begins, in x-heights from the line's left end.
    """

    def __init__(self, planned: PlannedLine, text: str, unit: float, start: float = 0.0) -> None:
        self.origin = (planned, text, unit, start)
        self._planned, self._text, self._unit, self._start = planned, text, unit, start
        self._offsets: list[npt.NDArray[np.float32]] = []
        self._characters: list[int] = []
        self._final: Array | None = None
        self._wanted: tuple[int, Array] | None = None
        self._shift: Array | None = None
        self.finished = False

    def __len__(self) -> int:
        return len(self._offsets) if self._final is None else len(self._final)

    @property
    def ready(self) -> bool:
        """Whether enough is known for the pen to be seen."""
        return self.finished or len(self._offsets) >= LOOK_AHEAD

    @property
    def exact(self) -> bool:
        """Whether the places are the final ones."""
        return self._final is not None

    @property
    def ends(self) -> npt.NDArray[np.bool_]:
        """Bool (n,): whether each point ends its stroke."""
        return np.array([point[2] > 0.5 for point in self._offsets])

    def extend(self, steps: list[Step]) -> None:
        """Take steps that were sampled."""
        for step in steps:
            self._offsets.append(step.point)
            self._characters.append(min(int(step.phi.argmax()), len(self._text) - 1))

    def settle(self, final: Array) -> None:
        """The line is finished and has its place: float (n, 2) in millimetres."""
        self.finished = True
        if len(final) == len(self._offsets):
            self._final = final

    def places(self, start: int, stop: int) -> Array:
        """Millimetres of the points from `start` to `stop`, float (stop - start, 2)."""
        if self._final is not None:
            return self._final[start:stop]
        offsets = np.stack(self._offsets)
        offsets[0, :2] = 0
        raw = np.cumsum(offsets[:, :2].astype(np.float64), axis=0) / self._unit
        if self._wanted is None or len(offsets) >= self._wanted[0] + FRESH:
            self._wanted = (len(offsets), self._estimate(offsets) - raw[0])
        wanted = self._wanted[1]
        # How far the first point stands from the baseline and the left edge.
        self._shift = wanted if self._shift is None else self._shift + EASE * (wanted - self._shift)
        return self._planned.provisional(raw[start:stop] + self._shift)

    def _estimate(self, offsets: npt.NDArray[np.float32]) -> Array:
        """Where the first point stands in x-heights, as far as is known."""
        # An open stroke at the end counts as ended: its points tell as much of the baseline.
        ink = to_ink(offsets, 1.0).scaled(1 / self._unit)
        placed = level(ink, self._text, np.array(self._characters[: ink.points]))
        first: Array = placed.xy[0] + (self._start, 0.0)
        return first

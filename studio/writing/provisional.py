"""Where a line's points will stand, told while the line is still being sampled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.ink.baseline import STANDING, letter_extents, level, median_slope
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import to_ink
from engine.sampling.trace import TraceStep
from studio.document.note import Alignment
from studio.layout.draft_layout import placeholder
from studio.layout.fitting import places
from studio.layout.line_ink import LineInk
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.plan import PlannedLine
from studio.layout.width_model import WidthModel

Array = npt.NDArray[np.float64]

LOOK_AHEAD = 64
"""Points that the pen stays behind the network: some letters, to find the baseline by."""
FRESH = 16
"""After so many more points the line is fitted again."""
EASE = 6.0
"""Points over which the pen goes over to where a new fit has the line."""
TILT, TILT_SCATTER, FOOT_SCATTER = 0.003, 0.014, 0.137
"""Of the lines that a hand writes, whatever the style: the mean slope of the baseline, how slopes
scatter, and how the feet of letters scatter about the baseline, in x-heights (measured on 93)."""
LEVEL_FROM = 8
"""Letters that stand on the baseline, below which a line is most likely not turned level."""


class Provisional:
    """Turns the points of a stream to millimetres on the page.

    The line as it will be is guessed: what is sampled, levelled as a finished line is, and a
    ghost of what is still to come. This is fitted into its place as finished lines are. As more
    is known the guess changes; ink that is drawn stays, and the pen goes over to the new guess.

    Parameters
    ----------
    planned : PlannedLine
    request : LineRequest
        The line, or the piece of it, that is being sampled.
    shape : float64 (2, 2)
        What brings sums of offsets to x-heights: `Hand.to_x_heights`.
    widths : WidthModel
        From which the rest is guessed.
    before : tuple of WrittenLine
        The pieces of the line that are written already.
    """

    def __init__(
        self,
        planned: PlannedLine,
        request: LineRequest,
        shape: Array,
        widths: WidthModel,
        before: tuple[WrittenLine, ...] = (),
    ) -> None:
        self.origin = (planned, request, shape, widths, before)
        self._planned, self._request, self._shape = planned, request, shape
        self._widths, self._before = widths, before
        self._first = sum(piece.ink.points for piece in before)
        self._offsets: list[npt.NDArray[np.float32]] = []
        self._ends: list[bool] = []
        self._characters: list[int] = []
        self._final: Array | None = None
        self._guess: Array | None = None
        self._since = 0
        self._off = np.zeros(2)
        self._last = np.zeros(2)
        self.finished = False

    def __len__(self) -> int:
        """How many points can be shown."""
        if self._final is not None:
            return len(self._final)
        known = len(self._offsets)
        return known if self.finished else max(0, known - LOOK_AHEAD)

    @property
    def ready(self) -> bool:
        """Whether enough is known for the pen to be seen."""
        return self.finished or (self._foreseeable and len(self) > 0)

    @property
    def _foreseeable(self) -> bool:
        """Whether the line's place hangs on what is sampled so far, and not on its whole width."""
        side = self._planned.look.alignment
        return side in (Alignment.LEFT, Alignment.JUSTIFIED) and not self._planned.filled

    @property
    def ends(self) -> npt.NDArray[np.bool_]:
        """Bool (n,): whether each point ends its stroke."""
        return np.array(self._ends, dtype=bool)

    def extend(self, steps: list[TraceStep]) -> None:
        """Take steps that were sampled."""
        last = len(self._request.text) - 1
        for step in steps:
            self._offsets.append(step.point)
            self._ends.append(bool(step.point[2] > 0.5))
            self._characters.append(min(int(step.phi.argmax()), last))

    def settle(self, final: Array) -> None:
        """The line is finished and has its place: float (n, 2) in millimetres."""
        self.finished = True
        if len(final) == len(self._offsets):
            self._final = final

    def places(self, start: int, stop: int) -> Array:
        """Millimetres of the points from `start` to `stop`, float (stop - start, 2).

        To be asked for in order: a point is told where those before it were.
        """
        if self._final is not None:
            return self._final[start:stop]
        guess = self._guess
        known = len(self._offsets)
        if guess is None or stop > len(guess) or known >= len(guess) + FRESH:
            guess = self._guess = self._fitted()
            self._since = start
            self._off = self._last - guess[start - 1] if start else np.zeros(2)
        fading = np.exp(-(np.arange(start, stop) - self._since + 1) / EASE)
        shown = guess[start:stop] + fading[:, None] * self._off
        if len(shown):
            self._last = shown[-1]
        return shown

    def _fitted(self) -> Array:
        """Where the points that are known stand in the whole line, (n, 2) in millimetres."""
        known = len(self._offsets)
        line = LineInk((*self._before, self._guessed(), *self._following()))
        whole = self._planned.on_page(places(self._planned, line))
        return whole[self._first : self._first + known]

    def _guessed(self) -> WrittenLine:
        """The piece as it may be: what is sampled, and the ghost of the rest to its right."""
        text, characters = self._request.text, np.array(self._characters)
        offsets = np.stack(self._offsets)
        offsets[0, :2] = 0
        # An open stroke at the end counts as ended: its points tell as much of the baseline.
        levelled = level if self.finished else levelled_so_far
        ink = levelled(to_ink(offsets, 1.0).transformed(self._shape), text, characters)
        reached = int(characters.max()) + 1
        rest = placeholder(replace(self._request, text=text[reached:]), self._widths)
        right = np.array([ink.bounds[2], 0.0])
        moved = (Stroke(stroke.xy + right) for stroke in rest.ink.strokes)
        sampled = (Stroke(stroke.xy) for stroke in ink.strokes)
        return WrittenLine(
            text, Ink((*sampled, *moved)), np.concatenate([characters, rest.characters + reached])
        )

    def _following(self) -> tuple[WrittenLine, ...]:
        """Ghosts of the pieces of the line that come after this one."""
        at = self._planned.requests.index(self._request)
        return tuple(placeholder(r, self._widths) for r in self._planned.requests[at + 1 :])


def levelled_so_far(ink: Ink, text: str, characters: npt.NDArray[np.int64]) -> Ink:
    """The beginning of a line placed as `level` will most likely place the whole of it.

    The slope of the baseline is the likeliest one: the first feet tell little of it, so it starts
    as a usual line's and comes to be that of the feet.

    Parameters
    ----------
    ink : Ink
        In x-heights.
    text : str
        Of the whole line.
    characters : int64 (n,), the character of the text that each point belongs to
    """
    feet = letter_extents(ink, text, characters, STANDING)
    if sum(letter in STANDING for letter in text) >= LEVEL_FROM:
        slope = TILT
        if len(feet) > 1:
            x = feet[:, 0]
            known = float(((x - x.mean()) ** 2).sum()) / FOOT_SCATTER**2
            usual = 1 / TILT_SCATTER**2
            slope = (known * median_slope(x, feet[:, 2]) + usual * TILT) / (known + usual)
        ink = ink.rotated(-float(np.arctan(slope)))
        feet = letter_extents(ink, text, characters, STANDING)
    bottom = float(np.median(feet[:, 2])) if len(feet) else ink.bounds[3]
    return ink.moved(-ink.bounds[0], -bottom)

"""Preparation: the way from a pen's ink to the offsets that a network reads, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.errors import InkError, SettingError
from engine.ink.ink import Array, Ink, Stroke

Offsets = npt.NDArray[np.float32]

#: Points a second of the recordings that the network was trained on, before thinning.
RECORDING_RATE = 77.0

#: Seconds that the pen is on the paper for one line, at most.
LONGEST_LINE = 3600.0


@dataclass(frozen=True)
class Preparation:
    """How ink is brought to the form that a network was trained on.

    Parameters
    ----------
    thin : int
        Every `thin`-th point of a stroke is kept, after smoothing; 1 keeps all, unsmoothed.
    deskew : float
        A line's fitted slope is turned level where it is below this (in y per x); 0: never.
    line_scale : float
        Offsets are divided by `line_scale` times the standard deviation of the line's y, so that
        the lines of all writers come out alike in height; 0: `unit` divides them instead.
    unit : float
        What offsets are divided by where `line_scale` is 0, in the ink's unit.
    """

    thin: int = 2
    deskew: float = 0.3
    line_scale: float = 0.685
    unit: float = 1.0

    def __post_init__(self) -> None:
        # A file says what these are.
        thin, *sizes = (getattr(self, f.name) for f in fields(self))
        if not (
            isinstance(thin, int)
            and 1 <= thin <= 64
            and all(isinstance(size, int | float) and 0 <= size < math.inf for size in sizes)
        ):
            raise SettingError(
                "A preparation keeps every 1st to 64th point, and its sizes are finite numbers "
                "from 0; change them."
            )

    @property
    def rate(self) -> float:
        """Points a second of prepared ink, the pen's way through the air left out."""
        return RECORDING_RATE / self.thin

    def prepare(self, ink: Ink) -> Ink:
        """Resampled in time, smoothed, thinned, levelled and scaled ink, in offsets units.

        Raises
        ------
        InkError
            If the ink has fewer than two points or no height, or its clock jumps.
        """
        if ink.points < 2:
            raise InkError("The ink has fewer than two points; draw a whole line.")
        interval = _interval(ink)
        _check_length(ink)
        strokes = [_thinned(_retimed(s, interval), self.thin) for s in ink.strokes]
        prepared = Ink(tuple(strokes))
        if self.deskew:
            prepared = deskew(prepared, self.deskew)
        scale = self.line_scale * float(prepared.xy[:, 1].std()) if self.line_scale else self.unit
        if not scale > 1e-9 * max(1.0, abs(prepared.bounds[2])):
            raise InkError("The ink has no height; draw letters, not a level line.")
        left, _, _, _ = prepared.bounds
        return prepared.moved(-left, -float(np.median(prepared.xy[:, 1]))).scaled(1.0 / scale)


def _interval(ink: Ink) -> float:
    """Seconds between two points of the ink; 0 where it has no usable time stamps.

    Stamps are often rounded, to 10 ms for instance, so that single intervals tell little: this is
    their mean over the whole ink, pauses within a stroke left out.
    """
    timed = [np.diff(s.time) for s in ink.strokes if s.time is not None]
    steps = np.concatenate(timed) if timed else np.zeros(0)
    steps = steps[steps > 0]
    if len(steps) == 0:
        return 0.0
    return float(steps[steps <= 4 * np.median(steps)].mean())


def _check_length(ink: Ink) -> None:
    """Refuse a line that took hours by its times: it would become as many points.

    Raises
    ------
    InkError
    """
    seconds = sum(float(s.time[-1] - s.time[0]) for s in ink.strokes if s.time is not None)
    if seconds > LONGEST_LINE:
        raise InkError(
            f"The line took {seconds / 60:.0f} minutes by its times, so its clock jumps; save it "
            "without times, or with right ones."
        )


def _retimed(stroke: Stroke, interval: float) -> Stroke:
    """A stroke at `RECORDING_RATE`, where the ink's interval between points is another."""
    if stroke.time is None or len(stroke) < 3:
        return stroke
    if interval <= 0 or abs(interval * RECORDING_RATE - 1) < 0.25:
        return stroke
    start, end = float(stroke.time[0]), float(stroke.time[-1])
    count = max(2, round((end - start) * RECORDING_RATE) + 1)
    return stroke.at_times(np.linspace(start, end, count))


def _thinned(stroke: Stroke, thin: int) -> Stroke:
    """Smoothed by [1 2 1] / 4 and every `thin`-th point kept; both ends stay where they are."""
    if thin == 1 or len(stroke) < 3:
        return stroke
    xy = stroke.xy.copy()
    xy[1:-1] = (stroke.xy[:-2] + 2 * stroke.xy[1:-1] + stroke.xy[2:]) / 4
    keep = np.arange(0, len(xy), thin)
    if keep[-1] != len(xy) - 1:
        keep = np.append(keep, len(xy) - 1)
    return stroke.with_xy(xy)[keep]


def slope(ink: Ink) -> float:
    """The least-squares slope of a line's points, in y per x; 0 where it has no width."""
    x, y = ink.xy.T
    spread = float(((x - x.mean()) ** 2).sum())
    if spread <= 0:
        return 0.0
    return float(((x - x.mean()) * (y - y.mean())).sum()) / spread


def deskew(ink: Ink, limit: float) -> Ink:
    """Ink turned so that its fitted slope is level.

    Parameters
    ----------
    ink : Ink
    limit : float
        The steepest slope (dy / dx) of a line; ink that rises or falls more is left as it is.
    """
    fitted = slope(ink)
    return ink.rotated(-float(np.arctan(fitted))) if abs(fitted) < limit else ink


def baseline(ink: Ink) -> float:
    """The y (down) on which most of a level line's strokes turn upwards again.

    The densest place among the points that are lower than both their neighbours, by a kernel
    a tenth of the ink's standard deviation wide: descenders and commas turn elsewhere, each at
    a place of its own.
    """
    bottoms = [
        s.xy[1:-1, 1][(s.xy[1:-1, 1] >= s.xy[:-2, 1]) & (s.xy[1:-1, 1] > s.xy[2:, 1])]
        for s in ink.strokes
        if len(s) > 2
    ]
    turns = np.concatenate(bottoms) if bottoms else np.zeros(0)
    if len(turns) == 0:
        return float(ink.xy[:, 1].max())
    width = max(0.1 * float(ink.xy[:, 1].std()), 1e-9)
    density = np.exp(-0.5 * ((turns[:, None] - turns[None, :]) / width) ** 2).sum(axis=1)
    return float(turns[int(density.argmax())])


def to_offsets(ink: Ink) -> Offsets:
    """Graves's representation of ink: float32 (n, 3) of dx, dy, end-of-stroke.

    The first row is (0, 0, end-of-stroke): every line begins where its first point lies.
    """
    offsets = np.zeros((ink.points, 3), dtype=np.float32)
    offsets[1:, :2] = np.diff(ink.xy, axis=0)
    offsets[np.cumsum([len(s) for s in ink.strokes]) - 1, 2] = 1.0
    return offsets


def to_ink(offsets: npt.ArrayLike, rate: float | None = None) -> Ink:
    """The ink of offsets (n, 3), beginning at the origin, with time at `rate` points a second."""
    rows: Array = np.asarray(offsets, dtype=np.float64)
    if len(rows) == 0:
        return Ink()
    xy = np.cumsum(rows[:, :2], axis=0)
    time = None if rate is None else np.arange(len(rows)) / rate
    ends = np.flatnonzero(rows[:, 2] > 0.5) + 1
    bounds = [0, *ends.tolist()]
    if bounds[-1] != len(rows):
        bounds.append(len(rows))
    return Ink(
        tuple(Stroke(xy[a:b], None if time is None else time[a:b]) for a, b in pairwise(bounds))
    )

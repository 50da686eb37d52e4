"""Ink: an immutable drawing of pen strokes, with its affine transforms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import InkError

Array = npt.NDArray[np.float64]


def _frozen(values: npt.ArrayLike, shape: tuple[int, ...], what: str) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if array.flags.writeable or not array.flags.owndata:
        # Others could write to it; what is frozen already, as the time of moved ink is, is shared.
        array = array.copy()
    if array.shape != shape:
        raise InkError(f"{what} has shape {array.shape}, expected {shape}.")
    if not np.isfinite(array).all():
        raise InkError(f"{what} holds a value that is not finite; remove it.")
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Stroke:
    """The points from pen down to pen up.

    Parameters
    ----------
    xy : float64 (n, 2)
        Positions, x right and y down, in the unit of the `Ink` that holds the stroke; n >= 1.
    time : float64 (n,), optional
        Seconds, from any origin, not decreasing.
    pressure : float64 (n,), optional
        From 0 (none) to 1 (full).

    Raises
    ------
    InkError
        If there is no point, a shape does not fit, or a value is not finite.
    """

    xy: Array
    time: Array | None = None
    pressure: Array | None = None

    def __post_init__(self) -> None:
        n = len(self.xy)
        if n == 0:
            raise InkError("A stroke needs at least one point.")
        object.__setattr__(self, "xy", _frozen(self.xy, (n, 2), "A stroke's xy"))
        for name in ("time", "pressure"):
            values = getattr(self, name)
            if values is not None:
                object.__setattr__(self, name, _frozen(values, (n,), f"A stroke's {name}"))

    def __len__(self) -> int:
        return len(self.xy)

    def __getitem__(self, points: slice | npt.NDArray[Any]) -> Stroke:
        """Some of the points with their times and pressures: a slice, a mask or indices.

        Raises
        ------
        InkError
            If it is none.
        """
        xy = self.xy[points]
        time, pressure = (None if v is None else v[points] for v in (self.time, self.pressure))
        if isinstance(points, slice) and len(xy):
            # They were checked, and nobody can write to them.
            return Stroke.of_frozen(xy, time, pressure)
        return Stroke(xy, time, pressure)

    def with_xy(self, xy: npt.ArrayLike) -> Stroke:
        """The stroke with other positions, (n, 2)."""
        return Stroke(np.asarray(xy, dtype=np.float64), self.time, self.pressure)

    def with_time(self, time: Array | None) -> Stroke:
        """The stroke with other times, (n,) seconds, or none."""
        return Stroke(self.xy, time, self.pressure)

    def at_times(self, times: Array) -> Stroke:
        """Where the pen was at other times, (m,) seconds, linear between the points.

        Raises
        ------
        InkError
            If the stroke has no times.
        """
        if self.time is None:
            raise InkError("A stroke without times cannot be resampled in time; give it times.")
        old = self.time
        xy = np.stack([np.interp(times, old, self.xy[:, axis]) for axis in (0, 1)], axis=1)
        pressure = None if self.pressure is None else np.interp(times, old, self.pressure)
        return Stroke(xy, times, pressure)

    @classmethod
    def of_frozen(
        cls, xy: Array, time: Array | None = None, pressure: Array | None = None
    ) -> Stroke:
        """A stroke of arrays that have been checked: float64, finite and not to be written to."""
        stroke = object.__new__(cls)
        for name, values in (("xy", xy), ("time", time), ("pressure", pressure)):
            object.__setattr__(stroke, name, values)
        return stroke

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Stroke):
            return NotImplemented
        return all(
            (a is None and b is None) or (a is not None and b is not None and np.array_equal(a, b))
            for a, b in (
                (self.xy, other.xy),
                (self.time, other.time),
                (self.pressure, other.pressure),
            )
        )

    def __hash__(self) -> int:
        return hash(self.xy.tobytes())


@dataclass(frozen=True)
class Ink:
    """An immutable drawing: its strokes in the order in which they were drawn.

    The unit is the caller's: x-heights for what a hand writes, millimetres on a page,
    tablet units in a recording. Equality is by value.
    """

    strokes: tuple[Stroke, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "strokes", tuple(self.strokes))

    def __bool__(self) -> bool:
        return bool(self.strokes)

    @property
    def points(self) -> int:
        """Number of points over all strokes."""
        return sum(len(stroke) for stroke in self.strokes)

    @property
    def xy(self) -> Array:
        """All points, float64 (n, 2), strokes one after another."""
        if not self.strokes:
            return np.zeros((0, 2))
        return np.concatenate([stroke.xy for stroke in self.strokes])

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of the points.

        Raises
        ------
        InkError
            If the ink is empty.
        """
        if not self.strokes:
            raise InkError("Empty ink has no bounds.")
        xy = self.xy
        (left, top), (right, bottom) = xy.min(axis=0), xy.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def width(self) -> float:
        """Extent in x; 0 for empty ink."""
        if not self.strokes:
            return 0.0
        left, _, right, _ = self.bounds
        return right - left

    def first(self, points: int) -> Ink:
        """The strokes that begin within the first points; the last of them may be cut."""
        strokes: list[Stroke] = []
        left = points
        for stroke in self.strokes:
            if left <= 0:
                break
            strokes.append(stroke if len(stroke) <= left else stroke[:left])
            left -= len(stroke)
        return Ink(tuple(strokes))

    def part(self, start: int, stop: int | None = None) -> Ink:
        """The points from `start` to before `stop` (or to the end), strokes cut at need."""
        strokes, at = [], 0
        stop = self.points if stop is None else stop
        for stroke in self.strokes:
            low, high = max(start - at, 0), min(stop - at, len(stroke))
            if low < high:
                strokes.append(stroke[low:high])
            at += len(stroke)
        return Ink(tuple(strokes))

    def transformed(self, matrix: npt.ArrayLike, offset: Sequence[float] = (0.0, 0.0)) -> Ink:
        """Each point p becomes `matrix @ p + offset`; time and pressure stay.

        Parameters
        ----------
        matrix : (2, 2)
        offset : (2,), in the ink's unit
        """
        (across, along), shift = np.asarray(matrix, dtype=np.float64).T, np.asarray(offset)
        x, y = self.xy[:, :1], self.xy[:, 1:]
        # All points at once, and each by itself: what comes out depends on no other point.
        xy = x * across + y * along + shift
        xy.setflags(write=False)
        xy = _frozen(xy, xy.shape, "Transformed ink")
        ends = np.cumsum([len(stroke) for stroke in self.strokes]).tolist()
        return Ink(
            tuple(
                Stroke.of_frozen(xy[end - len(stroke) : end], stroke.time, stroke.pressure)
                for stroke, end in zip(self.strokes, ends, strict=True)
            )
        )

    def moved(self, dx: float, dy: float) -> Ink:
        """Shifted by (dx, dy) in the ink's unit."""
        return self.transformed(np.eye(2), (dx, dy))

    def scaled(self, x: float, y: float | None = None) -> Ink:
        """Scaled about the origin by the factor x, and by y (x where not given) vertically."""
        return self.transformed(np.diag([x, x if y is None else y]))

    def slanted(self, shear: float) -> Ink:
        """Leaning to the right by `shear` x per unit of height above y = 0."""
        return self.transformed([[1.0, -shear], [0.0, 1.0]])

    def rotated(self, angle: float) -> Ink:
        """Turned clockwise on the page (y is down) about the origin by `angle` radians."""
        c, s = float(np.cos(angle)), float(np.sin(angle))
        return self.transformed([[c, -s], [s, c]])

    @classmethod
    def joined(cls, inks: Iterable[Ink]) -> Ink:
        """All strokes of several inks, in order."""
        return cls(tuple(stroke for ink in inks for stroke in ink.strokes))

    @classmethod
    def from_lists(cls, strokes: Iterable[Any]) -> Ink:
        """From an iterable of (n, 2) array-likes, one a stroke."""
        return cls(tuple(Stroke(np.asarray(xy, dtype=np.float64)) for xy in strokes))

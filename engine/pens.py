"""Pens: the line that a pen leaves along ink, its width and its outline."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from engine.curves import Integers, Trail, stroke_starts, trail
from engine.errors import SettingError
from engine.ink import Array, Ink

NARROWEST, WIDEST = 0.05, 5.0
"""Limits of a pen's width in millimetres."""

FINE = 0.01
"""How far an outline may lie from the true curve in millimetres: a tenth of a hair's breadth."""


class PenKind(StrEnum):
    """What the pen is: it decides how the width of its line varies."""

    BALLPOINT = "ballpoint"
    FOUNTAIN = "fountain"
    FELT = "felt"
    PENCIL = "pencil"


@dataclass(frozen=True)
class _Nature:
    """What a kind of pen does to its line.

    thin: width across the nib's edge against along it (1: a round tip); angle: of that edge to
    the x axis, clockwise as y is down; gain: of the nib's long edge against the pen's width;
    slowing: how much wider the line is where the pen is slow or pressed down (0: not at all);
    taper: width at the very ends of a stroke against the width within.
    """

    thin: float = 1.0
    angle: float = 0.0
    gain: float = 1.0
    slowing: float = 0.0
    taper: float = 1.0


_NATURES = {
    PenKind.BALLPOINT: _Nature(),
    PenKind.FOUNTAIN: _Nature(
        thin=0.42, angle=math.radians(-38), gain=1.3, slowing=0.28, taper=0.72
    ),
    PenKind.FELT: _Nature(slowing=0.16),
    PenKind.PENCIL: _Nature(thin=0.85, angle=math.radians(-45), slowing=0.2, taper=0.75),
}


@dataclass(frozen=True)
class Pen:
    """A pen.

    Parameters
    ----------
    kind : PenKind
    width : float
        Of the line at its usual speed, in millimetres, from `NARROWEST` to `WIDEST`.
    opacity : float
        Of its line, from just above 0 to 1.

    Raises
    ------
    SettingError
        If a number is out of range.
    """

    kind: PenKind = PenKind.BALLPOINT
    width: float = 0.4
    opacity: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", PenKind(self.kind))
        if not math.isfinite(self.width) or not NARROWEST <= self.width <= WIDEST:
            raise SettingError(
                f"A pen {self.width:g} mm wide cannot be used; "
                f"choose from {NARROWEST:g} to {WIDEST:g} mm."
            )
        if not 0 < self.opacity <= 1:
            raise SettingError(
                f"An opacity of {self.opacity:g} cannot be used; choose from 0.05 to 1."
            )

    @property
    def constant(self) -> bool:
        """Whether its line is equally wide everywhere."""
        return _NATURES[self.kind] == _Nature()


PENS: dict[str, Pen] = {
    pen.kind.value: pen
    for pen in (
        Pen(PenKind.BALLPOINT, 0.35),
        Pen(PenKind.FOUNTAIN, 0.45),
        Pen(PenKind.FELT, 0.5),
        Pen(PenKind.PENCIL, 0.4, 0.8),
    )
}
"""The pens known by name."""


def pen_named(name: str, width: float | None = None) -> Pen:
    """Return the pen of that name (upper or lower case), of another width where one is given.

    Raises
    ------
    SettingError
        If the name is unknown (the nearest are told) or the width is out of range.
    """
    pen = PENS.get(name.strip().lower())
    if pen is None:
        near = difflib.get_close_matches(name.strip().lower(), PENS, 2, 0.4) or list(PENS)
        raise SettingError(f"There is no pen called {name!r}; use {' or '.join(near)}.")
    return pen if width is None else replace(pen, width=width)


def widths(ink: Ink, pen: Pen) -> Array:
    """The width of a pen's line at each point of ink.

    Where a stroke has a pressure, the line widens with it; else it widens where the pen was slow
    (by the time stamps where known, otherwise by the distance between points, which a hand
    writes at a constant rate).

    Parameters
    ----------
    ink : Ink
        In any unit: only proportions count, but for the tapered ends, which take millimetres.
    pen : Pen

    Returns
    -------
    float64 (n,)
        Millimetres.
    """
    nature = _NATURES[pen.kind]
    wide = np.full(ink.points, pen.width)
    if pen.constant or ink.points == 0:
        return wide
    starts = stroke_starts(ink)
    before, after = _neighbours(starts)
    points = ink.xy
    step = points[after] - points[before]
    if nature.thin < 1:
        across, along = _in_nib(step, nature.angle)
        length = np.hypot(across, along)
        resting = length < 1e-9
        extent = np.hypot(across, nature.thin * along) / np.where(resting, 1.0, length)
        wide *= nature.gain * np.where(resting, (1 + nature.thin) / 2, extent)
    wide *= _pressed(ink, step, before, after) ** nature.slowing
    wide = _averaged(_averaged(wide, before, after), before, after)
    if nature.taper < 1:
        wide *= _tapered(points, starts, nature.taper, 1.5 * pen.width)
    return wide


def _neighbours(starts: Integers) -> tuple[Integers, Integers]:
    """The points before and after each one of its stroke; at the ends the point itself."""
    index = np.arange(starts[-1])
    before, after = index - 1, index + 1
    before[starts[:-1]] = index[starts[:-1]]
    after[starts[1:] - 1] = index[starts[1:] - 1]
    return before, after


def _in_nib(step: Array, angle: float) -> tuple[Array, Array]:
    """Steps of the pen across its nib's edge and along it."""
    c, s = math.cos(angle), math.sin(angle)
    return step[:, 1] * c - step[:, 0] * s, step[:, 0] * c + step[:, 1] * s


def _pressed(ink: Ink, step: Array, before: Integers, after: Integers) -> Array:
    """How hard the pen was pressed at each point, by pressure or slowness; 1 is usual."""
    timed = all(s.time is not None for s in ink.strokes)
    time = np.concatenate(
        [s.time for s in ink.strokes if s.time is not None] if timed else [np.arange(len(before))]
    )
    elapsed = time[after] - time[before]
    moving = elapsed > 0
    speed = np.hypot(step[:, 0], step[:, 1]) / np.where(moving, elapsed, 1.0)
    usual = float(np.median(speed[moving])) if moving.any() else 0.0
    slowness = 1.5 / (speed / usual + 0.5) if usual > 0 else np.ones(len(speed))
    pressure = np.concatenate(
        [np.full(len(s), np.nan) if s.pressure is None else s.pressure for s in ink.strokes]
    )
    known = ~np.isnan(pressure)
    if not known.any():
        return np.where(moving, slowness, 1.0)
    mean = max(float(pressure[known].mean()), 1e-6)
    # A pressure says more about the line than a speed does: it counts double.
    return np.where(known, (pressure / mean * 0.8 + 0.2) ** 2, np.where(moving, slowness, 1.0))


def _averaged(values: Array, before: Integers, after: Integers) -> Array:
    """Each value averaged with its neighbours', weighted 1 2 1."""
    averaged: Array = (values[before] + 2 * values + values[after]) / 4
    return averaged


def _tapered(points: Array, starts: Integers, taper: float, reach: float) -> Array:
    """Factors that fall to `taper` at the ends of strokes, within `reach` of path."""
    steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    path = np.cumsum(steps)
    counts = np.diff(starts)
    begun = np.repeat(path[starts[:-1]], counts)
    ended = np.repeat(path[starts[1:] - 1], counts)
    depth = np.minimum(path - begun, ended - path)
    # A dot keeps its full width: there is no end to taper towards.
    near = np.clip(depth / np.minimum(reach, np.maximum((ended - begun) / 2, 1e-9)), 0.0, 1.0)
    factor = taper + (1 - taper) * np.sqrt(near)
    return np.where(ended - begun < reach / 2, 1.0, factor)


@dataclass(frozen=True, eq=False)
class Outline:
    """Polygons that, filled by the non-zero rule, are a pen's line along ink.

    Parameters
    ----------
    xy : float64 (m, 2)
        Millimetres; the polygons one after another, each closed by itself.
    starts : int (polygons + 1,)
        Polygon k is `xy[starts[k]:starts[k + 1]]`.
    strokes : int (polygons,)
        The stroke that each polygon belongs to.
    """

    xy: Array
    starts: Integers
    strokes: Integers

    @property
    def polygons(self) -> list[Array]:
        """The polygons, float64 (k, 2) each."""
        return np.split(self.xy, self.starts[1:-1]) if len(self.strokes) else []


def outline(ink: Ink, pen: Pen, tolerance: float = FINE) -> Outline:
    """The outline of a pen's line along ink in millimetres.

    A stroke is cut into runs wherever one closed outline would fold over itself: at cusps, and
    where the line is wider than its bend. Each run has round ends, so that together they leave
    no gap; all turn the same way round, so that overlaps stay filled.
    """
    path = trail(ink, tolerance)
    if len(path.xy) == 0:
        return Outline(np.zeros((0, 2)), np.zeros(1, np.intp), np.zeros(0, np.intp))
    radius = path.along(widths(ink, pen)) / 2
    first, last, stroke = _runs(path, radius)
    counts = last - first + 1
    run = np.repeat(np.arange(len(first)), counts)
    within = np.arange(len(run)) - np.repeat(np.cumsum(counts) - counts, counts)
    index = first[run] + within

    ahead = _directions(path)
    # Inside a run the normal is the mean of both sides'; at its ends, that of its own piece.
    normal = np.where((within > 0)[:, None], ahead[index - 1], 0.0) + np.where(
        (index < last[run])[:, None], ahead[index], 0.0
    )
    normal[(counts == 1)[run]] = (1.0, 0.0)
    normal = np.stack([-normal[:, 1], normal[:, 0]], axis=1)
    normal /= np.maximum(np.hypot(normal[:, 0], normal[:, 1]), 1e-12)[:, None]

    side = normal * radius[index, None]
    left, right = path.xy[index] + side, path.xy[index] - side
    caps = _cap(tolerance, float(radius.max()))
    around = len(caps)
    sizes = 2 * counts + 2 * around
    begin = np.cumsum(sizes) - sizes
    xy = np.empty((int(sizes.sum()), 2))
    xy[begin[run] + within] = left
    xy[begin[run] + 2 * counts[run] + around - 1 - within] = right
    for places, sign, at in (
        (begin + counts, 1.0, last),
        (begin + 2 * counts + around, -1.0, first),
    ):
        own = side[np.cumsum(counts) - 1] if sign > 0 else side[np.cumsum(counts) - counts]
        turned = np.stack([own[:, 1], -own[:, 0]], axis=1)
        arc = sign * (own[:, None] * caps[None, :, :1] + turned[:, None] * caps[None, :, 1:])
        xy[places[:, None] + np.arange(around)] = path.xy[at][:, None] + arc
    return Outline(xy, np.append(begin, len(xy)), stroke)


def _cap(tolerance: float, radius: float) -> Array:
    """Cosine and sine, (k, 2), of the angles between a half circle's ends."""
    pieces = math.ceil(math.pi / (2 * math.acos(max(0.5, 1 - tolerance / radius))))
    angles = np.linspace(0, math.pi, max(pieces, 3) + 1)[1:-1]
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _directions(path: Trail) -> Array:
    """Unit vectors from each point to the next, (m, 2); zero at the last point of a stroke."""
    ahead = np.zeros_like(path.xy)
    ahead[:-1] = np.diff(path.xy, axis=0)
    ahead[path.starts[1:] - 1] = 0.0
    return ahead / np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-12)[:, None]


def _runs(path: Trail, radius: Array) -> tuple[Integers, Integers, Integers]:
    """First point, last point and stroke of each run that one outline can hold unfolded."""
    m = len(path.xy)
    ahead = _directions(path)
    behind = np.zeros_like(ahead)
    behind[1:] = ahead[:-1]
    turn = (ahead * behind).sum(axis=1)
    ends = np.zeros(m, dtype=bool)
    ends[path.starts[:-1]] = True
    ends[path.starts[1:] - 1] = True
    sharp = (turn < math.cos(math.radians(35))) & ~ends

    mean = ahead + behind
    mean /= np.maximum(np.hypot(mean[:, 0], mean[:, 1]), 1e-12)[:, None]
    side = np.stack([-mean[:, 1], mean[:, 0]], axis=1) * radius[:, None]
    steps, sides = np.diff(path.xy, axis=0), np.diff(side, axis=0)
    least = np.minimum(
        ((steps + sides) * ahead[:-1]).sum(axis=1), ((steps - sides) * ahead[:-1]).sum(axis=1)
    )
    folded = np.append(least < 0, False)
    folded[path.starts[1:] - 1] = False
    cut = sharp | ends | folded
    cut[1:] |= folded[:-1]

    stroke = np.repeat(np.arange(len(path.starts) - 1), np.diff(path.starts))
    places = np.flatnonzero(cut)
    first, last = places[:-1], places[1:]
    joined = stroke[first] == stroke[last]
    dots = path.starts[:-1][np.diff(path.starts) == 1]
    first = np.concatenate([first[joined], dots])
    last = np.concatenate([last[joined], dots])
    order = np.argsort(first, kind="stable")
    return first[order], last[order], stroke[first[order]]

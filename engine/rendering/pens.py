"""Pens: the line that a pen leaves along ink, its width and its outline."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from engine.errors import SettingError
from engine.ink.ink import Array, Ink
from engine.rendering.curves import Integers, Trail, stroke_starts, trail

NARROWEST, WIDEST = 0.05, 5.0
"""Limits of a pen's width in millimetres."""

FINE = 0.02
"""Length of the sagitta of an outline's pieces in millimetres; as they are curves, they lie much
closer to the true edge than that."""


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
    width: float = 0.35
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
        Pen(PenKind.BALLPOINT),
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
        If the name is unknown (all are told) or the width is out of range.
    """
    pen = PENS.get(name.strip().lower())
    if pen is None:
        raise SettingError(f"There is no pen called {name!r}; use one of {', '.join(PENS)}.")
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
    """Closed curves that, filled by the non-zero rule, are a pen's line along ink.

    Parameters
    ----------
    xy : float64 (m, 2)
        Millimetres. The curves one after another, each a point to begin at and then three
        control points for each cubic Bézier; the last of them is the point that it began at.
    starts : int (curves + 1,)
        Curve k is `xy[starts[k]:starts[k + 1]]`.
    strokes : int (curves,)
        The stroke that each curve belongs to, not decreasing.
    """

    xy: Array
    starts: Integers
    strokes: Integers

    @property
    def curves(self) -> list[Array]:
        """The closed curves, float64 (1 + 3 pieces, 2) each."""
        return np.split(self.xy, self.starts[1:-1]) if len(self.strokes) else []


def outline(ink: Ink, pen: Pen, tolerance: float = FINE) -> Outline:
    """The outline of a pen's line along ink in millimetres.

    A stroke is cut into runs wherever one closed curve would fold over itself: at cusps, and
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
    # Points of the trail in the order of runs: where two runs meet, a point comes twice.
    opening = np.cumsum(counts) - counts
    closing = opening + counts - 1
    index = first[run] + np.arange(len(run)) - opening[run]
    centre, reach = path.xy[index], radius[index]
    tangent, growth = _tangents(centre, reach, opening, closing)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    side = normal * reach[:, None]

    lead = np.ones(len(run), dtype=bool)
    lead[closing] = False
    lead = np.flatnonzero(lead)
    left = _pieces(centre + side, tangent + normal * growth, lead, lead + 1)
    right = _pieces(centre - side, normal * growth - tangent, lead + 1, lead)
    forward, backward = tangent * reach[:, None], -tangent * reach[:, None]
    front = _half_circle(centre[closing], side[closing], forward[closing])
    back = _half_circle(centre[opening], -side[opening], backward[opening])

    pieces = 2 * counts + 2
    begin = np.cumsum(1 + 3 * pieces) - (1 + 3 * pieces)
    xy = np.empty((int((1 + 3 * pieces).sum()), 2))
    xy[begin] = (centre + side)[opening]
    body = run[lead]
    along = lead - opening[body]
    triple = np.arange(3)

    def put(curves: Array, at: Integers, which: Integers) -> None:
        """Set the pieces of some runs, (k, 3, 2), from the `at`-th piece of each."""
        xy[(begin[which] + 1 + 3 * at)[:, None] + triple] = curves

    everyone = np.arange(len(first))
    put(left, along, body)
    put(front[:, :3], counts - 1, everyone)
    put(front[:, 3:], counts, everyone)
    put(right, 2 * counts[body] - 1 - along, body)
    put(back[:, :3], 2 * counts, everyone)
    put(back[:, 3:], 2 * counts + 1, everyone)
    return Outline(xy, np.append(begin, len(xy)), stroke)


def _tangents(
    centre: Array, reach: Array, opening: Integers, closing: Integers
) -> tuple[Array, Array]:
    """Unit tangents (n, 2) at the points of runs, and how fast the radius grows there (n, 1).

    Within a run the tangent is that of the circle through a point and its neighbours; at its
    ends, that of the same circle as at the next point.
    """
    ahead = np.zeros_like(centre)
    ahead[:-1] = np.diff(centre, axis=0)
    ahead[closing] = 0.0
    length = np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    unit = ahead / np.maximum(length, 1e-12)
    growing = np.zeros_like(length)
    growing[:-1, 0] = np.diff(reach)
    growing[closing] = 0.0
    growing /= np.maximum(length, 1e-12)

    tangent, growth = unit.copy(), growing.copy()
    tangent[1:] = unit[1:] * length[:-1] + unit[:-1] * length[1:]
    growth[1:] = (growing[1:] * length[:-1] + growing[:-1] * length[1:]) / np.maximum(
        length[:-1] + length[1:], 1e-12
    )
    short = opening[opening == closing]
    pairs = opening[closing - opening == 1]
    longer = closing - opening > 1
    starts, ends = opening[longer], closing[longer]
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-12)[:, None]
    tangent[starts] = _mirrored(tangent[starts + 1], unit[starts])
    tangent[ends] = _mirrored(tangent[ends - 1], unit[ends - 1])
    tangent[pairs + 1] = tangent[pairs] = unit[pairs]
    tangent[short] = (1.0, 0.0)
    growth[opening] = growing[opening]
    growth[closing] = growing[np.maximum(closing - 1, opening)]
    return tangent, np.clip(growth, -1.0, 1.0)


def _mirrored(tangent: Array, chord: Array) -> Array:
    """The tangent (k, 2) at the other end of a circle's chord, a unit vector."""
    mirrored: Array = 2 * (tangent * chord).sum(axis=1)[:, None] * chord - tangent
    return mirrored


def _pieces(points: Array, heading: Array, start: Integers, stop: Integers) -> Array:
    """Béziers (k, 3, 2), their first points left out, that keep their headings at both ends."""
    unit = heading / np.maximum(np.hypot(heading[:, 0], heading[:, 1]), 1e-12)[:, None]
    a, b = points[start], points[stop]
    chord = np.hypot(*(b - a).T)
    turn = np.clip((unit[start] * unit[stop]).sum(axis=1), -0.5, 1.0)
    # For an arc of angle w the handles are chord / (3 cos^2(w / 4)) long.
    handle = (chord * (2 / 3) / (1 + np.sqrt((1 + turn) / 2)))[:, None]
    return np.stack([a + unit[start] * handle, b - unit[stop] * handle, b], axis=1)


def _half_circle(centre: Array, side: Array, over: Array) -> Array:
    """Béziers (k, 6, 2) from centre + side by way of centre + over to centre - side."""
    bow = 4 / 3 * (math.sqrt(2) - 1)
    return np.stack(
        [
            centre + side + bow * over,
            centre + bow * side + over,
            centre + over,
            centre - bow * side + over,
            centre - side + bow * over,
            centre - side,
        ],
        axis=1,
    )


def _runs(path: Trail, radius: Array) -> tuple[Integers, Integers, Integers]:
    """First point, last point and stroke of each run that one closed curve can hold unfolded."""
    ahead = np.zeros_like(path.xy)
    ahead[:-1] = np.diff(path.xy, axis=0)
    ahead[path.starts[1:] - 1] = 0.0
    ahead /= np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-12)[:, None]
    behind = np.zeros_like(ahead)
    behind[1:] = ahead[:-1]
    ends = np.zeros(len(ahead), dtype=bool)
    ends[path.starts[:-1]] = True
    ends[path.starts[1:] - 1] = True
    sharp = ((ahead * behind).sum(axis=1) < math.cos(math.radians(70))) & ~ends

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

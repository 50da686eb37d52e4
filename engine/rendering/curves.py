"""The smooth curve through ink's points: cubic Béziers, and the polyline they flatten to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Array, Ink

Integers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Trail:
    """A fine polyline along ink, all strokes one after another.

    Parameters
    ----------
    xy : float64 (m, 2)
        In the ink's unit; no two neighbours of a stroke coincide.
    source : float64 (m,)
        The place between the ink's points that each lies at: 3.25 is a quarter of the way from
        `ink.xy[3]` to `ink.xy[4]`.
    starts : int (strokes + 1,)
        Stroke k is `xy[starts[k]:starts[k + 1]]`.
    """

    xy: Array
    source: Array
    starts: Integers

    def along(self, values: Array) -> Array:
        """Interpolate what is known for each point of the ink, (n,), to the trail, (m,)."""
        below = self.source.astype(np.intp)
        above = np.minimum(below + 1, len(values) - 1)
        fraction = self.source - below
        interpolated: Array = values[below] * (1 - fraction) + values[above] * fraction
        return interpolated


def stroke_starts(ink: Ink) -> Integers:
    """Where each stroke begins in `ink.xy`, and its length at the end: int (strokes + 1,)."""
    return np.cumsum([0, *(len(stroke) for stroke in ink.strokes)])


def beziers(ink: Ink) -> Array:
    """Cubic Béziers through the points of every stroke.

    Centripetal Catmull-Rom splines (Yuksel, Schaefer, Keyser 2011, "Parameterization and
    applications of Catmull-Rom curves"): they pass through all points and make neither cusps nor
    loops between two of them, however unevenly the pen moved.

    Returns
    -------
    float64 (n, 4, 2)
        Row i leads from `ink.xy[i]` to `ink.xy[i + 1]`; at a stroke's last point, which leads
        nowhere, all four control points coincide.
    """
    points = ink.xy
    control = np.repeat(points[:, None, :], 4, axis=1)
    if len(points) < 2:
        return control
    starts = stroke_starts(ink)
    leads = np.ones(len(points), dtype=bool)
    leads[starts[1:] - 1] = False
    follows = np.ones(len(points), dtype=bool)
    follows[starts[:-1]] = False

    ahead = np.zeros_like(points)
    ahead[:-1] = points[1:] - points[:-1]
    # A knot interval of the centripetal parameter is the square root of the chord.
    knot = np.sqrt(np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-12))[:, None]
    speed = ahead / knot
    tangent = np.zeros_like(points)
    tangent[1:] = (speed[:-1] * knot[1:] + speed[1:] * knot[:-1]) / (knot[:-1] + knot[1:])

    end = points + ahead
    outwards, inwards = points + tangent * knot / 3, end.copy()
    inwards[:-1] -= tangent[1:] * knot[:-1] / 3
    # The first and the last piece of a stroke go on as parabolas: no tangent is known there.
    last = leads & ~np.append(leads[1:], False)
    first = leads & ~follows
    lone = first & last
    bend = end + 1.5 * (inwards - end)
    outwards[first] = (points + (bend - points) * (2 / 3))[first]
    bend = points + 1.5 * (outwards - points)
    inwards[last] = (end + (bend - end) * (2 / 3))[last]
    outwards[lone], inwards[lone] = (points + ahead / 3)[lone], (end - ahead / 3)[lone]

    control[leads, 1] = outwards[leads]
    control[leads, 2] = inwards[leads]
    control[leads, 3] = end[leads]
    return control


def trail(ink: Ink, tolerance: float, longest: float = np.inf) -> Trail:
    """Flatten the smooth curve through ink.

    Parameters
    ----------
    ink : Ink
    tolerance : float
        How far the polyline may lie from the curve, in the ink's unit.
    longest : float
        No piece of the polyline is longer than about this, in the ink's unit.
    """
    control = beziers(ink)
    bends = np.linalg.norm(control[:, :-2] - 2 * control[:, 1:-1] + control[:, 2:], axis=2)
    chords = np.linalg.norm(control[:, 3] - control[:, 0], axis=1)
    # Wang's bound on the distance between a cubic and its n chords.
    pieces = np.maximum(
        np.ceil(np.sqrt(0.75 * bends.max(axis=1) / tolerance)), np.ceil(chords / longest)
    )
    pieces = np.maximum(pieces, 1).astype(np.intp)
    before = np.cumsum(pieces) - pieces
    row = np.repeat(np.arange(len(control)), pieces)
    t = (np.arange(len(row)) - before[row]) / pieces[row]
    s = 1 - t
    weights = np.stack([s**3, 3 * s * s * t, 3 * s * t * t, t**3], axis=1)
    xy = np.einsum("nk,nkd->nd", weights, control[row])

    starts = np.append(before, len(row))[stroke_starts(ink)]
    fresh = np.ones(len(xy), dtype=bool)
    fresh[1:] = np.abs(np.diff(xy, axis=0)).sum(axis=1) > 1e-6
    fresh[starts[:-1]] = True
    kept = np.append(0, np.cumsum(fresh))
    return Trail(xy[fresh], (row + t)[fresh], kept[starts])

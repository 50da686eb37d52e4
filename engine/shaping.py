"""Shaping: what changes the run of ink's points, where `Ink`'s own transforms only place them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from engine.errors import InkError
from engine.ink import Array, Ink, Stroke


def smoothed(ink: Ink, amount: float) -> Ink:
    """Ink without the tremble of hand or tablet; the ends of strokes stay where they are.

    Parameters
    ----------
    ink : Ink
    amount : float
        Standard deviation of the Gaussian that averages neighbouring points, in points; 0: none.
    """
    if amount <= 0:
        return ink
    return Ink(tuple(_smoothed(stroke, amount) for stroke in ink.strokes))


def _smoothed(stroke: Stroke, amount: float) -> Stroke:
    if len(stroke) < 3:
        return stroke
    # What is averaged is the distance from the chord, mirrored with its sign at both ends: so
    # the ends stay, and a straight line stays straight.
    t = np.linspace(0, 1, len(stroke))[:, None]
    chord = stroke.xy[0] * (1 - t) + stroke.xy[-1] * t
    bow = stroke.xy - chord
    mirrored = np.concatenate([-bow[:0:-1], bow, -bow[-2::-1]])
    middle = gaussian_filter1d(mirrored, amount, axis=0)[len(bow) - 1 : 2 * len(bow) - 1]
    return Stroke(chord + middle, stroke.time, stroke.pressure)


def by_arc_length(ink: Ink, step: float) -> Ink:
    """Ink whose points lie `step` apart along each stroke (a little less, so that ends stay).

    Raises
    ------
    InkError
        If the step is not above 0.
    """
    if not step > 0:
        raise InkError(f"Points cannot lie {step:g} apart; give a step above 0.")

    def places(stroke: Stroke) -> tuple[Array, Array]:
        path = np.append(0.0, np.cumsum(np.hypot(*np.diff(stroke.xy, axis=0).T)))
        return path, np.linspace(0, path[-1], int(np.ceil(path[-1] / step - 1e-9)) + 1)

    return _resampled(ink, places)


def in_time(ink: Ink, rate: float) -> Ink:
    """Ink with `rate` points a second (a few more, so that the ends of strokes stay).

    Raises
    ------
    InkError
        If the ink has no time stamps, or the rate is not above 0.
    """
    if not rate > 0:
        raise InkError(f"{rate:g} points a second cannot be; give a rate above 0.")

    def places(stroke: Stroke) -> tuple[Array, Array]:
        if stroke.time is None:
            raise InkError("The ink has no time stamps; resample it by arc length.")
        start, end = stroke.time[0], stroke.time[-1]
        return stroke.time, np.linspace(start, end, int(np.ceil((end - start) * rate - 1e-9)) + 1)

    return _resampled(ink, places)


def _resampled(ink: Ink, places: Callable[[Stroke], tuple[Array, Array]]) -> Ink:
    """Each stroke at other places along the same measure, by monotone cubics."""
    strokes = []
    for stroke in ink.strokes:
        measure, wanted = places(stroke)
        fresh = np.append(True, np.diff(measure) > 0)
        if fresh.sum() < 2:
            strokes.append(_first_point(stroke))
            continue
        known = measure[fresh]

        def at(
            values: Array, known: Array = known, fresh: Array = fresh, at: Array = wanted
        ) -> Array:
            interpolated: Array = PchipInterpolator(known, values[fresh])(at)
            return interpolated

        strokes.append(
            Stroke(
                at(stroke.xy),
                None if stroke.time is None else at(stroke.time),
                None if stroke.pressure is None else np.clip(at(stroke.pressure), 0, 1),
            )
        )
    return Ink(tuple(strokes))


def _first_point(stroke: Stroke) -> Stroke:
    return Stroke(
        stroke.xy[:1],
        None if stroke.time is None else stroke.time[:1],
        None if stroke.pressure is None else stroke.pressure[:1],
    )


def slant(ink: Ink) -> float:
    """How far a level line leans to the right, as x per unit of height; `Ink.slanted` undoes it.

    The shear at which the ink's downstrokes stand upright: the length-weighted median lean of
    all pieces that run more down than across. 0 where there is none.
    """
    steps = [np.diff(stroke.xy, axis=0) for stroke in ink.strokes if len(stroke) > 1]
    if not steps:
        return 0.0
    dx, dy = np.concatenate(steps).T
    down = dy > np.abs(dx)
    if not down.any():
        return 0.0
    lean, weight = -dx[down] / dy[down], np.hypot(dx[down], dy[down])
    order = np.argsort(lean)
    half = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)
    return float(lean[order][half])

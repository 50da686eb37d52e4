"""A stroke of a foreign file: what is within bounds of its points, times and pressures."""

from __future__ import annotations

import numpy as np

from engine.ink.ink import Stroke
from engine.io.limits import FARTHEST, Budget, Numbers

#: Seconds between two points of a stroke; where there are more, the clock jumped.
LONGEST_REST = 10.0


def bounded_stroke(
    budget: Budget, xy: Numbers, time: Numbers | None = None, pressure: Numbers | None = None
) -> Stroke | None:
    """A stroke of what is within bounds; None where nothing is.

    Points without finite coordinates are left out. Time does not run back, and a clock that jumps
    within the stroke does not; pressure is 0-1. A time or pressure that is not finite is taken
    from its neighbours. What is left out or set right is told to the budget.

    Parameters
    ----------
    budget : Budget
        Of the file.
    xy : float64 (n, 2)
    time, pressure : float64 (n,), optional
        Time in seconds.
    """
    with np.errstate(invalid="ignore"):
        sound = (np.abs(xy) < FARTHEST).all(axis=1)
    kept = int(sound.sum())
    budget.count(len(xy), lost=len(xy) - kept)
    if not kept:
        return None
    if time is not None:
        time = _without_jumps(budget, _mended(time[sound]))
    if pressure is not None:
        pressure = _mended(pressure[sound])
        pressure = None if pressure is None else np.clip(pressure, 0.0, 1.0)
    return Stroke(xy[sound], time, pressure)


def _without_jumps(budget: Budget, time: Numbers | None) -> Numbers | None:
    """Times that do not run back, and do not jump ahead."""
    if time is None or len(time) < 2:
        return time
    time = np.maximum.accumulate(time)
    steps = np.diff(time)
    jumps = steps > LONGEST_REST
    if not jumps.any():
        return time
    budget.tell("The clock jumps within a stroke; the jump was taken out.")
    usual = steps[~jumps & (steps > 0)]
    steps[jumps] = float(np.median(usual)) if len(usual) else 0.0
    return np.concatenate([time[:1], time[0] + np.cumsum(steps)])


def _mended(values: Numbers) -> Numbers | None:
    """Values whose gaps (not finite) are filled from their neighbours; None if all are gaps."""
    sound = np.isfinite(values)
    if sound.all():
        return values
    if not sound.any():
        return None
    places = np.arange(len(values))
    return np.interp(places, places[sound], values[sound])

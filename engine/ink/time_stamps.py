"""Time stamps of foreign ink: their unit is inferred from the interval between samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.io.limits import Numbers

UNITS = {
    "s": 1.0,
    "sec": 1.0,
    "seconds": 1.0,
    "ms": 1e-3,
    "msec": 1e-3,
    "milliseconds": 1e-3,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,
    "ns": 1e-9,
}
"""Seconds a unit, by the names that files give it."""

_USUAL = 0.013
"""Seconds between two samples of a usual pen."""

_TICKS = (5e17, 7e17)
"""Between these lie today's times in units of 100 ns since the year 1, as .NET counts them."""


def in_seconds(time: Numbers, unit: str = "", new: npt.NDArray[np.bool_] | None = None) -> Numbers:
    """Times in seconds from the first finite one.

    Parameters
    ----------
    time : float64 (n,)
        In any unit, from any origin (since 1970, for example); nan where it is not known.
    unit : str
        As the file names it. Where it is none of `UNITS`, it is the one by which the samples of a
        stroke lie about as far apart as those of a usual pen.
    new : bool (n,), optional
        Where a stroke begins.
    """
    finite = np.isfinite(time)
    if not finite.any():
        return time
    first = float(time[finite][0])
    # Before it is scaled: what is common to all times has most of their digits.
    time = time - first
    scale = UNITS.get(unit.strip().lower())
    return time * (scale or _guessed(time, first, new))


def _guessed(time: Numbers, first: float, new: npt.NDArray[np.bool_] | None) -> float:
    steps = np.diff(time)
    if new is not None:
        steps = steps[~new[1:]]
    steps = steps[np.isfinite(steps) & (steps > 0)]
    if _TICKS[0] < abs(first) < _TICKS[1]:
        return 1e-7
    if len(steps) == 0:
        return 1e-3
    step = float(np.median(steps))
    return min((1.0, 1e-3, 1e-6, 1e-9), key=lambda scale: abs(np.log(step * scale / _USUAL)))

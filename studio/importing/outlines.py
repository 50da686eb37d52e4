"""The middle line of a filled outline: the way that the pen went which left that shape."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.ink.arc_length import arc_lengths, points_along
from engine.io.limits import Numbers

_MOST, _LEAST = 256, 24
"""Points to which an outline is resampled."""
_THIN = 4.0
"""A stroke's outline is at least so many times as long as it is wide."""
_LONG = 3.0
"""Its middle line is at least so many times as long as it is wide anywhere."""
_WIDER, _WIDEST = 3.4, 5.0
"""A pen is seldom so many times wider than usual, and never so many times."""
_SWEPT = (1.75, 1.33)
"""Of the outline's area, how much its middle line sweeps at most: with a usual pen, and a wider."""
_MOST_CHECKS = 5000
"""Pairs of outlines of one path of which one may be a hole; more of them are no strokes."""
_SHORT = 4.0
"""A dot or a dash is at most so many times as large as the pen is wide."""


def middle_line(outline: Numbers) -> tuple[Numbers, Numbers] | None:
    """The middle line of a stroke's outline, and its width at each point; None if it is no stroke.

    Pens write an outline along one side of the stroke, round its end, and back along the other.
    So its two ends part the outline into two sides, and each point of one side is matched with one
    of the other (dynamic time warping: the least sum of distances). What has a branch, or is not
    long and thin, is no stroke.

    Parameters
    ----------
    outline : float64 (n, 2)
        Closed: the last point is followed by the first.

    Returns
    -------
    tuple of float64 (m, 2) and float64 (m,), or None
        From the end of the stroke at which the outline begins.
    """
    ring, length = _even(outline)
    if ring is None:
        return None
    area = abs(_area(ring))
    # Of a ribbon the area is width times length, and the way round it twice the length.
    width = 2 * area / length
    if width <= 0 or length < 2 * _THIN * width:
        return None
    count = int(np.clip(length / width, _LEAST, _MOST)) // 2 * 2
    ring, _ = _even(outline, count)
    assert ring is not None
    start = _end(ring)
    ahead, back = _matched(ring, start)
    apart = np.hypot(*(ring[ahead] - ring[back]).T)
    middle = (ring[ahead] + ring[back]) / 2
    usual = float(np.median(apart))
    steps = np.hypot(*np.diff(middle, axis=0).T)
    swept = float(((apart[1:] + apart[:-1]) / 2 * steps).sum())
    length, widest = float(steps.sum()), float(apart.max())
    # A branch is swept twice: once on its way out, once back.
    most = _SWEPT[0] if widest <= _WIDER * max(usual, width) else _SWEPT[1]
    if (
        widest > _WIDEST * max(usual, width)
        or length < max(_THIN * usual, _LONG * widest)
        or not 0.6 * area < swept < most * area
    ):
        return None
    # The outline begins where the pen did.
    meet = int(ahead[-1])
    if min(meet, count - meet) < min(start, count - start):
        middle, apart = middle[::-1], apart[::-1]
    return middle, apart


def short_line(outline: Numbers, width: float) -> Numbers | None:
    """The way of a pen that left a mark hardly longer than it is wide: a dot, or a dash.

    Parameters
    ----------
    outline : float64 (n, 2)
    width : float
        Of the pen.

    Returns
    -------
    float64 (1, 2) or (2, 2), or None
        None if the mark is too large for that.
    """
    middle: Numbers = (outline.min(axis=0) + outline.max(axis=0)) / 2
    if float(np.ptp(outline, axis=0).max()) > _SHORT * width:
        return None
    _, _, axes = np.linalg.svd(outline - middle, full_matrices=False)
    along, across = ((outline - middle) @ axes.T).T
    half = (float(np.ptp(along)) - max(width, float(np.ptp(across)))) / 2
    if half < 0.25 * width:
        return middle[None]
    ends: Numbers = np.array([middle - half * axes[0], middle + half * axes[0]])
    # As people write: to the right, or down.
    return ends if ends[1].sum() >= ends[0].sum() else ends[::-1]


def has_holes(outlines: Sequence[Numbers]) -> bool:
    """Whether one of several outlines of a path is a hole in another, as in printed letters."""
    if len(outlines) < 2:
        return False
    areas = np.array([_area(outline) for outline in outlines])
    boxes = np.array([[*o.min(axis=0), *o.max(axis=0)] for o in outlines])
    checks = 0
    for place, outline in enumerate(outlines):
        point, wholly = outline[0], outline[:: max(len(outline) // 8, 1)]
        around = np.flatnonzero(
            (boxes[:, :2] <= point).all(axis=1)
            & (boxes[:, 2:] >= point).all(axis=1)
            & (areas * areas[place] < 0)
        )
        for other in around.tolist():
            checks += 1
            if checks > _MOST_CHECKS or all(_inside(part, outlines[other]) for part in wholly):
                return True
    return False


def _even(outline: Numbers, count: int = _MOST) -> tuple[Numbers | None, float]:
    """An outline resampled evenly, without its end again, and the length of the way round it."""
    ring = np.concatenate([outline, outline[:1]])
    along = arc_lengths(ring)
    if not along[-1] > 0:
        return None, 0.0
    wanted = np.linspace(0, along[-1], count, endpoint=False)
    return points_along(ring, along, wanted), float(along[-1])


def _area(ring: Numbers) -> float:
    """The signed area that an outline encloses."""
    x, y = (ring - ring[0]).T
    return 0.5 * float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())


def _inside(point: Numbers, ring: Numbers) -> bool:
    x, y = (ring - point).T
    x2, y2 = np.roll(x, -1), np.roll(y, -1)
    crossing = (y > 0) != (y2 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x - y * (x2 - x) / (y2 - y)
    return bool(np.count_nonzero(crossing & (at > 0)) % 2)


def _end(ring: Numbers) -> int:
    """One of the two ends: from there the two ways along the outline stay beside each other."""
    count = len(ring)
    places = np.arange(count)
    gaps = np.zeros(count)
    for step in range(1, count // 2):
        gaps += np.hypot(*(ring[(places + step) % count] - ring[places - step]).T)
    return int(gaps.argmin())


def _matched(ring: Numbers, start: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each point of one side from the start one of the other side, until they meet."""
    count = len(ring)
    rolled = np.roll(ring, -start, axis=0)
    # After so many steps in all, some forwards (a) and the others back: the least sum for each a.
    least = np.full(count + 2, np.inf)
    least[1] = 0.0
    choices = np.zeros((count + 1, count + 1), dtype=bool)
    for steps in range(1, count + 1):
        ways = np.arange(steps + 1)
        apart = np.hypot(*(rolled[ways % count] - rolled[-(steps - ways) % count]).T)
        stay, go = least[1 : steps + 2], least[: steps + 1]
        choices[steps, : steps + 1] = go < stay
        least[1 : steps + 2] = np.minimum(stay, go) + apart
        least[0] = np.inf
    forwards = int(np.argmin(least[1 : count + 2]))
    ahead, back = [], []
    for steps in range(count, -1, -1):
        ahead.append(forwards)
        back.append(steps - forwards)
        if choices[steps, forwards]:
            forwards -= 1
    first = (np.array(ahead[::-1]) + start) % count
    second = (start - np.array(back[::-1])) % count
    return first, second

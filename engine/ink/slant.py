"""The slant of ink: how far its downstrokes lean."""

from __future__ import annotations

import numpy as np

from engine.ink.ink import Ink


def downstroke_slant(ink: Ink) -> float:
    """The median lean of a level line's downstrokes, as x per unit of height to the right.

    Of all pieces that run more down than across, each weighing as much as it is long: the shear at
    which the downstrokes stand upright, and `Ink.slanted` undoes it. `similarity.mean_slant` is a
    mean, and takes the upstrokes as well. 0 where there is no such piece.
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

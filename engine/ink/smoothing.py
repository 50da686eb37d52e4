"""The shape of ink beyond where it stands: its tremble, which is smoothed away, and its slant."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from engine.ink.ink import Ink, Stroke


def smooth(ink: Ink, amount: float) -> Ink:
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
    return stroke.with_xy(chord + middle)


def downstroke_slant(ink: Ink) -> float:
    """The median lean of a level line's downstrokes, as x per unit of height to the right.

    Of all pieces that run more down than across, each weighing as much as it is long: the shear at
    which the downstrokes stand upright, and `Ink.slanted` undoes it. `likeness.mean_slant` is a
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

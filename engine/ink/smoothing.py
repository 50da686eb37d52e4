"""Smoothing of ink: the tremble of a hand or a tablet is averaged away."""

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

"""A drawing from a file: all of its strokes, in the size that is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.ink.ink import Array, Ink, Stroke
from engine.io.limits import MOST_POINTS
from studio.importing.reading import read

STEP = 0.4
"""Millimetres between the points of what was no pen's path: its corners stay corners."""


def read_drawing(path: Path, width: float) -> Ink:
    """The ink of a file, in millimetres, scaled to fit a square.

    Parameters
    ----------
    path : Path
    width : float
        Of the square, in millimetres.

    Raises
    ------
    FileError
        If the file is of no known kind, hostile, damaged, or holds no ink.
    """
    pieces = read(path, split=False)
    ink = Ink.joined(piece.ink for piece in pieces)
    left, top, right, bottom = ink.bounds
    ink = ink.moved(-left, -top).scaled(width / max(right - left, bottom - top, 1e-9))
    if all(piece.sampled for piece in pieces):
        return ink
    # A scribble of many long lines would become far more points than it was read from.
    way = sum(float(np.hypot(*np.diff(s.xy, axis=0).T).sum()) for s in ink.strokes)
    step = max(STEP, way / MOST_POINTS)
    return Ink(tuple(Stroke(dense(stroke.xy, step)) for stroke in ink.strokes))


def dense(xy: Array, step: float = STEP) -> Array:
    """A polyline with points at most `step` apart, its own among them."""
    gaps = np.hypot(*np.diff(xy, axis=0).T)
    counts = np.maximum(np.ceil(gaps / step), 1).astype(int)
    places = np.concatenate(
        [k + np.arange(count) / count for k, count in enumerate(counts)] + [[len(xy) - 1]]
    )
    own = np.arange(len(xy))
    return np.stack([np.interp(places, own, xy[:, axis]) for axis in (0, 1)], axis=1)

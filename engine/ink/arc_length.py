"""Paths by their length: how far along them points lie, and where one is so far along."""

from __future__ import annotations

import numpy as np

from engine.ink.ink import Array


def arc_lengths(xy: Array) -> Array:
    """How far along a path each of its points (n, 2) lies, float64 (n,), 0 at the first."""
    lengths: Array = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    return lengths


def points_along(xy: Array, lengths: Array, at: Array) -> Array:
    """The points of a path that lie so far along it, float64 (m, 2), on the lines between its own.

    Parameters
    ----------
    xy : (n, 2)
    lengths : (n,)
        Of the path, as `arc_lengths` gives them.
    at : (m,)
        In their unit.
    """
    return np.stack([np.interp(at, lengths, xy[:, axis]) for axis in (0, 1)], axis=1)

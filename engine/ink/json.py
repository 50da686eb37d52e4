"""Ink as it stands in a JSON file: its strokes with their points, times and pressure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.ink.ink import Ink, Stroke


def ink_to_json(ink: Ink, grid: int | None = None) -> list[dict[str, Any]]:
    """What `json.dumps` takes: an entry a stroke, with time and pressure where they are known.

    Parameters
    ----------
    grid : int, optional
        Points become differences of whole numbers, so many to the ink's unit: a third of the
        length. Where not given they stay as they are, to four places.
    """
    entries = []
    for stroke in ink.strokes:
        if grid is None:
            xy = np.round(stroke.xy, 4)
        else:
            xy = np.diff(np.round(stroke.xy * grid).astype(int), axis=0, prepend=[[0, 0]])
        entry: dict[str, Any] = {"xy": xy.ravel().tolist()}
        for name in ("time", "pressure"):
            values = getattr(stroke, name)
            if values is not None:
                entry[name] = np.round(values, 5).tolist()
        entries.append(entry)
    return entries


def ink_from_json(entries: Sequence[dict[str, Any]], grid: int | None = None) -> Ink:
    """The ink of entries that `ink_to_json` made with the same grid.

    Raises
    ------
    InkError, ValueError, KeyError, TypeError
        If they are damaged.
    """
    strokes = []
    for entry in entries:
        xy = np.reshape(entry["xy"], (-1, 2))
        if grid is not None:
            xy = np.cumsum(xy, axis=0) * (1 / grid)
        strokes.append(Stroke(xy, entry.get("time"), entry.get("pressure")))
    return Ink(tuple(strokes))

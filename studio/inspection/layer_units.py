"""The order of units, and how they go with what the pen does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError
from studio.inspection.run_recording import RunRecording

Numbers = npt.NDArray[np.float32]

#: What units can be correlated with, by key, in words.
QUANTITIES = {
    "": "nothing",
    "pen_up": "end of stroke",
    "x": "pen's place in x",
    "y": "pen's height (y)",
    "position": "window's position",
    "dx": "Δx",
    "dy": "Δy",
    "character": "chosen character",
}


def quantity(recording: RunRecording, key: str, character: int | None = None) -> Numbers:
    """What the pen does, point by point, float32 (n,).

    Raises
    ------
    SettingError
        If a character is to be looked for and none is chosen.
    """
    offsets = recording["offsets"]
    if key == "pen_up":
        return np.asarray(offsets[:, 2], dtype=np.float32)
    if key in ("x", "y"):
        return np.asarray(recording.xy[:, "xy".index(key)], dtype=np.float32)
    if key in ("dx", "dy"):
        return np.asarray(offsets[:, ("dx", "dy").index(key)], dtype=np.float32)
    if key == "character":
        if character is None:
            raise SettingError("No character is chosen; click one beside the window's map.")
        # All places where the same letter stands, not this one alone.
        same = [i for i, letter in enumerate(recording.text) if letter == recording.text[character]]
        return np.isin(recording["character"], same).astype(np.float32)
    return np.asarray(recording[key], dtype=np.float32)


def correlations(values: npt.NDArray[np.floating], wanted: Numbers) -> Numbers:
    """Pearson's correlation of each unit (n, units) with numbers (n,): float32 (units,).

    0 where a unit, or the numbers, never change.
    """
    units = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    numbers = wanted.astype(np.float64) - wanted.mean(dtype=np.float64)
    scale = np.sqrt((units**2).sum(axis=0) * (numbers**2).sum())
    both = units.T @ numbers
    found = np.divide(both, scale, out=np.zeros_like(both), where=scale > 1e-12)
    return np.asarray(found, dtype=np.float32)


def by_peak(values: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """Units (n, units) in the order of the points at which they are furthest from zero."""
    return np.asarray(np.argsort(np.abs(values).argmax(axis=0), kind="stable"), dtype=np.int64)

"""Time for ink without time stamps, so that preparation can resample it like a recording."""

from __future__ import annotations

import numpy as np

from engine.ink.ink import Array, Ink, Stroke
from engine.ink.preparation import RECORDING_RATE

#: Pen points a character of the recordings that hands are trained on.
POINTS_A_CHARACTER = 21.0


def timed(ink: Ink, text: str, sampled: bool, letters: float | None = None) -> Ink:
    """The ink with a time for each point, at the usual pace for its text; with times, unchanged.

    Parameters
    ----------
    ink : Ink
    text : str
        The transcript: its length says how long the writing took.
    sampled : bool
        Whether the points are a pen's samples, evenly spaced in time. If not, the pen is taken to
        slow down in curves as a hand does (the two-thirds power law: speed falls with the cube
        root of the curvature; Lacquaniti, Terzuolo and Viviani 1983), and the points are placed
        along the strokes.
    letters : float, optional
        How many usual letters take as long, where the text does not say it.
    """
    if all(stroke.time is not None for stroke in ink.strokes) or not ink:
        return ink
    seconds = (letters or max(len(text), 1)) * POINTS_A_CHARACTER / RECORDING_RATE
    height = ink.bounds[3] - ink.bounds[1]
    efforts = [
        np.ones(len(s) - 1) if sampled else _effort(s.xy, max(height, 1e-9)) for s in ink.strokes
    ]
    total = sum(float(effort.sum()) for effort in efforts)
    rate = seconds / total if total > 0 else 0.0
    clock = 0.0
    strokes = []
    for stroke, effort in zip(ink.strokes, efforts, strict=True):
        time = clock + rate * np.concatenate([[0.0], np.cumsum(effort)])
        timed_stroke = stroke.with_time(time)
        strokes.append(timed_stroke if sampled else _even(timed_stroke))
        clock = float(time[-1]) + 2 / RECORDING_RATE
    return Ink(tuple(strokes))


def _effort(xy: Array, height: float) -> Array:
    """How long each piece between two points takes, in an arbitrary unit."""
    steps = np.diff(xy, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    if len(steps) < 2:
        return lengths / height
    angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    turns = np.abs(np.diff(angles)) / np.maximum(0.5 * (lengths[1:] + lengths[:-1]), 1e-9 * height)
    curvature = np.concatenate([turns[:1], 0.5 * (turns[1:] + turns[:-1]), turns[-1:]])
    return np.asarray(lengths / height * np.cbrt(np.clip(curvature * height, 0.5, 40.0)))


def _even(stroke: Stroke) -> Stroke:
    """A timed stroke resampled evenly in time at the rate of recordings."""
    assert stroke.time is not None
    start, end = float(stroke.time[0]), float(stroke.time[-1])
    if end <= start:
        return stroke[:1]
    count = max(2, round((end - start) * RECORDING_RATE) + 1)
    return stroke.at_times(np.linspace(start, end, count))

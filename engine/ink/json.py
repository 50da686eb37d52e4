"""Ink in JSON files: strokes with points, times and pressure."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from engine.io.converter import at, register

#: Differences up to this add up exactly, however many there are.
_LARGEST = 2**40


def stroke_to_json(stroke: Stroke, grid: int | None = None) -> dict[str, Any]:
    """What `json.dumps` takes: `xy` as x, y, x, y ..., with `time` and `pressure` where known.

    Parameters
    ----------
    grid : int, optional
        Points become differences of whole numbers, so many to the ink's unit: a third of the
        length. Where not given they stay as they are, to four places.
    """
    if grid is None:
        xy = np.round(stroke.xy, 4)
    else:
        xy = np.diff(np.round(stroke.xy * grid).astype(int), axis=0, prepend=[[0, 0]])
    entry: dict[str, Any] = {"xy": xy.ravel().tolist()}
    for name in ("time", "pressure"):
        values = getattr(stroke, name)
        if values is not None:
            entry[name] = np.round(values, 5).tolist()
    return entry


def stroke_from_json(entry: Any, grid: int | None = None) -> Stroke:
    """The stroke of an entry that `stroke_to_json` made with the same grid.

    Drafts of recordings that were written before had a list for each point; they are read as well.

    Raises
    ------
    InkError, ValueError, KeyError, TypeError
        If it is damaged.
    """
    xy = _numbers(entry["xy"]).reshape(-1, 2)
    if grid is not None:
        xy = np.cumsum(xy, axis=0) * (1 / grid)
    time, pressure = (
        None if entry.get(name) is None else _numbers(entry[name]) for name in ("time", "pressure")
    )
    return Stroke(xy, time, pressure)


def ink_to_json(ink: Ink, grid: int | None = None) -> list[dict[str, Any]]:
    """An entry for each stroke; see `stroke_to_json`."""
    return [stroke_to_json(stroke, grid) for stroke in ink.strokes]


def ink_from_json(entries: Any, grid: int | None = None) -> Ink:
    """The ink of entries that `ink_to_json` made with the same grid.

    Raises
    ------
    MalformedJsonError, TypeError
        If they are damaged.
    """
    if not isinstance(entries, list):
        raise TypeError("the strokes are no list")
    try:
        return Ink(_read_together(entries, grid))
    except (AttributeError, TypeError, ValueError):
        # One of them is odd, or damaged: which one is told.
        strokes = []
        for number, entry in enumerate(entries):
            with at(f"[{number}]"):
                strokes.append(stroke_from_json(entry, grid))
        return Ink(tuple(strokes))


def _read_together(entries: list[Any], grid: int | None) -> tuple[Stroke, ...]:
    """The strokes of entries whose numbers are read all at once, which takes a third of the time.

    Raises
    ------
    AttributeError, TypeError, ValueError
        If one of them has to be looked at by itself.
    """
    if not entries:
        return ()
    lists = [entry.get("xy") for entry in entries]
    ends = np.cumsum([len(numbers) // 2 for numbers in lists]).tolist()
    starts = [0, *ends[:-1]]
    if any(len(numbers) % 2 or not numbers for numbers in lists):
        raise ValueError("a point is missing")
    xy = _joined(lists).reshape(-1, 2)
    if grid is not None:
        if xy.dtype.kind != "i" or np.abs(xy).max() > _LARGEST:
            raise ValueError("differences add up exactly as whole numbers alone")
        sums = np.cumsum(xy, axis=0)
        before = np.concatenate([np.zeros((1, 2), int), sums[np.array(ends[:-1], int) - 1]])
        xy = (sums - np.repeat(before, np.diff([0, *ends]), axis=0)) * (1 / grid)
    columns = [xy]
    for name in ("time", "pressure"):
        lists = [entry.get(name) for entry in entries]
        if all(numbers is None for numbers in lists):
            continue
        if [len(numbers) for numbers in lists] != np.diff([0, *ends]).tolist():
            raise ValueError("a value is missing")
        columns.append(_joined(lists))
        if name == "pressure" and len(columns) < 3:
            raise ValueError("pressure without times is rare")
    whole = [np.array(column, np.float64) for column in columns]
    for column in whole:
        if not np.isfinite(column).all():
            raise ValueError("a value is not finite")
        column.setflags(write=False)
    return tuple(
        Stroke.of_frozen(*(column[start:end] for column in whole))
        for start, end in zip(starts, ends, strict=True)
    )


def _joined(lists: list[Any]) -> npt.NDArray[Any]:
    """The numbers of some lists, one after another."""
    if not all(type(numbers) is list for numbers in lists):
        raise TypeError("numbers are no list")
    values = [*chain.from_iterable(lists)]
    if not {*map(type, values)} <= {int, float}:
        raise TypeError("a stroke holds something else than numbers")
    return np.array(values)


def _numbers(values: Any) -> npt.NDArray[np.float64]:
    array = np.asarray(values)
    # Texts that look like numbers, and truth values, are damage.
    if not isinstance(values, list) or array.dtype.kind not in "iuf":
        raise TypeError("a stroke holds something else than numbers")
    return array.astype(np.float64)


register(Ink, ink_to_json, ink_from_json)

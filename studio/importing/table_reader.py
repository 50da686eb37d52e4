"""Tables of pen samples, as UNIPEN's columns written as CSV: x, y, pen and time."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from engine.errors import FileError
from engine.ink.ink import Ink, bounded_stroke
from engine.io.limits import Budget, Numbers, read_limited
from studio.importing.foreign_ink import InkPiece

#: Other names for the columns, as programs write them.
NAMES = {
    "x": "x",
    "y": "y",
    "pen": "pen",
    "pendown": "pen",
    "pen_down": "pen",
    "penstatus": "pen",
    "pen_status": "pen",
    "button": "pen",
    "stroke": "stroke",
    "strokeid": "stroke",
    "stroke_id": "stroke",
    "p": "pressure",
    "pressure": "pressure",
    "force": "pressure",
    "t": "time",
    "time": "time",
    "timestamp": "time",
}


def read(path: Path) -> list[InkPiece]:
    """The samples of a table as one piece.

    The first line names the columns (x and y, and pen, stroke, time or pressure), in any order;
    without names they are x, y, pen, time. pen is above 0 where the pen is down; stroke is a
    number that changes from stroke to stroke. Lines that begin with # are left out. Time is in
    seconds, or in milliseconds where samples lie further apart than a second.

    Raises
    ------
    FileError
        If a row has another number of columns, or something other than numbers in it.
    """
    try:
        text = read_limited(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a table of text in UTF-8; save it as CSV.") from error
    budget = Budget(path)
    # Counted before they are taken apart: a row needs far more memory than its bytes.
    lines = text.count("\n") + text.count("\r")
    budget.spend(lines)
    budget.spend(-lines)
    rows = [row.strip() for row in text.splitlines()]
    rows = [row for row in rows if row and not row.startswith("#")]
    if not rows:
        return []
    columns = _columns(path, rows[0])
    if columns is None:
        columns = ["x", "y", "pen", "time"][: len(_cells(rows[0]))]
    else:
        rows = rows[1:]
    if not {"x", "y"} <= set(columns):
        raise FileError(f"{path} has no columns x and y; name the columns in its first line.")
    if not rows:
        return []
    width = len(columns)
    for number, row in enumerate(rows, 1):
        if len(_cells(row)) != width:
            raise FileError(
                f"{path} has {len(_cells(row))} columns in row {number} instead of {width}; "
                "mend that row."
            )
    values = budget.numbers(" ".join(rows).replace(";", " "), columns=width).reshape(-1, width)
    table = {name: values[:, place] for place, name in enumerate(columns)}
    return _pieces(path, table)


def _cells(row: str) -> list[str]:
    return re.split(r"[\s,;]+", row.strip(" ,;\t"))


def _columns(path: Path, first: str) -> list[str] | None:
    """The columns that the first line names, or None where it holds numbers."""
    cells = [cell.strip("\"' ").lower() for cell in _cells(first)]
    if not any(re.search("[a-z]", cell.replace("e", "").replace("nan", "")) for cell in cells):
        return None
    unknown = [cell for cell in cells if cell not in NAMES]
    if unknown:
        raise FileError(
            f"{path} has a column {unknown[0]!r}, which is not known; "
            "name them x, y, pen, time, pressure or stroke."
        )
    return [NAMES[cell] for cell in cells]


def _pieces(path: Path, table: dict[str, Numbers]) -> list[InkPiece]:
    xy = np.stack([table["x"], table["y"]], axis=1)
    down = table["pen"] > 0 if "pen" in table else np.ones(len(xy), dtype=bool)
    new = np.zeros(len(xy), dtype=bool)
    new[1:] |= down[1:] & ~down[:-1]
    if "stroke" in table:
        new[1:] |= np.diff(table["stroke"]) != 0
    time = table.get("time")
    if time is not None:
        time = time - time[0]
        if len(time) > 1 and float(np.median(np.diff(time))) > 1:
            time = time / 1000
    pressure = table.get("pressure")
    if pressure is not None:
        pressure = pressure / max(float(pressure.max()), 1e-9)
    strokes = []
    for group in np.split(np.arange(len(xy)), np.flatnonzero(new)):
        group = group[down[group]]
        if len(group):
            strokes.append(
                bounded_stroke(
                    path,
                    xy[group],
                    None if time is None else time[group],
                    None if pressure is None else pressure[group],
                )
            )
    return [InkPiece(Ink(tuple(strokes)))] if strokes else []

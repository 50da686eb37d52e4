"""Pages of reMarkable tablets (.rm): lines of the present format, and of the ones before it."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np

from engine.errors import FileError
from engine.ink.bounded_stroke import bounded_stroke
from engine.ink.ink import Ink
from engine.io.limits import MOST_POINTS, Budget, Numbers, read_zip_member, zip_sizes
from studio.importing.foreign_ink import InkPiece

HEADER = b"reMarkable .lines file, version="
_HEADER_LENGTH = 43
_ERASERS, _HIGHLIGHTERS = (6, 8), (5, 18, 23)
#: Bytes of a point in the present format, at least.
_POINT = 14

#: Of a line: its tool, and x, y and pressure (0-1) of each point.
_Line = tuple[int, Numbers]


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The lines of a page, or of each page of a notebook (.rmdoc); what was erased is left out.

    Raises
    ------
    FileError
        If it is damaged, too large, or of a version that is not known.
    """
    if data[:2] == b"PK":
        names = [name for name in zip_sizes(data, budget.path) if name.endswith(".rm")]
        pages = [read_zip_member(data, name, budget.path) for name in names[:200]]
        return [piece for page in pages for piece in _page(page, budget)]
    return _page(data, budget)


def _page(data: bytes, budget: Budget) -> list[InkPiece]:
    version = data[len(HEADER) : len(HEADER) + 1]
    if not data.startswith(HEADER) or version not in b"356" or not version:
        raise FileError(
            f"{budget.path} is no page of a reMarkable tablet that is known (versions 3, 5 and 6); "
            "export it as SVG."
        )
    strokes = []
    for tool, values in _present(data, budget) if version == b"6" else _former(data, budget):
        if tool in _ERASERS:
            continue
        if tool in _HIGHLIGHTERS:
            budget.leave_out("a stroke of the highlighter")
            continue
        stroke = bounded_stroke(budget, values[:, :2], None, values[:, 2])
        if stroke is not None:
            strokes.append(stroke)
    return [InkPiece(Ink(tuple(strokes)))] if strokes else []


def _present(data: bytes, budget: Budget) -> Iterator[_Line]:
    """The lines of version 6, in the order of its tree, without those that were deleted."""
    import rmscene

    if len(data) > 2 * _POINT * MOST_POINTS:
        budget.spend(MOST_POINTS + 1)
    tree = rmscene.read_tree(io.BytesIO(data))
    for item in tree.walk():
        if isinstance(item, rmscene.scene_items.Line) and item.points:
            budget.spend(len(item.points))
            yield (
                int(item.tool),
                np.array([[p.x, p.y, p.pressure / 255] for p in item.points], dtype=np.float64),
            )


def _former(data: bytes, budget: Budget) -> Iterator[_Line]:
    """The lines of versions 3 and 5: layers of lines of points, all numbers in a row."""
    more = data[len(HEADER) : len(HEADER) + 1] == b"5"
    place = _HEADER_LENGTH

    def take(form: str) -> tuple[float, ...]:
        nonlocal place
        size = struct.calcsize(form)
        if place + size > len(data):
            raise FileError(f"{budget.path} is cut short; copy it again.")
        values = struct.unpack_from(form, data, place)
        place += size
        return values

    (layers,) = take("<i")
    for _ in range(int(layers)):
        (lines,) = take("<i")
        for _ in range(int(lines)):
            tool, *_ = take("<iiiff" if more else "<iiif")
            (count,) = take("<i")
            size = 24 * int(count)
            if count < 0 or place + size > len(data):
                raise FileError(f"{budget.path} is cut short; copy it again.")
            budget.spend(int(count))
            rows = np.frombuffer(data, "<f4", 6 * int(count), place).reshape(-1, 6)
            place += size
            if count:
                yield int(tool), rows[:, [0, 1, 5]].astype(np.float64)

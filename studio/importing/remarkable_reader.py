"""Pages of reMarkable tablets (.rm): lines of the present format, and of the ones before it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from engine.errors import FileError
from engine.ink.bounded_stroke import bounded_stroke
from engine.ink.ink import Ink
from engine.io.limits import Budget, Numbers, read_zip_member, zip_sizes
from studio.importing.foreign_ink import InkPiece

HEADER = b"reMarkable .lines file, version="
_HEADER_LENGTH = 43
_ERASERS, _HIGHLIGHTERS = (6, 8), (5, 18, 23)
#: In the present format: blocks that hold a line, the number of its value, and that value's kind.
_LINE_BLOCK, _VALUE, _LINE_VALUE = 5, 6, 3
_POINT = np.dtype(
    [("x", "<f4"), ("y", "<f4"), ("speed", "<u2"), ("width", "<u2"), ("direction", "u1"),
     ("pressure", "u1")]
)  # fmt: skip
_FORMER_POINT = np.dtype(
    [(name, "<f4") for name in ("x", "y", "speed", "direction", "width", "pressure")]
)

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
        if tool in _ERASERS or not len(values):
            continue
        if tool in _HIGHLIGHTERS:
            budget.leave_out("a stroke of the highlighter")
            continue
        stroke = bounded_stroke(budget, values[:, :2], None, values[:, 2])
        if stroke is not None:
            strokes.append(stroke)
    return [InkPiece(Ink(tuple(strokes)))] if strokes else []


def _present(data: bytes, budget: Budget) -> Iterator[_Line]:
    """The lines of version 6: those of the file's blocks that hold one that was not deleted.

    A block holds values with a number and a kind each, some of which are blocks again.
    """
    place = _HEADER_LENGTH
    while place + 8 <= len(data):
        length, _, _, version, kind = struct.unpack_from("<IBBBB", data, place)
        place += 8
        if length > len(data) - place:
            raise FileError(f"{budget.path} is cut short; copy it again.")
        if kind == _LINE_BLOCK:
            value = _values(data[place : place + length]).get(_VALUE)
            if isinstance(value, bytes) and value[:1] == bytes([_LINE_VALUE]):
                line = _values(value[1:])
                tool, points = line.get(1), line.get(5)
                if isinstance(tool, int) and isinstance(points, bytes):
                    yield tool, _points(points, version, budget)
        place += length


def _values(data: bytes) -> dict[int, int | bytes]:
    """The values of a block by their numbers, as far as they can be read."""
    found: dict[int, int | bytes] = {}
    place = 0
    while place < len(data):
        tag, place = _varying(data, place)
        number, kind = tag >> 4, tag & 0xF
        if kind == 0xF:
            # The name of an item: who made it, and its number.
            found[number], place = _varying(data, place + 1)
        elif kind == 0xC:
            length = int.from_bytes(data[place : place + 4], "little")
            found[number] = data[place + 4 : place + 4 + length]
            place += 4 + length
        elif kind in (1, 4, 8):
            found[number] = int.from_bytes(data[place : place + kind], "little")
            place += kind
        else:
            break
    return found


def _varying(data: bytes, place: int) -> tuple[int, int]:
    """A number of as many bytes as it needs, seven bits in each, and the place behind it."""
    value = shift = 0
    while place < len(data) and shift < 63:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    return value, place


def _points(data: bytes, version: int, budget: Budget) -> Numbers:
    """x, y and pressure of each point."""
    form = _POINT if version >= 2 else _FORMER_POINT
    count = len(data) // form.itemsize
    budget.spend(count)
    rows = np.frombuffer(data, form, count)
    full = 255.0 if version >= 2 else 1.0
    columns = (rows["x"], rows["y"], rows["pressure"] / full)
    with np.errstate(invalid="ignore"):
        # Numbers that are none are left out later.
        return np.stack([column.astype(np.float64) for column in columns], axis=1)


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
            if count:
                yield int(tool), _points(data[place : place + size], 1, budget)
            place += size

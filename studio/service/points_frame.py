"""Binary frames of pen points, as docs/service.md describes them: packed, and read again."""

from __future__ import annotations

import base64
import struct
from typing import Any, NamedTuple

import numpy as np

#: Points are sent as differences of whole numbers, so many to the millimetre.
GRID = 200
#: Kind, flags, count, line, number of the first point, and its place.
HEAD = struct.Struct("<BBHIIff")
_POINTS = 1
_DIFFERENCES = np.dtype([("dx", "<i2"), ("dy", "<i2"), ("end", "u1")])


class PointsFrame(NamedTuple):
    """What a frame holds.

    Parameters
    ----------
    line : int
        The line's place in the last plan.
    first : int
        Number of the first point in its line.
    points : list of float
        x, y in millimetres on the page and pen up, of one point after the other.
    characters : int or None
        Places of the window for each point; None where the frame has no window.
    phi : bytes
        The window.
    """

    line: int
    first: int
    points: list[float]
    characters: int | None = None
    phi: bytes = b""


def points_frame(content: dict[str, Any], line: int) -> bytes:
    """An event of points as a binary frame.

    Parameters
    ----------
    content : dict
        As `studio.service.ink_events` makes it.
    line : int
        The line's place in the last plan.
    """
    rows = np.reshape(content["points"], (-1, 3))
    places = np.round(rows[:, :2] * GRID).astype(np.int64)
    start = places[0] / GRID
    ways = np.clip(np.diff(places, axis=0, prepend=places[:1]), -32768, 32767)
    packed = np.zeros(len(rows), dtype=_DIFFERENCES)
    packed["dx"], packed["dy"], packed["end"] = ways[:, 0], ways[:, 1], rows[:, 2]
    phi = "phi" in content
    head = HEAD.pack(_POINTS, int(phi), len(rows), line, content["from"], start[0], start[1])
    frame = head + packed.tobytes()
    if phi:
        frame += struct.pack("<H", content["characters"]) + base64.b64decode(content["phi"])
    return frame


def read_points_frame(frame: bytes) -> PointsFrame | None:
    """What a frame holds; None where it is of another kind."""
    kind, flags, count, line, first, x, y = HEAD.unpack_from(frame)
    if kind != _POINTS:
        return None
    packed = np.frombuffer(frame, _DIFFERENCES, count, HEAD.size)
    xs = x + np.cumsum(packed["dx"]) / GRID
    ys = y + np.cumsum(packed["dy"]) / GRID
    points = np.column_stack([xs, ys, packed["end"]]).ravel().tolist()
    if not flags & 1:
        return PointsFrame(line, first, points)
    rest = frame[HEAD.size + packed.nbytes :]
    return PointsFrame(line, first, points, struct.unpack_from("<H", rest)[0], rest[2:])

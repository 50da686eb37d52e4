"""Xournal++ (.xopp) and Xournal (.xoj) notes: packed XML, a page of layers of strokes."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import numpy as np

from engine.errors import FileError
from engine.ink.bounded_stroke import bounded_stroke
from engine.ink.ink import Ink, Stroke
from engine.io.limits import Budget, Numbers, gunzip, read_zip_member
from engine.io.safe_xml import parse_xml, wrong_kind
from studio.importing.foreign_ink import InkPiece

_NO_INK = {"text": "typed text", "image": "an image", "teximage": "a formula"}


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The pages of a note as pieces; highlighter and eraser strokes are left out.

    Raises
    ------
    FileError
        If it is damaged, too large, or no such note.
    """
    path = budget.path
    if data[:2] == b"\x1f\x8b":
        data = gunzip(data, path)
    elif data[:2] == b"PK":
        data = read_zip_member(data, "content.xml", path)
    root = parse_xml(data, path)
    if root.tag != "xournal":
        raise wrong_kind(path, "a Xournal++ note")
    pieces = []
    for page in root.iter("page"):
        strokes = [_stroke(element, budget) for element in page.iter("stroke")]
        ink = Ink(tuple(stroke for stroke in strokes if stroke is not None))
        if ink:
            pieces.append(InkPiece(ink))
        for kind, what in _NO_INK.items():
            budget.leave_out(what, sum(1 for _ in page.iter(kind)))
    return pieces


def _stroke(element: Element, budget: Budget) -> Stroke | None:
    tool = element.get("tool", "pen")
    if tool != "pen":
        known = tool if tool in ("eraser", "highlighter") else "unknown tools"
        budget.leave_out(f"a stroke of the {known}")
        return None
    values = budget.samples(_with_points(element.text or ""))
    if len(values) % 2:
        budget.leave_out("half a point")
        values = values[:-1]
    if len(values) == 0:
        return None
    pressure = _pressure(element.get("width", "1"), len(values) // 2, budget)
    return bounded_stroke(budget, values.reshape(-1, 2), None, pressure)


def _with_points(numbers: str) -> str:
    """Numbers with decimal points, which some versions wrote as the desktop's language has them."""
    return numbers if "." in numbers else numbers.replace(",", ".")


def _pressure(width: str, points: int, budget: Budget) -> Numbers | None:
    """The pressure that the widths tell: the pen's own, and that at each point but the last."""
    try:
        widths = budget.numbers(_with_points(width), columns=1)
    except FileError:
        # Some versions wrote broken widths; the strokes beside them are whole.
        return None
    if len(widths) < 3 or len(widths) not in (points, points + 1):
        return None
    at_points = np.append(widths[1:], widths[-1])[:points]
    return at_points / max(float(at_points.max()), 1e-9)

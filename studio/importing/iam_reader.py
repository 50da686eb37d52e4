"""IAM-OnDB's XML: a whiteboard session, its strokes with a time for each point."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.errors import FileError
from engine.ink.bounded_stroke import bounded_stroke
from engine.ink.ink import Ink
from engine.io.limits import Budget, floats
from engine.io.safe_xml import parse_xml, wrong_kind
from studio.importing.foreign_ink import InkPiece

_ATTRIBUTES = ("x", "y", "time")


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The strokes of a session as one piece, with its text where the transcripts lie beside it.

    Raises
    ------
    FileError
        If it is damaged, too large, or no such session.
    """
    path = budget.path
    root = parse_xml(data, path)
    if root.tag != "WhiteboardCaptureSession":
        raise wrong_kind(path, "InkML, SVG, a Xournal++ note or a session of IAM-OnDB")
    strokes = []
    began: float | None = None
    for element in root.iter("Stroke"):
        try:
            words = [point.attrib[name] for point in element.iter("Point") for name in _ATTRIBUTES]
        except KeyError as error:
            raise FileError(f"{path} has a point without its {error}; fetch it again.") from error
        budget.spend(len(words) // 3)
        values = floats(words).reshape(-1, 3)
        if began is None and len(values) and np.isfinite(values[0, 2]):
            began = float(values[0, 2])
        if len(values):
            stroke = bounded_stroke(budget, values[:, :2], values[:, 2] - (began or 0.0))
            if stroke is not None:
                strokes.append(stroke)
    return [InkPiece(Ink(tuple(strokes)), _text(path))] if strokes else []


def _text(path: Path) -> str:
    """What the distribution's transcript says of a line; "" where there is none.

    Line 2 of `lineStrokes/a01/a01-000/a01-000u-02.xml` is the second one below `CSR:` of
    `ascii/a01/a01-000/a01-000u.txt`.
    """
    form, _, number = path.stem.rpartition("-")
    parts = list(path.resolve().parts[:-1])
    if not number.isdecimal() or "lineStrokes" not in parts:
        return ""
    place = len(parts) - 1 - parts[::-1].index("lineStrokes")
    transcript = Path(*parts[:place], "ascii", *parts[place + 1 :], f"{form}.txt")
    try:
        below = transcript.read_text("latin-1").partition("CSR:")[2]
    except OSError:
        return ""
    lines = [line.strip() for line in below.replace("%%%%", "\n").splitlines() if line.strip()]
    return lines[int(number) - 1] if 0 < int(number) <= len(lines) else ""

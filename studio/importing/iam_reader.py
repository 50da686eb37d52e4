"""IAM-OnDB's XML: a whiteboard session, its strokes with a time for each point."""

from __future__ import annotations

from pathlib import Path

from engine.errors import FileError
from engine.ink.ink import Ink, bounded_stroke
from engine.io.limits import Budget, read_limited
from engine.io.safe_xml import parse_xml, wrong_kind
from studio.importing.foreign_ink import InkPiece


def read(path: Path) -> list[InkPiece]:
    """The strokes of a session as one piece, with its text where the transcripts lie beside it.

    Raises
    ------
    FileError
        If it is damaged, too large, or no such session.
    """
    root = parse_xml(read_limited(path), path)
    if root.tag != "WhiteboardCaptureSession":
        raise wrong_kind(path, "a session of IAM-OnDB")
    budget = Budget(path)
    strokes = []
    began: float | None = None
    for element in root.iter("Stroke"):
        try:
            rows = [
                " ".join(point.attrib[name] for name in ("x", "y", "time"))
                for point in element.iter("Point")
            ]
        except KeyError as error:
            raise FileError(f"{path} has a point without its {error}; fetch it again.") from error
        if rows:
            values = budget.numbers(" ".join(rows), columns=3).reshape(-1, 3)
            began = float(values[0, 2]) if began is None else began
            strokes.append(bounded_stroke(path, values[:, :2], values[:, 2] - began))
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

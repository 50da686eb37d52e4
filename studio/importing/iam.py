"""IAM-OnDB's XML: a whiteboard session, its strokes with a time for each point."""

from __future__ import annotations

from pathlib import Path

from engine.bounds import Budget, content_of, stroke_of
from engine.errors import FileError
from engine.ink import Ink
from engine.markup import parsed, wrong_kind
from studio.importing.drawing import Piece


def read(path: Path) -> list[Piece]:
    """The strokes of a session as one piece.

    Raises
    ------
    FileError
        If it is damaged, too large, or no such session.
    """
    root = parsed(content_of(path), path)
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
            strokes.append(stroke_of(path, values[:, :2], values[:, 2] - began))
    return [Piece(Ink(tuple(strokes)))] if strokes else []

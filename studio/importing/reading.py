"""Reading a foreign file: its kind is told by its name, then by its content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.errors import FileError
from engine.ink.recorded_line import RecordedLine
from studio.importing import (
    iam_reader,
    inkml_reader,
    note_reader,
    svg_reader,
    table_reader,
    xournal_reader,
)
from studio.importing.foreign_ink import InkPiece, in_lines
from studio.importing.timing import timed

READERS: dict[str, Callable[[Path], list[InkPiece]]] = {
    ".inkml": inkml_reader.read,
    ".xopp": xournal_reader.read,
    ".xoj": xournal_reader.read,
    ".svg": svg_reader.read,
    ".svgz": svg_reader.read,
    ".csv": table_reader.read,
    ".tsv": table_reader.read,
    ".txt": table_reader.read,
    ".xml": iam_reader.read,
    ".scriptorium": note_reader.read,
}
#: For dialogs: what a kind of file is called, and its endings.
KINDS = {
    "InkML": (".inkml",),
    "Xournal++": (".xopp", ".xoj"),
    "SVG with single lines": (".svg", ".svgz"),
    "Table of x, y, pen, time": (".csv", ".tsv", ".txt"),
    "IAM-OnDB": (".xml",),
    "Notes of this program": (".scriptorium",),
}


def read(path: Path | str, split: bool = True) -> list[InkPiece]:
    """The pieces of a file, one for each written line where `split`.

    Raises
    ------
    FileError
        If the file is of no known kind, hostile, damaged, or holds no ink.
    """
    file = Path(path)
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise FileError(f"{file} is of a kind that is not read; choose one of {known}.")
    pieces = reader(file)
    if split:
        pieces = [line for piece in pieces for line in in_lines(piece)]
    if not any(piece.ink.points > 1 for piece in pieces):
        raise FileError(f"{file} holds no ink; choose a file with handwriting in it.")
    return [piece for piece in pieces if piece.ink.points > 1]


def recorded(piece: InkPiece, text: str, source: str = "", date: str = "") -> RecordedLine:
    """A piece as a recorded line with its transcript; what has no time stamps is given some."""
    return RecordedLine(text, timed(piece.ink, text, piece.sampled), source, date)

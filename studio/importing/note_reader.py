"""Notes of this program (.scriptorium): their lines, with the words that they say."""

from __future__ import annotations

from engine.errors import FileError
from engine.io.limits import LARGEST_IMPORT, Budget, zip_sizes
from studio.importing.foreign_ink import InkPiece
from studio.storage.note_file import load


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The written lines of a note, each a piece with its text.

    Raises
    ------
    FileError
        If it is damaged, too large, or no note.
    """
    path = budget.path
    if data[:2] != b"PK":
        raise FileError(f"{path} is damaged or not a note; choose another file.")
    if sum(zip_sizes(data, path).values()) > 4 * LARGEST_IMPORT:
        raise FileError(
            f"{path} is too large; save the lines that you want in a note of their own."
        )
    pieces = []
    for line in load(path).lines.values():
        budget.spend(line.ink.points)
        pieces.append(InkPiece(line.ink, line.text))
    return pieces

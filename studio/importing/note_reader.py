"""Notes of this program (.scriptorium): their lines, with the words that they say."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from engine.errors import FileError
from engine.io.limits import MOST_BYTES, Budget, read_limited
from studio.importing.foreign_ink import InkPiece
from studio.storage.note_file import load


def read(path: Path) -> list[InkPiece]:
    """The written lines of a note, each a piece with its text.

    Raises
    ------
    FileError
        If it is damaged, too large, or no note.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(read_limited(path))) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileError(f"{path} is damaged or not a note; save it again.") from error
    if size > 4 * MOST_BYTES:
        raise FileError(
            f"{path} is too large; save the lines that you want in a note of their own."
        )
    budget = Budget(path)
    pieces = []
    for line in load(path).lines.values():
        budget.spend(line.ink.points)
        pieces.append(InkPiece(line.ink, line.text))
    return pieces

"""Lines with their transcripts from any file: a style, a recorded line, or foreign ink."""

from __future__ import annotations

from pathlib import Path

from engine.errors import FileError
from engine.ink.recorded_line import FORMAT as RECORDED
from engine.ink.recorded_line import RecordedLine
from engine.ink.timing import timed
from engine.io.json_file import parse_json
from engine.io.limits import read_limited
from engine.io.loading import loading
from engine.style.style import Style
from studio.importing.foreign_ink import InkPiece
from studio.importing.reading import read


def lines(path: Path | str) -> list[InkPiece]:
    """The written lines of a file; `InkPiece.text` is empty where the file does not tell it.

    Raises
    ------
    FileError
        If it cannot be read, or holds no ink.
    StyleError
        If it is a damaged style or recorded line.
    """
    file = Path(path)
    if file.suffix.lower() != ".json":
        return read(file)
    if _kind(file) == RECORDED:
        line = RecordedLine.load(file)
        return [InkPiece(line.ink, line.text)]
    style = Style.load(file)
    return [InkPiece(style.ink, style.text)]


def line(path: Path | str, number: int = 1, text: str | None = None) -> InkPiece:
    """One line of a file, its points timed, with the transcript given or its own.

    Parameters
    ----------
    number : int
        Which line of the file, from 1.
    text : str, optional
        What the ink says; the file's own transcript where not given.

    Raises
    ------
    FileError
        As `lines`; or if there is no such line, or its text is not known.
    """
    found = lines(path)
    if not 1 <= number <= len(found):
        raise FileError(f"{path} has {len(found)} lines; there is no line {number}.")
    piece = found[number - 1]
    said = piece.text if text is None else text
    if not said.strip():
        raise FileError(f"{path} does not tell what its ink says; give its text.")
    return InkPiece(timed(piece.ink, said, piece.sampled), said, piece.sampled)


def _kind(file: Path) -> str:
    otherwise = "neither a style nor a recorded line of this program"
    with loading(file, "style", FileError, "choose another file", otherwise):
        return str(parse_json(read_limited(file)).get("format", ""))

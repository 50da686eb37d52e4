"""Reading a foreign file: its kind is detected from its content, then from its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from engine.errors import FileError, InkError
from engine.ink.recorded_line import RecordedLine
from engine.ink.timing import timed
from engine.io.limits import Budget, gunzip, read_limited
from engine.io.loading import loading
from studio.importing import (
    iam_reader,
    inkml_reader,
    note_reader,
    office_reader,
    remarkable_reader,
    svg_reader,
    table_reader,
    unipen_reader,
    xournal_reader,
)
from studio.importing.foreign_ink import ForeignInk, InkPiece
from studio.importing.line_finding import in_lines
from studio.importing.orientation import turned_over, upside_down

Reader = Callable[[bytes, Budget], list[InkPiece]]

READERS: dict[str, Reader] = {
    ".inkml": inkml_reader.read,
    ".paper": inkml_reader.read,
    ".xopp": xournal_reader.read,
    ".xoj": xournal_reader.read,
    ".svg": svg_reader.read,
    ".svgz": svg_reader.read,
    ".csv": table_reader.read,
    ".tsv": table_reader.read,
    ".txt": table_reader.read,
    ".xml": iam_reader.read,
    ".scriptorium": note_reader.read,
    ".dat": unipen_reader.read,
    ".upn": unipen_reader.read,
    ".rm": remarkable_reader.read,
    ".rmdoc": remarkable_reader.read,
    ".docx": office_reader.read,
    ".pptx": office_reader.read,
    ".xlsx": office_reader.read,
    ".html": office_reader.read_answer,
}
#: The kinds of XML, by the root element's name.
_ROOTS: dict[str, Reader] = {
    "ink": inkml_reader.read,
    "svg": svg_reader.read,
    "html": svg_reader.read,
    "xournal": xournal_reader.read,
    "WhiteboardCaptureSession": iam_reader.read,
}
#: The namespace of InkML, which may stand within another kind of XML.
_INKML = b"http://www.w3.org/2003/InkML"
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")


def read(path: Path | str, split: bool = True, flip: bool | None = None) -> list[InkPiece]:
    """The pieces of a file, one for each written line where `split`; see `read_ink`."""
    return list(read_ink(path, split, flip).pieces)


def read_ink(path: Path | str, split: bool = True, flip: bool | None = None) -> ForeignInk:
    """The pieces of a file, one for each written line where `split`, and what is to be said of it.

    Parameters
    ----------
    path : Path or str
    split : bool
        Rules and underlines are left out then, too.
    flip : bool, optional
        Whether the ink is turned over, so that what was below is above. Where not given it is if
        the file does not tell which way is up, and the recogniser reads far more so.

    Raises
    ------
    FileError
        If the file is of no known kind, hostile, damaged, or holds no ink.
    """
    file = Path(path)
    budget = Budget(file)
    otherwise = "of another kind than its name says"
    with loading(file, "file", FileError, "save it again", otherwise):
        reader = READERS.get(file.suffix.lower())
        if reader is None:
            known = ", ".join(sorted(READERS))
            raise FileError(f"{file} is of a kind that is not read; choose one of {known}.")
        data = read_limited(file)
        try:
            pieces = _reader_of(data, budget, reader)(data, budget)
        except InkError as error:
            raise FileError(f"{file} holds no ink that can be read: {error}") from error
        budget.check()
        if flip is None and not all(piece.upright for piece in pieces):
            flip = upside_down(pieces)
            if flip:
                budget.tell("The ink stood upside down and was turned over.")
        if flip:
            pieces = turned_over(pieces)
        if split:
            pieces = _lines(pieces, budget)
    pieces = [piece for piece in pieces if piece.ink.points > 1]
    if not pieces:
        left_out = " ".join(["", *budget.notices])
        raise FileError(f"{file} holds no ink; choose a file with handwriting in it.{left_out}")
    return ForeignInk(tuple(pieces), budget.notices, bool(flip))


def _reader_of(data: bytes, budget: Budget, named: Reader) -> Reader:
    """The reader of a file's content; the one that its name tells where that does not say."""
    head = data
    if data[:2] == b"\x1f\x8b":
        head = gunzip(data, budget.path)
    head = head[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(remarkable_reader.HEADER):
        return remarkable_reader.read
    if office_reader.is_answer(head):
        return office_reader.read_answer
    if head[:1] != b"<":
        known = named is table_reader.read and unipen_reader.is_unipen(head)
        return unipen_reader.read if known else named
    root = _ROOT.search(re.sub(rb"<!--.*?-->", b"", head, flags=re.DOTALL))
    within = inkml_reader.read if _INKML in head else named
    return within if root is None else _ROOTS.get(root[1].decode("ascii"), within)


def _lines(pieces: list[InkPiece], budget: Budget) -> list[InkPiece]:
    found: list[InkPiece] = []
    for piece in pieces:
        lines, rules = in_lines(piece)
        found += lines
        budget.leave_out("a rule or an underline", rules)
    return found


def recorded(piece: InkPiece, text: str, source: str = "", date: str = "") -> RecordedLine:
    """A piece as a recorded line with its transcript; what has no time stamps is given some."""
    return RecordedLine(text, timed(piece.ink, text, piece.sampled), source, date)

"""Ink within documents of Office (.docx, .pptx, .xlsx), and in OneNote's answers."""

from __future__ import annotations

import re

from engine.errors import FileError
from engine.ink import inkml
from engine.io.limits import Budget, read_zip_member, zip_sizes
from studio.importing.foreign_ink import InkPiece

_INK = re.compile(r"(?:word|ppt|xl)/ink/ink(\d{1,6})\.xml")
_KIND = b"application/inkml+xml"


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The ink of a document, a piece for each drawing in it.

    Raises
    ------
    FileError
        If it is damaged, too large, or holds no ink.
    """
    names = (_INK.fullmatch(name) for name in zip_sizes(data, budget.path))
    found = sorted((name for name in names if name), key=lambda name: int(name[1]))
    if not found:
        raise FileError(
            f"{budget.path} holds no ink, only text and pictures; choose a file with handwriting."
        )
    return [
        InkPiece(ink, text)
        for name in found
        for ink, text, _ in inkml.parse(read_zip_member(data, name[0], budget.path), budget)
    ]


def is_answer(head: bytes) -> bool:
    """Whether a file begins as an answer of OneNote's service: parts, one of which may be InkML."""
    return head.startswith(b"--") and b"ontent-" in head


def read_answer(data: bytes, budget: Budget) -> list[InkPiece]:
    """The ink of an answer in several parts (RFC 2046).

    Raises
    ------
    FileError
        If no part of it is InkML, or that is damaged.
    """
    boundary = data.lstrip().split(b"\n", 1)[0].strip()
    for part in data.split(boundary)[1:50]:
        head, _, body = part.lstrip().replace(b"\r\n", b"\n").partition(b"\n\n")
        if _KIND in head.lower():
            return [InkPiece(ink, text) for ink, text, _ in inkml.parse(body.strip(), budget)]
    raise FileError(f"{budget.path} has no part that is InkML; ask for the page with its ink.")

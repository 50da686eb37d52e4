"""What is written on: a letterhead, a form or a picture, from a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from engine.errors import FileError
from engine.io.limits import read_limited


class BackgroundKind(StrEnum):
    """What the file is."""

    PDF = "pdf"
    SVG = "svg"
    PNG = "png"
    JPEG = "jpeg"


@dataclass(frozen=True)
class Background:
    """What lies under the ink of a note.

    Parameters
    ----------
    data : bytes
        Of the file: PDF, SVG, PNG or JPEG.
    name : str
        Of the file.
    first_only : bool
        Whether it lies under the first page alone.
    printed : bool
        Whether exporters draw it; else it is on the paper already, and only seen while one
        writes.

    Raises
    ------
    FileError
        If it is none of these files.
    """

    data: bytes = field(repr=False)
    name: str = ""
    first_only: bool = False
    printed: bool = True

    def __post_init__(self) -> None:
        if _kind(self.data) is None:
            raise FileError(
                f"{self.name or 'The background'} is no PDF, SVG, PNG or JPEG; choose such a file."
            )

    @classmethod
    def read(cls, path: Path, *, first_only: bool = False, printed: bool = True) -> Background:
        """Of a file, within the limits of what is read.

        Raises
        ------
        FileError
            If it cannot be read, is too long, or is no such file.
        """
        return cls(read_limited(path), path.name, first_only, printed)

    @property
    def kind(self) -> BackgroundKind:
        """What the file is, by its content."""
        kind = _kind(self.data)
        assert kind is not None
        return kind

    @cached_property
    def sha256(self) -> str:
        """Of the file."""
        return hashlib.sha256(self.data).hexdigest()

    def __hash__(self) -> int:
        return hash((self.sha256, self.first_only, self.printed))


@dataclass(frozen=True)
class PlacedBackground:
    """A background on a page.

    Parameters
    ----------
    background : Background
    number : int
        Which page of its file, from 0; the last one where it has fewer.
    box : (float, float, float, float)
        left, top, right, bottom: where its page is fitted in, in millimetres.
    upside_down : bool
    """

    background: Background
    number: int
    box: tuple[float, float, float, float]
    upside_down: bool = False


def _kind(data: bytes) -> BackgroundKind | None:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in data[:1024]:
        return BackgroundKind.PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return BackgroundKind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return BackgroundKind.JPEG
    if head.startswith(b"<") and b"<svg" in data[:65536]:
        return BackgroundKind.SVG
    return None

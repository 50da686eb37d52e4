"""The objects of a PDF file, over pydyf: packed streams, arrays, text strings."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pydyf


class PdfFile:
    """A PDF file that grows object by object."""

    def __init__(self) -> None:
        self.pdf = pydyf.PDF()

    def dictionary(self, values: Mapping[str, Any]) -> pydyf.Dictionary:
        """A new object: a dictionary."""
        made = pydyf.Dictionary(values)
        self.pdf.add_object(made)
        return made

    def stream(self, stream: pydyf.Stream) -> pydyf.Stream:
        """A new object: a stream."""
        self.pdf.add_object(stream)
        return stream

    def reserve(self) -> pydyf.Dictionary:
        """A dictionary whose number is known before what it holds."""
        return self.dictionary({})

    def write(self, path: Path, version: str) -> None:
        """Write the file; the same objects make the same bytes."""
        with path.open("wb") as output:
            self.pdf.write(output, version=version.encode(), identifier=True)


def packed(data: bytes, about: Mapping[str, Any] | None = None, level: int = 6) -> pydyf.Stream:
    """A stream, packed at once: a document's pages would fill the memory else."""
    extra = {**(about or {}), "Filter": "/FlateDecode"}
    return pydyf.Stream([zlib.compress(data, level)], extra)


def array(values: Iterable[Any]) -> pydyf.Array:
    """An array of numbers, names or references."""
    return pydyf.Array(values)


def text_string(text: str) -> bytes:
    """A text string of any characters (PDF 32000-1, 7.9.2.2)."""
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be", "replace")).hex().encode() + b">"


def number(value: float) -> str:
    """A number as it is written in a content stream."""
    return f"{value:.5f}".rstrip("0").rstrip(".") or "0"

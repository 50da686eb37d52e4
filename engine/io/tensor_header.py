"""The header of a safetensors file, read without torch and without its tensors."""

from __future__ import annotations

from typing import Any, BinaryIO

from engine.io.json_file import parse_json


def read_header(file: BinaryIO, most: int | None = None) -> tuple[dict[str, Any], int]:
    """The header, and where the tensors begin.

    Its length stands in the first eight bytes; it is JSON, with a file's own words under
    `__metadata__`, and says where each tensor ends.

    Parameters
    ----------
    file : binary file
        At its beginning.
    most : int, optional
        Bytes that are read at most: a longer header is damage.

    Raises
    ------
    ValueError
        If it is no JSON.
    """
    length = int.from_bytes(file.read(8), "little")
    return parse_json(file.read(length if most is None else min(length, most))), 8 + length

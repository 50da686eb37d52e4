"""The text to be written: from the command line, a file or standard input."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import BinaryIO

import click

from engine.errors import FileError, TextError

LARGEST = 1_000_000
"""Bytes of the largest text that is taken: some five hundred pages."""

STANDARD_INPUT = "-"


def one_text(
    context: click.Context, parameter: click.Parameter, words: tuple[str, ...]
) -> str | None:
    """The text among the words of a command line: one word, for the shell keeps quoted ones whole.

    Raises
    ------
    click.UsageError
        If there are several; the sentence says that quotes were forgotten.
    """
    del parameter
    if len(words) > 1:
        text = textwrap.shorten(" ".join(words), 50, placeholder=" ...")
        raise click.UsageError(
            f'The text must stand in quotes; write scriptorium {context.info_name} "{text}" and '
            "then the options."
        )
    return words[0] if words else None


def read_text(text: str | None, file: str | None) -> str:
    """Return the text that is asked for.

    Parameters
    ----------
    text : str or None
        Itself, or "-" for standard input.
    file : str or None
        A file's path, or "-" for standard input.

    Raises
    ------
    TextError
        If both are given, or neither, or there is nothing but blanks.
    FileError
        If the file cannot be read, is too large, or is not UTF-8.
    """
    if text is not None and file is not None:
        raise TextError("Give the text or --file, not both.")
    if text is None and file is None:
        raise TextError(
            "There is no text to write; give it in quotes, as --file PATH, or as - for standard "
            "input."
        )
    if STANDARD_INPUT in (text, file):
        text = _decoded(_read(sys.stdin.buffer, "Standard input"), "Standard input")
    elif file is not None:
        text = _decoded(_read_file(Path(file)), file)
    assert text is not None
    if not text.strip():
        raise TextError("The text is empty; give at least one character.")
    return text


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _read(file, str(path))
    except OSError as error:
        raise FileError(
            f"{path} cannot be read: {error.strerror or error}; name a text file."
        ) from error


def _read(file: BinaryIO, name: str) -> bytes:
    # One byte more tells a text that is too large, whatever a file says of its size.
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FileError(
            f"{name} is larger than {LARGEST // 1_000_000} MB; split it into several notes."
        )
    return content


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{name} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8."
        ) from error

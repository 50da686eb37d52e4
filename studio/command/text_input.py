"""The text to be written: from the command line, a file or standard input."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from engine.errors import FileError, TextError

if TYPE_CHECKING:
    from studio.importing.rich_text import RichText

LARGEST_TEXT = 1_000_000
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
            f'The text must be in quotes; write scriptorium {context.info_name} "{text}" and '
            "then the options."
        )
    return words[0] if words else None


def read_text(text: str | None, file: str | None, markup: str | None = None) -> RichText:
    """Return the text that is asked for, as blocks of a note.

    Parameters
    ----------
    text : str or None
        Itself, or "-" for standard input.
    file : str or None
        A file's path, or "-" for standard input.
    markup : str, optional
        Name of a `Markup`; by the file's name where not given.

    Raises
    ------
    TextError
        If both are given, or neither, or there is nothing but blanks.
    FileError
        If the file cannot be read, is too large, or is not UTF-8.
    SettingError
        If there is no such markup.
    """
    from studio.document.text_marks import Role
    from studio.importing.markup import decode_text, markup_named, markup_of, read_markup

    if text is not None and file is not None:
        raise TextError("Give the text or --file, not both.")
    if text is None and file is None:
        raise TextError(
            "There is no text to write; give it in quotes, as --file PATH, or as - for standard "
            "input."
        )
    path = None if file in (None, STANDARD_INPUT) else Path(file or "")
    kind = markup_of(path) if markup is None else markup_named(markup)
    if STANDARD_INPUT in (text, file):
        name = "Standard input"
        text = decode_text(_read(sys.stdin.buffer, name), name, kind)
    elif path is not None:
        text = decode_text(_read_file(path), str(file), kind)
    assert text is not None
    rich = read_markup(text, kind)
    if not any(block.text.strip() or block.role is not Role.PARAGRAPH for block in rich.blocks):
        raise TextError("The text is empty; give at least one character.")
    return rich


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
    content = file.read(LARGEST_TEXT + 1)
    if len(content) > LARGEST_TEXT:
        raise FileError(
            f"{name} is larger than {LARGEST_TEXT // 1_000_000} MB; split it into several notes."
        )
    return content

"""Texts in markup: which one a file is in, its characters, and what it says as blocks of a note."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from pathlib import PurePath

from engine.errors import FileError, SettingError
from studio.document.note import Note
from studio.importing.html_reader import read_html
from studio.importing.markdown_reader import read_markdown
from studio.importing.rich_text import RichText


class Markup(StrEnum):
    """How a text says what its headings and lists are."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


SUFFIXES = {
    **dict.fromkeys((".md", ".markdown", ".mkd", ".mdown"), Markup.MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Markup.HTML),
}
"""Ends of file names that tell it."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)


def markup_of(path: PurePath | None) -> Markup:
    """The markup of a file by its name; plain text where nothing says otherwise."""
    return Markup.PLAIN if path is None else SUFFIXES.get(path.suffix.lower(), Markup.PLAIN)


def markup_named(name: str) -> Markup:
    """The markup of that name.

    Raises
    ------
    SettingError
        If there is none of it.
    """
    try:
        return Markup(name.strip().lower())
    except ValueError:
        raise SettingError(
            f"There is no markup {name!r}; use one of {', '.join(Markup)}."
        ) from None


def decode_text(content: bytes, name: str, markup: Markup = Markup.PLAIN) -> str:
    """The characters of a file: UTF-8, or for a page of HTML what it says itself.

    Raises
    ------
    FileError
        If they are of another encoding.
    """
    declared = _CHARSET.search(content[:4096]) if markup is Markup.HTML else None
    if declared is not None and content[:3] != codecs.BOM_UTF8:
        try:
            return content.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{name} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8."
        ) from error


def read_markup(text: str, markup: Markup) -> RichText:
    """What a text says, as blocks of a note.

    Raises
    ------
    FileError
        If it is a page of too many elements.
    """
    if markup is Markup.MARKDOWN:
        return read_markdown(text.replace("\r\n", "\n"))
    if markup is Markup.HTML:
        return read_html(text)
    return RichText(Note.from_text(text).blocks)

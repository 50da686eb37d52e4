"""Text for a terminal: what comes from a file never steers it."""

from __future__ import annotations

import re

import click

#: Control characters but tab and line feed, those that turn the direction of writing, and halves
#: of surrogate pairs, which no encoding takes.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    r"""The text with what would steer a terminal written out as in JSON, such as `\u001b`."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def say(text: str, *, err: bool = False) -> None:
    """Write a line to the standard output, or to the standard error."""
    click.echo(printable(text), err=err)

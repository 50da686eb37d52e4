"""Transcripts freed of the spaces that a transcriber, not the writer, put before punctuation."""

from __future__ import annotations

import re

#: A sign that stands close behind the word before it, set apart by a space.
_CLOSING = re.compile(r" +([.,;:!?%)\]}])")
#: A sign that stands close before the word behind it.
_OPENING = re.compile(r"([(\[{]) +")
#: wasn ' t, Bergmann ' s
_APOSTROPHE = re.compile(
    r"(?<=[A-Za-z]) ?' (?=(?:s|t|d|m|ll|re|ve)\b)|(?<=[A-Za-z]) '(?=(?:s|t|d|m|ll|re|ve)\b)"
)
#: Signs and digits set apart one by one: ( 5 1 0 ) 8 7 4 - 3 8 6 1
_APART = re.compile(r"(?<!\S)[^A-Za-z\s](?: [^A-Za-z\s]){2,}(?!\S)")
_QUOTED = re.compile(r'" ([^"]*?) ?"|"([^"]*?) "')


def cleaned(label: str) -> str:
    """A label with single spaces between words, and punctuation at the words it belongs to."""
    text = " ".join(label.split())
    text = _APART.sub(lambda found: found[0].replace(" ", ""), text)
    text = _CLOSING.sub(r"\1", text)
    text = _OPENING.sub(r"\1", text)
    text = _APOSTROPHE.sub("'", text)
    return _QUOTED.sub(lambda found: f'"{found[1] if found[1] is not None else found[2]}"', text)

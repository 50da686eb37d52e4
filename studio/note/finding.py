"""Finding a planned line's words in the note's text."""

from __future__ import annotations

import re
from typing import NamedTuple

from studio.note.note import Note
from studio.note.page import LineKey
from studio.note.plan import Plan


class Span(NamedTuple):
    """Characters of a block's text: the block's place in the note, and from where to where."""

    block: int
    start: int
    stop: int


def find_word(note: Note, plan: Plan, key: LineKey, word: int) -> Span | None:
    """Where a word of a planned line stands in the note's text; None where it is gone.

    Parameters
    ----------
    note : Note
    plan : Plan
        Of this note.
    key : LineKey
    word : int
        Its place in the line, from 0.
    """
    for place, block in enumerate(note.blocks):
        if block.id != key.block:
            continue
        before, found = 0, None
        for line in plan.lines:
            if line.key == key:
                found = line
                break
            if line.key.block == key.block:
                before += len(line.words)
        if found is None or word >= len(found.words):
            return None
        spans = [m.span() for m in re.finditer(r"\S+", block.text)]
        if before + word >= len(spans):
            return None
        start, stop = spans[before + word]
        return Span(place, start, stop)
    return None


def replaced(note: Note, span: Span, text: str) -> Note:
    """The note with other characters at a place of its text."""
    lines = note.text.split("\n")
    line = lines[span.block]
    # A block that begins a page has a form feed before its text there.
    offset = 1 if line.startswith("\f") else 0
    start, stop = span.start + offset, span.stop + offset
    lines[span.block] = line[:start] + text + line[stop:]
    return note.with_text("\n".join(lines))

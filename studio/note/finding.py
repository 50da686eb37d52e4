"""Finding a planned line's words in the note's text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from studio.note.note import Note
from studio.note.page import LineKey
from studio.note.plan import Plan


class Span(NamedTuple):
    """Characters of a block's text: the block's id, and from where to where."""

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
    for block in (*note.blocks, *(box.block for box in note.boxes)):
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
        return Span(block.id, start, stop)
    return None


def replaced(note: Note, span: Span, text: str) -> Note:
    """The note with other characters at a place of its text."""
    if box := note.box(span.block):
        old = box.block.text
        changed = old[: span.start] + text + old[span.stop :]
        return note.with_box(replace(box, block=replace(box.block, text=changed)))
    lines = note.text.split("\n")
    place = [block.id for block in note.blocks].index(span.block)
    line = lines[place]
    # A block that begins a page has a form feed before its text there.
    offset = 1 if line.startswith("\f") else 0
    start, stop = span.start + offset, span.stop + offset
    lines[place] = line[:start] + text + line[stop:]
    return note.with_text("\n".join(lines))

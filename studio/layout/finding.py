"""Finding a planned line's words and letters in the note's text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from engine.errors import TextError
from engine.text.transliteration import Spelling, spell
from studio.document.note import Block, Note
from studio.document.page import LineKey
from studio.layout.plan import Plan
from studio.layout.tokenise import source_span


class Span(NamedTuple):
    """Characters of a block's text: the block's id, and from where to where."""

    block: int
    start: int
    stop: int


class Stretch(NamedTuple):
    """Characters of a note's text: the paragraph, from 0, and from where to where in it."""

    paragraph: int
    start: int
    stop: int

    def of(self, span: Span) -> Stretch:
        """Where characters of the block that begins here stand."""
        return Stretch(self.paragraph, self.start + span.start, self.start + span.stop)

    def holds(self, paragraph: int, place: int) -> bool:
        """Whether a character of the text is one of these."""
        return paragraph == self.paragraph and self.start <= place < self.stop


def find_word(
    note: Note, plan: Plan, key: LineKey, word: int, alphabet: Collection[str]
) -> Span | None:
    """Where a word of a planned line stands in the note's text; None where it is gone.

    Parameters
    ----------
    note : Note
    plan : Plan
        Of this note.
    key : LineKey
    word : int
        Its place in the line, from 0.
    alphabet : collection of str
        The characters that the line is spelled with.
    """
    found = _spelled_line(note, plan, key, alphabet)
    if found is None or not 0 <= word < len(found.words):
        return None
    return Span(key.block, *found.source(*found.words[word]))


def find_letters(
    note: Note, plan: Plan, key: LineKey, alphabet: Collection[str]
) -> tuple[Span, ...]:
    """Where each character of a planned line, spaces too, stands in the note's text.

    Several have one place where the hand spells a character with several. Empty where the line is
    gone.
    """
    found = _spelled_line(note, plan, key, alphabet)
    if found is None:
        return ()
    letters: list[Span] = []
    for start, stop in found.words:
        here = [Span(key.block, *found.source(place, place + 1)) for place in range(start, stop)]
        if letters:
            letters.append(Span(key.block, letters[-1].stop, here[0].start))
        letters += here
    return tuple(letters)


class _SpelledLine(NamedTuple):
    """A line's words in its block's text as that is spelled: from where to where."""

    block: Block
    spelling: Spelling
    words: list[tuple[int, int]]

    def source(self, start: int, stop: int) -> tuple[int, int]:
        """Where spelled characters come from."""
        return source_span(self.block.text, self.spelling, start, stop)


def _spelled_line(
    note: Note, plan: Plan, key: LineKey, alphabet: Collection[str]
) -> _SpelledLine | None:
    blocks = (*note.blocks, *(box.block for box in note.boxes))
    block = next((block for block in blocks if block.id == key.block), None)
    lines = [line for line in plan.lines if line.key.block == key.block]
    place = next((i for i, line in enumerate(lines) if line.key == key), None)
    if block is None or place is None:
        return None
    try:
        spelling = spell(block.text, alphabet, note.replace_unknown)
    except TextError:  # it was changed since
        return None
    first = sum(len(line.words) for line in lines[:place])
    words = [m.span() for m in re.finditer(r"[^ \n]+", spelling.text)]
    words = words[first : first + len(lines[place].words)]
    there = " ".join(spelling.text[start:stop] for start, stop in words)
    return _SpelledLine(block, spelling, words) if there == key.text else None


def in_text(note: Note, span: Span) -> Stretch | None:
    """Where characters of a block stand in `Note.text`; None for those of a text box."""
    for paragraph, block in enumerate(note.blocks):
        if block.id == span.block:
            # A block that begins a page has a form feed before its text there.
            return Stretch(paragraph, int(block.new_page), int(block.new_page)).of(span)
    return None


def replaced(note: Note, span: Span, text: str) -> Note:
    """The note with other characters at a place of its text."""
    if box := note.box(span.block):
        old = box.block.text
        changed = old[: span.start] + text + old[span.stop :]
        return note.with_box(replace(box, block=replace(box.block, text=changed)))
    there = in_text(note, span)
    if there is None:
        return note
    lines = note.text.split("\n")
    line = lines[there.paragraph]
    lines[there.paragraph] = line[: there.start] + text + line[there.stop :]
    return note.with_text("\n".join(lines))

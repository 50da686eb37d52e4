"""Finding a planned line's words and letters in the note's text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from engine.errors import TextError
from studio.document.note import Note
from studio.document.page import LineKey
from studio.layout.plan import Plan
from studio.layout.tokenise import TypedText, typed_text


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
    found = _typed_line(note, plan, key, alphabet)
    if found is None or not 0 <= word < len(found.words):
        return None
    return found.span(*found.words[word])


def find_letters(
    note: Note, plan: Plan, key: LineKey, alphabet: Collection[str]
) -> tuple[Span, ...]:
    """Where each character of a planned line, spaces too, stands in the note's text.

    Several have one place where the hand spells a character with several. Empty where the line is
    gone.
    """
    found = _typed_line(note, plan, key, alphabet)
    if found is None:
        return ()
    letters: list[Span] = []
    for (word, start, stop), text in zip(found.words, key.text.split(" "), strict=True):
        here = [found.span(word, place, place + 1) for place in range(start, stop)]
        if letters:
            letters.append(Span(key.block, letters[-1].stop, here[0].start))
        # A hyphen that divides the word stands nowhere in the text.
        added = Span(key.block, here[-1].stop, here[-1].stop)
        letters += here + [added] * (len(text) - len(here))
    return tuple(letters)


class _FoundLine(NamedTuple):
    """The words of a line, as (word, start, stop): characters of a word of a typed line."""

    block: int
    typed: TypedText
    line: int
    words: list[tuple[int, int, int]]

    def span(self, word: int, start: int, stop: int) -> Span:
        """Where some characters of a word come from."""
        return Span(self.block, *self.typed.span(self.line, word, start, stop))


def _typed_line(
    note: Note, plan: Plan, key: LineKey, alphabet: Collection[str]
) -> _FoundLine | None:
    blocks = (*note.blocks, *(box.block for box in note.boxes))
    block = next((block for block in blocks if block.id == key.block), None)
    line = next((line for line in plan.lines if line.key == key), None)
    if block is None or line is None or line.origin is None:
        return None
    try:
        typed = typed_text(block.text, frozenset(alphabet), note.replace_unknown)
    except TextError:  # it was changed since
        return None
    number, first, head = line.origin
    if number >= len(typed.lines):
        return None
    there = typed.lines[number].words[first : first + len(line.words)]
    words: list[tuple[int, int, int]] = []
    for place, (old, new) in enumerate(zip(line.words, there, strict=False), first):
        start = head if place == first else 0
        rest, written = new.text[start:], old.text
        if old.goes_on and not rest.startswith(written):
            written = written.removesuffix("-")
        if rest != written and not (old.goes_on and rest.startswith(written)):
            return None
        words.append((place, start, start + len(written)))
    return _FoundLine(key.block, typed, number, words) if len(words) == len(line.words) else None


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

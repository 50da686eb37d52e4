"""Finding a planned line's words and letters in the note's text."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from engine.errors import TextError
from studio.document.editing import Span
from studio.document.note import Note
from studio.document.page import LineKey
from studio.layout.plan import Plan, PlannedLine
from studio.layout.tokenise import TypedText, text_as_it_stood, typed_text


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
    stood = plan.spelled.get(key.block)
    if stood is not None and stood.alphabet is None and stood.text == block.text:
        # Another alphabet spelled it, or a part of it.
        return _found(text_as_it_stood(stood), line)
    try:
        return _found(typed_text(block.text, frozenset(alphabet), note.replace_unknown), line)
    except TextError:  # it was changed since
        return None


def _found(typed: TypedText, line: PlannedLine) -> _FoundLine | None:
    """A line's words in the text, as that is spelled; None where they are not there."""
    assert line.origin is not None
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
    if len(words) < len(line.words):
        return None
    return _FoundLine(line.key.block, typed, number, words)

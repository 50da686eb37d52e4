"""Reading a note: its blocks spelled as the hand writes them, and cut into words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.text.transliteration import (
    NEWLINES,
    Notice,
    Place,
    Spelling,
    UnwritableError,
    spell,
)
from studio.document.break_opportunities import opportunities
from studio.document.note import Block, Look, Note
from studio.layout.plan import Word


@dataclass(frozen=True)
class TypedLine:
    """What was typed between line breaks.

    Parameters
    ----------
    words : tuple of Word
        None in a blank line.
    tied : frozenset of int
        The words, from 0, that no written line may begin with.
    """

    words: tuple[Word, ...]
    tied: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Paragraph:
    """A block made ready for setting.

    Parameters
    ----------
    block : Block
    look : Look
        With what the note adds.
    typed : tuple of TypedLine
    line : int
        Number of its first line in the note's text, from 1.
    """

    block: Block
    look: Look
    typed: tuple[TypedLine, ...]
    line: int


def read(note: Note, alphabet: Collection[str]) -> tuple[tuple[Paragraph, ...], tuple[Notice, ...]]:
    """Spell a note's blocks and those of its text boxes, and cut them into words.

    Returns
    -------
    paragraphs : tuple of Paragraph
        One a block, then one a box.
    notices : tuple of Notice
        One a character, over all of them.

    Raises
    ------
    UnwritableError
        If characters cannot be written and the note names no replacement: all of them.
    """
    letters = frozenset(alphabet)
    paragraphs: list[Paragraph] = []
    notices: list[Notice] = []
    refused: list[tuple[str, Place]] = []
    line = 1
    for block, part in _blocks(note):
        first = 1 if part else line
        try:
            spelling = spell(block.text, letters, note.replace_unknown, first_line=first, part=part)
        except UnwritableError as error:
            refused += error.refused
            line += len(_ENDS.findall(block.text)) + 1
            continue
        typed = _typed_lines(block.text, spelling)
        paragraphs.append(Paragraph(block, note.look_of(block), typed, first))
        notices.extend(spelling.notices)
        line += len(typed)
    if refused:
        raise UnwritableError(refused)
    return tuple(paragraphs), _merged(notices)


def _blocks(note: Note) -> Iterator[tuple[Block, str]]:
    """The blocks of a note and of its text boxes, and what part of the note they are."""
    yield from ((block, "") for block in note.blocks)
    for box in note.boxes:
        yield box.block, f" of the text box “{shown(box.block.text)}”"


_ENDS = re.compile(rf"\r\n|[{NEWLINES}]")


def shown(text: str, longest: int = 24) -> str:
    """The beginning of a text, to name it by."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _typed_lines(source: str, spelling: Spelling) -> tuple[TypedLine, ...]:
    lines: list[TypedLine] = []
    start = 0
    for line in spelling.text.split("\n"):
        words: list[Word] = []
        begins: list[int] = []
        for word in line.split(" "):
            stop = start + len(word)
            if word:
                first, last = source_span(source, spelling, start, stop)
                words.append(Word(word, source[first:last] or word))
                begins.append(first)
            start = stop + 1
        lines.append(TypedLine(tuple(words), _tied(source, begins)))
    return tuple(lines)


def _tied(source: str, begins: Sequence[int]) -> frozenset[int]:
    """Of words that begin at these places, those that no line may begin with."""
    if len(begins) < 2:
        return frozenset()
    end = min((end for e in NEWLINES if (end := source.find(e, begins[-1])) >= 0), default=None)
    first = begins[0]
    free = opportunities(source[first:end])
    return frozenset(k for k, begin in enumerate(begins) if k and begin - first not in free)


def source_span(source: str, spelling: Spelling, start: int, stop: int) -> tuple[int, int]:
    """From where to where in the source spelled characters start to stop (exclusive) come from.

    Spaces at either end are none of them.
    """
    origins = spelling.origins
    if isinstance(origins, range):
        return start, stop
    first, last, end = origins[start], origins[stop - 1], stop
    while end < len(origins) and origins[end] == last:
        end += 1
    past = origins[end] if end < len(origins) else len(source)
    part = source[first:past]
    first += len(part) - len(part.lstrip())
    return first, max(first, first + len(part.strip()))


def _merged(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    places: dict[tuple[str, str], tuple[Place, ...]] = {}
    for notice in notices:
        key = notice.character, notice.written
        places[key] = places.get(key, ()) + notice.places
    return tuple(Notice(*key, where) for key, where in places.items())

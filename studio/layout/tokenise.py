"""Reading a note: its blocks spelled as the hand writes them, and cut into words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.text.transliteration import (
    NEWLINES,
    Place,
    Substitution,
    Transliteration,
    UnwritableError,
    transliterate,
)
from studio.document.note import Block, Look, Note
from studio.layout.break_opportunities import opportunities
from studio.layout.plan import Word


@dataclass(frozen=True)
class TypedLine:
    """What was typed between line breaks.

    Parameters
    ----------
    words : tuple of Word
        None in a blank line.
    begins : tuple of int
        Where each of them begins in the text as it is spelled.
    tied : frozenset of int
        The words, from 0, that no written line may begin with.
    """

    words: tuple[Word, ...]
    begins: tuple[int, ...] = ()
    tied: frozenset[int] = frozenset()


@dataclass(frozen=True)
class TypedText:
    """The text of a block, spelled and cut into words.

    Parameters
    ----------
    text : str
        As it was typed.
    spelling : Transliteration
    lines : tuple of TypedLine
    """

    text: str
    spelling: Transliteration
    lines: tuple[TypedLine, ...]

    def span(self, line: int, word: int, start: int, stop: int) -> tuple[int, int]:
        """Where some characters of a word, as it is written, stand in the text."""
        begin = self.lines[line].begins[word]
        return source_span(self.text, self.spelling, begin + start, begin + stop)

    def written_place(self, line: int, word: int, place: int) -> int:
        """How many characters of a word, as it is written, stand for so many typed ones."""
        typed = self.lines[line]
        begin, length = typed.begins[word], len(typed.words[word].text)
        origins = self.spelling.origins
        return bisect_left(origins, origins[begin] + place, begin, begin + length) - begin


@dataclass(frozen=True)
class Paragraph:
    """A block made ready for setting.

    Parameters
    ----------
    block : Block
    look : Look
        With what the note adds.
    typed : TypedText
    line : int
        Number of its first line in the note's text, from 1.
    """

    block: Block
    look: Look
    typed: TypedText
    line: int


def tokenise(
    note: Note, alphabet: Collection[str]
) -> tuple[tuple[Paragraph, ...], tuple[Substitution, ...]]:
    """Spell a note's blocks and those of its text boxes, and cut them into words.

    Returns
    -------
    paragraphs : tuple of Paragraph
        One a block, then one a box.
    notices : tuple of Substitution
        One a character, over all of them.

    Raises
    ------
    UnwritableError
        If characters cannot be written and the note names no replacement: all of them.
    """
    letters = frozenset(alphabet)
    paragraphs: list[Paragraph] = []
    notices: list[Substitution] = []
    refused: list[tuple[str, Place]] = []
    line = 1
    for block, part in _blocks(note):
        first = 1 if part else line
        try:
            typed = typed_text(block.text, letters, note.replace_unknown)
        except UnwritableError as error:
            refused += ((c, _moved(place, first, part)) for c, place in error.refused)
            line += len(_ENDS.findall(block.text)) + 1
            continue
        paragraphs.append(Paragraph(block, note.look_of(block), typed, first))
        notices += (
            replace(notice, places=tuple(_moved(place, first, part) for place in notice.places))
            for notice in typed.spelling.notices
        )
        line += len(typed.lines)
    if refused:
        raise UnwritableError(refused)
    return tuple(paragraphs), _merged(notices)


def _moved(place: Place, line: int, part: str) -> Place:
    """A place of a block whose first line has a number in a note."""
    return replace(place, line=place.line + line - 1, part=part)


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


@lru_cache(maxsize=4096)
def typed_text(text: str, alphabet: frozenset[str], replace_unknown: str | None) -> TypedText:
    """Spell a text and cut it into words.

    Raises
    ------
    TextError
        If it cannot be spelled.
    """
    spelling = transliterate(text, alphabet, replace_unknown)
    lines: list[TypedLine] = []
    start = 0
    for line in spelling.text.split("\n"):
        words: list[Word] = []
        begins: list[int] = []
        sources: list[int] = []
        for word in line.split(" "):
            stop = start + len(word)
            if word:
                first, last = source_span(text, spelling, start, stop)
                words.append(Word(word, text[first:last] or word))
                begins.append(start)
                sources.append(first)
            start = stop + 1
        lines.append(TypedLine(tuple(words), tuple(begins), _tied(text, sources)))
    return TypedText(text, spelling, tuple(lines))


def _tied(source: str, begins: Sequence[int]) -> frozenset[int]:
    """Of words that begin at these places, those that no line may begin with."""
    if len(begins) < 2:
        return frozenset()
    end = _ENDS.search(source, begins[-1])
    first = begins[0]
    free = opportunities(source[first : end.start() if end else None])
    return frozenset(k for k, begin in enumerate(begins) if k and begin - first not in free)


def source_span(source: str, spelling: Transliteration, start: int, stop: int) -> tuple[int, int]:
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


def _merged(notices: Iterable[Substitution]) -> tuple[Substitution, ...]:
    places: dict[tuple[str, str], tuple[Place, ...]] = {}
    for notice in notices:
        key = notice.character, notice.written
        places[key] = places.get(key, ()) + notice.places
    return tuple(Substitution(*key, where) for key, where in places.items())

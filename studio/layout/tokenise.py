"""Reading a note: its blocks spelled as the hand writes them, and cut into words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from engine.errors import TextError
from engine.text.transliteration import (
    Place,
    Substitution,
    Transliteration,
    UnwritableError,
    transliterate,
)
from studio.document.note import Block, Look, Note
from studio.layout.break_opportunities import opportunities
from studio.layout.kept_spelling import (
    LINE_ENDS,
    kept_words,
    placed_words,
    spelled_around,
    typed_lines,
)
from studio.layout.line_writer import LineRequest
from studio.layout.plan import Plan, SpelledBlock, Word

_ASCII = frozenset(map(chr, range(32, 127)))


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
    spaces, tabs : int
        Before the first word.
    cells : tuple of (int, int)
        The words between tabs, or between gaps as wide as if they were such, each from which to
        which (exclusive); the same place twice for an empty cell.
    tabbed : bool
        Whether there is a tab between words.
    marker : str
        The mark of a list's item that its first word is; empty where it is none.
    """

    words: tuple[Word, ...]
    begins: tuple[int, ...] = ()
    tied: frozenset[int] = frozenset()
    spaces: int = 0
    tabs: int = 0
    cells: tuple[tuple[int, int], ...] = ()
    tabbed: bool = False
    marker: str = ""

    @property
    def numbered(self) -> bool:
        """Whether the mark of its item is a number or a letter."""
        return self.marker[-1:] in (".", ")")


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

    @property
    def words(self) -> tuple[tuple[Word, ...], ...]:
        """The words of each line."""
        return tuple(line.words for line in self.lines)

    @cached_property
    def may_hold_columns(self) -> bool:
        """Whether a line has tabs, or gaps as wide as if they were such."""
        return any(line.tabs or len(line.cells) > 1 for line in self.lines)

    @cached_property
    def has_words(self) -> bool:
        """Whether a line has words."""
        return any(line.words for line in self.lines)

    @cached_property
    def numbered(self) -> bool:
        """Whether a line begins with the number of an item."""
        return any(line.numbered for line in self.lines)

    def span(self, line: int, word: int, start: int, stop: int) -> tuple[int, int]:
        """Where some characters of a word, as it is written, stand in the text."""
        begin = self.lines[line].begins[word]
        return source_span(self.text, self.spelling, begin + start, begin + stop)

    def written_index(self, line: int, word: int, place: int) -> int:
        """How many characters of a word, as it is written, come from before a place of the text."""
        typed = self.lines[line]
        begin, length = typed.begins[word], len(typed.words[word].text)
        return bisect_left(self.spelling.origins, place, begin, begin + length) - begin

    def written_place(self, line: int, word: int, place: int) -> int:
        """How many characters of a word, as it is written, stand for so many typed ones."""
        origin = self.spelling.origins[self.lines[line].begins[word]]
        return self.written_index(line, word, origin + place)


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


class TokenisedNote(NamedTuple):
    """A note made ready for setting.

    Parameters
    ----------
    paragraphs : tuple of Paragraph
        One a block, then one a box.
    notices : tuple of Substitution
        One a character, over all of them.
    spelled : mapping of int to SpelledBlock
        How each block was spelled, by its id.
    """

    paragraphs: tuple[Paragraph, ...]
    notices: tuple[Substitution, ...]
    spelled: Mapping[int, SpelledBlock]


def tokenise(
    note: Note,
    alphabet: Collection[str],
    before: Plan | None = None,
    written: Collection[LineRequest] = (),
    hand: str = "",
    known: Mapping[int, Paragraph] = MappingProxyType({}),
) -> TokenisedNote:
    """Spell a note's blocks and those of its text boxes, and cut them into words.

    Parameters
    ----------
    note : Note
    alphabet : collection of str
        The characters that can be written.
    before : Plan, optional
        An earlier plan of the note. Its words that are written and still stand there keep their
        spelling where another alphabet than this one spelled them.
    written : collection of LineRequest
        The lines of which there is ink.
    hand : str
        Hash of the hand that writes.
    known : mapping of int to Paragraph
        Paragraphs of the earlier plan, by their blocks' ids, that were made with the same look and
        replacement of unknown characters.

    Raises
    ------
    UnwritableError
        If characters cannot be written and the note names no replacement: all of them.
    TextError
        If the replacement cannot be written either.
    """
    letters = frozenset(alphabet)
    paragraphs: list[Paragraph] = []
    notices: list[Substitution] = []
    spelled: dict[int, SpelledBlock] = {}
    refused: list[tuple[str, Place]] = []
    line = 1
    stood = {} if before is None else before.spelled
    for block, part in _blocks(note):
        first = 1 if part else line
        paragraph = known.get(block.id)
        if (
            paragraph is not None
            and paragraph.block is block
            and (spelt := stood.get(block.id)) is not None
            and spelt.text is block.text
            and (spelt.alphabet is letters or spelt.alphabet == letters)
            and not paragraph.typed.spelling.notices
        ):
            if paragraph.line != first:
                paragraph = replace(paragraph, line=first)
            paragraphs.append(paragraph)
            spelled[block.id] = spelt
            line += len(paragraph.typed.lines)
            continue
        try:
            typed, by = _typed(block, letters, note.replace_unknown, before, written, hand)
        except UnwritableError as error:
            refused += ((c, _moved(place, first, part)) for c, place in error.refused)
            line += len(typed_lines(block.text))
            continue
        paragraphs.append(Paragraph(block, note.look_of(block), typed, first))
        notices += (
            replace(notice, places=tuple(_moved(place, first, part) for place in notice.places))
            for notice in typed.spelling.notices
        )
        spelled[block.id] = SpelledBlock(block.text, typed.words, by)
        line += len(typed.lines)
    if refused:
        raise UnwritableError(refused)
    return TokenisedNote(tuple(paragraphs), _merged(notices), spelled)


def _typed(
    block: Block,
    letters: frozenset[str],
    unknown: str | None,
    before: Plan | None,
    written: Collection[LineRequest],
    hand: str,
) -> tuple[TypedText, frozenset[str] | None]:
    """A block's text, and the alphabet by which all of it is spelled, if it is one.

    By this alphabet, but for the words that are written and were spelled by another.
    """
    anew = refusal = None
    try:
        anew = typed_text(block.text, letters, unknown)
    except TextError as error:
        refusal = error
    stood = None if before is None else before.spelled.get(block.id)
    settled = stood is None or stood.alphabet == letters
    if before and stood and not settled and (anew is None or anew.words != stood.words):
        kept = kept_words(block.text, block.id, before, written, hand)
        if kept:
            mixed = _cut(block.text, spelled_around(block.text, kept, letters, unknown))
            if anew is None or mixed.words != anew.words:
                return mixed, None
    if anew is None:
        assert refusal is not None
        raise refusal
    return anew, letters


def tokenised_by_lines(note: Note, lines: Collection[LineRequest]) -> Mapping[int, SpelledBlock]:
    """How a note is spelled of which there is ink, and nothing is known but what its lines say.

    A character of the text that no line has was written otherwise, if it can be.
    """
    said = set("".join(request.text for request in lines))
    typed = set(note.text).union(*(box.block.text for box in note.boxes))
    letters = (_ASCII | said) - (typed - said)
    for _ in range(2):
        try:
            spelled = tokenise(note, letters).spelled
            return {block: found._replace(alphabet=None) for block, found in spelled.items()}
        except UnwritableError as error:
            # These were not written at all.
            letters |= set("".join(error.characters))
        except TextError:
            break
    return {}


def text_as_it_stood(stood: SpelledBlock) -> TypedText:
    """The text of a block with its words as they were spelled."""
    return _cut(stood.text, spelled_around(stood.text, placed_words(stood), frozenset(" "), ""))


def _moved(place: Place, line: int, part: str) -> Place:
    """A place of a block whose first line has a number in a note."""
    return replace(place, line=place.line + line - 1, part=part)


def _blocks(note: Note) -> Iterator[tuple[Block, str]]:
    """The blocks of a note and of its text boxes, and what part of the note they are."""
    yield from ((block, "") for block in note.blocks)
    for box in note.boxes:
        yield box.block, f" of the text box “{shown(box.block.text)}”"


# What an item of a list begins with; a letter and a full stop are somebody's initial.
_MARKER = re.compile(r"[-–*•‣◦⁃∙▪●○■□]|\uf0b7|\(?(\d{1,3}|[a-z]|[ivx]{1,4})\)|\d{1,3}\.")

# So many spaces between words are no slip of a typist: something is to stand below something.
_WIDE_GAP = re.compile(r" {3}")


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
    return _cut(text, transliterate(text, alphabet, replace_unknown))


def _cut(text: str, spelling: Transliteration) -> TypedText:
    """A text that is spelled, cut into words."""
    lines: list[TypedLine] = []
    start, begin = 0, 0
    ends = [(end.start(), end.end()) for end in LINE_ENDS.finditer(text)] + [(len(text), len(text))]
    for line, (end, after) in zip(spelling.text.split("\n"), ends, strict=True):
        begins: list[int] = []
        spans: list[tuple[int, int]] = []
        words: list[Word] = []
        for word in line.split(" "):
            stop = start + len(word)
            if word:
                first, last = source_span(text, spelling, start, stop)
                words.append(Word(word, text[first:last] or word))
                begins.append(start)
                spans.append((first, last))
            start = stop + 1
        lines.append(_typed_line(text, (begin, end), words, begins, spans))
        begin = after
    return TypedText(text, spelling, tuple(lines))


def _typed_line(
    text: str,
    line: tuple[int, int],
    words: Sequence[Word],
    begins: Sequence[int],
    spans: Sequence[tuple[int, int]],
) -> TypedLine:
    """A line that was typed; it stands from where to where in a text, and so do its words."""
    if not words:
        return TypedLine(())
    (begin, end), first = line, spans[0][0]
    before = text[begin:first]
    # What is left out at the beginning is no indent, nor is the space behind it.
    before = before[: len(before) - len(before.lstrip())]
    gaps = [text[one[1] : other[0]] for one, other in pairwise(spans)]
    starts = [0]
    for place, gap in enumerate(gaps, 1):
        starts += [place] * (gap.count("\t") or bool(_WIDE_GAP.search(gap)))
    free = opportunities(text[first:end])
    return TypedLine(
        tuple(words),
        tuple(begins),
        frozenset(k for k, (start, _) in enumerate(spans) if k and start - first not in free),
        len(before) - before.count("\t"),
        before.count("\t"),
        tuple(pairwise([*starts, len(words)])),
        any("\t" in gap for gap in gaps),
        words[0].source if len(words) > 1 and _MARKER.fullmatch(words[0].source) else "",
    )


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

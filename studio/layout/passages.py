"""Breaking a note's passages into lines, by what is known of their widths."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from engine.errors import SettingError
from engine.text.language import guess_language
from studio.document.note import Alignment, Look, Note
from studio.document.page import LineKey
from studio.layout.line_breaking import SQUEEZED, Candidate, WordPiece, break_pieces
from studio.layout.line_requests import LONGEST, LineRecord, RequestBuilder
from studio.layout.measure import measure_of
from studio.layout.plan import Break, Origin, Passage, Word
from studio.layout.tokenise import Paragraph, TypedLine, TypedText
from studio.layout.width_model import WidthModel
from studio.layout.word_division import SOFT_HYPHEN, Need, divisions

REDUCED = 0.85
"""How much smaller a single word may be written where its line is too short for it."""

# A line that is expected to fill less of its room than this is too loose: words are divided.
_LOOSE, _LOOSE_JUSTIFIED = 0.6, 0.75

# What a line costs that ends where none should: the square of a gap in tenths of the room.
_TIED = 100.0

# A line that stands keeps its words until it is expected to be this much too wide.
_TRUSTED = 1.04


def overfull(width: float, words: int, room: float) -> bool:
    """Whether a line would have to be squeezed more than the eye forgives.

    Parameters
    ----------
    width, room : float
        Of its ink, and of the line, in one unit.
    words : int
    """
    return width * (SQUEEZED if words > 1 else REDUCED) > room * (1 + 1e-9)


class Row(NamedTuple):
    """A line without its place; one without words is blank.

    `beside` says that it stands on the baseline of the row before, `announces` that it stays on
    the page of what follows.
    """

    words: tuple[Word, ...]
    look: Look
    key: LineKey
    guess: float = 0.0
    indent: float = 0.0
    ends: bool = True
    new_page: bool = False
    origin: Origin | None = None
    beside: bool = False
    announces: bool = False


class _Part(NamedTuple):
    """A word, or characters of one that are not to be divided, as it is written."""

    word: int
    start: int
    stop: int
    piece: WordPiece


class Breaker:
    """Breaks the passages of a note.

    Parameters
    ----------
    note : Note
    asking : RequestBuilder
    widths : WidthModel
        From which unwritten lines are guessed.
    records : mapping of LineKey to LineRecord
        Lines that are written; they are kept where they still fit.
    before : mapping of Passage to tuple of Break
        How passages were broken earlier.

    Attributes
    ----------
    breaks : dict of Passage to tuple of Break
        How passages were broken now.
    """

    def __init__(
        self,
        note: Note,
        asking: RequestBuilder,
        widths: WidthModel,
        records: Mapping[LineKey, LineRecord],
        before: Mapping[Passage, tuple[Break, ...]],
    ) -> None:
        self._note, self._asking, self._records, self._before = note, asking, records, before
        self._tables: Callable[[str | None], list[float]] = cache(
            lambda style: widths.table(style).tolist()
        )
        self._texts: dict[int, set[str]] = {}
        for key in records:
            self._texts.setdefault(key.block, set()).add(key.text)
        self.breaks: dict[Passage, tuple[Break, ...]] = {}

    def rows(self, paragraph: Paragraph) -> Iterator[Row]:
        """Break a paragraph into rows.

        Raises
        ------
        SettingError
            If the indent leaves no room.
        """
        look, block = paragraph.look, paragraph.block
        new_page, seen = block.new_page, Counter[str]()
        indented = look.alignment in (Alignment.LEFT, Alignment.JUSTIFIED)
        for number, typed in enumerate(paragraph.typed.lines):
            indent = look.indent if indented and number == 0 else 0.0
            if not typed.words:
                yield Row((), look, LineKey(block.id, "", 0), new_page=new_page)
            for part in self._broken(typed, paragraph, number, indent, seen):
                line, ends = _line(paragraph.typed, number, part), part.stop == len(typed.words)
                key = _key(block.id, part.texts(typed.words), seen)
                yield Row(
                    line,
                    self._asking.look(key, look),
                    key,
                    part.guess,
                    0.0 if part.start or part.head else indent,
                    ends and not part.tail,
                    new_page,
                    Origin(number, part.start, part.head),
                )
                new_page = False
            new_page = False

    def _broken(
        self,
        typed: TypedLine,
        paragraph: Paragraph,
        number: int,
        indent: float,
        seen: Counter[str],
    ) -> tuple[Break, ...]:
        """Break a passage as before, if that still fits, or anew."""
        words = typed.words
        if not words:
            return ()
        look = paragraph.look
        first, others = (
            measure_of(self._note, look, i).width / look.x_height for i in (indent, 0.0)
        )
        if min(first, others) <= 0:
            raise SettingError(
                "Indent, slant and pen leave no room between the margins; make one of them smaller."
            )
        even = look.alignment is Alignment.CENTRED
        passage = Passage(
            paragraph.block.id, number, words, look.style, look.word_spacing, (first, others), even
        )
        breaks = self._broken_before(passage, look, Counter(seen))
        if breaks is None:
            breaks = self._broken_anew(passage, paragraph, look)
        self.breaks[passage] = breaks
        return breaks

    def _broken_before(
        self, passage: Passage, look: Look, seen: Counter[str]
    ) -> tuple[Break, ...] | None:
        """Break a passage as the plan before did, if all of its lines fit as far as is known."""
        breaks: list[Break] = []
        for part in self._before.get(passage, ()):
            texts = part.texts(passage.words)
            room = passage.rooms[1 if part.start or part.head else 0]
            width = self._asking.measured(_key(passage.block, texts, seen), look)
            if width is None:
                guess = sum(self._length(text, look) for text in texts)
                guess += self._space(look) * (len(texts) - 1)
                if guess > room * _TRUSTED:
                    return None
                part = part._replace(guess=guess)
            elif overfull(width, len(texts), room):
                return None
            breaks.append(part)
        return tuple(breaks) or None

    def _broken_anew(self, passage: Passage, paragraph: Paragraph, look: Look) -> tuple[Break, ...]:
        """Break a passage: between words, and within them as far as there is need."""
        breaks: tuple[Break, ...] = ()
        for need in Need:
            parts = self._parts(passage, paragraph, need, look)
            breaks, lacking = self._broken_at(parts, passage, need, look)
            if not lacking:
                break
        return breaks

    def _broken_at(
        self, parts: Sequence[_Part], passage: Passage, need: Need, look: Look
    ) -> tuple[tuple[Break, ...], bool]:
        """Break a passage between parts of its words; and whether there is need to divide more."""
        texts: Collection[str] = self._texts.get(passage.block, ())

        def line(start: int, stop: int) -> Break:
            first, last = parts[start], parts[stop - 1]
            whole = last.stop == len(passage.words[last.word].text)
            guess = sum(part.piece.length for part in parts[start:stop])
            guess += sum(part.piece.space for part in parts[start + 1 : stop])
            guess += 0.0 if whole else last.piece.tail
            tail, hyphen = (0, False) if whole else (last.stop, last.piece.tail > 0)
            return Break(first.word, last.word + 1, guess, first.start, tail, hyphen)

        def candidate(start: int, stop: int) -> Candidate | None:
            made = line(start, stop)
            text = " ".join(made.texts(passage.words))
            if text not in texts:
                return None
            return self._recorded(passage.block, text, look, made.guess)

        ends = break_pieces(
            [part.piece for part in parts],
            passage.rooms,
            candidate if texts else None,
            even=passage.even,
            longest=LONGEST,
        )
        made = [(line(*end), candidate(*end)) for end in ends]
        lacking = any(
            self._lacks(part, known, passage, look, need, last=end[1] == len(parts))
            for end, (part, known) in zip(ends, made, strict=True)
        )
        wished = need is Need.NONE and self._note.hyphenate
        return tuple(part for part, _ in made), lacking or wished

    def _lacks(
        self,
        part: Break,
        known: Candidate | None,
        passage: Passage,
        look: Look,
        need: Need,
        *,
        last: bool,
    ) -> bool:
        """Whether more of a passage's words should be divided because of one of its lines."""
        room = passage.rooms[1 if part.start or part.head else 0]
        texts = part.texts(passage.words)
        width = part.guess if known is None else known.width
        if max(map(len, texts)) > LONGEST:
            return True
        if need is Need.NONE:
            justified = look.alignment is Alignment.JUSTIFIED
            loose = _LOOSE_JUSTIFIED if justified else _LOOSE
            if not (last or passage.even) and width < loose * room:
                return True
            return width > room * (1.0 if known is None else 1 / SQUEEZED)
        return overfull(width, len(texts), room)

    def _parts(self, passage: Passage, paragraph: Paragraph, need: Need, look: Look) -> list[_Part]:
        """The parts of a passage's words, between which lines may end."""
        typed = paragraph.typed
        language = self._language(paragraph) if need >= Need.LOOSE else None
        tied = typed.lines[passage.number].tied
        wished = self._note.hyphenate or look.alignment is Alignment.JUSTIFIED
        space, hyphen = self._space(look), self._length("-", look)
        parts: list[_Part] = []
        for number, word in enumerate(passage.words):
            price = 0.0
            if number in tied:
                price = _TIED if need >= Need.NARROW else math.inf
            start, before = 0, space
            for division in divisions(word.source, need, language, wished):
                place = typed.written_place(passage.number, number, division.place)
                if not start < place < len(word.text):
                    continue
                text = word.text[start:place]
                tail = hyphen if division.hyphen else 0.0
                piece = WordPiece(self._length(text, look), before, price, tail, len(text))
                parts.append(_Part(number, start, place, piece))
                start, before, price = place, 0.0, division.price
            text = word.text[start:]
            piece = WordPiece(self._length(text, look), before, price, 0.0, len(text))
            parts.append(_Part(number, start, len(word.text), piece))
        return parts

    @cached_property
    def _guessed(self) -> str | None:
        return guess_language(self._note.text)

    def _language(self, paragraph: Paragraph) -> str | None:
        """Whose hyphens a paragraph has."""
        if self._note.language:
            return self._note.language
        return guess_language(paragraph.block.text) or self._guessed

    def _length(self, text: str, look: Look) -> float:
        """Expected width of a text, in x-heights."""
        table = self._tables(look.style)
        return sum([table[min(ord(c), 127)] for c in text])

    def _space(self, look: Look) -> float:
        """Expected width of a space, in x-heights."""
        return self._tables(look.style)[ord(" ")] * look.word_spacing

    def _recorded(self, block: int, text: str, look: Look, guess: float) -> Candidate:
        """What is known about a line of this text, whichever occurrence of it is meant."""
        widths: list[float] = []
        locked, key = False, LineKey(block, text, 0)
        while key in self._records:
            width = self._asking.measured(key, look)
            if width is not None:
                widths.append(width)
            locked = locked or self._asking.edit(key).locked
            key = key._replace(occurrence=key.occurrence + 1)
        kept = key.occurrence > 0
        return Candidate(max(widths, default=guess), bool(widths), kept, locked)


def _line(typed: TypedText, number: int, part: Break) -> tuple[Word, ...]:
    """The words of a line, or parts of words."""
    words = typed.lines[number].words
    line: list[Word] = []
    for place, text in enumerate(part.texts(words), part.start):
        head = part.head if place == part.start else 0
        tail = part.tail if place == part.stop - 1 else 0
        if not head and not tail:
            line.append(words[place])
            continue
        first, last = typed.span(number, place, head, tail or len(words[place].text))
        source = typed.text[first:last]
        if tail and part.hyphen and not source.endswith(SOFT_HYPHEN):
            source += SOFT_HYPHEN
        line.append(Word(text, source, bool(tail)))
    return tuple(line)


def _key(block: int, texts: Sequence[str], seen: Counter[str]) -> LineKey:
    """The key of the next line of a block with these words."""
    text = " ".join(texts)
    seen[text] += 1
    return LineKey(block, text, seen[text] - 1)

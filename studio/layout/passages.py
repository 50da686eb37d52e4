"""Breaking a note's passages into lines, by what is known of their widths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from engine.errors import SettingError, TextError
from studio.document.note import Alignment, Look, Note
from studio.document.page import LineKey
from studio.layout.boxes import BOX
from studio.layout.line_breaking import SQUEEZED, Candidate, break_words
from studio.layout.line_requests import Asking, Record
from studio.layout.measure import room_of
from studio.layout.plan import Break, Passage, Word
from studio.layout.tokenise import Paragraph, TypedLine
from studio.layout.width_model import Widths

REDUCED = 0.85
"""How much smaller a single word may be written where its line is too short for it."""

# A word is refused unwritten where it is expected not even to have room at this size.
_HOPELESS = 0.6

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
    """A line without its place; one without words is blank."""

    words: tuple[Word, ...]
    look: Look
    key: LineKey
    guess: float = 0.0
    indent: float = 0.0
    ends: bool = True
    new_page: bool = False


class Breaker:
    """Breaks the passages of a note.

    Parameters
    ----------
    note : Note
    asking : Asking
    widths : Widths
        From which unwritten lines are guessed.
    records : mapping of LineKey to Record
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
        asking: Asking,
        widths: Widths,
        records: Mapping[LineKey, Record],
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
        TextError
            If a word is too long for its line.
        SettingError
            If the indent leaves no room.
        """
        look, block = paragraph.look, paragraph.block
        new_page, seen = block.new_page, Counter[str]()
        indented = look.alignment in (Alignment.LEFT, Alignment.JUSTIFIED)
        for number, typed in enumerate(paragraph.typed):
            words = typed.words
            indent = look.indent if indented and number == 0 else 0.0
            if not words:
                yield Row((), look, LineKey(block.id, "", 0), new_page=new_page)
            for start, stop, guess in self._broken(typed, paragraph, number, indent, seen):
                line, ends = words[start:stop], stop == len(words)
                key = _key(block.id, line, seen)
                own = self._asking.look(key, look)
                yield Row(line, own, key, guess, 0.0 if start else indent, ends, new_page)
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
        first, others = (room_of(self._note, look, i).width / look.x_height for i in (indent, 0.0))
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
            breaks = self._broken_anew(passage, typed.tied, look)
            for start, stop, guess in breaks:
                if stop == start + 1:
                    room = others if start else first
                    self._check_word(words[start], guess, room, paragraph, number)
        self.breaks[passage] = breaks
        return breaks

    def _broken_before(
        self, passage: Passage, look: Look, seen: Counter[str]
    ) -> tuple[Break, ...] | None:
        """Break a passage as the plan before did, if all of its lines fit as far as is known."""
        breaks: list[Break] = []
        for start, stop, guess in self._before.get(passage, ()):
            words = passage.words[start:stop]
            room = passage.rooms[1 if start else 0]
            width = self._asking.measured(_key(passage.block, words, seen), look)
            if width is None:
                guess = sum(self._lengths(words, look)) + self._space(look) * (stop - start - 1)
                if guess > room * _TRUSTED:
                    return None
            elif overfull(width, stop - start, room):
                return None
            breaks.append(Break(start, stop, guess))
        return tuple(breaks) or None

    def _broken_anew(
        self, passage: Passage, tied: Collection[int], look: Look
    ) -> tuple[Break, ...]:
        words = passage.words
        lengths, space = self._lengths(words, look), self._space(look)
        texts: Collection[str] = self._texts.get(passage.block, ())

        def candidate(start: int, stop: int) -> Candidate | None:
            text = " ".join([word.text for word in words[start:stop]])
            if text not in texts:
                return None
            return self._recorded(passage.block, text, look, guess(start, stop))

        def guess(start: int, stop: int) -> float:
            return sum(lengths[start:stop]) + space * (stop - start - 1)

        known = candidate if texts else None
        lines = break_words(lengths, space, passage.rooms, known, even=passage.even, tied=tied)
        return tuple(Break(start, stop, guess(start, stop)) for start, stop in lines)

    def _lengths(self, words: Sequence[Word], look: Look) -> list[float]:
        """Expected widths of words, in x-heights."""
        table = self._tables(look.style)
        return [sum([table[min(ord(c), 127)] for c in word.text]) for word in words]

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

    def _check_word(
        self, word: Word, guess: float, room: float, paragraph: Paragraph, number: int
    ) -> None:
        """Refuse a word that no line has room for."""
        look = paragraph.look
        known = self._recorded(paragraph.block.id, word.text, look, guess)
        if known.width > room / (REDUCED if known.measured else _HOPELESS):
            line, shown = paragraph.line + number, word.source
            boxed = self._note.paper.name == BOX
            raise TextError(
                f"The word '{shown if len(shown) <= 40 else shown[:39] + '…'}' (line {line}) needs "
                f"about {known.width * look.x_height:.0f} mm, and the lines of this "
                f"{'box' if boxed else 'page'} have {room * look.x_height:.0f} mm; choose a "
                f"smaller x-height{'' if boxed else ', narrower margins'} or "
                f"{'make the box wider' if boxed else 'wider paper'}, or divide the word."
            )


def _key(block: int, words: Sequence[Word], seen: Counter[str]) -> LineKey:
    """The key of the next line of a block with these words."""
    text = " ".join([word.text for word in words])
    seen[text] += 1
    return LineKey(block, text, seen[text] - 1)

"""Planning a note: its words broken into lines, and each line given its place on a page."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from engine.errors import SettingError, TextError
from engine.spelling import Notice
from studio.note.breaking import SQUEEZED, Candidate, break_words
from studio.note.note import Alignment, LineEdit, Look, Note
from studio.note.page import LineKey
from studio.note.paper import RulingKind
from studio.note.plan import Break, Passage, Plan, PlannedLine, Word
from studio.note.reading import Paragraph
from studio.note.widths import Widths
from studio.note.writer import LineRequest

ASCENT, DESCENT = 2.6, 1.5
"""Room for tall letters above a page's first baseline and below its last, in x-heights."""

LONGEST = 64
"""Characters that a hand is asked to write in one go; a longer line is pieced together."""

FOLIO = -1
"""Block of the keys of page numbers."""

REDUCED = 0.85
"""How much smaller a single word may be written where its line is too short for it."""

# At full variation: the left edge (x-heights), the slope (radians), the level (x-heights) and
# the gaps between words (part of a gap) stray by at most this much.
_EDGE, _SLOPE, _LEVEL, _GAPS = 0.8, math.radians(0.5), 0.06, 0.12

_STEEPEST = 0.8

_FOLIO_SIZE = 0.8
_HOPELESS = 0.6

# A line that stands keeps its words until it is expected to be this much too wide.
_TRUSTED = 1.04


class Record(NamedTuple):
    """A line as it was written: its requests, the factor on its gaps, and its width then.

    The width is the ink's, in x-heights, neither stretched nor squeezed. `tries` counts how often
    it was written before and was too wide; a record without requests asks for the next try.
    """

    requests: tuple[LineRequest, ...]
    gaps: float
    width: float
    tries: int = 0


@dataclass(frozen=True)
class Experience:
    """What earlier rounds and earlier plans have shown.

    Parameters
    ----------
    widths : Widths
        From which unwritten lines are guessed.
    records : mapping of LineKey to Record
        Lines that are written; they are kept where they still fit.
    plan : Plan
        The one before this, whose lines keep their widths.
    """

    widths: Widths = field(default_factory=Widths)
    records: Mapping[LineKey, Record] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)


def plan_note(
    note: Note,
    paragraphs: Sequence[Paragraph],
    notices: tuple[Notice, ...],
    hand: str,
    experience: Experience,
) -> Plan:
    """Break a note's words into lines and give each its place.

    Parameters
    ----------
    note : Note
    paragraphs, notices
        What `read` made of it.
    hand : str
        Hash of the hand that will write.
    experience : Experience

    Returns
    -------
    Plan

    Raises
    ------
    TextError
        If a word is too long for its line.
    SettingError
        If the writing is too large for the page.
    """
    return _Planner(note, hand, experience).plan(paragraphs, notices)


def overfull(width: float, words: int, room: float) -> bool:
    """Whether a line would have to be squeezed more than the eye forgives.

    Parameters
    ----------
    width, room : float
        Of its ink, and of the line, in one unit.
    words : int
    """
    return width * (SQUEEZED if words > 1 else REDUCED) > room * (1 + 1e-9)


class _Row(NamedTuple):
    """A line without its place; no words: a blank one."""

    words: tuple[Word, ...]
    look: Look
    key: LineKey | None = None
    guess: float = 0.0
    indent: float = 0.0
    ends: bool = True
    new_page: bool = False


class _Planner:
    def __init__(self, note: Note, hand: str, experience: Experience) -> None:
        self.note, self.hand, self.experience = note, hand, experience
        self.records = experience.records
        self.tables: Callable[[str | None], list[float]] = cache(
            lambda style: experience.widths.table(style).tolist()
        )
        self.texts: dict[int, set[str]] = {}
        for key in self.records:
            self.texts.setdefault(key.block, set()).add(key.text)
        self.breaks: dict[Passage, tuple[Break, ...]] = {}
        self.settled = _settled(experience.plan)

    def plan(self, paragraphs: Sequence[Paragraph], notices: tuple[Notice, ...]) -> Plan:
        rows = (row for paragraph in paragraphs for row in self.rows(paragraph))
        column = _Column(self.note)
        lines: list[PlannedLine] = []
        blank_pages = 0
        for row in rows:
            column.advance(row.look, row.new_page)
            if row.key is not None:
                lines.append(self.placed(row, column))
            elif row.new_page:
                blank_pages = column.page
        pages = max(lines[-1].page if lines else 0, blank_pages) + 1
        return Plan(tuple(lines), tuple(self.folios(pages)), pages, notices, self.breaks)

    def rows(self, paragraph: Paragraph) -> Iterator[_Row]:
        """Break a paragraph into rows."""
        look, block = paragraph.look, paragraph.block
        new_page, seen = block.new_page, Counter[str]()
        indented = look.alignment in (Alignment.LEFT, Alignment.JUSTIFIED)
        for number, words in enumerate(paragraph.passages):
            indent = look.indent if indented and number == 0 else 0.0
            if not words:
                yield _Row((), look, new_page=new_page)
            for start, stop, guess in self.broken(words, paragraph, number, indent, seen):
                text = " ".join(word.text for word in words[start:stop])
                key = LineKey(block.id, text, seen[text])
                seen[text] += 1
                ends = stop == len(words)
                line = words[start:stop]
                yield _Row(line, look, key, guess, indent if start == 0 else 0.0, ends, new_page)
                new_page = False
            new_page = False

    def broken(
        self,
        words: tuple[Word, ...],
        paragraph: Paragraph,
        number: int,
        indent: float,
        seen: Counter[str],
    ) -> tuple[Break, ...]:
        """Break a passage as before, if that still fits, or anew."""
        if not words:
            return ()
        look, block = paragraph.look, paragraph.block.id
        rooms = self.room(look, indent) / look.x_height, self.room(look, 0.0) / look.x_height
        if min(rooms) <= 0:
            raise SettingError("The indent leaves no room in the first line; make it smaller.")
        even = look.alignment is Alignment.CENTRED
        passage = Passage(block, number, words, look.style, look.word_spacing, rooms, even)
        breaks = self.broken_before(passage, look, Counter(seen))
        if breaks is None:
            breaks = self.broken_anew(passage, look)
            for start, stop, guess in breaks:
                if stop == start + 1:
                    room = rooms[0] if start == 0 else rooms[1]
                    self.check_word(words[start], guess, room, look, paragraph, number)
        self.breaks[passage] = breaks
        return breaks

    def broken_before(
        self, passage: Passage, look: Look, seen: Counter[str]
    ) -> tuple[Break, ...] | None:
        """Break a passage as the plan before did, if all of its lines fit as far as is known."""
        breaks: list[Break] = []
        for start, stop, guess in self.experience.plan.breaks.get(passage, ()):
            words = passage.words[start:stop]
            text = " ".join(word.text for word in words)
            key = LineKey(passage.block, text, seen[text])
            seen[text] += 1
            room = passage.rooms[0] if start == 0 else passage.rooms[1]
            record = self.records.get(key)
            if record is not None and record.requests == self.requests(key, look):
                if overfull(record.width, stop - start, room):
                    return None
            else:
                guess = sum(self.lengths(words, look)) + self.space(look) * (stop - start - 1)
                if guess > room * _TRUSTED:
                    return None
            breaks.append(Break(start, stop, guess))
        return tuple(breaks) or None

    def broken_anew(self, passage: Passage, look: Look) -> tuple[Break, ...]:
        """Break a passage by what is known of its lines' widths."""
        words = passage.words
        lengths, space = self.lengths(words, look), self.space(look)
        texts: Collection[str] = self.texts.get(passage.block, ())

        def candidate(start: int, stop: int) -> Candidate | None:
            text = " ".join([word.text for word in words[start:stop]])
            if text not in texts:
                return None
            return self.recorded(LineKey(passage.block, text, 0), look, guess(start, stop))

        def guess(start: int, stop: int) -> float:
            return sum(lengths[start:stop]) + space * (stop - start - 1)

        known = candidate if texts else None
        lines = break_words(lengths, space, passage.rooms, known, even=passage.even)
        return tuple(Break(start, stop, guess(start, stop)) for start, stop in lines)

    def lengths(self, words: Sequence[Word], look: Look) -> list[float]:
        """Expected widths of words, in x-heights."""
        table = self.tables(look.style)
        return [sum([table[min(ord(c), 127)] for c in word.text]) for word in words]

    def space(self, look: Look) -> float:
        """Expected width of a space, in x-heights."""
        return self.tables(look.style)[32] * look.word_spacing

    def check_word(
        self,
        word: Word,
        guess: float,
        room: float,
        look: Look,
        paragraph: Paragraph,
        number: int,
    ) -> None:
        """Refuse a word that no line has room for."""
        known = self.recorded(LineKey(paragraph.block.id, word.text, 0), look, guess)
        if known.width > room / (REDUCED if known.measured else _HOPELESS):
            raise _too_long(word.source, paragraph.line + number, known.width, room, look)

    def recorded(self, key: LineKey, look: Look, guess: float) -> Candidate:
        """What is known about a line of this text, whichever occurrence of it is meant."""
        widths: list[float] = []
        locked = kept = False
        while (record := self.records.get(key)) is not None:
            kept, locked = True, locked or self.edit(key).locked
            if record.requests == self.requests(key, look):
                widths.append(record.width)
            key = key._replace(occurrence=key.occurrence + 1)
        return Candidate(max(widths, default=guess), bool(widths), kept, locked)

    def placed(self, row: _Row, column: _Column) -> PlannedLine:
        """Give a row its place."""
        assert row.key is not None
        look, unit = row.look, row.look.x_height
        low, high = self.limits(look, row.indent)
        edge = self.edge(look, high - low)
        leans, room = _leans(look), self.room(look, row.indent)
        stray = _strays(look.seed, row.key)
        gaps = look.word_spacing * (1 + look.variation * _GAPS * stray[0])
        requests = self.requests(row.key, look)
        filled = look.alignment is Alignment.JUSTIFIED and not row.ends and len(row.words) > 1
        start = low + leans[0] + edge * (stray[1] + 1) / 2
        stop = high - leans[1] - edge * (stray[2] + 1) / 2
        settled = requests, unit, look.slant, look.word_spacing, low, high
        if filled:
            width = stop - start
        elif (row.key, *settled) in self.settled:
            width = self.settled[(row.key, *settled)]
        else:
            record = self.records.get(row.key)
            known = record is not None and record.requests == requests
            width = unit * (record.width if known and record is not None else row.guess)
            width = min(width, room)
        if look.alignment is Alignment.RIGHT:
            start = stop - width
        elif look.alignment is Alignment.CENTRED:
            start = (low + leans[0] + high - leans[1] + edge * stray[1] - width) / 2
        steepest = min(look.variation * _SLOPE, _STEEPEST * unit / (high - low))
        angle = steepest * (stray[3] + stray[4]) / 2
        return PlannedLine(
            row.key,
            row.words,
            look,
            requests,
            column.page,
            start,
            width,
            room,
            column.baseline + look.variation * _LEVEL * unit * stray[5],
            low,
            high,
            *column.reach(look, abs(angle) * (high - low) / 2),
            angle,
            gaps,
            filled,
            self.edit(row.key),
        )

    def folios(self, pages: int) -> Iterator[PlannedLine]:
        """Plan the page numbers."""
        if not self.note.page_numbers:
            return
        look = folio_look(self.note)
        for page in range(pages):
            key = LineKey(FOLIO, f"- {page + 1} -", 0)
            guess = self.experience.widths.expected(key.text, look.style)
            column = _Column(self.note, page, folio_baseline(self.note))
            yield self.placed(_Row((Word(key.text, key.text),), look, key, guess), column)

    def edit(self, key: LineKey) -> LineEdit:
        """What the user changed on a line."""
        return self.note.edits.get(key, _UNTOUCHED)

    def requests(self, key: LineKey, look: Look) -> tuple[LineRequest, ...]:
        """What is to be written for a line: what was, if it is locked."""
        edit, record = self.edit(key), self.records.get(key)
        if edit.locked and record is not None and record.requests:
            return record.requests
        tries = 0 if record is None else record.tries
        return tuple(
            LineRequest(
                piece,
                look.style,
                look.bias,
                edit.seed
                if edit.seed is not None and not number
                else _seed(look, key, number, tries),
                self.hand,
                edit.variant,
            )
            for number, piece in enumerate(_pieces(key.text))
        )

    def limits(self, look: Look, indent: float) -> tuple[float, float]:
        """Between which x the pen's middle must stay."""
        margins, inset = self.note.margins, look.pen.width / 2
        return margins.left + inset + indent, self.note.paper.width - margins.right - inset

    def edge(self, look: Look, room: float) -> float:
        """How far the edge of lines strays inwards."""
        ragged = 0.3 if look.alignment is Alignment.JUSTIFIED else 1.0
        return max(0.0, min(look.variation * _EDGE * look.x_height * ragged, 0.05 * room))

    def room(self, look: Look, indent: float) -> float:
        """The width that every line can have."""
        low, high = self.limits(look, indent)
        edge = self.edge(look, high - low)
        justified = look.alignment is Alignment.JUSTIFIED
        return high - low - sum(_leans(look)) - (2 * edge if justified else edge)


class _Column:
    """The baseline that goes down a page, and on to the next."""

    def __init__(self, note: Note, page: int = 0, baseline: float | None = None) -> None:
        self.note, self.page = note, page
        self.top = note.margins.top
        self.foot = note.paper.height - note.margins.bottom
        self.bottom = self.foot
        if note.page_numbers and baseline is None:
            folio = folio_look(note)
            self.bottom = folio_baseline(note) - (ASCENT - 0.5) * folio.x_height
        self.ruled = note.ruling.kind is not RulingKind.PLAIN
        self.baseline = math.nan if baseline is None else baseline
        self.half = 0.0
        self.begun = baseline is not None

    def advance(self, look: Look, new_page: bool) -> None:
        """Go on to the next line."""
        half = self.pitch(look) / 2
        if new_page and self.begun:
            self.page, self.begun = self.page + 1, False
        if self.begun:
            self.baseline = self.on_rule(self.baseline + self.half + half)
            if self.baseline + DESCENT * look.x_height > self.bottom + 1e-6:
                self.page, self.begun = self.page + 1, False
        if not self.begun:
            self.baseline = self.on_rule(self.top + ASCENT * look.x_height)
            self.begun = True
            if self.baseline + DESCENT * look.x_height > self.bottom + 1e-6:
                raise SettingError(
                    f"Writing with an x-height of {look.x_height:g} mm is too large for this page; "
                    "make it smaller, or the page larger."
                )
        self.half = half

    def pitch(self, look: Look) -> float:
        """From baseline to baseline, in millimetres."""
        pitch = look.line_spacing * look.x_height
        if self.ruled:
            rule = self.note.ruling.spacing
            fewest = math.ceil(1.8 * look.x_height / rule)
            return rule * max(1, fewest, round(pitch / rule))
        return pitch

    def on_rule(self, y: float) -> float:
        """The next rule from y downwards, where there are rules to write on."""
        ruling = self.note.ruling
        if not self.ruled:
            return y
        return ruling.first + ruling.spacing * math.ceil((y - ruling.first) / ruling.spacing - 1e-6)

    def reach(self, look: Look, sloped: float) -> tuple[float, float]:
        """How far a line's ink may go up and down without leaving the page or striking others."""
        pitch, unit = self.pitch(look), look.x_height
        taken = look.pen.width / 2 + sloped
        above = min(self.baseline - self.top - taken, pitch - 0.1 * unit)
        below = min(self.foot - self.baseline - taken, pitch - 1.05 * unit)
        return max(above, 0.1 * unit), max(below, 0.1 * unit)


_UNTOUCHED = LineEdit()


def folio_look(note: Note) -> Look:
    """How page numbers look."""
    return replace(
        note.look,
        x_height=_FOLIO_SIZE * note.look.x_height,
        alignment=Alignment.CENTRED,
        variation=0.0,
    )


def folio_baseline(note: Note) -> float:
    """Height of the page numbers' baseline: y in millimetres."""
    unit = folio_look(note).x_height
    return note.paper.height - note.margins.bottom - 0.5 * unit


def _settled(plan: Plan) -> dict[tuple[object, ...], float]:
    """The widths that lines were planned with, by all that they hang on."""
    return {
        (
            line.key,
            line.requests,
            line.look.x_height,
            line.look.slant,
            line.look.word_spacing,
            line.low,
            line.high,
        ): line.width
        for line in plan.everything
        if not line.filled
    }


def _leans(look: Look) -> tuple[float, float]:
    """How far slanted letters reach to the left and right of where they stand, in millimetres."""
    down, up = 1.0 * look.x_height * look.slant, 1.6 * look.x_height * look.slant
    return (down, up) if look.slant >= 0 else (-up, -down)


def _pieces(text: str) -> list[str]:
    """Cut a long line between words into pieces of about equal length, `LONGEST` at most."""
    count = math.ceil(len(text) / LONGEST)
    if count == 1:
        return [text]
    pieces: list[str] = []
    for word in text.split(" "):
        goal = len(text) / count
        if pieces and len(pieces[-1]) + 1 + len(word) / 2 <= goal:
            pieces[-1] += " " + word
        else:
            pieces.append(word)
    return pieces


def _digest(*parts: object) -> bytes:
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=16).digest()


def _seed(look: Look, key: LineKey, piece: int, tries: int) -> int:
    """A seed of its own for each line, which no other line's coming or going changes."""
    return int.from_bytes(_digest(look.seed, *key, piece, tries)[:4], "little") >> 1


def _strays(seed: int, key: LineKey) -> list[float]:
    """Numbers from -1 to 1 by which a line strays from the regular."""
    digest = _digest("stray", seed, *key)
    return [int.from_bytes(digest[i : i + 2], "little") / 32767.5 - 1 for i in range(0, 16, 2)]


def _too_long(word: str, line: int, width: float, room: float, look: Look) -> TextError:
    shown = word if len(word) <= 40 else word[:39] + "…"
    return TextError(
        f"The word '{shown}' (line {line}) needs about {width * look.x_height:.0f} mm, and the "
        f"lines of this page have {room * look.x_height:.0f} mm; choose a smaller x-height, "
        "narrower margins or wider paper, or divide the word."
    )

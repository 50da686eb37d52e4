"""The rows of paragraphs: indented, hanging below the mark of an item, or standing in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from engine.errors import SettingError
from studio.document.note import Alignment, Look, Note
from studio.document.page import LineKey
from studio.document.text_marks import MarkKind, Role, Sign
from studio.layout.drawn_marks import DrawnSign
from studio.layout.line_breaking import SQUEEZED
from studio.layout.line_requests import RequestBuilder
from studio.layout.line_room import Inset, line_room
from studio.layout.passage_breaking import Breaker, Source, line_words, next_key, overfull
from studio.layout.plan import Break, Columns, DecimalStop, LineMark, Origin, Word
from studio.layout.tables import (
    Cell,
    LinePlace,
    cells_of,
    column_widths,
    find_tables,
    fraction,
    is_number,
    numbers,
)
from studio.layout.tokenise import Paragraph, TypedLine

SIGN_WIDTHS = {
    Sign.DOT: 1.7, Sign.CIRCLE: 1.7, Sign.DASH: 1.7, Sign.BOX: 2.4, Sign.CHECKED: 2.4,
}  # fmt: skip
"""From the left end of a sign to that of its text, in x-heights."""

DEPTH, QUOTED = 2.0, 2.5
"""How far an item within another is indented, and a quotation on either side, in x-heights."""

SPACE, TAB = 0.7, 5.0
"""What a space and a tab before a text indent it by, in x-heights."""

FEWEST_SPACES = 2
"""A single space before a text is a slip of its typist."""

_MOST_INDENT = 0.5
"""Of the room that an indent may take."""

# Cells may turn out so much wider than they were expected to be.
_SPARE = 1.05


class Row(NamedTuple):
    """A line without its place; one without words is blank.

    `beside` says that it stands on the baseline of the row before, `announces` that it stays on
    the page of what follows. The x of its decimal stop counts leftwards from its right end, that
    of its sign rightwards from the left end of its column.
    """

    words: tuple[Word, ...]
    look: Look
    key: LineKey
    guess: float = 0.0
    inset: Inset = Inset()
    ends: bool = True
    new_page: bool = False
    origin: Origin | None = None
    beside: bool = False
    announces: bool = False
    decimal: DecimalStop | None = None
    marks: tuple[LineMark, ...] = ()
    sign: DrawnSign | None = None

    @property
    def inked(self) -> bool:
        """Whether there is anything to be seen."""
        return bool(self.words) or self.sign is not None


class TableGroup(NamedTuple):
    """Paragraphs whose tables hang together: one may begin in the one and end in the next.

    Parameters
    ----------
    blocks : tuple of int
        The ids of the paragraphs, in order.
    tables : tuple of tuple of LinePlace
        The lines of each table; the first of these paragraphs is 0.
    """

    blocks: tuple[int, ...]
    tables: tuple[tuple[LinePlace, ...], ...]


class ParagraphRows(NamedTuple):
    """The rows of a paragraph.

    Parameters
    ----------
    rows : tuple of Row
    items : frozenset of int
        Those of its typed lines that are numbered items of a list.
    narrow : tuple of int
        Those whose indent was made narrower.
    group : TableGroup or None
        Where some of them stand in columns.
    cells : tuple of str
        The texts of the cells in these lines, however they are broken.
    columns, columns_before : mapping of Columns to (tuple of float or None)
        How wide the columns of the tables are that begin here; and what was found of them in the
        plan before, where that was asked.
    uncolumned : tuple of int
        The lines of tables that begin here and have no room; counted from this paragraph's first.
    """

    rows: tuple[Row, ...]
    items: frozenset[int]
    narrow: tuple[int, ...]
    group: TableGroup | None = None
    cells: tuple[str, ...] = ()
    columns: Mapping[Columns, tuple[float, ...]] = MappingProxyType({})
    columns_before: Mapping[Columns, tuple[float, ...] | None] = MappingProxyType({})
    uncolumned: tuple[int, ...] = ()


Known = Callable[
    [Sequence[Paragraph], Sequence[frozenset[int]], TableGroup | None], list[ParagraphRows] | None
]
"""The rows of one paragraph, or of those of a `TableGroup`, that are known already: by the
paragraphs and those of their lines that are numbered items; else None."""


def _unknown(*_: object) -> None:
    """Nothing is known."""


class RowBuilder:
    """Makes the rows of paragraphs.

    Parameters
    ----------
    note : Note
    asking : RequestBuilder
    breaker : Breaker
    before : mapping of Columns to tuple of float
        How wide the columns of tables were; see `Plan.columns`.

    Attributes
    ----------
    columns : dict of Columns to tuple of float
        How wide they are now.
    """

    def __init__(
        self,
        note: Note,
        asking: RequestBuilder,
        breaker: Breaker,
        before: Mapping[Columns, tuple[float, ...]],
    ) -> None:
        self._note, self._asking, self._breaker, self._before = note, asking, breaker, before
        self.columns: dict[Columns, tuple[float, ...]] = {}
        #: The columns of a paragraph's tables, and what of the plan before was asked for them.
        self._set: list[Columns] = []
        self._consulted: dict[Columns, tuple[float, ...] | None] = {}
        self._narrow: list[int] = []
        self._uncolumned: list[int] = []

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences on what has no room as it was typed, after `rows`."""
        advice = "choose a smaller x-height, narrower margins or wider paper to keep"
        told = []
        if self._narrow:
            told.append(
                f"The indent of {_numbered(self._narrow)} has no room and is made narrower; "
                f"{advice} it."
            )
        if self._uncolumned:
            told.append(
                f"The columns of {_numbered(self._uncolumned)} have no room side by side, and tabs "
                f"are written as gaps; {advice} them."
            )
        return tuple(told)

    def rows(self, paragraphs: Sequence[Paragraph]) -> Iterator[Row]:
        """The rows of paragraphs, in order; see `by_paragraph`."""
        return (row for made in self.by_paragraph(paragraphs) for row in made.rows)

    def by_paragraph(
        self,
        paragraphs: Sequence[Paragraph],
        known: Known = _unknown,
    ) -> Iterator[ParagraphRows]:
        """The rows of each paragraph, in order.

        Parameters
        ----------
        paragraphs : sequence of Paragraph
        known : Known

        Raises
        ------
        SettingError
            If an indent that was set leaves no room.
        """
        found = find_tables(paragraphs)
        tables = {run[0]: run for run in found}
        groups = _table_groups(paragraphs, found)
        grouped: dict[int, TableGroup] = {}
        for first, group in groups.items():
            grouped |= dict.fromkeys(range(first, first + len(group.blocks)), group)
        items = items_of(paragraphs)
        skipped: set[LinePlace] = set()
        seen = {number: Counter[str]() for number in grouped}
        waiting: dict[int, list[Row]] = {}
        ready: dict[int, ParagraphRows] = {}
        for number, paragraph in enumerate(paragraphs):
            if number in groups or number not in grouped:
                stop = number + len(groups[number].blocks) if number in groups else number + 1
                old = known(paragraphs[number:stop], items[number:stop], groups.get(number))
                if old is not None and all(map(self.columns_hold, old)):
                    ready |= enumerate(old, number)
            if number in ready:
                yield self.as_known(paragraph, ready.pop(number))
                continue
            yield self._made(
                paragraphs, number, items[number], tables, grouped, skipped, seen, waiting
            )

    def columns_hold(self, made: ParagraphRows) -> bool:
        """Whether what the columns of tables went out from is as it was."""
        return all(self._before.get(k) == width for k, width in made.columns_before.items())

    def as_known(self, paragraph: Paragraph, made: ParagraphRows) -> ParagraphRows:
        """Rows that are known, with what else is told of them."""
        self._narrow += (paragraph.line + line for line in made.narrow)
        self._uncolumned += (paragraph.line + line for line in made.uncolumned)
        self.columns |= made.columns
        return made

    def _made(
        self,
        paragraphs: Sequence[Paragraph],
        number: int,
        items: frozenset[int],
        tables: Mapping[LinePlace, Sequence[LinePlace]],
        grouped: Mapping[int, TableGroup],
        skipped: set[LinePlace],
        seen: Mapping[int, Counter[str]],
        waiting: dict[int, list[Row]],
    ) -> ParagraphRows:
        """The rows of a paragraph, made anew; those of its tables go to later ones, too."""
        paragraph = paragraphs[number]
        rows, narrow = waiting.pop(number, []), len(self._narrow)
        uncolumned, self._set, self._consulted = len(self._uncolumned), [], {}
        counter = seen.get(number, Counter())
        for line, typed in enumerate(paragraph.typed.lines):
            place = LinePlace(number, line)
            if place in skipped:
                continue
            if place in tables:
                table = self._table(paragraphs, tables[place], seen)
                if table is not None:
                    skipped.update(tables[place])
                    for there, row in table:
                        (rows if there == number else waiting.setdefault(there, [])).append(row)
                    continue
            sure = paragraph.block.role is Role.ITEM or line in items
            hangs = bool(typed.marker) and (not typed.numbered or sure)
            rows += self._plain(paragraph, line, typed, hangs, counter)
        if rows and paragraph.block.new_page:
            rows[0] = rows[0]._replace(new_page=True)
        first, group = paragraph.line, grouped.get(number)
        return ParagraphRows(
            tuple(rows),
            items,
            tuple(line - first for line in self._narrow[narrow:]),
            group,
            () if group is None else _cell_texts(paragraph),
            {columns: self.columns[columns] for columns in self._set if columns in self.columns},
            self._consulted,
            tuple(line - first for line in self._uncolumned[uncolumned:]),
        )

    # Flowing text -----------------------------------------------------------------------------

    def _plain(
        self, paragraph: Paragraph, line: int, typed: TypedLine, hangs: bool, seen: Counter[str]
    ) -> Iterator[Row]:
        """The rows of a line that was typed."""
        look, block = paragraph.look, paragraph.block
        sign = self._sign(paragraph) if line == 0 else None
        if not typed.words:
            yield Row((), look, LineKey(block.id, "", 0), sign=sign)
            return
        first, others = self._insets(paragraph, line, typed, hangs)
        rooms = tuple(line_room(self._note, look, inset).width for inset in (first, others))
        if min(rooms) <= 0:
            raise SettingError(
                "Indent, slant and pen leave no room between the margins; make one of them smaller."
            )
        source = Source(paragraph, line)
        for part in self._breaker.broken(source, typed.words, look, (rooms[0], rooms[1]), seen):
            inset = others if part.start or part.head else first
            yield self._row(source, typed.words, part, look, inset, seen)._replace(
                sign=sign, announces=block.role is Role.HEADING
            )
            sign = None

    def _sign(self, paragraph: Paragraph) -> DrawnSign | None:
        """What is drawn at the beginning of a paragraph."""
        block, look = paragraph.block, paragraph.look
        if block.role is Role.RULE:
            room = line_room(self._note, look, Inset(steady=True))
            return DrawnSign(None, 0.0, room.high - room.low)
        if block.role is not Role.ITEM or block.sign is None:
            return None
        return DrawnSign(
            block.sign, self._depth(paragraph), SIGN_WIDTHS[block.sign] * look.x_height
        )

    def _depth(self, paragraph: Paragraph) -> float:
        """How far an item or a quotation is indented because it stands in others."""
        block, unit = paragraph.block, paragraph.look.x_height
        if block.role is Role.ITEM:
            return DEPTH * unit * block.level
        return QUOTED * unit * max(block.level, 1) if block.role is Role.QUOTE else 0.0

    def _insets(
        self, paragraph: Paragraph, line: int, typed: TypedLine, hangs: bool
    ) -> tuple[Inset, Inset]:
        """Those of the first row of a typed line, and of the others."""
        look = paragraph.look
        block, unit = paragraph.block, look.x_height
        signed = block.role is Role.ITEM and block.sign is not None
        if look.alignment not in (Alignment.LEFT, Alignment.JUSTIFIED) and not signed:
            return Inset(), Inset()
        whole = SPACE * unit * typed.spaces if typed.spaces >= FEWEST_SPACES else 0.0
        whole += self._depth(paragraph)
        if signed and block.sign is not None:
            whole += SIGN_WIDTHS[block.sign] * unit
        first = whole + TAB * unit * typed.tabs
        hang = 0.0
        if hangs:
            hang = unit * (
                self._breaker.length(typed.words[0].text, look) + self._breaker.space(look)
            )
        wide = line_room(self._note, look).width
        most = _MOST_INDENT * wide
        if max(first, whole + hang) > most:
            self._narrow.append(paragraph.line + line)
            first, whole, hang = min(first, most), min(whole, most), min(hang, max(most - whole, 0))
        own = look.indent if line == 0 and block.role is Role.PARAGRAPH else 0.0
        right = QUOTED * unit if block.role is Role.QUOTE else 0.0
        return Inset(first + own, right), Inset(whole + hang, right)

    def _row(
        self,
        source: Source,
        words: tuple[Word, ...],
        part: Break,
        look: Look,
        inset: Inset,
        seen: Counter[str],
    ) -> Row:
        key = next_key(source.paragraph.block.id, part.texts(words), seen)
        return Row(
            line_words(source, words, part),
            self._asking.look(key, look),
            key,
            part.guess,
            inset,
            part.stop == len(words) and not part.tail,
            origin=Origin(source.line, source.first + part.start, part.head),
            marks=_marks(source, words, part, len(key.text)),
        )

    # Tables -----------------------------------------------------------------------------------

    def _table(
        self,
        paragraphs: Sequence[Paragraph],
        run: Sequence[LinePlace],
        seen: Mapping[int, Counter[str]],
    ) -> Iterator[tuple[int, Row]] | None:
        """The rows of a table, each with its paragraph; None where it has no room."""
        lines = [paragraphs[p.paragraph].typed.lines[p.line] for p in run]
        looks = [paragraphs[p.paragraph].look for p in run]
        count = max(len(cells_of(typed)) for typed in lines)
        sources = [
            [" ".join(w.source for w in typed.words[a:b]) for a, b in cells_of(typed)]
            for typed in lines
        ]
        amounts = numbers(sources, count)
        cells = [
            [
                self._cell(paragraphs[p.paragraph], typed, span, look, column in amounts)
                for column, span in enumerate(cells_of(typed))
            ]
            for p, typed, look in zip(run, lines, looks, strict=True)
        ]
        room = self._table_room(looks[0])
        widths = self._widths(cells, count, room, sources, looks[0])
        if widths is None:
            self._uncolumned += [paragraphs[p.paragraph].line + p.line for p in run]
            return None
        return self._table_rows(paragraphs, run, cells, widths, amounts, seen)

    def _table_room(self, look: Look) -> float:
        steady = Inset(steady=True)
        room = line_room(self._note, look, steady)
        return room.high - room.low

    def _lean(self, look: Look) -> float:
        room = line_room(self._note, look, Inset(steady=True))
        return room.lean_left + room.lean_right

    def _cell(
        self,
        paragraph: Paragraph,
        typed: TypedLine,
        span: tuple[int, int],
        look: Look,
        amount: bool,
    ) -> Cell | None:
        words = typed.words[span[0] : span[1]]
        if not words:
            return None
        unit, length, lean = look.x_height, self._breaker.length, self._lean(look)
        text = " ".join(word.text for word in words)
        guess = length(text, look)
        known = self._breaker.recorded(paragraph.block.id, text, look, guess)
        indent = (
            SPACE * unit * typed.spaces if span[0] == 0 and typed.spaces >= FEWEST_SPACES else 0
        )
        return Cell(
            unit * known.width * (1.0 if known.measured else _SPARE) + lean + indent,
            unit * max(length(word.text, look) for word in words) * _SPARE + lean + indent,
            unit * length(fraction(text), look)
            if amount and is_number(" ".join(word.source for word in words))
            else 0.0,
            known.measured,
            len(words),
        )

    def _widths(
        self,
        cells: Sequence[Sequence[Cell | None]],
        count: int,
        room: float,
        sources: Sequence[Sequence[str]],
        look: Look,
    ) -> tuple[float, ...] | None:
        """How wide the columns are, as `Plan.columns` has it: as before where that will do."""
        unit = look.x_height
        columns = Columns(tuple(map(tuple, sources)), look.style, unit, look.word_spacing, room)
        written = [cell.measured for row in cells for cell in row if cell is not None]
        self._set.append(columns)
        before = None
        if any(written):
            before = self._consulted[columns] = self._before.get(columns)
        if before is not None and not all(written):
            # They are looked at again when all is written: so it is the same in which order.
            self.columns[columns] = before
            return before
        shared = column_widths(cells, count, room, unit)
        if shared is None:
            return None
        behind = (
            max((c.fraction for row in cells if k < len(row) and (c := row[k])), default=0.0)
            for k in range(count)
        )
        gap = shared[1]
        fresh = (*shared[0], *behind, gap)
        if before is not None and before[-1] == gap and _still_fit(before, fresh, cells):
            fresh = before
        self.columns[columns] = fresh
        return fresh

    def _table_rows(
        self,
        paragraphs: Sequence[Paragraph],
        run: Sequence[LinePlace],
        cells: Sequence[Sequence[Cell | None]],
        widths: tuple[float, ...],
        amounts: frozenset[int],
        seen: Mapping[int, Counter[str]],
    ) -> Iterator[tuple[int, Row]]:
        count = len(widths) // 2
        columns, behind, gap = widths[:count], widths[count:-1], widths[-1]
        lefts = [0.0, *accumulate(width + gap for width in columns)]
        for number, place in enumerate(run):
            paragraph = paragraphs[place.paragraph]
            typed, look = paragraph.typed.lines[place.line], paragraph.look
            room = self._table_room(look)
            free = room - (lefts[-1] - gap)
            shift = {Alignment.RIGHT: free, Alignment.CENTRED: free / 2}.get(look.alignment, 0.0)
            stacks: list[list[Row]] = []
            for column, (first, stop) in enumerate(cells_of(typed)):
                cell = cells[number][column]
                if cell is None:
                    continue
                amount = column in amounts
                left = shift + lefts[column]
                right = left + columns[column]
                if first == 0 and typed.spaces >= FEWEST_SPACES:
                    left += SPACE * look.x_height * typed.spaces
                inset = Inset(left, room - right, True)
                own = replace(look, alignment=Alignment.RIGHT if amount else Alignment.LEFT)
                source = Source(paragraph, place.line, first)
                words = typed.words[first:stop]
                width = max(line_room(self._note, own, inset).width, look.x_height)
                counter = seen[place.paragraph]
                parts = self._breaker.broken(source, words, own, (width, width), counter)
                rows = [self._row(source, words, part, own, inset, counter) for part in parts]
                if amount and len(rows) == 1 and is_number(" ".join(w.source for w in words)):
                    text = rows[0].key.text
                    decimal = DecimalStop(behind[column], len(text) - len(fraction(text)))
                    rows = [rows[0]._replace(decimal=decimal)]
                stacks.append(rows)
            for depth in range(max(map(len, stacks))):
                beside = False
                for stack in stacks:
                    if depth < len(stack):
                        yield (
                            place.paragraph,
                            stack[depth]._replace(
                                beside=beside, announces=number == 0 < len(run) - 1
                            ),
                        )
                        beside = True


def _marks(source: Source, words: Sequence[Word], part: Break, length: int) -> tuple[LineMark, ...]:
    """What is marked of a line, whose text has so many characters as it is written."""
    block, typed = source.paragraph.block, source.paragraph.typed
    marks = list(block.marks)
    found = [LineMark(0, length, MarkKind.UNDERLINED)] if block.role is Role.HEADING else []
    for mark in marks:
        begun, before = None, 0
        stop = 0
        for place, text in enumerate(part.texts(words), part.start):
            word, head = source.first + place, part.head if place == part.start else 0
            whole = part.tail if part.tail and place == part.stop - 1 else len(words[place].text)
            first = max(typed.written_index(source.line, word, mark.start), head)
            last = min(typed.written_index(source.line, word, mark.stop), whole)
            if first < last:
                begun = before + first - head if begun is None else begun
                # A hyphen that divides a word belongs to it.
                stop = before + (len(text) if last == whole else last - head)
            before += len(text) + 1
        if begun is not None:
            found.append(LineMark(begun, stop, mark.kind, mark.colour))
    return tuple(found)


def _still_fit(
    before: Sequence[float], fresh: Sequence[float], cells: Sequence[Sequence[Cell | None]]
) -> bool:
    """Whether cells have room in columns that were set before, or would have none in fresh ones."""
    return all(
        cell is None
        or not overfull(cell.whole, cell.words, before[k] * (1.0 if cell.measured else SQUEEZED))
        or fresh[k] < cell.whole * (1 - 1e-9)
        for row in cells
        for k, cell in enumerate(row)
    )


def _numbered(lines: Sequence[int]) -> str:
    """Lines by their numbers, runs of them as one."""
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    named = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    if len(lines) == 1:
        return f"line {named[0]}"
    return "lines " + (named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}")


def _table_groups(
    paragraphs: Sequence[Paragraph], tables: Sequence[Sequence[LinePlace]]
) -> dict[int, TableGroup]:
    """Those of the tables, by their first paragraphs."""
    joined: list[list[Sequence[LinePlace]]] = []
    for run in tables:
        if joined and joined[-1][-1][-1].paragraph == run[0].paragraph:
            joined[-1].append(run)
        else:
            joined.append([run])
    groups: dict[int, TableGroup] = {}
    for runs in joined:
        first, last = runs[0][0].paragraph, runs[-1][-1].paragraph
        groups[first] = TableGroup(
            tuple(paragraph.block.id for paragraph in paragraphs[first : last + 1]),
            tuple(tuple(LinePlace(p.paragraph - first, p.line) for p in run) for run in runs),
        )
    return groups


def _cell_texts(paragraph: Paragraph) -> tuple[str, ...]:
    """The texts of all that may be a cell in a paragraph's lines."""
    return tuple(
        " ".join(word.text for word in typed.words[first:stop])
        for typed in paragraph.typed.lines
        for first, stop in cells_of(typed)
        if stop > first
    )


def items_of(paragraphs: Sequence[Paragraph]) -> list[frozenset[int]]:
    """Of each paragraph the lines that are numbered items of a list."""
    listed: dict[int, set[int]] = {}
    for place in _numbered_items(paragraphs):
        listed.setdefault(place.paragraph, set()).add(place.line)
    return [frozenset(listed.get(number, ())) for number in range(len(paragraphs))]


def _numbered_items(paragraphs: Sequence[Paragraph]) -> frozenset[LinePlace]:
    """The lines with a number in front that belong to a list: alone it may be a date."""
    found: list[LinePlace] = []
    last: LinePlace | None = None
    for number, paragraph in enumerate(paragraphs):
        if not paragraph.typed.numbered:
            last = None if paragraph.typed.has_words else last
            continue
        for line, typed in enumerate(paragraph.typed.lines):
            if not typed.words:
                continue
            here = LinePlace(number, line) if typed.numbered else None
            if here is not None and last is not None:
                found += [last, here]
            last = here
    return frozenset(found)

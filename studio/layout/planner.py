"""Planning a note: each of its lines is given a place on a page."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from engine.errors import SettingError
from engine.text.transliteration import Substitution
from studio.document.note import LIMITS, Alignment, Look, Note, TextBox, VerticalAlignment
from studio.document.page import LineKey
from studio.layout.baseline_grid import BaselineGrid, LineSpot, folio_baseline, folio_look
from studio.layout.boxes import sheet_of
from studio.layout.line_requests import LineRecord, RequestBuilder, manner_of
from studio.layout.line_room import WHOLE, line_room
from studio.layout.line_seeds import jitter
from studio.layout.line_writer import LineRequest
from studio.layout.pagination import Pagination, block_rows, paginate, paginate_blocks
from studio.layout.passage_breaking import Breaker, Guess, overfull
from studio.layout.plan import Break, Columns, Passage, Plan, PlannedLine, Word
from studio.layout.rows import ParagraphRows, Row, RowBuilder, TableGroup, items_of
from studio.layout.tokenise import Paragraph
from studio.layout.typesetting import (
    FittedPage,
    PlacedBlock,
    Reuse,
    TypesetBlock,
    Typesetting,
    rows_of,
)
from studio.layout.vertical import raised_or_lowered
from studio.layout.width_model import WidthModel

T = TypeVar("T")

FOLIO = -1
"""Block of the keys of page numbers."""

# At full variation the slope (radians), the level (x-heights) and the gaps between words (part
# of a gap) stray by at most this much; no slope raises a line's end by more x-heights than this.
_SLOPE, _LEVEL, _GAPS = math.radians(0.5), 0.06, 0.12
_HIGHEST = 0.4

# By which the writing of a page that is to be fitted is made smaller, the largest first; and down
# to which lines that are to be kept are not broken.
_FACTORS = tuple(0.96**k for k in range(60))
_UNBROKEN = 0.5


@dataclass(frozen=True)
class PlanContext:
    """What earlier rounds and earlier plans have shown.

    Parameters
    ----------
    widths : WidthModel
        From which unwritten lines are guessed.
    records : mapping of LineKey to LineRecord
        Lines that are written; they are kept where they still fit.
    plan : Plan
        The one before this, whose lines keep their widths.
    breaks : mapping of Passage to tuple of Break
        How passages were broken in plans before that.
    inked : collection of LineRequest
        What has ink that is seen, or was: the lines that are not to be broken without need.
    settled : mapping
        What `settled_widths` told of lines with ink in plans before that.
    guesses : dict of Guess to tuple of Break
        How passages are broken by these widths alone; what is missing is added.
    typesetting : Typesetting or None
        Of an earlier plan: paragraphs that come out the same are taken from it.
    """

    widths: WidthModel = field(default_factory=WidthModel)
    records: Mapping[LineKey, LineRecord] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    breaks: Mapping[Passage, tuple[Break, ...]] = field(default_factory=dict)
    inked: Collection[LineRequest] = frozenset()
    settled: Mapping[tuple[object, ...], float] = field(default_factory=dict)
    guesses: dict[Guess, tuple[Break, ...]] = field(default_factory=dict)
    typesetting: Typesetting | None = None

    def has_ink(self, line: PlannedLine) -> bool:
        """Whether a line is written."""
        return bool(line.requests) and all(request in self.inked for request in line.requests)


def plan_note(
    note: Note,
    paragraphs: Sequence[Paragraph],
    notices: tuple[Substitution, ...],
    hand: str,
    experience: PlanContext,
) -> tuple[Plan, Typesetting]:
    """Break a note's words into lines and give each its place.

    Parameters
    ----------
    note : Note
    paragraphs, notices
        What `read` made of it.
    hand : str
        Hash of the hand that will write.
    experience : PlanContext

    Returns
    -------
    Plan
    Typesetting
        What the next plan takes its paragraphs from, as far as they come out the same.

    Raises
    ------
    SettingError
        If the writing is too large for the page.
    """
    asking = RequestBuilder(note, hand, experience.records)
    settled = _SettledWidths(experience)
    setting = _Typesetter(note, asking, experience, settled)
    grid = BaselineGrid(note)
    places = [box.place for box in note.boxes] + [drawing.place for drawing in note.drawings]
    last = max((place.page for place in places), default=0)
    reuse = Reuse(
        experience.typesetting, note, hand, experience.widths, experience.records, setting.breaker
    )
    blocks = setting.flowing(paragraphs[: len(note.blocks)], reuse)
    pagination = paginate_blocks(
        rows_of(blocks), grid, together=note.keep_together, before=reuse.pagination
    )
    set_blocks, lines = setting.placed_blocks(blocks, pagination, grid, reuse)
    last = max(last, _last_page(set_blocks))
    breaks, columns, remarks = setting.breaks, setting.columns, setting.remarks
    for box, paragraph in zip(note.boxes, paragraphs[len(note.blocks) :], strict=True):
        boxed = _Typesetter(sheet_of(note, box), asking, experience, settled)
        lines += boxed.in_box(box, paragraph)
        breaks |= boxed.breaks
        columns |= boxed.columns
        remarks += boxed.remarks
    folios = []
    if note.page_numbers:
        look = folio_look(note)
        for page in range(last + 1):
            key = LineKey(FOLIO, f"- {page + 1} -", 0)
            guess = experience.widths.expected(key.text, manner_of(look))
            row = Row((Word(key.text, key.text),), look, key, guess)
            spot = LineSpot(page, WHOLE, folio_baseline(note))
            folios.append(setting.placed(row, grid, spot))
    plan = Plan(tuple(lines), tuple(folios), last + 1, notices, breaks, columns, tuple(remarks))
    return plan, Typesetting(
        note,
        hand,
        experience.widths,
        {placed.block.paragraph.block.id: placed for placed in set_blocks},
        pagination,
        sum(reuse.placed(block) is None for block in blocks),
    )


def _last_page(blocks: Sequence[PlacedBlock]) -> int:
    """The last page that has something of these blocks."""
    for placed in reversed(blocks):
        for row, spot in zip(reversed(placed.block.rows.rows), reversed(placed.spots), strict=True):
            if spot is not None and (row.inked or row.new_page):
                return spot.page
    return 0


class _SettledWidths:
    """The widths that lines were planned with, by all that they depend on."""

    def __init__(self, experience: PlanContext) -> None:
        self._experience = experience

    @cached_property
    def _lines(self) -> dict[LineKey, PlannedLine]:
        return {line.key: line for line in self._experience.plan.everything}

    def find(self, facts: tuple[object, ...], key: LineKey) -> float | None:
        """Of a line with ink."""
        line = self._lines.get(key)
        there = line is not None and not line.filled and facts == _facts(line)
        if there and line is not None and self._experience.has_ink(line):
            return line.width
        return self._experience.settled.get(facts)


class _Typesetter:
    """Breaks paragraphs into rows and gives them their places, on one kind of sheet.

    Parameters
    ----------
    note : Note
        Whose sheet it is: the note, or what `sheet_of` makes of a text box.
    asking : RequestBuilder
    experience : PlanContext
    settled : _SettledWidths
        The widths that lines were planned with.
    """

    def __init__(
        self,
        note: Note,
        asking: RequestBuilder,
        experience: PlanContext,
        settled: _SettledWidths,
    ) -> None:
        self.note, self.asking, self.settled = note, asking, settled
        self._before, self._records = experience.plan, experience.records
        self.breaker = Breaker(
            note,
            asking,
            experience.widths,
            experience.records,
            experience.plan.breaks,
            experience.breaks,
            experience.inked,
            experience.guesses,
        )
        self.columns: dict[Columns, tuple[float, ...]] = {}
        self.remarks: list[str] = []

    @property
    def breaks(self) -> dict[Passage, tuple[Break, ...]]:
        """How passages were broken."""
        return self.breaker.breaks

    def rows(self, paragraphs: Sequence[Paragraph]) -> list[Row]:
        """The rows of paragraphs, in order; where pages are fitted, with the size they need."""
        if self.note.fit_pages:
            return [row for block in self._fitted_pages(paragraphs) for row in block.made.rows]
        builder = self._builder()
        return self._kept(builder, list(builder.rows(paragraphs)))

    def _builder(self) -> RowBuilder:
        return RowBuilder(self.note, self.asking, self.breaker, self._before.columns)

    def _kept(self, builder: RowBuilder, rows: list[T]) -> list[T]:
        """What was made, with what else is known of it."""
        self.columns |= builder.columns
        self.remarks += builder.remarks
        return rows

    def flowing(self, paragraphs: Sequence[Paragraph], reuse: Reuse) -> list[TypesetBlock]:
        """The paragraphs of the flowing text; those that come out the same as they were."""
        if self.note.fit_pages:
            return self._fitted_pages(paragraphs, reuse)
        builder, breaker = self._builder(), self.breaker
        blocks: list[TypesetBlock] = []
        found: dict[int, TypesetBlock] = {}

        def known(
            paragraphs: Sequence[Paragraph],
            items: Sequence[frozenset[int]],
            group: TableGroup | None,
        ) -> list[ParagraphRows] | None:
            known_rows = []
            for paragraph, own in zip(paragraphs, items, strict=True):
                block = reuse.find(paragraph, own, group)
                if block is None:
                    return None
                found[paragraph.block.id] = block
                known_rows.append(block.made)
            return known_rows

        breaks: dict[Passage, tuple[Break, ...]] = {}
        #: Of paragraphs with tables: whether all of their cells are settled, and stand.
        tables: dict[TableGroup, tuple[bool, bool]] = {}
        for paragraph, made in zip(
            paragraphs, builder.by_paragraph(paragraphs, known), strict=True
        ):
            block = found.get(paragraph.block.id)
            if block is None or block.made is not made:
                if made.group is not None:
                    # The cells are broken where their tables begin.
                    settled, stands = tables.get(made.group, (True, True))
                    breaker.settled, breaker.stands = (
                        breaker.settled and settled, breaker.stands and stands,
                    )  # fmt: skip
                    tables[made.group] = breaker.settled, breaker.stands
                block = self._typeset(paragraph, made)
            breaks |= block.breaks
            blocks.append(block)
            breaker.breaks, breaker.language_guessed = {}, False
            breaker.settled = breaker.stands = True
        breaker.breaks = breaks
        return self._kept(builder, blocks)

    def _typeset(self, paragraph: Paragraph, made: ParagraphRows) -> TypesetBlock:
        keys = tuple(row.key for row in made.rows if row.words)
        keys += self._cell_keys(paragraph.block.id, made.cells)
        return TypesetBlock(
            paragraph,
            made,
            block_rows(made.rows),
            self.breaker.breaks,
            keys,
            tuple(map(self._records.get, keys)),
            self.breaker.settled,
            self.breaker.stands,
            (self.breaker.guessed_language,) if self.breaker.language_guessed else (),
        )

    def _cell_keys(self, block: int, texts: Iterable[str]) -> tuple[LineKey, ...]:
        """Of whatever the width of a table's cells was looked up by."""
        keys: list[LineKey] = []
        for text in texts:
            key = LineKey(block, text, 0)
            keys.append(key)
            while key in self._records:
                key = key._replace(occurrence=key.occurrence + 1)
                keys.append(key)
        return tuple(keys)

    def _fitted_pages(
        self, paragraphs: Sequence[Paragraph], reuse: Reuse | None = None
    ) -> list[TypesetBlock]:
        """Paragraphs in the size that their pages need."""
        blocks: list[TypesetBlock] = []
        sizes = {line.key.block: line.look.x_height for line in reversed(self._before.lines)}
        starts = [k for k, p in enumerate(paragraphs) if k == 0 or p.block.new_page]
        for start, stop in pairwise([*starts, len(paragraphs)]):
            page = paragraphs[start:stop]
            sized = next((p for p in page if p.block.id in sizes), None)
            before = 1.0 if sized is None else sizes[sized.block.id] / sized.look.x_height
            factors = _factors(page)
            nearest = min(factors, key=lambda factor: abs(factor - before))
            known = None
            if reuse is not None:
                known = self._known_page(page, nearest, reuse)
            blocks += known or self._fitted(page, factors, nearest)
        return blocks

    def _known_page(
        self,
        page: Sequence[Paragraph],
        nearest: float,
        reuse: Reuse,
    ) -> list[TypesetBlock] | None:
        """The paragraphs of a page as they were, if they come out the same again."""
        ids = tuple(paragraph.block.id for paragraph in page)
        builder = self._builder()
        blocks = []
        for paragraph, own in zip(page, items_of(page), strict=True):
            block = reuse.find_fitted(paragraph, own)
            fitted = None if block is None else block.page
            if block is None or fitted is None or fitted.blocks != ids:
                return None
            if not (fitted.guessed or fitted.factor == nearest):
                return None
            if fitted.guessed and self.breaker.knows(paragraph.block.id):
                return None
            if not builder.columns_hold(block.made):
                return None
            blocks.append(block)
        for paragraph, block in zip(page, blocks, strict=True):
            builder.as_known(paragraph, block.made)
            self.breaker.breaks |= block.breaks
        return self._kept(builder, blocks)

    def _fitted(
        self, page: Sequence[Paragraph], factors: Sequence[float], nearest: float
    ) -> list[TypesetBlock]:
        """The rows of a page, as large as they have room on it with no word divided.

        Parameters
        ----------
        page : sequence of Paragraph
        factors : sequence of float
            On their size, the largest first.
        nearest : float
            The factor in the plan before, which they keep if nothing has changed.
        """
        breaker = self.breaker
        breaks, known = breaker.breaks, self._before.breaks
        breaker.language_guessed = False
        whole = [factor for factor in factors if factor >= _UNBROKEN]
        if not self.note.keep_lines:
            whole = []
        chosen = nearest
        builder, rows, made = self._tried(page, nearest)
        changed = any(made[passage] != known.get(passage) for passage in made)
        fits = self._has_room(rows, whole=nearest in whole)
        if changed or not self._written(rows) or not fits:
            tries = [
                *((factor, True) for factor in whole),
                *((factor, False) for factor in factors),
            ]
            for chosen, unbroken in tries:
                builder, rows, made = self._tried(page, chosen)
                if self._has_room(rows, whole=unbroken):
                    break
        breaker.breaks = {**breaks, **made}
        ids = tuple(paragraph.block.id for paragraph in page)
        guessed = not any(map(breaker.knows, ids))
        settled = guessed or (
            breaker.settled and self._written(rows) and self._has_room(rows, whole=chosen in whole)
        )
        language = (breaker.guessed_language,) if breaker.language_guessed else ()
        fitted = FittedPage(ids, chosen, guessed)
        blocks = []
        for number, (paragraph, own) in enumerate(zip(page, rows, strict=True)):
            keys = tuple(row.key for row in own.rows if row.words)
            keys += self._cell_keys(paragraph.block.id, own.cells)
            blocks.append(
                TypesetBlock(
                    paragraph,
                    own,
                    block_rows(own.rows),
                    {} if number else made,
                    keys,
                    tuple(map(self._records.get, keys)),
                    settled,
                    settled and breaker.stands,
                    language,
                    fitted,
                )
            )
        breaker.settled, breaker.stands, breaker.language_guessed = True, True, False
        return self._kept(builder, blocks)

    def _tried(
        self, page: Sequence[Paragraph], factor: float
    ) -> tuple[RowBuilder, list[ParagraphRows], dict[Passage, tuple[Break, ...]]]:
        """The rows of a page at a part of its size, and how its passages are broken then."""
        self.breaker.breaks = {}
        self.breaker.settled = self.breaker.stands = True
        builder = self._builder()
        scaled = [_scaled(paragraph, factor) for paragraph in page]
        return builder, list(builder.by_paragraph(scaled)), self.breaker.breaks

    def _written(self, page: Sequence[ParagraphRows]) -> bool:
        """Whether some of the rows are written: a page of none is fitted again."""
        rows = (row for made in page for row in made.rows)
        return any(row.words and self.asking.measured(row.key, row.look) for row in rows)

    def _has_room(self, page: Sequence[ParagraphRows], *, whole: bool) -> bool:
        """Whether rows stand on one page, with their words (or lines) in one piece."""
        rows = [row for made in page for row in made.rows]
        for row in rows:
            if whole and row.origin is not None and (row.origin.word or row.origin.head):
                return False
            if any(word.goes_on for word in row.words):
                return False
            room = line_room(self.note, row.look, row.inset).width / row.look.x_height
            width = self.asking.measured(row.key, row.look) if row.words else 0.0
            if width is None and row.guess > room * (1 + 1e-9):
                return False
            if width is not None and overfull(width, len(row.words), room):
                return False
        try:
            spots = paginate(rows, BaselineGrid(self.note), together=False)
        except SettingError:
            return False
        return all(spot is None or spot.page == 0 for spot in spots)

    def in_box(self, box: TextBox, paragraph: Paragraph) -> Iterator[PlannedLine]:
        """The lines of a text box; where its sheet ends they go on below."""
        grid = BaselineGrid(self.note)
        rows = self.rows([paragraph])
        for row, spot in zip(rows, paginate(rows, grid, together=False), strict=True):
            if row.inked and spot is not None:
                below = spot.page * (self.note.paper.height - self.note.margins.bottom)
                line = self.placed(row, grid, spot._replace(page=box.place.page))
                yield replace(line, baseline=line.baseline + below, place=box.place)

    def placed_blocks(
        self,
        blocks: Sequence[TypesetBlock],
        pagination: Pagination,
        grid: BaselineGrid,
        reuse: Reuse,
    ) -> tuple[list[PlacedBlock], list[PlannedLine]]:
        """Give the rows of blocks their places; those that stand where they stood are kept.

        Returns
        -------
        list of PlacedBlock
        list of PlannedLine
            Their lines, in order.
        """
        spots = pagination.spots
        if self.note.vertical is not VerticalAlignment.TOP:
            rows = [row for block in blocks for row in block.rows.rows]
            spots = raised_or_lowered(self.note, rows, spots, grid)
        placed: list[PlacedBlock] = []
        lines: list[PlannedLine] = []
        start = 0
        for block in blocks:
            own = spots[start : start + len(block.rows.rows)]
            start += len(own)
            there = reuse.placed(block)
            if there is None or there.spots != own:
                there = self._placed_block(block, own, grid, there)
            placed.append(there)
            lines += filter(None, there.lines)
        return placed, lines

    def _placed_block(
        self,
        block: TypesetBlock,
        spots: list[LineSpot | None],
        grid: BaselineGrid,
        before: PlacedBlock | None,
    ) -> PlacedBlock:
        """Give the rows of a block their places."""
        old = [None] * len(spots) if before is None else before.lines
        stood = [None] * len(spots) if before is None else before.spots
        lines = (
            None
            if spot is None or not row.inked
            else self.placed(row, grid, spot)
            if line is None or was is None or not self._beside(was, spot)
            else self._lowered(line, grid, spot)
            for row, spot, line, was in zip(block.rows.rows, spots, old, stood, strict=True)
        )
        return PlacedBlock(block, spots, tuple(lines))

    def _beside(self, one: LineSpot, other: LineSpot) -> bool:
        """Whether a line stands at the same place across in two spots."""
        same = one.page == other.page or self.note.margins_of(one.page) == self.note.margins_of(
            other.page
        )
        return one.column == other.column and same

    def _lowered(self, line: PlannedLine, grid: BaselineGrid, spot: LineSpot) -> PlannedLine:
        """A line at another height, or on another page."""
        look = line.look
        baseline = self._baseline(line.key, look, spot)
        above, below = grid.reach(look, baseline, abs(line.angle) * (line.high - line.low) / 2)
        return replace(line, page=spot.page, baseline=baseline, above=above, below=below)

    def _baseline(self, key: LineKey, look: Look, spot: LineSpot) -> float:
        return spot.baseline + look.variation * _LEVEL * look.x_height * self._stray(key, look)[5]

    def _stray(self, key: LineKey, look: Look) -> tuple[float, ...]:
        return jitter(look.seed, self.asking.origin(key))

    def placed(self, row: Row, grid: BaselineGrid, spot: LineSpot) -> PlannedLine:
        """Give a row its place."""
        look, key, unit = row.look, row.key, row.look.x_height
        room, stray = line_room(self.note, look, row.inset, spot.column), self._stray(key, look)
        if back := self.note.margins_of(spot.page).left - self.note.margins.left:
            room = replace(room, low=room.low + back, high=room.high + back)
        filled = look.alignment is Alignment.JUSTIFIED and not row.ends and len(row.words) > 1
        low, high = room.low + room.lean_left, room.high - room.lean_right
        start = low + room.edge * (stray[1] + 1) / 2
        stop = high - room.edge * (stray[2] + 1) / 2
        requests = self.asking.requests(key, look) if row.words else ()
        if filled:
            width = stop - start
        else:
            measured = self.asking.measured(key, look) if row.words else 0.0
            wanted = unit * (row.guess if measured is None else measured)
            facts = key, requests, unit, look.slant, look.word_spacing, room.low, room.high
            settled = self.settled.find(facts, key)
            width = min(wanted, room.width) if settled is None else settled
        if look.alignment is Alignment.RIGHT:
            start = stop - width
        elif look.alignment is Alignment.CENTRED:
            start = (low + high + room.edge * stray[1] - width) / 2
        span = (room.high - room.low) / 2
        steepest = min(look.variation * _SLOPE, _HIGHEST * unit / span)
        angle = steepest * (stray[3] + stray[4]) / 2
        baseline = self._baseline(key, look, spot)
        above, below = grid.reach(look, baseline, abs(angle) * span)
        return PlannedLine(
            key=key,
            words=row.words,
            look=look,
            requests=requests,
            page=spot.page,
            left=start,
            width=width,
            most=room.width,
            baseline=baseline,
            low=room.low,
            high=room.high,
            above=above,
            below=below,
            angle=angle,
            gaps=look.word_spacing * (1 + look.variation * _GAPS * stray[0]),
            filled=filled,
            edit=self.asking.edit(key),
            origin=row.origin,
            decimal=row.decimal and row.decimal._replace(x=high - row.decimal.x),
            marks=row.marks,
            sign=row.sign and row.sign._replace(x=row.sign.x + low - row.inset.left),
        )


def _factors(page: Sequence[Paragraph]) -> list[float]:
    """What the size of a page's paragraphs may be multiplied by, the largest first."""
    smallest = LIMITS["x_height"][0] / min(paragraph.look.x_height for paragraph in page)
    return [factor for factor in _FACTORS if factor >= smallest] or [1.0]


def _scaled(paragraph: Paragraph, factor: float) -> Paragraph:
    look = paragraph.look
    return replace(paragraph, look=replace(look, x_height=look.x_height * factor))


def settled_widths(lines: Iterable[PlannedLine]) -> dict[tuple[object, ...], float]:
    """The widths that lines were planned with, by all that they depend on."""
    return {_facts(line): line.width for line in lines if not line.filled}


def _facts(line: PlannedLine) -> tuple[object, ...]:
    look = line.look
    return (
        line.key,
        line.requests,
        look.x_height,
        look.slant,
        look.word_spacing,
        line.low,
        line.high,
    )

"""Planning a note: each of its lines is given a place on a page."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from engine.errors import SettingError
from engine.text.transliteration import Substitution
from studio.document.note import LIMITS, Alignment, Look, Note, TextBox
from studio.document.page import LineKey
from studio.layout.baseline_grid import BaselineGrid, LineSpot, folio_baseline, folio_look
from studio.layout.boxes import sheet_of
from studio.layout.line_requests import LineRecord, RequestBuilder, manner_of
from studio.layout.line_room import WHOLE, line_room
from studio.layout.line_seeds import jitter
from studio.layout.line_writer import LineRequest
from studio.layout.pagination import paginate
from studio.layout.passages import Breaker, Guess, overfull
from studio.layout.plan import Break, Columns, Passage, Plan, PlannedLine, Word
from studio.layout.rows import Row, RowBuilder
from studio.layout.tokenise import Paragraph
from studio.layout.vertical import raised_or_lowered
from studio.layout.width_model import WidthModel

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
    """

    widths: WidthModel = field(default_factory=WidthModel)
    records: Mapping[LineKey, LineRecord] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    breaks: Mapping[Passage, tuple[Break, ...]] = field(default_factory=dict)
    inked: Collection[LineRequest] = frozenset()
    settled: Mapping[tuple[object, ...], float] = field(default_factory=dict)
    guesses: dict[Guess, tuple[Break, ...]] = field(default_factory=dict)

    def has_ink(self, line: PlannedLine) -> bool:
        """Whether a line is written."""
        return bool(line.requests) and all(request in self.inked for request in line.requests)


def plan_note(
    note: Note,
    paragraphs: Sequence[Paragraph],
    notices: tuple[Substitution, ...],
    hand: str,
    experience: PlanContext,
) -> Plan:
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

    Raises
    ------
    SettingError
        If the writing is too large for the page.
    """
    asking = RequestBuilder(note, hand, experience.records)
    inked = filter(experience.has_ink, experience.plan.everything)
    settled = {**experience.settled, **settled_widths(inked)}
    setting = _Typesetter(note, asking, experience, settled)
    grid = BaselineGrid(note)
    lines: list[PlannedLine] = []
    places = [box.place for box in note.boxes] + [drawing.place for drawing in note.drawings]
    last = max((place.page for place in places), default=0)
    rows = setting.flowing(paragraphs[: len(note.blocks)])
    spots = raised_or_lowered(
        note, rows, list(paginate(rows, grid, together=note.keep_together)), grid
    )
    for row, spot in zip(rows, spots, strict=True):
        if spot is None:
            continue
        if row.inked:
            lines.append(setting.placed(row, grid, spot))
        if row.inked or row.new_page:
            last = max(last, spot.page)
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
    return Plan(tuple(lines), tuple(folios), last + 1, notices, breaks, columns, tuple(remarks))


class _Typesetter:
    """Breaks paragraphs into rows and gives them their places, on one kind of sheet.

    Parameters
    ----------
    note : Note
        Whose sheet it is: the note, or what `sheet_of` makes of a text box.
    asking : RequestBuilder
    experience : PlanContext
    settled : mapping
        The widths that lines were planned with.
    """

    def __init__(
        self,
        note: Note,
        asking: RequestBuilder,
        experience: PlanContext,
        settled: Mapping[tuple[object, ...], float],
    ) -> None:
        self.note, self.asking, self.settled = note, asking, settled
        self._before = experience.plan
        self._breaker = Breaker(
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
        return self._breaker.breaks

    def rows(self, paragraphs: Sequence[Paragraph]) -> list[Row]:
        """The rows of paragraphs, in order."""
        builder = self._builder()
        return self._kept(builder, list(builder.rows(paragraphs)))

    def _builder(self) -> RowBuilder:
        return RowBuilder(self.note, self.asking, self._breaker, self._before.columns)

    def _kept(self, builder: RowBuilder, rows: list[Row]) -> list[Row]:
        """Rows that were made, with what else is known of them."""
        self.columns |= builder.columns
        self.remarks += builder.remarks
        return rows

    def flowing(self, paragraphs: Sequence[Paragraph]) -> list[Row]:
        """The rows of the flowing text; where pages are to be fitted, with the size they need."""
        if not self.note.fit_pages:
            return self.rows(paragraphs)
        rows: list[Row] = []
        sizes = {line.key.block: line.look.x_height for line in reversed(self._before.lines)}
        starts = [k for k, p in enumerate(paragraphs) if k == 0 or p.block.new_page]
        for start, stop in pairwise([*starts, len(paragraphs)]):
            page = paragraphs[start:stop]
            sized = next((p for p in page if p.block.id in sizes), None)
            factor = 1.0 if sized is None else sizes[sized.block.id] / sized.look.x_height
            rows += self._fitted(page, factor)
        return rows

    def _fitted(self, page: Sequence[Paragraph], before: float) -> list[Row]:
        """The rows of a page, as large as they have room on it with no word divided.

        Parameters
        ----------
        page : sequence of Paragraph
        before : float
            The factor on their size in the plan before, which they keep if nothing has changed.
        """
        breaks, known = self._breaker.breaks, self._before.breaks
        smallest = LIMITS["x_height"][0] / min(paragraph.look.x_height for paragraph in page)
        factors = [factor for factor in _FACTORS if factor >= smallest] or [1.0]
        nearest = min(factors, key=lambda factor: abs(factor - before))
        whole = [factor for factor in factors if factor >= _UNBROKEN]
        if not self.note.keep_lines:
            whole = []
        builder, rows, made = self._tried(page, nearest)
        changed = any(made[passage] != known.get(passage) for passage in made)
        fits = self._has_room(rows, whole=nearest in whole)
        if changed or not self._written(rows) or not fits:
            tries = [
                *((factor, True) for factor in whole),
                *((factor, False) for factor in factors),
            ]
            for factor, unbroken in tries:
                builder, rows, made = self._tried(page, factor)
                if self._has_room(rows, whole=unbroken):
                    break
        self._breaker.breaks = {**breaks, **made}
        return self._kept(builder, rows)

    def _tried(
        self, page: Sequence[Paragraph], factor: float
    ) -> tuple[RowBuilder, list[Row], dict[Passage, tuple[Break, ...]]]:
        """The rows of a page at a part of its size, and how its passages are broken then."""
        self._breaker.breaks = {}
        builder = self._builder()
        rows = list(builder.rows([_scaled(paragraph, factor) for paragraph in page]))
        return builder, rows, self._breaker.breaks

    def _written(self, rows: Sequence[Row]) -> bool:
        """Whether some of the rows are written: a page of none is fitted again."""
        return any(row.words and self.asking.measured(row.key, row.look) for row in rows)

    def _has_room(self, rows: Sequence[Row], *, whole: bool) -> bool:
        """Whether rows stand on one page, with their words (or lines) in one piece."""
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
        rows = self.flowing([paragraph])
        for row, spot in zip(rows, paginate(rows, grid, together=False), strict=True):
            if row.inked and spot is not None:
                below = spot.page * (self.note.paper.height - self.note.margins.bottom)
                line = self.placed(row, grid, spot._replace(page=box.place.page))
                yield replace(line, baseline=line.baseline + below, place=box.place)

    def _stray(self, key: LineKey, look: Look) -> list[float]:
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
            settled = key, requests, unit, look.slant, look.word_spacing, room.low, room.high
            width = self.settled.get(settled, min(wanted, room.width))
        if look.alignment is Alignment.RIGHT:
            start = stop - width
        elif look.alignment is Alignment.CENTRED:
            start = (low + high + room.edge * stray[1] - width) / 2
        span = (room.high - room.low) / 2
        steepest = min(look.variation * _SLOPE, _HIGHEST * unit / span)
        angle = steepest * (stray[3] + stray[4]) / 2
        baseline = spot.baseline + look.variation * _LEVEL * unit * stray[5]
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


def _scaled(paragraph: Paragraph, factor: float) -> Paragraph:
    look = paragraph.look
    return replace(paragraph, look=replace(look, x_height=look.x_height * factor))


def settled_widths(lines: Iterable[PlannedLine]) -> dict[tuple[object, ...], float]:
    """The widths that lines were planned with, by all that they depend on."""
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
        for line in lines
        if not line.filled
    }

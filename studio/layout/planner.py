"""Planning a note: each of its lines is given a place on a page."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.text.transliteration import Substitution
from studio.document.note import Alignment, Note, TextBox
from studio.document.page import LineKey
from studio.layout.baseline_grid import BaselineGrid, Spot, folio_baseline, folio_look
from studio.layout.boxes import sheet_of
from studio.layout.line_requests import LineRecord, RequestBuilder
from studio.layout.line_seeds import jitter
from studio.layout.line_writer import LineRequest
from studio.layout.measure import WHOLE, measure_of
from studio.layout.pagination import paginate
from studio.layout.passages import Breaker, Row
from studio.layout.plan import Break, Passage, Plan, PlannedLine, Word
from studio.layout.tokenise import Paragraph
from studio.layout.width_model import WidthModel

FOLIO = -1
"""Block of the keys of page numbers."""

# At full variation the slope (radians), the level (x-heights) and the gaps between words (part
# of a gap) stray by at most this much; no slope raises a line's end by more x-heights than this.
_SLOPE, _LEVEL, _GAPS = math.radians(0.5), 0.06, 0.12
_HIGHEST = 0.4


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
    """

    widths: WidthModel = field(default_factory=WidthModel)
    records: Mapping[LineKey, LineRecord] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    breaks: Mapping[Passage, tuple[Break, ...]] = field(default_factory=dict)
    inked: Collection[LineRequest] = frozenset()


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
    settled = _settled(experience.plan)
    setting = _Typesetter(note, asking, experience, settled)
    grid = BaselineGrid(note)
    lines: list[PlannedLine] = []
    places = [box.place for box in note.boxes] + [drawing.place for drawing in note.drawings]
    last = max((place.page for place in places), default=0)
    rows = list(setting.rows(paragraphs[: len(note.blocks)]))
    for row, spot in zip(rows, paginate(rows, grid, together=note.keep_together), strict=True):
        if spot is None:
            continue
        if row.words:
            lines.append(setting.placed(row, grid, spot))
        if row.words or row.new_page:
            last = max(last, spot.page)
    breaks = setting.breaks
    for box, paragraph in zip(note.boxes, paragraphs[len(note.blocks) :], strict=True):
        boxed = _Typesetter(sheet_of(note, box), asking, experience, settled)
        lines += boxed.in_box(box, paragraph)
        breaks |= boxed.breaks
    folios = []
    if note.page_numbers:
        look = folio_look(note)
        for page in range(last + 1):
            key = LineKey(FOLIO, f"- {page + 1} -", 0)
            guess = experience.widths.expected(key.text, look.style)
            row = Row((Word(key.text, key.text),), look, key, guess)
            spot = Spot(page, WHOLE, folio_baseline(note))
            folios.append(setting.placed(row, grid, spot))
    return Plan(tuple(lines), tuple(folios), last + 1, notices, breaks)


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
        self._breaker = Breaker(
            note,
            asking,
            experience.widths,
            experience.records,
            experience.plan.breaks,
            experience.breaks,
            experience.inked,
        )

    @property
    def breaks(self) -> dict[Passage, tuple[Break, ...]]:
        """How passages were broken."""
        return self._breaker.breaks

    def rows(self, paragraphs: Iterable[Paragraph]) -> Iterator[Row]:
        """The rows of paragraphs, in order."""
        for paragraph in paragraphs:
            yield from self._breaker.rows(paragraph)

    def in_box(self, box: TextBox, paragraph: Paragraph) -> Iterator[PlannedLine]:
        """The lines of a text box; where its sheet ends they go on below."""
        grid = BaselineGrid(self.note)
        rows = list(self.rows([paragraph]))
        for row, spot in zip(rows, paginate(rows, grid, together=False), strict=True):
            if row.words and spot is not None:
                below = spot.page * self.note.paper.height
                line = self.placed(row, grid, spot._replace(page=box.place.page))
                yield replace(line, baseline=line.baseline + below, place=box.place)

    def placed(self, row: Row, grid: BaselineGrid, spot: Spot) -> PlannedLine:
        """Give a row its place."""
        look, key, unit = row.look, row.key, row.look.x_height
        room, stray = measure_of(self.note, look, row.indent, spot.column), jitter(look.seed, key)
        filled = look.alignment is Alignment.JUSTIFIED and not row.ends and len(row.words) > 1
        low, high = room.low + room.lean_left, room.high - room.lean_right
        start = low + room.edge * (stray[1] + 1) / 2
        stop = high - room.edge * (stray[2] + 1) / 2
        requests = self.asking.requests(key, look)
        if filled:
            width = stop - start
        else:
            measured = self.asking.measured(key, look)
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
        )


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

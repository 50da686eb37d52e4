"""Laying out a note: plan it, have its lines written, correct what does not fit, place the ink."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TypeVar

from engine.ink.ink import Ink
from engine.text.transliteration import Substitution
from studio.document.drawing import Drawing
from studio.document.note import Note
from studio.document.page import Frame, LineKey, Page, Pages, PlacedDrawing, PlacedLine
from studio.layout.boxes import frame_of
from studio.layout.fitting import fit
from studio.layout.line_ink import LineInk
from studio.layout.line_requests import LineRecord
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.layout.passages import FULL, overfull
from studio.layout.plan import Break, Passage, Plan, PlannedLine
from studio.layout.planner import FOLIO, PlanContext, plan_note, settled_widths
from studio.layout.tokenise import tokenise
from studio.layout.width_model import WidthModel

ROUNDS = 9
"""How often lines that turn out too wide are corrected; then they are squeezed."""

SCOUTS = 8
"""Lines that are written first where nothing is known of the width of a style."""

TRIES = 3
"""How often such a line is written again by another seed, before it is broken elsewhere."""

EARLIER = 4000
"""Lines, and passages, of earlier layouts that are remembered: some 200 bytes each."""

LANK = FULL
"""A line that is to be filled is written again where less than this part of it would be."""


@dataclass(frozen=True, eq=False)
class Layout:
    """A note laid out, and all that the next layout of it starts from.

    Parameters
    ----------
    pages : Pages
        What exporters and painters take.
    plan : Plan
        The places of the lines as they were planned in the end.
    written : mapping of LineRequest to WrittenLine
        The ink of the lines that are in use.
    placed : mapping of PlannedLine to PlacedLine
        Each line's plan and what became of it. A line that a later layout leaves alone is the
        same object there.
    records : mapping of LineKey to LineRecord
    widths : WidthModel
        What was learnt of the hand.
    earlier : mapping of LineKey to LineRecord
        Lines of earlier layouts that have ink: they are taken again where their words come back.
    passages : mapping of Passage to tuple of Break
        How passages were broken when all of their lines had ink, the latest last.
    settled : mapping
        The widths that lines with ink were planned with, so that they come back as they were.
    """

    pages: Pages
    plan: Plan
    written: Mapping[LineRequest, WrittenLine]
    placed: Mapping[PlannedLine, PlacedLine]
    records: Mapping[LineKey, LineRecord]
    widths: WidthModel = field(default_factory=WidthModel)
    earlier: Mapping[LineKey, LineRecord] = field(default_factory=dict)
    passages: Mapping[Passage, tuple[Break, ...]] = field(default_factory=dict)
    settled: Mapping[tuple[object, ...], float] = field(default_factory=dict)

    @property
    def notices(self) -> tuple[Substitution, ...]:
        """What was spelled otherwise than asked for."""
        return self.plan.notices

    @property
    def remarks(self) -> tuple[str, ...]:
        """What has no room as it was typed, a sentence each."""
        return self.plan.remarks


def lay_out(
    note: Note,
    writer: Writer,
    before: Layout | None = None,
    *,
    known: Mapping[LineRequest, WrittenLine] | None = None,
    planned: Callable[[Plan, Sequence[LineRequest]], None] | None = None,
) -> Layout:
    """Have a note written and lay it out on pages.

    The text is broken by the width that its lines are expected to need, all lines are written
    in one batch and measured. A line that turned out too wide to be squeezed unseen is written
    again by another seed; if that does not help, it is broken elsewhere, and what changes by
    that is written again.

    Parameters
    ----------
    note : Note
    writer : Writer
    before : Layout, optional
        An earlier layout of the note. What was not changed since keeps its breaks, its place in
        the line and its ink, stroke for stroke.
    known : mapping, optional
        More lines that are written already (a file's, or those of an undone change).
    planned : callable, optional
        Told each plan and the lines to be written for it, before they are.

    Returns
    -------
    Layout
        Of one blank page at least, where there is no text.

    Raises
    ------
    TextError
        If a character cannot be written.
    SettingError
        If the writing is too large for the page.
    StyleError
        If a style is unknown.
    """
    work = _Work(note, writer, before, known or {}, planned)
    plan = work.planned_again(before.plan if before else Plan())
    if scouts := work.scouts(plan):
        # Nothing is known of this hand's breadth yet: a few lines tell it before all are broken.
        work.write(plan, scouts)
        plan = work.planned_again(before.plan if before else Plan())
    for _ in range(ROUNDS):
        work.write(plan, work.missing(plan))
        misfits = work.measured(plan)
        if not misfits:
            break
        work.give_up(misfits)
        plan = work.planned_again(plan)
    work.write(plan, work.missing(plan))
    work.measured(plan)
    return work.layout(plan)


def placed_as_planned(
    note: Note,
    writer: Writer,
    plan: Plan,
    written: Mapping[LineRequest, WrittenLine],
    before: Layout,
) -> Layout:
    """The ink of a plan's lines in their places, as they were planned.

    Parameters
    ----------
    note : Note
    writer : Writer
    plan : Plan
    written : mapping of LineRequest to WrittenLine
        The ink of all of its lines.
    before : Layout
        Whose records and widths hold.

    Raises
    ------
    KeyError, IndexError
        If the plan is not one of this note.
    """
    inks = {line: LineInk(tuple(written[r] for r in line.requests)) for line in plan.everything}
    records = {
        line.key: before.records.get(line.key)
        or LineRecord(line.requests, line.gaps, ink.natural(line.gaps))
        for line, ink in inks.items()
    }
    placed = {line: fit(line, ink) for line, ink in inks.items() if not line.edit.deleted}
    return _laid_out(note, writer, plan, placed, written, records, before.widths)


class _Work:
    """Laying out one note: what is known so far, and the steps that add to it."""

    def __init__(
        self,
        note: Note,
        writer: Writer,
        before: Layout | None,
        known: Mapping[LineRequest, WrittenLine],
        planned: Callable[[Plan, Sequence[LineRequest]], None] | None,
    ) -> None:
        self.note, self.writer, self.planned = note, writer, planned
        self.written = {**known, **(before.written if before else {})}
        self.paragraphs, self.notices, self.spelled = tokenise(
            note, writer.alphabet, before.plan if before else None, self.written, writer.sha256
        )
        self.learned = set(before.written if before else ())
        self.placed: Mapping[PlannedLine, PlacedLine] = before.placed if before else {}
        self.inked = frozenset(self.written)
        earlier = before.earlier if before else {}
        self.passages: Mapping[Passage, tuple[Break, ...]] = before.passages if before else {}
        self.settled = before.settled if before else {}
        self.records = {**earlier, **(before.records if before else {})}
        widths = before.widths if before else WidthModel()
        self.widths = with_examples(widths, (p.look.style for p in self.paragraphs), writer)
        self.inks: dict[tuple[LineRequest, ...], LineInk] = {}

    def planned_again(self, plan: Plan) -> Plan:
        """Plan by what is known, keeping what can be kept of an earlier plan."""
        experience = PlanContext(
            self.widths, self.records, plan, self.passages, self.inked, self.settled
        )
        planned = plan_note(
            self.note, self.paragraphs, self.notices, self.writer.sha256, experience
        )
        return replace(planned, spelled=self.spelled)

    def missing(self, plan: Plan) -> list[LineRequest]:
        """What a plan wants that is not written."""
        return [request for request in plan.requests if request not in self.written]

    def scouts(self, plan: Plan) -> list[LineRequest]:
        """Return a few lines in styles of which no width is known, if there are many of them."""
        new = [r for r in self.missing(plan) if not self.widths.lines(r.style)]
        return new[:SCOUTS] if len(new) > 4 * SCOUTS else []

    def write(self, plan: Plan, requests: Sequence[LineRequest]) -> None:
        """Have lines written, and learn how wide they are."""
        if self.planned is not None:
            self.planned(plan, requests)
        if requests:
            lines = self.writer.write_lines(requests)
            self.written.update(zip(requests, lines, strict=True))
        fresh = [r for r in plan.requests if r in self.written and r not in self.learned]
        self.learned.update(fresh)
        self.widths = self.widths.learned(
            (r.text, r.style, self.written[r].ink.width) for r in fresh
        )

    def measured(self, plan: Plan) -> list[PlannedLine]:
        """Measure a plan's lines, and return those too wide for their room, or unduly short."""
        misfits = []
        for line in plan.everything:
            if not line.requests:
                self.records[line.key] = LineRecord((), line.gaps, 0.0)
                continue
            record = self.records.get(line.key)
            if record is None or (record.requests, record.gaps) != (line.requests, line.gaps):
                tries = record.tries if record is not None else 0
                width = self.ink(line).natural(line.gaps)
                record = self.records[line.key] = LineRecord(line.requests, line.gaps, width, tries)
            width = record.width * line.look.x_height
            lank = line.filled and width < LANK * line.width and self._may_retry(line)
            if lank or overfull(width, len(line.words), line.most):
                misfits.append(line)
        return misfits

    def give_up(self, lines: Iterable[PlannedLine]) -> None:
        """Want lines written by other seeds: chance made most of them too wide, or too short."""
        for line in lines:
            if self._may_retry(line):
                tries = self.records[line.key].tries
                self.records[line.key] = LineRecord((), line.gaps, 0.0, tries + 1)

    def _may_retry(self, line: PlannedLine) -> bool:
        free = line.edit.seed is None and not line.edit.locked and line.key.block != FOLIO
        # What has no room on its page is written smaller: it needs no other ink for that.
        free = free and not self.note.fit_pages
        return free and self.records[line.key].tries < TRIES

    def ink(self, line: PlannedLine) -> LineInk:
        """The ink of a line, of one or more pieces."""
        if line.requests not in self.inks:
            pieces = tuple(self.written[request] for request in line.requests)
            self.inks[line.requests] = LineInk(pieces)
        return self.inks[line.requests]

    def layout(self, plan: Plan) -> Layout:
        """Place the ink of a plan's lines."""
        placed = {
            line: self.placed.get(line) or fit(line, self.ink(line))
            for line in plan.everything
            if not line.edit.deleted
        }
        layout = _laid_out(
            self.note, self.writer, plan, placed, self.written, self.records, self.widths
        )
        return replace(
            layout,
            earlier=self._earlier(plan),
            passages=self._passages(plan),
            settled=self._settled(plan),
        )

    def _earlier(self, plan: Plan) -> Mapping[LineKey, LineRecord]:
        """The lines that have ink and are not in the plan."""
        now = {line.key for line in plan.everything}
        gone = {key: r for key, r in self.records.items() if key not in now and self._has_ink(r)}
        return MappingProxyType(_latest(gone))

    def _passages(self, plan: Plan) -> Mapping[Passage, tuple[Break, ...]]:
        """How passages were broken of which all is written."""
        waiting = {
            line.key.block for line in plan.lines if not self._has_ink(self.records[line.key])
        }
        known = dict(self.passages)
        for passage, breaks in plan.breaks.items():
            if passage.block not in waiting:
                known.pop(passage, None)
                known[passage] = breaks
        return MappingProxyType(_latest(known))

    def _settled(self, plan: Plan) -> Mapping[tuple[object, ...], float]:
        """How wide lines with ink were planned."""
        lines = (line for line in plan.everything if self._has_ink(self.records[line.key]))
        known = dict(self.settled)
        for key, width in settled_widths(lines).items():
            known.pop(key, None)
            known[key] = width
        return MappingProxyType(_latest(known))

    def _has_ink(self, record: LineRecord) -> bool:
        return bool(record.requests) and self.inked.issuperset(record.requests)


_K = TypeVar("_K")
_V = TypeVar("_V")


def _latest(entries: dict[_K, _V]) -> dict[_K, _V]:
    surplus = len(entries) - EARLIER
    return dict(islice(entries.items(), surplus, None)) if surplus > 0 else entries


def _laid_out(
    note: Note,
    writer: Writer,
    plan: Plan,
    placed: Mapping[PlannedLine, PlacedLine],
    written: Mapping[LineRequest, WrittenLine],
    records: Mapping[LineKey, LineRecord],
    widths: WidthModel,
) -> Layout:
    """A layout of what is in use of all that is known."""
    return Layout(
        _pages(note, writer, plan, placed),
        plan,
        MappingProxyType({request: written[request] for request in plan.requests}),
        MappingProxyType(placed),
        MappingProxyType({line.key: records[line.key] for line in plan.everything}),
        widths,
    )


def with_examples(widths: WidthModel, styles: Iterable[str | None], writer: Writer) -> WidthModel:
    """With the width of each style's own primer, where no line of the style was written yet."""
    for style in sorted({style for style in styles if style is not None}):
        if not widths.lines(style):
            widths = widths.learned((text, style, width) for text, width in writer.examples(style))
    return widths


def _pages(
    note: Note, writer: Writer, plan: Plan, placed: Mapping[PlannedLine, PlacedLine]
) -> Pages:
    on_page: list[list[PlacedLine]] = [[] for _ in range(plan.pages)]
    for line in plan.lines:
        if line in placed:
            on_page[line.page].append(placed[line])
    folios = {line.page: placed.get(line) for line in plan.folios}
    drawings: list[list[PlacedDrawing]] = [[] for _ in range(plan.pages)]
    for drawing in note.drawings:
        drawings[drawing.place.page].append(_drawn(drawing))
    frames: list[list[Frame]] = [[] for _ in range(plan.pages)]
    for box in note.boxes:
        lines = {line: placed.get(line) for line in plan.lines if line.key.block == box.id}
        frames[box.place.page].append(frame_of(note, box, lines))
    for drawing in note.drawings:
        frames[drawing.place.page].append(_frame(drawing))
    pages = (
        Page(
            note.paper,
            note.margins,
            tuple(on_page[number]),
            number + 1,
            folios.get(number),
            note.ruling,
            note.ruling_printed,
            tuple(drawings[number]),
            tuple(frames[number]),
        )
        for number in range(plan.pages)
    )
    return Pages(
        tuple(pages),
        note.title,
        note.author,
        writer.name,
        writer.sha256,
        note.look.seed,
        note.language,
    )


@lru_cache(maxsize=256)
def _drawn(drawing: Drawing) -> PlacedDrawing:
    """A drawing on its page; the same object while nothing of it changes."""
    strokes = (s.with_xy(drawing.place.on_page(s.xy)) for s in drawing.ink.strokes)
    key = LineKey(drawing.id, "", 0)
    return PlacedDrawing(Ink(tuple(strokes)), drawing.colour, drawing.pen, drawing.name, key)


def _frame(drawing: Drawing) -> Frame:
    left, top = drawing.place.upright(0.0, 0.0)
    right, bottom = drawing.place.upright(*drawing.size)
    return Frame(drawing.id, (left, top, right, bottom), drawing.place.angle)

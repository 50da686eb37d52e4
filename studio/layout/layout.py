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
from studio.document.background import PlacedBackground
from studio.document.drawing import Drawing
from studio.document.note import Look, Note
from studio.document.page import Frame, LineKey, Page, Pages, PlacedDrawing, PlacedLine
from studio.layout.boxes import frame_of
from studio.layout.line_fitting import fit
from studio.layout.line_ink import LineInk
from studio.layout.line_requests import LineRecord, RequestBuilder, manner_of
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.layout.moved_lines import moved_records
from studio.layout.passages import FULL, Guess, overfull
from studio.layout.plan import Break, Passage, Plan, PlannedLine
from studio.layout.planner import FOLIO, PlanContext, plan_note, settled_widths
from studio.layout.tokenise import tokenise
from studio.layout.width_model import WidthModel

ROUNDS = 200
"""How often lines that turn out too wide are corrected at most; then they are squeezed."""

RETRIES = 3
"""How often such a line is written again by another seed, before it is broken elsewhere."""

HOPELESS = 1.15
"""A line that is too wide by more than this twice is broken elsewhere at once."""

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
        By which the lines were broken.
    earlier : mapping of LineKey to LineRecord
        Lines of earlier layouts that have ink: they are taken again where their words come back.
    passages : mapping of Passage to tuple of Break
        How passages were broken when all of their lines had ink, the latest last.
    settled : mapping
        The widths that lines with ink were planned with, so that they come back as they were.
    guesses : dict of Guess to tuple of Break
        How passages are broken by `widths` alone.
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
    guesses: dict[Guess, tuple[Break, ...]] = field(default_factory=dict, repr=False)

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
    again by another seed; if that does not help, the text is broken again from there, and what
    changes by that is written again. `studio.layout.draft_layout.make_draft` comes to the same
    pages with lines that are written one after another.

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
    work = LayoutWork(note, writer, before, known)
    plan = work.settled_plan()
    while missing := work.missing(plan):
        if planned is not None:
            planned(plan, missing)
        wanted = list(dict.fromkeys([*missing, *work.foreseen(plan)]))
        work.written.update(zip(wanted, writer.write_lines(wanted), strict=True))
        plan = work.settled_plan()
    if planned is not None:
        planned(plan, ())
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
    placed = {line: fit(line, ink) for line, ink in inks.items() if not line.edit.deleted}
    return _laid_out(note, writer, plan, placed, written, before.records, before.widths)


class LayoutWork:
    """Laying out one note: what is known so far, and the steps that add to it.

    Whether a line holds is decided in reading order, block by block, and by nothing that comes
    after it. So what comes of it does not hang on the order in which the lines are written.

    Parameters
    ----------
    note, writer, before, known
        As for `lay_out`.

    Attributes
    ----------
    written : dict of LineRequest to WrittenLine
        All ink that is known; to be added to.
    """

    def __init__(
        self,
        note: Note,
        writer: Writer,
        before: Layout | None,
        known: Mapping[LineRequest, WrittenLine] | None = None,
    ) -> None:
        self.note, self.writer = note, writer
        self.written = {**(known or {}), **(before.written if before else {})}
        self.paragraphs, self.notices, self.spelled = tokenise(
            note, writer.alphabet, before.plan if before else None, self.written, writer.sha256
        )
        self._plan = before.plan if before else Plan()
        self.placed: Mapping[PlannedLine, PlacedLine] = before.placed if before else {}
        earlier = before.earlier if before else {}
        self.passages: Mapping[Passage, tuple[Break, ...]] = before.passages if before else {}
        self.settled = before.settled if before else {}
        self.records = {**earlier, **(before.records if before else {})}
        if before is not None:
            self.records |= moved_records(self.paragraphs, before.plan, self.records)
        self.widths = usual_widths(writer, (p.look for p in self.paragraphs))
        self.guesses: dict[Guess, tuple[Break, ...]] = {}
        if before is not None and self.widths.agrees(before.widths):
            # Its tables are worked out already.
            self.widths, self.guesses = before.widths, dict(before.guesses)
        self._asking = RequestBuilder(note, writer.sha256, self.records)
        self.inks: dict[tuple[LineRequest, ...], LineInk] = {}
        self._fields = {box.id for box in note.boxes if box.height is not None}

    def settled_plan(self) -> Plan:
        """Plan by what is written, until nothing that is written has to be planned otherwise."""
        for _ in range(ROUNDS):
            self._plan = self._planned_again()
            if not self._measured(self._plan):
                break
        return self._plan

    def _planned_again(self) -> Plan:
        """Plan by what is known, keeping what can be kept of the plan before."""
        experience = PlanContext(
            self.widths,
            self.records,
            self._plan,
            self.passages,
            self.written.keys(),
            self.settled,
            self.guesses,
        )
        planned = plan_note(
            self.note, self.paragraphs, self.notices, self.writer.sha256, experience
        )
        return replace(planned, spelled=self.spelled)

    def missing(self, plan: Plan) -> list[LineRequest]:
        """What a plan wants that is not written."""
        return [request for request in plan.requests if request not in self.written]

    def foreseen(self, plan: Plan) -> list[LineRequest]:
        """What will be wanted, too, where lines behind one that has to wait do not fit."""
        wanted: list[LineRequest] = []
        for line in plan.everything:
            requests, gaps = line.requests, line.gaps
            tries = self._asking.tries(line.key, line.look)
            while requests and self._is_written(requests):
                record = LineRecord(requests, gaps, self._ink(requests).natural(gaps), tries)
                if not (self._misfit(line, record) and self._may_retry(line, record)):
                    break
                tries += 1
                requests = self._asking.at_try(line.key, line.look, tries)
            wanted += [request for request in requests if request not in self.written]
        return wanted

    def _measured(self, plan: Plan) -> bool:
        """Measure what is written of a plan; whether it has to be planned otherwise by that.

        Of each block, or page that is to be fitted, as far as its lines hold.
        """
        changed = False
        waiting: set[tuple[str, int]] = set()
        for line in plan.everything:
            fitted = self.note.fit_pages and line.place is None
            unit = ("page", line.page) if fitted else ("block", line.key.block)
            if unit in waiting:
                continue
            if not line.requests:
                self.records[line.key] = LineRecord((), line.gaps, 0.0)
                continue
            if not self._is_written(line.requests):
                waiting.add(unit)
                continue
            record = self.records.get(line.key)
            if record is not None and record[:2] == (line.requests, line.gaps):
                # The plan knows of it.
                continue
            tries = self._asking.tries(line.key, line.look)
            record = (record or LineRecord((), 0.0, 0.0))._replace(
                requests=line.requests,
                gaps=line.gaps,
                width=self.ink(line).natural(line.gaps),
                tries=tries,
            )
            self.records[line.key] = record
            # The columns of a table are looked at again when all of it is written.
            changed = changed or bool(plan.columns)
            if not self._misfit(line, record):
                continue
            if self._may_retry(line, record):
                # Chance made most of them too wide, or too short.
                self.records[line.key] = record._replace(tries=tries + 1)
            elif not overfull(record.width * line.look.x_height, len(line.words), line.most):
                continue
            changed = True
            waiting.add(unit)
        return changed

    def _misfit(self, line: PlannedLine, record: LineRecord) -> bool:
        """Whether a line is too wide for its room, or unduly short."""
        width = record.width * line.look.x_height
        lank = line.filled and width < LANK * line.width
        return lank or overfull(width, len(line.words), line.most)

    def _may_retry(self, line: PlannedLine, record: LineRecord) -> bool:
        # Other ink that the user chose for it stays.
        free = not line.edit.variant and not line.edit.locked and line.key.block != FOLIO
        # What has no room on its page is written smaller: it needs no other ink for that.
        free = free and not self.note.fit_pages and line.key.block not in self._fields
        width = record.width * line.look.x_height / HOPELESS
        hopeless = record.tries > 0 and overfull(width, len(line.words), line.most)
        return free and record.tries < RETRIES and not hopeless

    def _is_written(self, requests: Iterable[LineRequest]) -> bool:
        return all(request in self.written for request in requests)

    def ink(self, line: PlannedLine) -> LineInk:
        """The ink of a line, of one or more pieces."""
        return self._ink(line.requests)

    def _ink(self, requests: tuple[LineRequest, ...]) -> LineInk:
        if requests not in self.inks:
            self.inks[requests] = LineInk(tuple(self.written[request] for request in requests))
        return self.inks[requests]

    def layout(
        self, plan: Plan, ghosts: Mapping[PlannedLine, PlacedLine] = MappingProxyType({})
    ) -> Layout:
        """Place the ink of a plan's lines.

        Parameters
        ----------
        plan : Plan
        ghosts : mapping of PlannedLine to PlacedLine
            What stands for the lines that are not written.
        """
        placed = {
            line: ghosts.get(line) or self.placed.get(line) or fit(line, self.ink(line))
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
            guesses=_latest(self.guesses),
        )

    def _earlier(self, plan: Plan) -> Mapping[LineKey, LineRecord]:
        """The lines that have ink and are not in the plan."""
        now = {line.key for line in plan.everything}
        gone = {key: r for key, r in self.records.items() if key not in now and self._has_ink(r)}
        return MappingProxyType(_latest(gone))

    def _passages(self, plan: Plan) -> Mapping[Passage, tuple[Break, ...]]:
        """How passages were broken of which all is written."""
        waiting = {line.key.block for line in plan.lines if not self._is_written(line.requests)}
        known = dict(self.passages)
        for passage, breaks in plan.breaks.items():
            if passage.block not in waiting:
                known.pop(passage, None)
                known[passage] = breaks
        return MappingProxyType(_latest(known))

    def _settled(self, plan: Plan) -> Mapping[tuple[object, ...], float]:
        """How wide lines with ink were planned."""
        lines = (p for p in plan.everything if p.requests and self._is_written(p.requests))
        known = dict(self.settled)
        for key, width in settled_widths(lines).items():
            known.pop(key, None)
            known[key] = width
        return MappingProxyType(_latest(known))

    def _has_ink(self, record: LineRecord) -> bool:
        return bool(record.requests) and self._is_written(record.requests)


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
        MappingProxyType({r: written[r] for r in plan.requests if r in written}),
        MappingProxyType(placed),
        MappingProxyType({p.key: records[p.key] for p in plan.everything if p.key in records}),
        widths,
    )


def usual_widths(writer: Writer, looks: Iterable[Look]) -> WidthModel:
    """How wide a writer usually writes in the manners of some looks."""
    manners = sorted({manner_of(look) for look in looks}, key=str)
    return WidthModel().learned(
        (text, manner, width) for manner in manners for text, width in writer.examples(*manner)
    )


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
            note.margins_of(number),
            tuple(on_page[number]),
            number + 1,
            folios.get(number),
            note.ruling,
            note.ruling_printed,
            tuple(drawings[number]),
            tuple(frames[number]),
            _backgrounds(note, number),
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
        note.duplex,
    )


def _backgrounds(note: Note, number: int) -> tuple[PlacedBackground, ...]:
    """What lies under the ink of a page."""
    background = note.background
    if background is None or (number and background.first_only):
        return ()
    return (PlacedBackground(background, number, (0.0, 0.0, note.paper.width, note.paper.height)),)


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

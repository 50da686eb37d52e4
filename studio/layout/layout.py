"""Laying out a note: plan it, have its lines written, correct what does not fit, place the ink."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import islice
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from engine.ink.ink import Ink, Stroke
from engine.text.transliteration import Substitution
from studio.document.background import PlacedBackground
from studio.document.deferred_lines import DeferredLine, DeferredLines, DeferredMapping
from studio.document.drawing import Drawing
from studio.document.note import Look, Note
from studio.document.page import Frame, LineKey, LineToPlace, Page, Pages, PlacedDrawing, PlacedLine
from studio.layout.block_lines import BlockLines, block_lines
from studio.layout.boxes import frame_of
from studio.layout.left_out import typed_words
from studio.layout.line_fitting import fit
from studio.layout.line_ink import LineInk
from studio.layout.line_requests import LineRecord, RequestBuilder, manner_of
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.layout.moved_lines import moved_records
from studio.layout.passage_breaking import FULL, Guess, overfull
from studio.layout.plan import Break, Passage, Plan, PlannedLine
from studio.layout.planner import FOLIO, PlanContext, plan_note, settled_widths
from studio.layout.tokenise import tokenise
from studio.layout.typesetting import PlacedBlock, Typesetting
from studio.layout.width_model import WidthModel

ROUNDS = 200
"""How often lines that turn out too wide are corrected at most; then they are squeezed."""

RETRIES = 3
"""How often such a line is written again by another seed, before it is broken elsewhere."""

HOPELESS = 1.15
"""A line that is too wide by more than this twice is broken elsewhere at once."""

EARLIER = 4000
"""Lines, and passages, of earlier layouts that are remembered: some 200 bytes each."""

#: Of what stands for a word, in x-heights.
_HEIGHT = -0.5

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
    typesetting : Typesetting or None
        How the paragraphs of the plan were set.
    blocks : mapping of int to BlockLines
        Their lines, by the paragraphs' ids.
    ghosts : frozenset of LineKey
        The lines that are not, or not wholly, written; they are placed nonetheless.
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
    typesetting: Typesetting | None = field(default=None, repr=False)
    blocks: Mapping[int, BlockLines] = field(default_factory=dict, repr=False)
    ghosts: frozenset[LineKey] = frozenset()

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
    return work.draft(plan)[0]


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
    placed = {
        line: placed_line(line, tuple([written[r] for r in line.requests]))
        for line in plan.everything
        if not line.edit.deleted
    }
    wanted = MappingProxyType({request: written[request] for request in plan.requests})
    return _laid_out(
        note, writer, plan, placed, wanted, before.records, before.widths, before.pages
    )


def placed_line(line: PlannedLine, pieces: tuple[WrittenLine, ...]) -> LineToPlace:
    """A line whose ink is laid into its place when it is looked at."""
    return DeferredLine(line.key, partial(_fitted, line, pieces))


def _fitted(line: PlannedLine, pieces: tuple[WrittenLine, ...]) -> PlacedLine:
    return fit(line, LineInk(pieces))


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
        self._before = before
        self.written = union(known or {}, before.written if before else {})
        self.typesetting = before.typesetting if before else None
        self.paragraphs, self.notices, self.spelled = tokenise(
            note,
            writer.alphabet,
            before.plan if before else None,
            self.written,
            writer.sha256,
            self.typesetting.paragraphs(note) if self.typesetting else {},
        )
        self._plan = before.plan if before else Plan()
        earlier = before.earlier if before else {}
        self.passages: Mapping[Passage, tuple[Break, ...]] = before.passages if before else {}
        self.settled = before.settled if before else {}
        self.records = union(earlier, before.records if before else {})
        if before is not None:
            self.records |= moved_records(self.paragraphs, before.plan, self.records)
        looks = {id(paragraph.look): paragraph.look for paragraph in self.paragraphs}
        self.widths = usual_widths(writer, looks.values())
        self.guesses: dict[Guess, tuple[Break, ...]] = {}
        if before is not None and self.widths.agrees(before.widths):
            # Its tables are worked out already.
            self.widths, self.guesses = before.widths, dict(before.guesses)
        #: Blocks of which lines were measured.
        self._measured_blocks: set[int] = set()
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
            self.typesetting,
        )
        planned, self.typesetting = plan_note(
            self.note, self.paragraphs, self.notices, self.writer.sha256, experience
        )
        return replace(planned, spelled=self.spelled)

    def missing(self, plan: Plan) -> list[LineRequest]:
        """What a plan wants that is not written."""
        return [request for request in plan.requests if request not in self.written]

    def _is_same(self, placed: PlacedBlock) -> bool:
        """Whether a paragraph stands as it stood before."""
        before = None if self._before is None else self._before.typesetting
        return before is not None and before.blocks.get(placed.block.paragraph.block.id) is placed

    def _changed(self, plan: Plan) -> Iterator[PlannedLine]:
        """The lines that are not just as they were before, or of which nothing is measured."""
        blocks = {} if self.typesetting is None else self.typesetting.blocks
        for placed in blocks.values():
            lines = [line for line in placed.lines if line is not None]
            if not lines or (self._is_same(placed) and self._stays(placed, lines[0])):
                continue
            yield from lines
        yield from (line for line in plan.everything if line.key.block not in blocks)

    def _stays(self, placed: PlacedBlock, first: PlannedLine) -> bool:
        """Whether there is nothing to be measured of a paragraph that stands as it stood."""
        if placed.block.inked or self.note.fit_pages:
            # Of a page that is fitted nothing is measured behind a line that is missing.
            return placed.block.inked
        # Of a paragraph nothing is measured before its first line.
        return (
            placed.block.settled and bool(first.requests) and not self._is_written(first.requests)
        )

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
        for line in self._changed(plan):
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
            self._measured_blocks.add(line.key.block)
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

    def draft(self, plan: Plan) -> tuple[Layout, tuple[LineRequest, ...]]:
        """Place the lines of a plan: their ink, or what stands for it.

        Returns
        -------
        Layout
        tuple of LineRequest
            What is not written.
        """
        before: Mapping[int, BlockLines] = {} if self._before is None else self._before.blocks
        inked = set(self.written)
        blocks: dict[int, BlockLines] = {}
        placed_blocks = {} if self.typesetting is None else self.typesetting.blocks
        for ident, placed in placed_blocks.items():
            old = before.get(ident)
            if old is None or not old.holds(placed, inked):
                lines = [line for line in placed.lines if line is not None]
                old = block_lines(placed, lines, self.written, self._laid, self._ghost)
            blocks[ident] = old
        rest = [line for line in plan.everything if line.key.block not in blocks]
        others = block_lines(None, rest, self.written, self._laid, self._ghost)
        deferred: dict[PlannedLine, LineToPlace] = {}
        written: dict[LineRequest, WrittenLine] = {}
        missing: list[LineRequest] = []
        for block in (*blocks.values(), others):
            deferred |= block.lines
            written |= block.written
            missing += block.missing
        layout = _laid_out(
            self.note,
            self.writer,
            plan,
            deferred,
            MappingProxyType(written),
            self.records,
            self.widths,
            Pages(()) if self._before is None else self._before.pages,
        )
        layout = replace(
            layout,
            earlier=self._earlier(plan),
            passages=self._passages(plan),
            settled=self._settled(plan),
            guesses=_latest(self.guesses),
            typesetting=self.typesetting,
            blocks=MappingProxyType(blocks),
            ghosts=others.ghosts.union(*[block.ghosts for block in blocks.values()]),
        )
        return layout, tuple(dict.fromkeys(missing))

    def _known_line(self, line: PlannedLine) -> LineToPlace | None:
        """What became of a line before."""
        before = None if self._before is None else self._before.placed
        return before.deferred.get(line) if isinstance(before, DeferredMapping) else None

    def _laid(self, line: PlannedLine) -> LineToPlace:
        """A line that is written; the same object where it was placed before."""
        known = self._known_line(line)
        if known is not None and self._before is not None and line.key not in self._before.ghosts:
            return known
        return placed_line(line, tuple([self.written[request] for request in line.requests]))

    def _ghost(self, line: PlannedLine) -> LineToPlace:
        """A line that is not written, or not wholly."""
        known = self._known_line(line)
        if known is not None and self._before is not None and line.key in self._before.ghosts:
            return known
        # What becomes known later does not belong to it.
        pieces = tuple([self.written.get(request) for request in line.requests])
        return DeferredLine(line.key, partial(_fitted_ghost, line, pieces, self.widths))

    def _earlier(self, plan: Plan) -> Mapping[LineKey, LineRecord]:
        """The lines that have ink and are not in the plan."""
        now = {line.key for line in plan.everything}
        known = {} if self._before is None else self._before.earlier
        gone = {
            key: record
            for key, record in self.records.items()
            if key not in now and (known.get(key) is record or self._has_ink(record))
        }
        return MappingProxyType(_latest(gone))

    def _passages(self, plan: Plan) -> Mapping[Passage, tuple[Break, ...]]:
        """How passages were broken of which all is written."""
        old, waiting = self._old_blocks(), set[int]()
        for line in self._lines_of_others(plan, old):
            if not self._is_written(line.requests):
                waiting.add(line.key.block)
        known = dict(self.passages)
        for passage, breaks in plan.breaks.items():
            if passage.block not in old and passage.block not in waiting:
                known.pop(passage, None)
                known[passage] = breaks
        return MappingProxyType(_latest(known))

    def _settled(self, plan: Plan) -> Mapping[tuple[object, ...], float]:
        """How wide lines with ink were planned."""
        lines = self._lines_of_others(plan, self._old_blocks())
        inked = (line for line in lines if line.requests and self._is_written(line.requests))
        known = dict(self.settled)
        for key, width in settled_widths(inked).items():
            known.pop(key, None)
            known[key] = width
        return MappingProxyType(_latest(known))

    def _lines_of_others(self, plan: Plan, old: Collection[int]) -> Iterator[PlannedLine]:
        """The lines of a plan that belong to no paragraph of these."""
        blocks = {} if self.typesetting is None else self.typesetting.blocks
        for ident, placed in blocks.items():
            if ident not in old:
                yield from (line for line in placed.lines if line is not None)
        yield from (line for line in plan.everything if line.key.block not in blocks)

    def _old_blocks(self) -> set[int]:
        """The paragraphs that stand as they stood, and of which no more is written."""
        blocks = {} if self.typesetting is None else self.typesetting.blocks
        return {
            ident
            for ident, placed in blocks.items()
            if ident not in self._measured_blocks and self._is_same(placed)
        }

    def _has_ink(self, record: LineRecord) -> bool:
        return bool(record.requests) and self._is_written(record.requests)


_K = TypeVar("_K")
_V = TypeVar("_V")


def _latest(entries: dict[_K, _V]) -> dict[_K, _V]:
    surplus = len(entries) - EARLIER
    return dict(islice(entries.items(), surplus, None)) if surplus > 0 else entries


def union(one: Mapping[_K, _V], other: Mapping[_K, _V]) -> dict[_K, _V]:
    """Both in one, the other first; of dictionaries no key is hashed again."""
    kinds = dict, MappingProxyType
    if isinstance(one, kinds) and isinstance(other, kinds):
        made: dict[_K, _V] = one | other
        return made
    return {**one, **other}


def _fitted_ghost(
    line: PlannedLine, pieces: Sequence[WrittenLine | None], widths: WidthModel
) -> PlacedLine:
    """A line with a flat stroke for each word that is not written."""
    pairs = zip(pieces, line.requests, strict=True)
    return fit(line, LineInk(tuple(piece or placeholder(r, widths) for piece, r in pairs)))


def placeholder(request: LineRequest, widths: WidthModel) -> WrittenLine:
    """A flat stroke for each word of a text, as wide as the word is expected to be."""
    strokes: list[Stroke] = []
    characters: list[int] = []
    place, x = 0, 0.0
    manner = (request.style, request.strength)
    space = widths.expected(" ", manner)
    for word in request.text.split(" "):
        width = widths.expected(word, manner) if word else 0.0
        if word:
            xs = np.linspace(x, x + width, len(word) + 1)
            strokes.append(Stroke(np.stack([xs, np.full_like(xs, _HEIGHT)], axis=1)))
            characters.extend(range(place, place + len(word)))
            characters.append(place + len(word) - 1)
        place += len(word) + 1
        x += width + space
    return WrittenLine(
        request.text, Ink(tuple(strokes)), np.array(characters, dtype=np.int64), request.seed
    )


def _laid_out(
    note: Note,
    writer: Writer,
    plan: Plan,
    placed: Mapping[PlannedLine, LineToPlace],
    written: Mapping[LineRequest, WrittenLine],
    records: Mapping[LineKey, LineRecord],
    widths: WidthModel,
    before: Pages,
) -> Layout:
    """A layout of what is in use of all that is known."""
    return Layout(
        _pages(note, writer, plan, placed, before),
        plan,
        written,
        DeferredMapping(placed),
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
    note: Note,
    writer: Writer,
    plan: Plan,
    placed: Mapping[PlannedLine, LineToPlace],
    before: Pages,
) -> Pages:
    """The pages of a plan; one that has the same on it as before is the same object."""
    on_page: list[list[LineToPlace]] = [[] for _ in range(plan.pages)]
    folios: dict[int, PlacedLine] = {}
    for line, there in placed.items():
        if line.key.block == FOLIO:
            folios[line.page] = there.line
        else:
            on_page[line.page].append(there)
    drawings: list[list[PlacedDrawing]] = [[] for _ in range(plan.pages)]
    for drawing in note.drawings:
        drawings[drawing.place.page].append(_drawn(drawing))
    frames: list[list[Frame]] = [[] for _ in range(plan.pages)]
    for box in note.boxes:
        lines = {
            line: found.line if (found := placed.get(line)) is not None else None
            for line in plan.lines_by_block.get(box.id, ())
        }
        frames[box.place.page].append(frame_of(note, box, lines))
    for drawing in note.drawings:
        frames[drawing.place.page].append(_frame(drawing))
    pages: list[Page] = []
    left_out = typed_words(plan)
    typed: list[dict[LineKey, tuple[str, ...]]] = [{} for _ in range(plan.pages)]
    for line in plan.lines if left_out else ():
        if line.key in left_out:
            typed[line.page][line.key] = left_out[line.key]
    for number in range(plan.pages):
        things = tuple(drawings[number]), tuple(frames[number]), _backgrounds(note, number)
        lines_here = tuple(on_page[number])
        folio = folios.get(number)
        old = before.pages[number] if number < len(before.pages) else None
        sheet = note.paper, note.margins_of(number), note.ruling, note.ruling_printed
        if (
            old is not None
            and isinstance(old.lines, DeferredLines)
            and old.lines.deferred == lines_here
            and old.folio is folio
            and (old.drawings, old.frames, old.backgrounds) == things
            and (old.paper, old.margins, old.ruling, old.ruling_printed) == sheet
            and old.number == number + 1
            and old.typed == typed[number]
        ):
            pages.append(old)
            continue
        page = Page(
            note.paper,
            sheet[1],
            DeferredLines(lines_here),
            number + 1,
            folio,
            note.ruling,
            note.ruling_printed,
            *things,
            typed[number],
        )
        pages.append(page)
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

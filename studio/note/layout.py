"""Laying out a note: plan it, have its lines written, correct what does not fit, place the ink."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.spelling import Notice
from studio.note.breaking import SQUEEZED
from studio.note.fitting import LineInk, fit
from studio.note.note import Note
from studio.note.page import LineKey, Page, Pages, PlacedLine
from studio.note.plan import Plan, PlannedLine
from studio.note.planning import REDUCED, Experience, Record, plan_note
from studio.note.reading import Paragraph, read
from studio.note.widths import Widths
from studio.note.writer import LineRequest, Writer, WrittenLine

ROUNDS = 6
"""How often lines that turn out too wide are broken and written again; then they are squeezed."""


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
    records : mapping of LineKey to Record
    widths : Widths
        What was learnt of the hand.
    """

    pages: Pages
    plan: Plan
    written: Mapping[LineRequest, WrittenLine]
    placed: Mapping[PlannedLine, PlacedLine]
    records: Mapping[LineKey, Record]
    widths: Widths = field(default_factory=Widths)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was spelled otherwise than asked for."""
        return self.plan.notices


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
    in one batch and measured. A line that turned out too wide to be squeezed unseen is broken
    again, and what follows from that is written again.

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
        If a character cannot be written, or a word is too long for the page.
    SettingError
        If the writing is too large for the page.
    StyleError
        If a style is unknown.
    """
    paragraphs, notices = read(note, writer.alphabet)
    shelf = _Shelf(before, known)
    records = dict(before.records) if before else {}
    widths = _with_examples(before.widths if before else Widths(), paragraphs, writer)
    plan = before.plan if before else Plan()
    for final in [False] * ROUNDS + [True]:
        experience = Experience(widths, records, plan)
        plan = plan_note(note, paragraphs, notices, writer.sha256, experience)
        shelf.fill(plan, writer, planned)
        widths = widths.learned(shelf.fresh_widths())
        records |= {line.key: shelf.record(line, records.get(line.key)) for line in plan.everything}
        if final or not any(_overfull(line, records[line.key].width) for line in plan.everything):
            break
    placed = {
        line: (before.placed.get(line) if before else None) or fit(line, shelf.ink(line))
        for line in plan.everything
        if not line.edit.deleted
    }
    return Layout(
        _pages(note, writer, plan, placed),
        plan,
        MappingProxyType({request: shelf.lines[request] for request in plan.requests}),
        MappingProxyType(placed),
        MappingProxyType({line.key: records[line.key] for line in plan.everything}),
        widths,
    )


class _Shelf:
    """The written lines at hand: earlier ones, known ones and those just written."""

    def __init__(
        self, before: Layout | None, known: Mapping[LineRequest, WrittenLine] | None
    ) -> None:
        self.lines = {**(known or {}), **(before.written if before else {})}
        self.learned = set(before.written if before else ())
        self.inks: dict[tuple[LineRequest, ...], LineInk] = {}

    def fill(
        self,
        plan: Plan,
        writer: Writer,
        planned: Callable[[Plan, Sequence[LineRequest]], None] | None,
    ) -> None:
        """Have the lines written that are missing."""
        missing = [request for request in plan.requests if request not in self.lines]
        if planned is not None:
            planned(plan, missing)
        if missing:
            self.lines.update(zip(missing, writer.write_lines(missing), strict=True))

    def ink(self, line: PlannedLine) -> LineInk:
        """The ink of a line, of one or more pieces."""
        if line.requests not in self.inks:
            pieces = tuple(self.lines[request] for request in line.requests)
            self.inks[line.requests] = LineInk(pieces)
        return self.inks[line.requests]

    def record(self, line: PlannedLine, known: Record | None) -> Record:
        """Measure a line, unless that was done before."""
        if known is not None and known[:2] == (line.requests, line.gaps):
            return known
        return Record(line.requests, line.gaps, self.ink(line).natural(line.gaps))

    def fresh_widths(self) -> Iterator[tuple[str, str | None, float]]:
        """Text, style and width of the lines that were not learnt from yet."""
        for request, line in self.lines.items():
            if request not in self.learned:
                self.learned.add(request)
                yield request.text, request.style, line.ink.width


def _with_examples(widths: Widths, paragraphs: Iterable[Paragraph], writer: Writer) -> Widths:
    """With the width of each style's own primer, where no line of the style was written yet."""
    for style in sorted({p.look.style for p in paragraphs if p.look.style is not None}):
        if not widths.lines(style):
            widths = widths.learned((text, style, width) for text, width in writer.examples(style))
    return widths


def _overfull(line: PlannedLine, natural: float) -> bool:
    """Whether a line would have to be squeezed more than the eye forgives."""
    least = SQUEEZED if len(line.words) > 1 else REDUCED
    return natural * line.look.x_height * least > line.most + 1e-9


def _pages(
    note: Note, writer: Writer, plan: Plan, placed: Mapping[PlannedLine, PlacedLine]
) -> Pages:
    on_page: list[list[PlacedLine]] = [[] for _ in range(plan.pages)]
    for line in plan.lines:
        if line in placed:
            on_page[line.page].append(placed[line])
    folios = {line.page: placed.get(line) for line in plan.folios}
    pages = (
        Page(
            note.paper,
            note.margins,
            tuple(lines),
            number + 1,
            folios.get(number),
            note.ruling,
            note.ruling_printed,
        )
        for number, lines in enumerate(on_page)
    )
    return Pages(tuple(pages), note.title, note.author, writer.name, writer.sha256)

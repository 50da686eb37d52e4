"""Writing what a note lacks, line by line: the worker's part of a session."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine.errors import StyleError
from engine.sampling.policy import DEFAULT_POLICY, Policy
from studio.document.note import Note
from studio.document.page import PlacedLine
from studio.layout.draft_layout import DraftLayout, make_draft
from studio.layout.layout import Layout
from studio.layout.line_writer import HandWriter, LineRequest, Writer, WrittenLine
from studio.layout.plan import PlannedLine
from studio.storage.note_file import compact
from studio.writing.line_queue import LineQueue, Mailbox
from studio.writing.lookahead import LookaheadWriter
from studio.writing.symbol_writer import Inks, SymbolWriter
from studio.writing.work_thread import Wait, is_dropped

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.sampling.trace import TraceStep
    from engine.style.style import Style

ASCII = frozenset(map(chr, range(32, 127)))


class _NullWriter:
    """Stands for the hand while that is being loaded: enough to lay text out."""

    name = ""
    sha256 = ""

    def __init__(self, alphabet: Collection[str]) -> None:
        self.alphabet = alphabet

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        raise NotImplementedError(len(requests))

    def examples(self, style: str | None, strength: float) -> Sequence[tuple[str, float]]:
        return ()


class _RenamedWriter:
    """A writer under the name that a note's ink carries, so that the ink stays the note's own."""

    def __init__(self, writer: Writer, name: str, sha256: str) -> None:
        self._writer, self.name, self.sha256 = writer, name, sha256

    @property
    def alphabet(self) -> Collection[str]:
        return self._writer.alphabet

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        return self._writer.write_lines(requests)

    def examples(self, style: str | None, strength: float) -> Sequence[tuple[str, float]]:
        return self._writer.examples(style, strength)


@dataclass(frozen=True, eq=False)
class WritingSnapshot:
    """All that writing a note depends on, at one moment: nothing of it changes.

    Parameters
    ----------
    note : Note
    known : mapping of LineRequest to WrittenLine
        The lines whose ink is seen, or was at some step of the history.
    spare : mapping of LineRequest to WrittenLine
        Lines that are written and were never seen.
    before : Layout or None
        What the next layout starts from.
    hand : Hand or None
        None while it is being loaded.
    alphabet : collection of str
        Of the hand that is there, or was last.
    signature : tuple of str
        Name and hash of the hand that the note's ink is of.
    styles : mapping of str to Style
    symbols : mapping of str to sequence of Ink
        The recordings of signs that stand in a text for one character.
    policy : Policy
        How lines are sampled and chosen.
    """

    note: Note
    known: Mapping[LineRequest, WrittenLine] = field(default_factory=dict)
    spare: Mapping[LineRequest, WrittenLine] = field(default_factory=dict)
    before: Layout | None = None
    hand: Hand | None = None
    alphabet: Collection[str] = ASCII
    signature: tuple[str, str] = ("", "")
    styles: Mapping[str, Style] = field(default_factory=dict)
    symbols: Inks = field(default_factory=dict)
    policy: Policy = DEFAULT_POLICY

    def find(self, name: str) -> Style:
        """The style of that name.

        Raises
        ------
        StyleError
            If there is none any more.
        """
        if name not in self.styles:
            raise StyleError(f"There is no style {name!r} any more; choose another.")
        return self.styles[name]

    @cached_property
    def writer(self) -> Writer:
        """Who writes the note's lines."""
        return self._writer(waits=False)

    @cached_property
    def thorough_writer(self) -> Writer:
        """The writer that first learns how wide the hand writes in a style; for the worker."""
        return self._writer(waits=True)

    def _writer(self, *, waits: bool) -> Writer:
        plain: Writer = (
            _NullWriter(self.alphabet)
            if self.hand is None
            else HandWriter(self.hand, self.find, policy=self.policy, waits=waits, stop=is_dropped)
        )
        return _RenamedWriter(SymbolWriter(plain, self.symbols), *self.signature)

    def draft(self) -> DraftLayout:
        """The note laid out, with what is known and was seen of its ink.

        Raises
        ------
        TextError, SettingError, StyleError
            As `make_draft`.
        """
        return make_draft(self.note, self.writer, self.known, self.before)


@dataclass(frozen=True, eq=False)
class SessionLine:
    """A line that was written, with what the note looks like with it.

    Parameters
    ----------
    lines : mapping of LineRequest to WrittenLine
        Its ink: of one request, or of the pieces of a long line.
    planned : PlannedLine
        Where it was to stand.
    placed : PlacedLine or None
        Where it came to stand; None where the line was broken elsewhere.
    trace : tuple of TraceStep
        What the network did; empty where that is not known.
    note : Note
        That it was written for.
    draft : DraftLayout
        The note with this line and all before it.
    total : int
        How many lines were missing before it.
    speed : float
        Points a second that the network samples, so far.
    """

    lines: Mapping[LineRequest, WrittenLine]
    planned: PlannedLine
    placed: PlacedLine | None
    trace: tuple[TraceStep, ...]
    note: Note
    draft: DraftLayout
    total: int
    speed: float

    @property
    def points(self) -> int:
        """Of its ink."""
        return sum(line.ink.points for line in self.lines.values())


def write_missing(
    now: WritingSnapshot, snapshots: Mailbox[WritingSnapshot], written: LineQueue[SessionLine]
) -> Generator[Wait | int, None, float]:
    """Write what a note lacks, some lines at once; runs in the worker.

    They are handed out in reading order, checked: nothing that was handed out is taken back. The
    newest snapshot is looked at before each line, so that what is typed meanwhile is written, too.
    Where the queue has no room, nothing is written until it has.

    Parameters
    ----------
    now : WritingSnapshot
        With a hand.
    snapshots : Mailbox of WritingSnapshot
        The newest may lack a hand while another is being loaded, also before this begins.
    written : LineQueue of SessionLine

    Yields
    ------
    Wait or int
        The points of a line that was put into the queue.

    Returns
    -------
    float
        Points a second.
    """
    work = _Writing(now)
    while True:
        if not written.has_room():
            yield Wait(written.has_room)
        if snapshots.latest is not now:
            now = snapshots.latest
            work.follow(now)
        if not work.draft.missing:
            return work.speed
        line = work.next_line()
        # What was typed while it was written counts for where it stands.
        if snapshots.latest is not now:
            now = snapshots.latest
            work.follow(now, again=False)
        made = work.placed(line)
        written.put(made)
        yield made.points


@dataclass(frozen=True, eq=False)
class _Fresh:
    lines: dict[LineRequest, WrittenLine]
    planned: PlannedLine
    trace: tuple[TraceStep, ...]
    total: int


class _Writing:
    """The worker's own view of the note: further than what is seen by the lines in the queue."""

    def __init__(self, now: WritingSnapshot) -> None:
        self._own: dict[LineRequest, WrittenLine] = {}
        self._before = now.before
        self._points, self._seconds = 0, 0.0
        self._prepare(now)
        self._lay_out()

    def _prepare(self, now: WritingSnapshot) -> None:
        assert now.hand is not None
        self._now, self._hand, self._styles = now, now.hand, now.styles
        self._alphabet = now.hand.characters
        self._ahead = LookaheadWriter(now.hand, now.find, now.policy)

    def follow(self, now: WritingSnapshot, *, again: bool = True) -> None:
        """Go on with a newer snapshot; lay it out at once, or with the next line."""
        hand = now.hand or self._hand
        if now.hand is None:
            # While another is being loaded, perhaps for another device, this one goes on.
            now = replace(now, hand=hand)
        if hand is not self._hand or now.styles is not self._styles:
            self._points, self._seconds = self._points + self._ahead.points, self._spent
            self._prepare(now)
        before, self._now = self._now, now
        same = (
            now.note is before.note
            and now.signature == before.signature
            and now.symbols is before.symbols
            and self._shown.keys() >= now.known.keys()
        )
        if again and not same:
            self._lay_out()

    def _lay_out(self) -> None:
        now = self._now
        self._shown = {**now.known, **self._own}
        self.draft = make_draft(now.note, now.thorough_writer, self._shown, self._before)
        self._before = self.draft.settled

    @property
    def _spent(self) -> float:
        return self._seconds + self._ahead.seconds

    @property
    def speed(self) -> float:
        """Points a second; 0 where nothing was sampled."""
        return (self._points + self._ahead.points) / self._spent if self._spent else 0.0

    def next_line(self) -> _Fresh:
        """Write the first line that is missing."""
        now, draft = self._now, self.draft
        planned, _ = draft.planned(draft.missing[0])
        ready = {**now.known, **now.spare, **self._own}
        fresh: dict[LineRequest, WrittenLine] = {}
        traces: list[tuple[TraceStep, ...]] = []
        for request in planned.requests:
            if request in now.known or request in self._own:
                continue
            line = ready.get(request)
            if line is not None:
                traces.append(())
                fresh[request] = line
                continue
            if self._is_the_hands(request):
                coming = [r for r in draft.missing if r not in ready and self._is_the_hands(r)]
                line = self._ahead.line(request, coming)
            else:
                (line,) = now.writer.write_lines([request])
            traces.append(line.trace)
            fresh[request] = compact(replace(line, trace=()))
        self._own |= fresh
        whole = all(traces) and len(traces) == len(planned.requests)
        trace = tuple(step for trace in traces for step in trace) if whole else ()
        return _Fresh(fresh, planned, trace, len(draft.ghosts))

    def _is_the_hands(self, request: LineRequest) -> bool:
        """Whether the hand alone writes it: a line with symbols in it is not its alone."""
        return set(request.text) <= self._alphabet

    def placed(self, fresh: _Fresh) -> SessionLine:
        """The line where it stands in the note as it is now."""
        self._lay_out()
        planned, layout = fresh.planned, self.draft.layout
        there = next(
            (p for p in layout.placed if p.key == planned.key and p.requests[0] in fresh.lines),
            None,
        )
        return SessionLine(
            fresh.lines,
            planned if there is None else there,
            None if there is None else layout.placed[there],
            fresh.trace,
            self._now.note,
            self.draft,
            fresh.total,
            self.speed,
        )

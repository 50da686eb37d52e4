"""Writing for clients: notes laid out by the same functions as everywhere, in one shared loop."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import SettingError, WritingStoppedError
from engine.sampling.line_loop import LineLoop, Turn
from engine.sampling.policy import DEFAULT_POLICY, Policy
from engine.sampling.request import SamplingRequest
from studio.document.note import LineEdit, Note
from studio.document.page import LineKey
from studio.document.typography import typeset_note
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import HandWriter, LineRequest, WrittenLine
from studio.layout.plan import Plan, PlannedLine, check_seen
from studio.service.ink_request import InkRequest, OwnStyle, Rewrite
from studio.service.requested_note import RequestedStyles, finder, requested_note
from studio.service.service_errors import ServiceError
from studio.service.service_settings import ServiceLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.hand import Hand
    from engine.sampling.buffers import Floats
    from engine.style.style import Style

#: Lines of one request that are in the loop at the same time, while few are written and many.
IN_FLIGHT, IN_FLIGHT_OF_MANY = 16, 6
#: Requests from which on they are many.
MANY = 8


class Listener(Protocol):
    """Who follows the writing of a note; called from several threads."""

    def begins(self, note: Note, style: Style | None, strength: float) -> None:
        """A note is to be written; called before anything else."""

    def planned(self, plan: Plan) -> None:
        """The lines have their places for now."""

    def points(self, request: LineRequest, first: int, offsets: Floats, phi: Floats) -> None:
        """The first try of a line goes on; it must be quick."""

    def again(self, request: LineRequest) -> None:
        """A line, or a word of it, is tried again."""

    def line(self, request: LineRequest, line: WrittenLine) -> None:
        """A line is written."""


class LoopWriter:
    """A hand as the writer of one request's lines, in the loop of all requests.

    Parameters
    ----------
    hand : Hand
    loop : LineLoop
    style : Style or None
        That its lines name.
    policy : Policy
    keep_steps : bool
        Whether what the network did is kept.
    stopped : callable
        Says that nothing more is wanted.
    listener : Listener, optional
    in_flight : callable
        How many lines of the request may be in the loop.
    held : callable
        Says that its lines wait where they are.
    """

    def __init__(
        self,
        hand: Hand,
        loop: LineLoop,
        style: Style | None,
        policy: Policy,
        keep_steps: bool,
        stopped: Callable[[], bool],
        listener: Listener | None = None,
        in_flight: Callable[[], int] = lambda: IN_FLIGHT,
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        self._hand, self._loop, self._find = hand, loop, finder(style)
        self._policy, self._keep_steps = policy, keep_steps
        self._stopped, self._listener, self._in_flight = stopped, listener, in_flight
        self._held = held
        self._plain = HandWriter(hand, self._find)
        self._begun = 0

    @property
    def name(self) -> str:
        """Of the hand."""
        return self._hand.name

    @property
    def sha256(self) -> str:
        """Hash of the hand's file."""
        return self._hand.sha256

    @property
    def alphabet(self) -> Collection[str]:
        """The characters that the hand writes as one would expect."""
        return self._plain.alphabet

    def examples(self, style: str | None, strength: float) -> Sequence[tuple[str, float]]:
        """What the hand usually writes in the style."""
        return self._plain.examples(style, strength)

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        """Write each line in a thread of its own, which mostly waits for the loop."""
        first, self._begun = self._begun, self._begun + len(requests)
        if len(requests) == 1:
            return [self._write(requests[0], first)]
        count = min(len(requests), max(1, self._in_flight()))
        with ThreadPoolExecutor(count, thread_name_prefix="line") as pool:
            places = range(first, first + len(requests))
            return list(pool.map(self._write, requests, places))

    def view(self, turn: Turn) -> Hand:
        """The hand, with its lines drawn in the loop."""
        return self._hand.drawing_by(self._loop.drawing(turn))

    def _write(self, request: LineRequest, place: int) -> WrittenLine:
        if self._stopped():
            raise WritingStoppedError("The request is not wanted any more.")

        def watch(job: SamplingRequest, first: int, offsets: Floats, phi: Floats) -> None:
            if self._listener is None:
                return
            if job.text == request.text and job.seed == request.seed:
                self._listener.points(request, first, offsets, phi)
            elif first == 0:
                self._listener.again(request)

        turn = Turn(place, self._stopped, self._held, None if self._listener is None else watch)
        writer = HandWriter(
            self.view(turn), self._find, policy=self._policy, keep_steps=self._keep_steps
        )
        (line,) = writer.write_lines([request])
        if self._listener is not None:
            self._listener.line(request, line)
        return line


@dataclass(frozen=True, eq=False)
class BegunNote:
    """What a request comes to before its lines are written.

    Parameters
    ----------
    note : Note
        Set as its language does.
    style : Style or None
    remarks : tuple of str
    writer : LoopWriter
        Of its lines.
    """

    note: Note
    style: Style | None
    remarks: tuple[str, ...]
    writer: LoopWriter


@dataclass(frozen=True, eq=False)
class WrittenNote:
    """A note that was written for a request.

    Parameters
    ----------
    layout : Layout
    note : Note
        With the edits of its lines.
    style : Style or None
    style_name : str or None
        As the client calls it.
    remarks : tuple of str
    seconds : float
        That writing took.
    known : mapping of LineRequest to WrittenLine
        Lines that were rewritten.
    """

    layout: Layout
    note: Note
    style: Style | None
    style_name: str | None
    remarks: tuple[str, ...]
    seconds: float
    known: Mapping[LineRequest, WrittenLine] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """Of its ink."""
        return sum(line.ink.points for line in self.layout.written.values())


class InkWriter:
    """Writes what clients ask for, and remembers it for a while.

    Parameters
    ----------
    hand : Hand
    loop : LineLoop
    styles : RequestedStyles
    limits : ServiceLimits
    policy : Policy
        How lines are sampled where a request says nothing else.
    """

    def __init__(
        self,
        hand: Hand,
        loop: LineLoop,
        styles: RequestedStyles,
        limits: ServiceLimits,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        self.hand, self.loop, self.styles, self.limits = hand, loop, styles, limits
        self._policy = policy
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, WrittenNote]] = OrderedDict()
        self._active = 0

    def start_json(self, request: InkRequest) -> dict[str, Any]:
        """What a stream of a request begins with.

        Raises
        ------
        ServiceError
            If there is no style of that name.
        """
        hand = self.hand
        # What came along is looked at when it is written: that may take a while.
        style = self.styles.of(request) if isinstance(request.style, str) else None
        return {
            "hand": hand.name,
            "hand_sha256": hand.sha256,
            "style": style_name(request, style),
            "seed": request.seed,
            "points_per_second": hand.point_rate,
        }

    def writer(
        self,
        request: InkRequest,
        style: Style | None,
        stopped: Callable[[], bool],
        listener: Listener | None = None,
        keep_steps: bool = False,
        held: Callable[[], bool] = lambda: False,
    ) -> LoopWriter:
        """Who writes the lines of a request."""
        policy = self._policy if request.tries is None else Policy(tries=request.tries)
        return LoopWriter(
            self.hand,
            self.loop,
            style,
            policy,
            keep_steps or request.attention,
            stopped,
            listener,
            lambda: IN_FLIGHT if self._active <= MANY else IN_FLIGHT_OF_MANY,
            held,
        )

    def write(
        self,
        request: InkRequest,
        *,
        keep_steps: bool = False,
        stopped: Callable[[], bool] = lambda: False,
        listener: Listener | None = None,
    ) -> WrittenNote:
        """Write a note, or find it among those that were written lately.

        Parameters
        ----------
        request : InkRequest
        keep_steps : bool
            Whether what the network did is wanted.
        stopped : callable
            Says that the client has gone, or that the time is over.
        listener : Listener, optional

        Raises
        ------
        ScriptoriumError
            If something of the request is wrong.
        WritingStoppedError
            If it was stopped.
        """
        keep_steps = keep_steps or request.attention
        key = fingerprint(request, keep_steps)
        if (found := self._found(key)) is not None:
            if listener is not None:
                listener.begins(found.note, found.style, request.strength)
                listener.planned(found.layout.plan)
            return found
        with self._counted():
            if request.edits:
                written = self._rewritten(request, keep_steps, stopped, listener)
            else:
                written = self._fresh(request, keep_steps, stopped, listener)
        self._keep(key, written)
        return written

    def _fresh(
        self,
        request: InkRequest,
        keep_steps: bool,
        stopped: Callable[[], bool],
        listener: Listener | None,
    ) -> WrittenNote:
        since = time.perf_counter()
        begun = self.begin(request, stopped, listener, keep_steps)
        layout = lay_out(begun.note, begun.writer, planned=self.checked(listener))
        check_seen(layout.plan)
        name = style_name(request, begun.style)
        seconds = time.perf_counter() - since
        return WrittenNote(layout, begun.note, begun.style, name, begun.remarks, seconds)

    def begin(
        self,
        request: InkRequest,
        stopped: Callable[[], bool],
        listener: Listener | None = None,
        keep_steps: bool = False,
        held: Callable[[], bool] = lambda: False,
    ) -> BegunNote:
        """Read what a request asks for, and tell the listener that it begins.

        Raises
        ------
        ScriptoriumError
            If something of the request is wrong.
        """
        style = self.styles.of(request)
        note, remarks = requested_note(request, style, self.limits)
        writer = self.writer(request, style, stopped, listener, keep_steps, held)
        note = typeset_note(note, writer.alphabet)
        if listener is not None:
            listener.begins(note, style, request.strength)
        return BegunNote(note, style, remarks, writer)

    def checked(
        self, listener: Listener | None = None
    ) -> Callable[[Plan, Sequence[LineRequest]], None]:
        """What looks whether a plan stays within the limits, before its lines are written."""

        def planned(plan: Plan, requests: Sequence[LineRequest]) -> None:
            del requests
            check_plan(plan, self.limits)
            if listener is not None:
                listener.planned(plan)

        return planned

    def _rewritten(
        self,
        request: InkRequest,
        keep_steps: bool,
        stopped: Callable[[], bool],
        listener: Listener | None,
    ) -> WrittenNote:
        """With the last of its edits, on top of what the others come to."""
        before = self.write(
            request.model_copy(update={"edits": request.edits[:-1]}),
            keep_steps=keep_steps,
            stopped=stopped,
            listener=listener if len(request.edits) == 1 else None,
        )
        if listener is not None and len(request.edits) > 1:
            listener.begins(before.note, before.style, request.strength)
        writer = self.writer(request, before.style, stopped, listener, keep_steps)
        return rewritten(before, request.edits[-1], writer, self.checked(listener))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._active += 1
        try:
            yield
        finally:
            with self._lock:
                self._active -= 1

    def _found(self, key: str) -> WrittenNote | None:
        with self._lock:
            self._forget_old()
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[1]

    def _keep(self, key: str, written: WrittenNote) -> None:
        with self._lock:
            self._kept[key] = (time.monotonic(), written)
            self._kept.move_to_end(key)
            self._forget_old()

    def _forget_old(self) -> None:
        now, points = time.monotonic(), sum(note.points for _, note in self._kept.values())
        for key, (since, note) in list(self._kept.items()):
            if points > self.limits.kept_points or now - since > self.limits.kept_seconds:
                del self._kept[key]
                points -= note.points


def check_plan(plan: Plan, limits: ServiceLimits) -> None:
    """Refuse a note that comes to too much paper.

    Raises
    ------
    ServiceError
        If it does.
    """
    for what, count, most in (
        ("lines", len(plan.lines), limits.lines),
        ("pages", plan.pages, limits.pages),
    ):
        if count > most:
            raise ServiceError(
                "too_many_lines",
                f"The text comes to {count} {what}; {most} are written at most: send less, choose "
                "larger paper or a smaller x-height.",
                "text",
            )


def fingerprint(request: InkRequest, keep_steps: bool) -> str:
    """What tells the ink of one request from that of another, whatever is made of it."""
    ink = request.model_dump_json(exclude={"stream", "output", "attention"})
    return hashlib.sha256(f"{keep_steps}{ink}".encode()).hexdigest()


def style_name(request: InkRequest, style: Style | None) -> str | None:
    """What the client calls the style."""
    wanted = request.style
    if isinstance(wanted, OwnStyle):
        return wanted.name
    # A line that came along has no name of its own.
    return None if style is None or not isinstance(wanted, str) else style.name


def line_id(key: LineKey) -> str:
    """A line, as clients name it."""
    return f"{key.block}:{key.occurrence}:{key.text}"


def rewritten(
    before: WrittenNote,
    edit: Rewrite,
    writer: LoopWriter,
    planned: Callable[[Plan, Sequence[LineRequest]], None] | None = None,
) -> WrittenNote:
    """A note with one of its lines, or a word, written again.

    Raises
    ------
    ServiceError
        If it has no such line or word.
    """
    begun = time.perf_counter()
    lines = {line_id(line.key): line for line in before.layout.plan.lines if line.requests}
    line = lines.get(edit.line)
    if line is None:
        raise ServiceError(
            "invalid",
            f"There is no line {edit.line!r} to rewrite; name one of the answer.",
            "edits",
        )
    known = dict(before.known)
    old = before.note.edits.get(line.key, LineEdit())
    if edit.word is None:
        change = replace(old, seed=edit.seed, variant=0)
    else:
        fresh, variant = _other_word(before, line, edit.word, edit.seed, writer)
        known |= fresh
        change = replace(old, variant=variant)
    note = replace(before.note, edits={**before.note.edits, line.key: change})
    layout = lay_out(note, writer, before.layout, known=known, planned=planned)
    seconds = before.seconds + time.perf_counter() - begun
    return replace(before, layout=layout, note=note, seconds=seconds, known=known)


def _other_word(
    before: WrittenNote, line: PlannedLine, word: int, seed: int, writer: LoopWriter
) -> tuple[dict[LineRequest, WrittenLine], int]:
    """The ink of a line with another word, as a variant of its requests."""
    # Brings scipy's statistics.
    from studio.writing.reroll import word_candidates

    pieces = [before.layout.written[request] for request in line.requests]
    variant = 1 + max(request.variant for request in line.requests)
    counts = [len(request.text.split(" ")) for request in line.requests]
    number, place = 0, word
    while number < len(counts) and place >= counts[number]:
        number, place = number + 1, place - counts[number]
    if number == len(counts):
        raise ServiceError(
            "invalid", f"The line has no word {word}; its words are counted from 0.", "edits"
        )
    try:
        (new,) = word_candidates(
            writer.view(Turn()),
            pieces[number],
            place,
            [seed],
            style=before.style,
            bias=line.requests[number].bias,
        )
    except (IndexError, ValueError) as error:
        raise SettingError("This word cannot be rewritten alone; rewrite its line.") from error
    pieces[number] = new
    return {
        replace(request, variant=variant): piece
        for request, piece in zip(line.requests, pieces, strict=True)
    }, variant

"""The writing session: the one owner of what of a note is written, and of what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from psygnal import Signal

from engine.errors import ScriptoriumError
from engine.sampling.policy import DEFAULT_POLICY, Policy
from studio.document.document_model import DocumentModel
from studio.document.note import Note
from studio.document.page import Page, Pages
from studio.layout.draft_layout import DraftLayout, as_it_stood
from studio.layout.layout import Layout
from studio.layout.layout_history import LayoutHistory
from studio.layout.line_writer import HandWriter, LineRequest, Writer, WrittenLine
from studio.layout.moved_lines import kept_seeds, records_by_text
from studio.layout.plan import Plan
from studio.layout.tokenise import tokenised_by_lines
from studio.storage.note_file import NoteFile
from studio.writing.line_queue import LineQueue, Mailbox
from studio.writing.missing_lines import SessionLine, WritingSnapshot, write_missing
from studio.writing.session_state import SessionState
from studio.writing.symbol_writer import Inks
from studio.writing.work_thread import Urgency, WorkThread

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.style.style import Style

FAR_AHEAD = 4000
"""Points that are written and not taken, above which nothing more is written: some eight lines."""


def spelled_by_lines(content: NoteFile) -> Layout | None:
    """What the first layout of a file without one starts from: its lines, and their spelling."""
    if not content.lines:
        return None
    note = content.note
    plan = Plan(spelled=tokenised_by_lines(note, content.lines))
    known = records_by_text(note, plan.spelled, content.lines)
    return Layout(Pages((Page(note.paper, note.margins),)), plan, {}, {}, {}, earlier=known)


class WritingSession:
    """Keeps the pages in step with the note, and writes what the note lacks.

    It has no window and no clock. Whoever shows the writing takes one line after another
    (`next_line`) at its own pace and says when it is shown (`accept`); a line that nobody takes
    holds the network up after some more. How the program, a service or a script uses it::

        session = WritingSession(document, worker)
        session.hand = hand                      # and `styles`, where the note names some
        document.open(note)                      # every change goes through the document
        session.write()
        ...                                      # `line_ready` tells of each line
        while (line := session.next_line()) is not None:
            session.accept(line)                 # now it is on the pages: `draft`

    All of it belongs to one thread, the worker's owner. The worker is handed snapshots, which
    nobody changes, and puts lines into a bounded queue.

    A note keeps the ink of the hand that wrote it, whatever hand is there now: it is laid out
    under that hand's name until all of it is to be rewritten.

    Parameters
    ----------
    document : DocumentModel
    worker : WorkThread
    policy : Policy
        How lines are sampled and chosen.
    """

    drafted = Signal(object)
    """A `DraftLayout`: the pages as they are now."""
    failed = Signal(object)
    """A `ScriptoriumError`: why the note cannot be laid out; the pages stay as they were."""
    line_ready = Signal()
    """A line was put where `next_line` finds it."""
    written = Signal()
    """The network has written all that was missing; lines may still wait to be taken."""

    def __init__(
        self, document: DocumentModel, worker: WorkThread, policy: Policy = DEFAULT_POLICY
    ) -> None:
        self._document, self._worker = document, worker
        self._recall = LayoutHistory()
        self._now = WritingSnapshot(document.note, policy=policy)
        #: The hand that is there, or was last: its name and hash.
        self._last = ("", "")
        #: That of the ink that was opened, until all is rewritten.
        self._own_signature: tuple[str, str] | None = None
        self._before: Layout | None = None
        self._adopted: NoteFile | None = None
        self._resumed: SessionState | None = None
        self.opened: NoteFile | None = None
        """The file that the note came from, as it was then."""
        self.draft: DraftLayout | None = None
        """The pages as they are; None until they are laid out."""
        self.speed = 0.0
        """Points a second that the network samples; 0 where nothing was sampled yet."""
        self._mailbox: Mailbox[WritingSnapshot] = Mailbox(self._now)
        self._queue: LineQueue[SessionLine] = LineQueue(FAR_AHEAD)
        #: Those of runs that were stopped: a line may have been put there a moment later.
        self._left: list[LineQueue[SessionLine]] = []
        document.changed.connect(self._note_changed)
        document.opened.connect(self._opened)

    # What it writes with ---------------------------------------------------------------------

    @property
    def snapshot(self) -> WritingSnapshot:
        """What writing depends on now; others may hand it to other threads."""
        return self._now

    def _set(self, **values: object) -> None:
        """Go on with other values, and let the worker know of them."""
        self._now = replace(self._now, **values)  # type: ignore[arg-type]
        self._mailbox.put(self._now)

    @property
    def writer(self) -> Writer:
        """Who writes the note's lines now."""
        return self._now.writer

    @property
    def hand(self) -> Hand | None:
        """The hand that writes; None while it is being loaded."""
        return self._now.hand

    @hand.setter
    def hand(self, hand: Hand | None) -> None:
        if hand is None:
            # While one is being loaded, perhaps for another device, nothing else changes.
            self._set(hand=None)
            return
        if hand.sha256 != self._last[1]:
            # How wide another hand wrote says nothing of this one.
            self._recall = LayoutHistory()
        self._last = hand.name, hand.sha256
        self._set(hand=hand, alphabet=HandWriter(hand, self._now.find).alphabet)
        self._sign()
        self.refresh()

    @property
    def styles(self) -> Mapping[str, Style]:
        """The styles that a note may name."""
        return self._now.styles

    @styles.setter
    def styles(self, styles: Mapping[str, Style]) -> None:
        self._set(styles=MappingProxyType(dict(styles)))

    @property
    def policy(self) -> Policy:
        """How lines are sampled and chosen."""
        return self._now.policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._set(policy=policy)

    @property
    def symbols(self) -> Inks:
        """The recordings of signs that stand in a text for one character."""
        return self._now.symbols

    @symbols.setter
    def symbols(self, symbols: Inks) -> None:
        fresh = set(symbols) - set(self._now.symbols)
        self._set(symbols=symbols)
        if fresh and self._before is not None:
            # A text that has such a sign is written with it from now on.
            plan = self._before.plan
            spelled = {k: s for k, s in plan.spelled.items() if fresh.isdisjoint(s.text)}
            self._before = replace(self._before, plan=replace(plan, spelled=spelled))

    @property
    def signature(self) -> tuple[str, str]:
        """Name and hash of the hand that the note's ink is of."""
        return self._now.signature

    def _sign(self) -> None:
        self._set(signature=self._own_signature or self._last)

    # What is written -------------------------------------------------------------------------

    @property
    def known(self) -> Mapping[LineRequest, WrittenLine]:
        """The lines whose ink is seen, or was at some step of the history."""
        return self._now.known

    def know(self, lines: Mapping[LineRequest, WrittenLine]) -> None:
        """Take lines whose ink is there: candidates, say."""
        self._set(
            known=MappingProxyType({**self._now.known, **lines}),
            spare=MappingProxyType({r: w for r, w in self._now.spare.items() if r not in lines}),
        )

    def adopt(self, content: NoteFile) -> None:
        """Take the ink and the places of a file's lines, before the note itself is opened."""
        self.forget()
        self._set(known=MappingProxyType(dict(content.lines)))
        self._adopted = content
        if content.lines:
            self._own_signature = content.hand, content.hand_sha256
            self._sign()

    def forget(self) -> None:
        """Another note is to be opened: drop what is known of this one."""
        self.stop()
        self._own_signature, self._adopted, self.opened = None, None, None
        self._sign()
        self._before = None
        # That of another note must not be taken for this one's.
        self.draft = None
        self._worker.cancel("layout")
        self._recall = LayoutHistory()
        self._set(known=MappingProxyType({}), spare=MappingProxyType({}), before=None)

    def content(self) -> NoteFile:
        """The note with its ink, as a file holds it."""
        return self.state.content()

    # While another note is shown -------------------------------------------------------------

    @property
    def state(self) -> SessionState:
        """What is written of the note, as it is now."""
        return SessionState(
            replace(self._now, note=self._document.note),
            self.draft,
            self.opened,
            self._own_signature,
            self._before,
            self._recall,
        )

    def park(self) -> SessionState:
        """Write no more, and give away what is written: another note is about to be shown."""
        writing = self.writing or bool(self.waiting)
        self.stop()
        self._feed(self._document.note)
        return replace(self.state, writing=writing)

    def resume(self, state: SessionState) -> None:
        """Take what was given away, before its note is shown again (`DocumentModel.resume`)."""
        self.forget()
        now = state.snapshot
        self._own_signature = state.own_signature
        if now.known and now.signature != self._last:
            # Another hand came meanwhile: the ink stays that of the one that wrote it.
            self._own_signature = now.signature
        self._sign()
        self._recall, self._resumed = state.history, state
        self._set(note=now.note, known=now.known, spare=now.spare, before=state.layout)

    # The pages -------------------------------------------------------------------------------

    @property
    def pending(self) -> bool:
        """Whether the pages are about to follow a change."""
        return self._worker.pending("layout")

    def refresh(self) -> None:
        """Lay the note out again."""
        self._lay_out(self._document.note)

    def rewrite(self) -> None:
        """Let the hand that is there now write all of the note."""
        self._own_signature = None
        self._sign()
        self._recall = LayoutHistory()
        self.refresh()

    def up_to_date(self) -> DraftLayout | None:
        """The pages as they are now, though the worker has not come to them yet."""
        if self.pending or self.draft is None:
            self._feed(self._document.note)
            try:
                self._take(self._now.draft())
            except ScriptoriumError as error:
                self._fail(error)
        return self.draft

    def _opened(self) -> None:
        if self._resumed is not None:
            self.opened, self._before = self._resumed.opened, self._resumed.layout
            return
        if self._adopted is None:
            self.forget()
        self.opened, self._adopted = self._adopted, None
        self._before = None
        if self.opened is not None:
            layout = self.opened.layout
            self._before = (
                spelled_by_lines(self.opened)
                if layout is None
                else replace(layout, records=kept_seeds(layout.plan, layout.records))
            )

    def _note_changed(self, before: Note, note: Note) -> None:
        del before
        resumed, self._resumed = self._resumed, None
        if resumed is not None and resumed.draft is not None:
            # It is seen at once as it was; the layout that follows looks for what has changed.
            self.draft = resumed.draft
            self.drafted.emit(resumed.draft)
        layout = None if self.opened is None else self.opened.layout
        if self.draft is None and layout is not None:
            # What a file holds is seen as it was there, even where no hand could lay it out.
            stood = as_it_stood(note, self.writer, self.known, layout)
            if stood is not None:
                self._show(stood)
        self._lay_out(note)

    def _feed(self, note: Note) -> None:
        """Let the snapshot be of the note, and of what its next layout starts from."""
        self._set(note=note, before=self._recall.start(note, self._before))

    def _lay_out(self, note: Note) -> None:
        self._feed(note)
        self._worker.request("layout", Urgency.LAYOUT, self._now.draft, self._show, self._fail)

    def _take(self, result: DraftLayout) -> None:
        """A draft that was made elsewhere holds now."""
        self._worker.cancel("layout")
        self._show(result)

    def _show(self, result: DraftLayout) -> None:
        self.draft = result
        self._before = result.settled
        self._recall.keep(self._document.note, self._before, not result.missing)
        self.drafted.emit(result)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self.failed.emit(error)

    # Writing ---------------------------------------------------------------------------------

    @property
    def writing(self) -> bool:
        """Whether the network is at work, or waits until lines are taken."""
        return self._worker.pending("write")

    @property
    def waiting(self) -> int:
        """Points of the lines that wait to be taken."""
        return self._queue.points

    def write(self, failed: Callable[[BaseException], None] | None = None) -> bool:
        """Have the worker write what the note lacks.

        Parameters
        ----------
        failed : callable, optional
            Called with the exception that has ended it; without it, it is raised.

        Returns
        -------
        bool
            False where there is no hand yet, or it is at it already.
        """
        if self.hand is None or self.writing:
            return False
        self._keep_spare()
        self._leave_queue()
        self._feed(self._document.note)
        now, mailbox, queue = self._now, self._mailbox, self._queue
        self._worker.request(
            "write",
            Urgency.WRITING,
            lambda: write_missing(now, mailbox, queue),
            self._all_written,
            partial(self._broke, failed),
            lambda _: self.line_ready.emit(),
        )
        return True

    def pause(self) -> None:
        """Let the network write no more lines than the one that it is at, until `go_on`."""
        self._queue.hold(True)

    def go_on(self) -> None:
        """Let the network go on after a pause."""
        self._queue.hold(False)
        self._worker.wake()

    def stop(self) -> None:
        """Have no more written. What is written is kept, and comes at once when it is wanted."""
        self._worker.cancel("write")
        self._keep_spare()
        # What the network puts there a moment later waits for nobody.
        self._leave_queue()

    def _leave_queue(self) -> None:
        self._left = [*self._left, self._queue][-2:]
        self._queue = LineQueue(FAR_AHEAD)

    def next_line(self) -> SessionLine | None:
        """The next line that is written, in reading order; None where none is there yet.

        It is not on the pages until it is accepted.
        """
        line = self._queue.take()
        if line is not None:
            self._worker.wake()
            self._spare(line)
            self.speed = line.speed or self.speed
        return line

    def accept(self, line: SessionLine) -> None:
        """A line is shown: it belongs to the note's ink from now on."""
        self.know(line.lines)
        if line.note is self._document.note:
            self._take(line.draft)
        else:
            # The network, done long before, knows nothing of what was typed since.
            self.refresh()

    def _spare(self, line: SessionLine) -> None:
        self._set(spare=MappingProxyType({**self._now.spare, **line.lines}))

    def _keep_spare(self) -> None:
        """Take what was written and nobody has taken: it need not be written again."""
        for queue in (*self._left, self._queue):
            for line in queue.drain():
                self._spare(line)

    def _all_written(self, speed: float) -> None:
        self.speed = speed or self.speed
        self.written.emit()

    def _broke(self, failed: Callable[[BaseException], None] | None, error: BaseException) -> None:
        self._keep_spare()
        if failed is None:
            raise error
        failed(error)

"""The composer: keeps the pages in step with the note, in the worker, for every change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.errors import ScriptoriumError
from engine.sampling.request import DEFAULT_POLICY, Policy
from studio.desk.models.hand_model import HandModel
from studio.desk.models.style_list import StyleList
from studio.desk.worker import Urgency, Worker
from studio.document.document_model import DocumentModel
from studio.document.note import Note
from studio.document.page import Page, Pages
from studio.layout.draft_layout import DraftLayout, as_it_stood, make_draft
from studio.layout.layout import Layout
from studio.layout.layout_history import LayoutHistory
from studio.layout.line_writer import HandWriter, LineRequest, Writer, WrittenLine
from studio.layout.plan import Plan
from studio.layout.tokenise import tokenised_by_lines
from studio.storage.note_file import NoteFile
from studio.writing.symbol_writer import Inks, SymbolWriter

ASCII = frozenset(map(chr, range(32, 127)))


class _NullWriter:
    """Stands for the hand while that is being loaded: enough to lay text out.

    Parameters
    ----------
    alphabet : collection of str
        Of the hand that was there last.
    """

    name = ""
    sha256 = ""

    def __init__(self, alphabet: Collection[str]) -> None:
        self.alphabet = alphabet

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        raise NotImplementedError(len(requests))

    def examples(self, style: str | None) -> Sequence[tuple[str, float]]:
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

    def examples(self, style: str | None) -> Sequence[tuple[str, float]]:
        return self._writer.examples(style)


def spelled_by_lines(content: NoteFile) -> Layout | None:
    """What the first layout of a file without one starts from: how its lines are spelled."""
    note = content.note
    plan = Plan(spelled=tokenised_by_lines(note, content.lines))
    pages = Pages((Page(note.paper, note.margins),))
    return Layout(pages, plan, {}, {}, {}) if content.lines else None


class LayoutController(QObject):
    """Notes in, sketches out.

    A note keeps the ink of the hand that wrote it, whatever hand is there now: it is laid out
    under that hand's name until the user asks for all of it to be rewritten.
    """

    sketched = Signal(object)
    """A `DraftLayout`: the pages as they are now."""
    failed = Signal(object)
    """A `ScriptoriumError`: why the note cannot be laid out; the pages stay as they were."""

    def __init__(
        self,
        document: DocumentModel,
        hands: HandModel,
        styles: StyleList,
        worker: Worker,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        super().__init__()
        self._policy = policy
        self._document, self._hands, self._styles = document, hands, styles
        self._worker = worker
        self._before: Layout | None = None
        self._signature: tuple[str, str] | None = None
        #: Name, hash and alphabet of the hand that is there, or was last.
        self._last: tuple[str, str, Collection[str]] = ("", "", ASCII)
        self._recall = LayoutHistory()
        self.known: dict[LineRequest, WrittenLine] = {}
        """The lines whose ink is seen, or was at some step of the history."""
        self.sketch: DraftLayout | None = None
        self._symbols: Inks = {}
        document.changed.connect(self._note_changed)
        self._adopted: NoteFile | None = None
        self.opened: NoteFile | None = None
        """The file that the note came from, as it was then."""
        document.opened.connect(self._opened)
        hands.changed.connect(self._hand_changed)

    @property
    def signature(self) -> tuple[str, str]:
        """Name and hash of the hand that the note's ink is of."""
        if self._signature is not None:
            return self._signature
        return self._last[:2]

    @property
    def symbols(self) -> Inks:
        """The recordings of signs that stand in a text for one character."""
        return self._symbols

    @symbols.setter
    def symbols(self, symbols: Inks) -> None:
        fresh, self._symbols = set(symbols) - set(self._symbols), symbols
        if fresh and self._before is not None:
            # A text that has such a sign is written with it from now on.
            plan = self._before.plan
            spelled = {k: s for k, s in plan.spelled.items() if fresh.isdisjoint(s.text)}
            self._before = replace(self._before, plan=replace(plan, spelled=spelled))

    @property
    def before(self) -> Layout | None:
        """What the next layout starts from."""
        return self._before

    @property
    def pending(self) -> bool:
        """Whether the pages are about to follow a change."""
        return self._worker.pending("layout")

    def writer(self) -> Writer:
        """Who writes the note's lines."""
        hand = self._hands.hand
        plain: Writer = (
            _NullWriter(self._last[2])
            if hand is None
            else HandWriter(hand, self._styles.find, policy=self._policy)
        )
        return _RenamedWriter(SymbolWriter(plain, self.symbols), *self.signature)

    def adopt(self, content: NoteFile) -> None:
        """Take the ink and the places of a file's lines, before the note itself is opened."""
        self.forget()
        self.known = dict(content.lines)
        self._adopted = content
        if content.lines:
            self._signature = (content.hand, content.hand_sha256)

    def forget(self) -> None:
        """Another note is to be opened: drop what is known of this one."""
        self._before, self._signature, self._adopted, self.opened = None, None, None, None
        # That of another note must not be taken for this one's.
        self.sketch = None
        self._worker.cancel("layout")
        self._recall = LayoutHistory()
        self.known = {}

    def rewrite(self) -> None:
        """Let the hand that is there now write all of the note."""
        self._signature = None
        self._recall = LayoutHistory()
        self.refresh()

    def know(self, lines: dict[LineRequest, WrittenLine]) -> None:
        """Take lines whose ink is there: a file's, say."""
        self.known |= lines

    def refresh(self) -> None:
        """Lay the note out again."""
        self._lay_out(self._document.note)

    def take(self, result: DraftLayout) -> None:
        """A sketch that was made elsewhere (while the pen wrote) holds now."""
        self._worker.cancel("layout")
        self._show(result)

    def _hand_changed(self) -> None:
        hand = self._hands.hand
        if hand is None:
            # While one is being loaded, perhaps for another device, nothing changes.
            return
        if hand.sha256 != self._last[1]:
            # How wide another hand wrote says nothing of this one.
            self._recall = LayoutHistory()
        self._last = (hand.name, hand.sha256, HandWriter(hand, self._styles.find).alphabet)
        self.refresh()

    def _opened(self) -> None:
        self.opened, self._adopted = self._adopted, None
        self._before = None
        if self.opened is not None:
            self._before = self.opened.layout or spelled_by_lines(self.opened)

    def _note_changed(self, before: Note, note: Note) -> None:
        del before
        layout = None if self.opened is None else self.opened.layout
        if self.sketch is None and layout is not None:
            # What a file holds is seen as it was there, even where no hand could lay it out.
            stood = as_it_stood(note, self.writer(), self.known, layout)
            if stood is not None:
                self._show(stood)
        self._lay_out(note)

    def up_to_date(self) -> DraftLayout | None:
        """The pages as they are now, though the worker has not come to them yet."""
        if self.pending or self.sketch is None:
            note, writer = self._document.note, self.writer()
            before = self._recall.start(note, self._before)
            try:
                self.take(make_draft(note, writer, dict(self.known), before))
            except ScriptoriumError as error:
                self._fail(error)
        return self.sketch

    def _lay_out(self, note: Note) -> None:
        writer, known = self.writer(), dict(self.known)
        before = self._recall.start(note, self._before)
        self._worker.request(
            "layout",
            Urgency.LAYOUT,
            lambda: make_draft(note, writer, known, before),
            self._show,
            self._fail,
        )

    def _show(self, result: DraftLayout) -> None:
        self.sketch = result
        self._before = result.settled
        self._recall.keep(self._document.note, self._before, not result.missing)
        self.sketched.emit(result)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self.failed.emit(error)

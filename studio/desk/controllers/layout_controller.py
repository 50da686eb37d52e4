"""The composer: keeps the pages in step with the note, in the worker, for every change."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QObject, Signal

from engine.errors import ScriptoriumError
from engine.sampling.request import DEFAULT_POLICY, Policy
from studio.desk.models.hand_model import HandModel
from studio.desk.models.style_list import StyleList
from studio.desk.worker import Urgency, Worker
from studio.document.document_model import DocumentModel
from studio.document.note import Note
from studio.layout.draft_layout import DraftLayout, make_draft
from studio.layout.layout import Layout
from studio.layout.layout_history import LayoutHistory
from studio.layout.line_writer import HandWriter, LineRequest, Writer, WrittenLine
from studio.storage.note_file import NoteFile
from studio.writing.symbol_writer import Inks, SymbolWriter

ASCII = frozenset(map(chr, range(32, 127)))


class _NullWriter:
    """Stands for the hand while that is still being loaded: enough to lay text out."""

    name = ""
    sha256 = ""
    alphabet = ASCII

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
        self._recall = LayoutHistory()
        self.known: dict[LineRequest, WrittenLine] = {}
        """The lines whose ink is seen, or was at some step of the history."""
        self.sketch: DraftLayout | None = None
        self.symbols: Inks = {}
        """The recordings of signs that stand in a text for one character."""
        document.changed.connect(self._note_changed)
        self._adopted: Layout | None = None
        document.opened.connect(self._opened)
        hands.changed.connect(self._hand_changed)

    @property
    def signature(self) -> tuple[str, str]:
        """Name and hash of the hand that the note's ink is of."""
        if self._signature is not None:
            return self._signature
        hand = self._hands.hand
        return ("", "") if hand is None else (hand.name, hand.sha256)

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
            _NullWriter()
            if hand is None
            else HandWriter(hand, self._styles.find, policy=self._policy)
        )
        return _RenamedWriter(SymbolWriter(plain, self.symbols), *self.signature)

    def adopt(self, content: NoteFile) -> None:
        """Take the ink and the places of a file's lines, before the note itself is opened."""
        self.forget()
        self.known = dict(content.lines)
        self._adopted = content.layout
        if content.lines:
            self._signature = (content.hand, content.hand_sha256)

    def forget(self) -> None:
        """Another note is to be opened: drop what is known of this one."""
        self._before, self._signature, self._adopted = None, None, None
        self._recall = LayoutHistory()
        self.known = {}

    def rewrite(self) -> None:
        """Let the hand that is there now write all of the note."""
        self._signature = None
        self._hand_changed()

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
        # How wide another hand wrote says nothing of this one.
        self._recall = LayoutHistory()
        self.refresh()

    def _opened(self) -> None:
        self._before, self._adopted = self._adopted, None

    def _note_changed(self, before: Note, note: Note) -> None:
        del before
        self._lay_out(note)

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

"""The notes of one window, of which one is shown: the others are put aside as values.

There is one document and one writing session, and all controllers work with these. To show another
note, what each of them holds of the present one is taken as a value (`NotePart.park`) and theirs of
the other one is put there (`NotePart.resume`). So no controller is built twice, and none knows
that there are several notes; who comes to hold something of a note adds a part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from psygnal import Signal

from studio.document.document_model import DocumentModel, DocumentState
from studio.storage.note_file import NoteFile
from studio.writing.background_writing import BackgroundWriting
from studio.writing.session import WritingSession
from studio.writing.session_state import SessionState
from studio.writing.work_thread import WorkThread


def _nothing(_: Any) -> None:
    """Of most parts nothing is left to be cleared up."""


@dataclass(frozen=True)
class NotePart:
    """What something holds of the note that is shown, as a value.

    Parameters
    ----------
    park : callable
        Gives it away: another note is about to be shown, or none.
    resume : callable
        Takes it back, once the document and the session have the note again.
    drop : callable
        Clears it up: the note is closed.
    """

    park: Callable[[], Any]
    resume: Callable[[Any], object]
    drop: Callable[[Any], object] = _nothing


@dataclass(frozen=True, eq=False)
class ParkedNote:
    """A note that is not shown.

    Parameters
    ----------
    document : DocumentState
    session : SessionState
    parts : tuple
        What each part holds of it.
    """

    document: DocumentState
    session: SessionState
    parts: tuple[Any, ...]


class NoteTab:
    """A note of the window, shown or not."""

    def __init__(self) -> None:
        self.parked: ParkedNote | None = None
        """None while it is shown."""
        self.background: BackgroundWriting | None = None
        """Writes it while it is not shown."""


class NoteTabs:
    """Which notes there are, and which is shown.

    Parameters
    ----------
    document : DocumentModel
    session : WritingSession
    worker : WorkThread
        Writes on at notes that are not shown.
    """

    leaving = Signal()
    """The note is about to be put aside: what is going on with it comes to its end."""
    changed = Signal()
    """There is another tab, or one less, another one is shown, or one is called otherwise."""
    progressed = Signal(object)
    """A `NoteTab` that is not shown has another line."""
    written = Signal(object)
    """A `NoteTab` that is not shown: all that was missing of it is written."""

    def __init__(
        self, document: DocumentModel, session: WritingSession, worker: WorkThread
    ) -> None:
        self._document, self._session, self._worker = document, session, worker
        self._parts: list[NotePart] = []
        self.shown = NoteTab()
        """The tab whose note the document has."""
        self._tabs = [self.shown]
        document.history_changed.connect(self.changed.emit)

    def add(self, *parts: NotePart) -> None:
        """Have more of a note put aside."""
        self._parts += parts

    # What there is ---------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._tabs)

    def __iter__(self) -> Iterator[NoteTab]:
        return iter(tuple(self._tabs))

    def index(self, tab: NoteTab) -> int:
        """Which tab it is, from the left."""
        return self._tabs.index(tab)

    def content(self, tab: NoteTab) -> NoteFile:
        """A tab's note with its ink, as a file holds it."""
        if tab.parked is None:
            return self._session.content()
        return (tab.parked.session if tab.background is None else tab.background.state).content()

    def state(self, tab: NoteTab) -> DocumentState:
        """A tab's note with its history, its file, and whether that is up to date."""
        if tab.parked is None:
            return self._document.state
        state = tab.parked.document
        if tab.background is not None and tab.background.state is not tab.parked.session:
            state = replace(state, ink_unsaved=True)
        return state

    def of(self, path: Path) -> NoteTab | None:
        """The tab whose note is kept in that file."""
        resolved = path.resolve()
        for tab in self._tabs:
            own = self.state(tab).path
            if own is not None and own.resolve() == resolved:
                return tab
        return None

    # Showing another -------------------------------------------------------------------------

    def make_room(self) -> None:
        """Put the note that is shown aside, for one that is opened at once; an empty one goes.

        What opens it may not fail any more.
        """
        if self._document.state.pristine:
            return
        self._park()
        self.shown = NoteTab()
        self._tabs.append(self.shown)

    def show(self, tab: NoteTab) -> None:
        """Show another note, as it was."""
        if tab.parked is not None:
            self._park()
            self._resume(tab)

    def step(self, by: int) -> None:
        """Show the next note, or the one before; after the last comes the first."""
        self.show(self._tabs[(self.index(self.shown) + by) % len(self._tabs)])

    def move(self, start: int, stop: int) -> None:
        """Let a tab stand elsewhere."""
        self._tabs.insert(stop, self._tabs.pop(start))

    def close(self, tab: NoteTab) -> None:
        """Close one of several notes, with all that only it has; its neighbour is shown.

        Raises
        ------
        ValueError
            If it is the only one: another has to be opened in its place.
        """
        if len(self._tabs) == 1:
            raise ValueError("a window has a note")
        shown = tab.parked is None
        if shown:
            self._park()
        place = self.index(tab)
        self._tabs.remove(tab)
        self._drop(tab)
        if shown:
            self._resume(self._tabs[min(place, len(self._tabs) - 1)])
        else:
            self.changed.emit()

    def end(self) -> None:
        """Write nothing more, and clear up what notes hold that are not shown."""
        for tab in self._tabs:
            if tab.parked is not None:
                self._drop(tab)

    def rest(self) -> None:
        """Write nothing more."""
        for tab in self._tabs:
            self._stop(tab)

    def _park(self) -> None:
        self.leaving.emit()
        parts = tuple(part.park() for part in self._parts)
        session = self._session.park()
        self._document.close_step()
        tab = self.shown
        tab.parked = ParkedNote(self._document.state, session, parts)
        if session.writing:
            progressed = partial(self._progressed, tab)
            tab.background = BackgroundWriting(session, self._worker, progressed)

    def _progressed(self, tab: NoteTab) -> None:
        if tab.background is not None:
            (self.progressed if tab.background.writing else self.written).emit(tab)
        self.changed.emit()

    def _stop(self, tab: NoteTab) -> None:
        if tab.background is not None and tab.parked is not None:
            document = self.state(tab)
            tab.parked = replace(tab.parked, document=document, session=tab.background.stop())
            tab.background = None

    def _resume(self, tab: NoteTab) -> None:
        self._stop(tab)
        parked, tab.parked, self.shown = tab.parked, None, tab
        assert parked is not None
        self._session.resume(parked.session)
        self._document.resume(parked.document)
        for part, state in zip(self._parts, parked.parts, strict=True):
            part.resume(state)
        self.changed.emit()

    def _drop(self, tab: NoteTab) -> None:
        self._stop(tab)
        assert tab.parked is not None
        for part, state in zip(self._parts, tab.parked.parts, strict=True):
            part.drop(state)

"""The open note: what it is, what it was, where it is kept, and whether that is up to date."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.style.style import DEFAULT
from studio.document.history import History
from studio.document.note import Look, Note

EMPTY = Note.from_text("", look=Look(style=DEFAULT))
"""What a window begins with."""


class Document(QObject):
    """The note that is open in a window; every change of it goes through here."""

    changed = Signal(object, object)
    """The note before and after."""
    history_changed = Signal()
    opened = Signal()
    """Another note took this one's place."""

    def __init__(self) -> None:
        super().__init__()
        self._history: History[Note] = History(EMPTY)
        self._saved: Note = EMPTY
        self._ink_unsaved, self._asked_for = False, True
        self.path: Path | None = None

    @property
    def note(self) -> Note:
        """The note as it is now."""
        return self._history.value

    @property
    def modified(self) -> bool:
        """Whether there is something that no file holds."""
        changed = self.note is not self._saved and self.note != self._saved
        return changed or (self._ink_unsaved and self._asked_for)

    def ink_unsaved(self, on: bool) -> None:
        """The page has ink that the note's file does not hold, or has not."""
        if on != self._ink_unsaved:
            self._ink_unsaved = on
            self.history_changed.emit()

    @property
    def undo_name(self) -> str | None:
        """What undo takes back."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str | None:
        """What redo does again."""
        return self._history.redo_name

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of all steps done."""
        return self._history.names

    def open(
        self,
        note: Note,
        path: Path | None = None,
        *,
        saved: bool = True,
        asked_for: bool = True,
    ) -> None:
        """Put another note here, with a history of its own.

        Parameters
        ----------
        note : Note
        path : Path, optional
            The file that holds it.
        saved : bool
            Whether some file holds it as it is.
        asked_for : bool
            Whether its ink is worth to be kept: that of the first run's note, which wrote itself,
            is not.
        """
        before = self.note
        self._history = History(note)
        self._saved = note if saved else EMPTY
        self._ink_unsaved, self._asked_for = False, asked_for
        self.path = path
        self.opened.emit()
        self.changed.emit(before, note)
        self.history_changed.emit()

    def edit(self, name: str, note: Note, merges: str = "") -> None:
        """Take a step, named as the Edit menu shows it."""
        before = self.note
        if self._history.do(name, note, merges):
            self.changed.emit(before, note)
            self.history_changed.emit()

    def close_step(self) -> None:
        """What is typed next is a step of its own."""
        self._history.close()

    def undo(self) -> None:
        """Take the last step back."""
        before = self.note
        if self._history.undo() is not None:
            self.changed.emit(before, self.note)
            self.history_changed.emit()

    def redo(self) -> None:
        """Take the step that was undone again."""
        before = self.note
        if self._history.redo() is not None:
            self.changed.emit(before, self.note)
            self.history_changed.emit()

    def saved_to(self, path: Path, note: Note) -> None:
        """A file now holds that note."""
        self.path = path
        self._saved, self._ink_unsaved = note, False
        self.history_changed.emit()

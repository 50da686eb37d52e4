"""The open note: what it is, what it was, where it is kept, and whether that is up to date."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psygnal import Signal

from engine.style.style import DEFAULT
from studio.document.history import History
from studio.document.note import Look, Note
from studio.document.text_change import TextChange, next_change

EMPTY = Note.from_text("", look=Look(style=DEFAULT))
"""What a window begins with."""

LONGEST = 40
"""Characters of a name that is made of a note's first words."""
PAUSE = 2.0
"""Seconds without a change after which the next one is a step of its own."""


def first_words(note: Note) -> str:
    """What a note without a file is called: its title, or its first words; empty without any."""
    text = note.title or next((block.text for block in note.blocks if block.text.strip()), "")
    words = " ".join(text[:200].split()[:5]).replace("\N{SOFT HYPHEN}", "")
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def file_stem(note: Note) -> str:
    """The same as the name of a file, without what some file systems refuse."""
    return "".join(c for c in first_words(note) if c.isalnum() or c in " -_").strip()


@dataclass(frozen=True, eq=False)
class DocumentState:
    """An open note with its history, while another one is shown.

    Parameters
    ----------
    history : History of Note
        It belongs to who has the state.
    saved : Note
        What the note's file holds.
    ink_unsaved : bool
        Whether there is ink that its file does not hold.
    asked_for : bool
        Whether that is worth to be kept.
    path : Path or None
        Its file.
    read_only : bool
        Whether that is left as it is.
    """

    history: History[Note]
    saved: Note
    ink_unsaved: bool
    asked_for: bool
    path: Path | None
    read_only: bool

    @property
    def note(self) -> Note:
        """The note as it is now."""
        return self.history.value

    @property
    def modified(self) -> bool:
        """Whether there is something that no file holds."""
        changed = self.note is not self.saved and self.note != self.saved
        return changed or (self.ink_unsaved and self.asked_for)

    @property
    def pristine(self) -> bool:
        """Whether nothing would be lost with it: nobody has done anything to it."""
        untouched = self.path is None and not (len(self.history) or self.history.redo_name)
        return untouched and not self.modified and (self.note.blank or not self.asked_for)

    @property
    def empty(self) -> bool:
        """Whether it is a new note in which there never was anything, however it was to look."""
        return self.path is None and self.note.blank and self.history.all(lambda note: note.blank)

    @property
    def name(self) -> str:
        """What it is called: as its file, or by its title or first words, or as a new note."""
        name = self.path.stem if self.path else first_words(self.note) or "New note"
        return f"{name} (read only)" if self.read_only else name


class DocumentModel:
    """The note that is open; every change of it goes through here, and is told to listeners.

    Parameters
    ----------
    clock : callable
        Seconds, by which a pause in the work is told.
    """

    changed = Signal(Note, Note)
    """The note before and after."""
    history_changed = Signal()
    opened = Signal()
    """Another note took this one's place."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._edited_at = clock, clock()
        self._text_change: TextChange | None = None
        self._history: History[Note] = History(EMPTY)
        self._saved: Note = EMPTY
        self._ink_unsaved, self._asked_for = False, True
        self.path: Path | None = None
        self.read_only = False
        """Whether the file that holds the note is left as it is: a save goes to another one."""

    @property
    def note(self) -> Note:
        """The note as it is now."""
        return self._history.value

    @property
    def modified(self) -> bool:
        """Whether there is something that no file holds."""
        return self.state.modified

    @property
    def state(self) -> DocumentState:
        """All that there is of it; its history goes on to be this one's until another is shown."""
        return DocumentState(
            self._history,
            self._saved,
            self._ink_unsaved,
            self._asked_for,
            self.path,
            self.read_only,
        )

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
        read_only: bool = False,
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
        read_only : bool
            Whether the file is to be left as it is.
        """
        self.resume(
            DocumentState(
                History(note),
                note if saved else EMPTY,
                ink_unsaved=False,
                asked_for=asked_for,
                path=path,
                read_only=read_only,
            )
        )

    def resume(self, state: DocumentState) -> None:
        """Show a note with the history that it had, and all else that was known of it."""
        before = self.note
        self._history, self._text_change = state.history, None
        self._saved = state.saved
        self._ink_unsaved, self._asked_for = state.ink_unsaved, state.asked_for
        self.path, self.read_only = state.path, state.read_only
        self.opened.emit()
        self.changed.emit(before, self.note)
        self.history_changed.emit()

    def edit(self, name: str, note: Note, merges: str = "") -> None:
        """Take a step, named as the Edit menu shows it."""
        now = self._clock()
        if now - self._edited_at > PAUSE:
            self.close_step()
        self._edited_at = now
        before = self.note
        if self._history.do(name, note, merges):
            self.changed.emit(before, note)
            self.history_changed.emit()

    def type_text(self, text: str, cursor: int) -> None:
        """Take the text as it was edited: a step a word, a deletion or what was pasted.

        Parameters
        ----------
        text : str
        cursor : int
            Where the cursor stands in it now, in characters.
        """
        before, note = self.note, self.note.with_text(text)
        if note == before:
            return
        change = next_change(self._text_change, before.text, text, cursor)
        if not change.goes_on:
            self.close_step()
        self.edit(change.kind, note, merges=change.kind)
        self._text_change = change

    def close_step(self) -> None:
        """What is done next is a step of its own, though it be of the same kind."""
        self._history.close()
        self._text_change = None

    def undo(self) -> None:
        """Take the last step back."""
        before, self._text_change = self.note, None
        if self._history.undo() is not None:
            self.changed.emit(before, self.note)
            self.history_changed.emit()

    def redo(self) -> None:
        """Take the step that was undone again."""
        before, self._text_change = self.note, None
        if self._history.redo() is not None:
            self.changed.emit(before, self.note)
            self.history_changed.emit()

    def saved_to(self, path: Path, note: Note) -> None:
        """A file now holds that note."""
        self.path, self.read_only = path, False
        self._saved, self._ink_unsaved = note, False
        self.history_changed.emit()

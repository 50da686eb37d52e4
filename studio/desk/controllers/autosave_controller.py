"""Autosaving: unsaved changes are kept every few seconds, and offered after a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import FileError
from studio.desk.worker import Urgency, Worker
from studio.library.damaged_files import DamagedFiles
from studio.storage.autosave import Autosave, Kept, left_behind
from studio.storage.note_file import NoteFile

AUTOSAVE_INTERVAL = 2000
"""Milliseconds between a change and its autosave."""


class AutosaveController(QObject):
    """Saves the notes of one window in the folder of autosaves, each in a slot of its own.

    Parameters
    ----------
    folder : Path or None
        None keeps nothing.
    content : callable
        The note that is shown, as it is now; None where all of it is in its own file.
    """

    troubled = Signal(str)
    """A sentence: why nothing can be kept; said once, until something was kept again."""

    def __init__(self, folder: Path | None, content: Callable[[], NoteFile | None]) -> None:
        super().__init__()
        self._content, self._folder = content, folder
        #: Kept notes that cannot be read.
        self.damaged = DamagedFiles()
        # A thread of its own: the other one may write for minutes without a pause.
        self._worker = Worker()
        #: Of the note that is shown, and of all of them.
        self._autosave = None if folder is None else Autosave(folder)
        self._slots = [] if self._autosave is None else [self._autosave]
        #: Whether there is something new to keep of the note that is shown, and of others.
        self._changed = False
        self._parked: dict[Autosave, Callable[[], NoteFile]] = {}
        self._trouble = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AUTOSAVE_INTERVAL)
        self._timer.timeout.connect(self._keep_changed)

    def changed(self) -> None:
        """There is something new to keep, soon."""
        self._changed = True
        self._begin_interval()

    def _begin_interval(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Keep what there is now, in the worker."""
        self._changed = True
        self._keep_changed()

    def _keep_changed(self) -> None:
        self._timer.stop()
        if self._autosave is not None and self._changed:
            self._keep(self._autosave, self._content())
        self._changed = False
        parked, self._parked = self._parked, {}
        for slot, content in parked.items():
            self._keep(slot, content())

    def _keep(self, autosave: Autosave, content: NoteFile | None) -> None:
        if content is None:
            autosave.clear()
            # What is being kept at this moment is taken away, too.
            work: Callable[[], object] = autosave.clear
        else:
            work = autosave.keeper(content)
        self._worker.request(autosave.name, Urgency.KEEPING, work, self._kept, self._failed)

    @property
    def busy(self) -> bool:
        """Whether something is being kept."""
        return any(self._worker.pending(slot.name) for slot in self._slots)

    # Several notes ---------------------------------------------------------------------------

    def park(self) -> Autosave | None:
        """Keep the note that is shown, and give its slot away: another one is about to be shown."""
        self.keep()
        slot = self._autosave
        if self._folder is not None and slot is not None:
            self._autosave = Autosave(self._folder)
            self._slots.append(self._autosave)
        return slot

    def resume(self, slot: Autosave | None) -> None:
        """Keep the note that is shown in this slot, where it was kept before."""
        if slot is not None:
            # As the note that is shown it is kept from here on.
            self._parked.pop(slot, None)
        if self._autosave is not None and self._autosave is not slot:
            self._slots.remove(self._autosave)
            self._autosave.clear()
            self._autosave.release()
        self._autosave = slot

    def parked_changed(self, slot: Autosave | None, content: Callable[[], NoteFile]) -> None:
        """There is something new to keep, soon, of a note that is not shown."""
        if slot is not None:
            self._parked[slot] = content
            self._begin_interval()

    def keep_parked(self, slot: Autosave | None, content: NoteFile) -> None:
        """Keep a note that is not shown."""
        if slot is not None:
            self._parked.pop(slot, None)
            self._keep(slot, content)

    def drop(self, slot: Autosave | None) -> None:
        """The note of that slot needs no autosave any more."""
        if slot is None:
            return
        self._parked.pop(slot, None)
        self._slots.remove(slot)
        self._worker.cancel(slot.name)
        slot.clear()

        def clear() -> None:
            # What was being kept at that moment is taken away, too.
            slot.clear()
            slot.release()

        self._worker.request(slot.name, Urgency.KEEPING, clear, self._kept, self._failed)

    def keep_now(self) -> bool:
        """Keep it in this thread, for when all is about to end; whether there was anything.

        Raises
        ------
        FileError
            If it cannot be kept.
        """
        kept = False
        content = self._content()
        if self._autosave is not None and content is not None:
            self._autosave.keeper(content)()
            kept = True
        parked, self._parked = self._parked, {}
        for slot, changed in parked.items():
            slot.keeper(changed())()
            kept = True
        return kept

    def _kept(self, _: object) -> None:
        self._trouble = ""

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, FileError | OSError):
            raise error
        sentence = f"Unsaved work cannot be autosaved, so save often: {error}"
        if sentence != self._trouble:
            self._trouble = sentence
            self.troubled.emit(sentence)

    def left(self) -> list[Kept]:
        """What was kept by windows that ended without saying what is to become of it."""
        if self._folder is None:
            return []
        return left_behind(self._folder, self.damaged.read, [slot.name for slot in self._slots])

    def clear(self) -> None:
        """The note that is shown needs no autosave any more."""
        if self._autosave is not None:
            self._keep(self._autosave, None)

    def close(self) -> None:
        """Remove all autosaves: no note needs one any more."""
        self._stop()
        for slot in self._slots:
            # While it is locked: no other window may take it for what a crash left.
            slot.clear()
        self.rest()

    def rest(self) -> None:
        """Keep no more; what is kept stays for the next start."""
        self._stop()
        for slot in self._slots:
            slot.release()
        # A window that is left once more, on its way out, keeps nothing.
        self._autosave, self._slots = None, []

    def _stop(self) -> None:
        self._timer.stop()
        self._parked.clear()
        for slot in self._slots:
            self._worker.cancel(slot.name)
        self._worker.stop()

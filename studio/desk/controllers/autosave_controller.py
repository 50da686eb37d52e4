"""Autosaving: unsaved changes are kept every few seconds, and offered after a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import FileError
from studio.desk.worker import Urgency, Worker
from studio.library.damaged_files import DamagedFiles
from studio.storage.autosave import Autosave, Kept, left
from studio.storage.note_file import NoteFile

INTERVAL = 3000
"""Milliseconds between a change and its autosave."""


class AutosaveController(QObject):
    """Saves one window's note in the folder of autosaves.

    Parameters
    ----------
    folder : Path or None
        None keeps nothing.
    content : callable
        The note as it is now; None where all of it is in its own file.
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
        self._autosave = None if folder is None else Autosave(folder)
        self._trouble = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.keep)

    def changed(self) -> None:
        """There is something new to keep, soon."""
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Keep what there is now, in the worker."""
        self._timer.stop()
        autosave, content = self._autosave, self._content()
        if autosave is None:
            return
        if content is None:
            autosave.clear()
            # What is being kept at this moment is taken away, too.
            work: Callable[[], object] = autosave.clear
        else:
            work = autosave.keeper(content)
        self._worker.request("autosave", Urgency.KEEPING, work, self._kept, self._failed)

    @property
    def busy(self) -> bool:
        """Whether something is being kept."""
        return self._worker.pending("autosave")

    def keep_now(self) -> bool:
        """Keep it in this thread, for when all is about to end; whether there was anything.

        Raises
        ------
        FileError
            If it cannot be kept.
        """
        content = self._content()
        if self._autosave is None or content is None:
            return False
        self._autosave.keeper(content)()
        return True

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
        own = "" if self._autosave is None else self._autosave.name
        return left(self._folder, self.damaged.read, own)

    def close(self) -> None:
        """Remove the autosave: the note needs none any more."""
        self._stop()
        if self._autosave is not None:
            # While it is locked: no other window may take it for what a crash left.
            self._autosave.clear()
        self.rest()

    def rest(self) -> None:
        """Keep no more; what is kept stays for the next start."""
        self._stop()
        if self._autosave is not None:
            self._autosave.release()
        # A window that is left once more, on its way out, keeps nothing.
        self._autosave = None

    def _stop(self) -> None:
        self._timer.stop()
        self._worker.cancel("autosave")
        self._worker.stop()

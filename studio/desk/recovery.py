"""Recovery: what is not saved is kept aside every few seconds, and offered after a crash."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from engine.errors import FileError
from studio.desk.worker import Urgency, Worker
from studio.note.file import SUFFIX, NoteFile, load, save

INTERVAL = 3000
"""Milliseconds between a change and its keeping."""


@dataclass(frozen=True)
class Kept:
    """A recovery file that nobody works on any more."""

    path: Path
    content: NoteFile

    def discard(self) -> None:
        """Remove it."""
        self.path.unlink(missing_ok=True)
        _lock_path(self.path).unlink(missing_ok=True)


class Recovery(QObject):
    """Keeps one window's note in the recovery folder.

    Parameters
    ----------
    folder : Path or None
        None keeps nothing.
    content : callable
        The note as it is now; None where all of it is in its own file.
    worker : Worker
        Which writes the file.
    """

    def __init__(
        self, folder: Path | None, content: Callable[[], NoteFile | None], worker: Worker
    ) -> None:
        super().__init__()
        self._content, self._worker, self._folder = content, worker, folder
        self._path: Path | None = None
        self._lock: QLockFile | None = None
        self.error = ""
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                self.error = f"Nothing can be kept for recovery: {error.strerror}."
            else:
                self._path = folder / f"{uuid.uuid4().hex}{SUFFIX}"
                self._lock = QLockFile(str(_lock_path(self._path)))
                self._lock.setStaleLockTime(0)
                self._lock.tryLock(0)
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
        path, content = self._path, self._content()
        if path is None:
            return
        if content is None:
            self._worker.cancel("recovery")
            path.unlink(missing_ok=True)
            return
        self._worker.request(
            "recovery", Urgency.KEEPING, lambda: save(content, path), self._kept, self._failed
        )

    def keep_now(self) -> Path | None:
        """Keep it in this thread, for when all is about to end; where it lies."""
        content = self._content()
        if self._path is None or content is None:
            return None
        save(content, self._path)
        return self._path

    def _kept(self, _: object) -> None:
        self.error = ""

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, FileError):
            raise error
        self.error = str(error)

    def left(self) -> list[Kept]:
        """What was kept by windows that ended without saying what is to become of it."""
        found: list[Kept] = []
        if self._folder is None or not self._folder.is_dir():
            return found
        for path in sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda p: p.stat().st_mtime):
            lock = QLockFile(str(_lock_path(path)))
            lock.setStaleLockTime(0)
            if path == self._path or not lock.tryLock(0):
                continue
            lock.unlock()
            try:
                found.append(Kept(path, load(path)))
            except FileError:
                # Half a file cannot be (it is renamed into place); a foreign one is left alone.
                continue
        return found

    def close(self) -> None:
        """The note needs no recovery any more."""
        self.rest()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def rest(self) -> None:
        """Keep no more; what is kept stays for the next start."""
        self._timer.stop()
        self._worker.cancel("recovery")
        if self._lock is not None:
            self._lock.unlock()


def claim(path: Path, folder: Path | None) -> QLockFile | None:
    """A lock that says: this file is open here; None if another window has it."""
    if folder is None:
        return QLockFile("")
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:32]
    lock = QLockFile(str(folder / f"{name}.lock"))
    lock.setStaleLockTime(0)
    return lock if lock.tryLock(0) else None


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")

"""Recovery: what is not saved is kept aside every few seconds, and offered after a crash."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import FileError
from engine.io.locks import ProcessLock, is_held
from studio.desk.worker import Urgency, Worker
from studio.library.damaged_files import DamagedFiles
from studio.storage.note_file import SUFFIX, NoteFile, load, save

INTERVAL = 3000
"""Milliseconds between a change and its keeping."""


@dataclass(frozen=True)
class Kept:
    """A recovery file that nobody works on any more."""

    path: Path
    content: NoteFile
    at: datetime.datetime
    """When it was kept, in local time."""

    def take(self) -> Taken | None:
        """Keep other windows from it; None where one of them has it already, or had it."""
        lock = ProcessLock(_lock_path(self.path))
        try:
            taken = Taken(self, lock) if lock.acquire() else None
        except OSError:
            # Nobody can be kept from it; it is there all the same.
            taken = Taken(self, lock)
        if taken is not None and not self.path.exists():
            taken.leave()
            return None
        return taken


@dataclass(frozen=True)
class Taken:
    """A recovery file that this window deals with."""

    kept: Kept
    lock: ProcessLock

    def discard(self) -> None:
        """Remove it: another file holds what it held."""
        _remove(self.kept.path)
        self.lock.release()

    def leave(self) -> None:
        """Let it be offered again."""
        self.lock.release()


class RecoveryController(QObject):
    """Keeps one window's note in the recovery folder.

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
        self._path: Path | None = None
        self._lock: ProcessLock | None = None
        self._trouble = ""
        if folder is not None:
            self._path = folder / f"{uuid.uuid4().hex}{SUFFIX}"
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
            _remove(path)
            # What is being kept at this moment is taken away, too.
            work: Callable[[], object] = partial(_remove, path)
        else:
            work = self._keeper(content)
        self._worker.request("recovery", Urgency.KEEPING, work, self._kept, self._failed)

    @property
    def busy(self) -> bool:
        """Whether something is being kept."""
        return self._worker.pending("recovery")

    def _keeper(self, content: NoteFile) -> Callable[[], object]:
        """What keeps the content, once the folder is there and this window's name in it claimed."""
        path = self._path
        assert path is not None
        if self._lock is None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                return partial(_refuse, error)
            lock = ProcessLock(_lock_path(path))
            # Where nothing can be locked, unsaved work is kept as well.
            with suppress(OSError):
                if lock.acquire():
                    self._lock = lock
        return partial(save, content, path)

    def keep_now(self) -> Path | None:
        """Keep it in this thread, for when all is about to end; where it lies."""
        content = self._content()
        if self._path is None or content is None:
            return None
        self._keeper(content)()
        return self._path

    def _kept(self, _: object) -> None:
        self._trouble = ""

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, FileError | OSError):
            raise error
        sentence = f"Unsaved work cannot be kept for recovery, so save often: {error}"
        if sentence != self._trouble:
            self._trouble = sentence
            self.troubled.emit(sentence)

    def left(self) -> list[Kept]:
        """What was kept by windows that ended without saying what is to become of it."""
        found: list[Kept] = []
        if self._folder is None or not self._folder.is_dir():
            return found
        for path in sorted(self._folder.glob(f"*{SUFFIX}"), key=_changed):
            if path == self._path or is_held(_lock_path(path)):
                continue
            if path.name.startswith("."):
                # Half of a file, whose program ended before it was whole.
                _remove(path)
                continue
            at = datetime.datetime.fromtimestamp(_changed(path)).astimezone()
            content = self.damaged.read(path, load)
            if content is not None:
                found.append(Kept(path, content, at))
        for lock_path in self._folder.glob("*.lock"):
            # What a crash left of a window that had nothing to keep, or whose file was damaged.
            if not lock_path.with_suffix(SUFFIX).exists():
                is_held(lock_path)
        return found

    def close(self) -> None:
        """The note needs no recovery any more."""
        self._stop()
        if self._path is not None:
            # While it is locked: no other window may take it for what a crash left.
            _remove(self._path)
        self.rest()

    def rest(self) -> None:
        """Keep no more; what is kept stays for the next start."""
        self._stop()
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        # A window that is left once more, on its way out, keeps nothing.
        self._path = None

    def _stop(self) -> None:
        self._timer.stop()
        self._worker.cancel("recovery")
        self._worker.stop()


def _refuse(error: OSError) -> None:
    raise FileError(f"the folder {error.filename} cannot be made: {error.strerror}.") from error


def _remove(path: Path) -> None:
    """Remove a file where that can be done; on a disk that is read-only it stays."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _lock_path(path: Path) -> Path:
    """The lock of a recovery file; a temporary one beside it has its name after a full stop."""
    return path.with_name(f"{path.name.lstrip('.').split('.')[0]}.lock")


def _changed(path: Path) -> float:
    """When a file was changed; 0 where it is gone by now."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

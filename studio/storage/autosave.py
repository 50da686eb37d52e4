"""Autosaves on disk: unsaved notes, kept under a lock, and found again after a crash.

How often: `studio.desk.controllers.autosave_controller`.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from engine.errors import FileError
from engine.io.atomic import remove
from engine.io.locks import ProcessLock, is_held
from engine.io.private import private_folder
from studio.storage.note_file import SUFFIX, NoteFile, load, save

GENERATIONS = 2
"""How many are kept of a note: if the machine fails while one is written, the other is there."""

Read = Callable[[Path, Callable[[Path], NoteFile]], NoteFile | None]


class Autosave:
    """Where one window keeps what is not saved.

    Its files are called by one name and a number that grows: the clock may be set back.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, uuid.uuid4().hex
        self._lock: ProcessLock | None = None
        self._number = 0

    def keeper(self, content: NoteFile) -> Callable[[], object]:
        """What keeps the content, in whatever thread; what is asked for later is the newer one."""
        self._number += 1
        return partial(self._keep, content, self._number)

    def _keep(self, content: NoteFile, number: int) -> None:
        if self._lock is None:
            try:
                private_folder(self.folder)
            except OSError as error:
                raise FileError(
                    f"the folder {error.filename} cannot be made: {error.strerror}."
                ) from error
            lock = ProcessLock(_lock_path(self.folder, self.name))
            # Where nothing can be locked, unsaved work is kept as well.
            with suppress(OSError):
                if lock.acquire():
                    self._lock = lock
        save(content, self.folder / f"{self.name}.{number}{SUFFIX}", private=True)
        for path in _files(self.folder, self.name):
            if _number(path) <= number - GENERATIONS:
                _remove(path)

    def clear(self) -> None:
        """Remove what was kept: a file of the note's own holds it."""
        for path in _files(self.folder, self.name):
            _remove(path)

    def release(self) -> None:
        """Leave what was kept to the next start."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None


@dataclass(frozen=True)
class Kept:
    """What a window kept that ended without saying what is to become of it.

    Parameters
    ----------
    folder : Path
    name : str
        Of its files there.
    content : NoteFile
        Of the newest of them that can be read.
    at : datetime
        When that was kept, in local time.
    """

    folder: Path
    name: str
    content: NoteFile
    at: datetime.datetime

    def take(self) -> Taken | None:
        """Keep other windows from it; None where one of them has it already, or had it."""
        lock = ProcessLock(_lock_path(self.folder, self.name))
        try:
            if not lock.acquire():
                return None
        except OSError:
            # Nobody can be kept from it; it is there all the same.
            pass
        if not _files(self.folder, self.name):
            lock.release()
            return None
        return Taken(self, lock)


@dataclass(frozen=True)
class Taken:
    """A kept note that this window deals with."""

    kept: Kept
    lock: ProcessLock

    def discard(self) -> None:
        """Remove it: another file holds what it held."""
        for path in _files(self.kept.folder, self.kept.name):
            _remove(path)
        self.lock.release()

    def leave(self) -> None:
        """Let it be offered again."""
        self.lock.release()


def left_behind(folder: Path, read: Read, own: Collection[str] = ()) -> list[Kept]:
    """What windows kept that have ended, the latest last; what they left half-written is removed.

    Parameters
    ----------
    folder : Path
    read : callable
        Reads a file with what it is given; None where that cannot be.
    own : collection of str
        The names of what is kept here.
    """
    for half in folder.glob(f".*{SUFFIX}"):
        if not is_held(_lock_path(folder, _name(half))):
            _remove(half)
    found = []
    paths = sorted(folder.glob(f"[!.]*{SUFFIX}"), key=lambda path: (_name(path), -_number(path)))
    for name, group in groupby(paths, key=_name):
        if name in own or is_held(_lock_path(folder, name)):
            continue
        for path in group:
            at = _changed(path)
            content = read(path, load)
            if content is not None:
                found.append(Kept(folder, name, content, at))
                break
    for lock_path in folder.glob("*.lock"):
        # What a crash left of a window that had nothing to keep, or whose files were damaged.
        if not _files(folder, lock_path.stem):
            is_held(lock_path)
    return sorted(found, key=lambda kept: kept.at)


def _files(folder: Path, name: str) -> list[Path]:
    return list(folder.glob(f"{name}.*{SUFFIX}")) + list(folder.glob(f"{name}{SUFFIX}"))


def _name(path: Path) -> str:
    """What a window calls its files; a temporary one has a full stop in front."""
    return path.name.lstrip(".").split(".")[0]


def _number(path: Path) -> int:
    """Which of a window's files it is; files of older versions have no number."""
    parts = path.name.lstrip(".").split(".")
    return int(parts[1]) if parts[1].isdecimal() else 0


def _lock_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"


def _remove(path: Path) -> None:
    """Remove a file where that can be done; on a disk that is read-only it stays."""
    with suppress(OSError):
        remove(path)


def _changed(path: Path) -> datetime.datetime:
    """When a file was changed; long ago where it is gone by now."""
    try:
        return datetime.datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except (OSError, ValueError, OverflowError):
        return datetime.datetime.fromtimestamp(0).astimezone()

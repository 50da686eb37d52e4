"""Locks that end with the process that holds them, however it ends.

The package filelock is not used: where a file system knows no locks it falls back to a file that a
crash leaves behind, and on a disk that has become read-only it cannot lock a file that is there.
"""

from __future__ import annotations

import datetime
import errno
import getpass
import json
import os
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl

#: What a file system says that knows no locks.
NO_LOCKS = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL})
#: Where Windows locks a byte: what lies in front of it can still be read by others.
_BYTE = 1 << 30
#: How often a lock is tried, for whoever asks about it holds it for a moment, too; and seconds
#: between two tries.
_TRIES, _PAUSE = 5, 0.01


@dataclass(frozen=True)
class Holder:
    """Who holds a lock, as far as its file says.

    Parameters
    ----------
    host, user : str
        Empty where they are not known.
    process : int
        0 where it is not known.
    since : datetime or None
        In local time.
    """

    host: str = ""
    user: str = ""
    process: int = 0
    since: datetime.datetime | None = None

    def __str__(self) -> str:
        """As "on ada since 14:03 (process 12)"; empty where nothing is known."""
        words = [f"on {self.host}"] if self.host else []
        if self.since is not None:
            same = self.since.date() == datetime.datetime.now().astimezone().date()
            words.append(f"since {self.since:{'%H:%M' if same else '%d %B %Y, %H:%M'}}")
        if self.process:
            words.append(f"(process {self.process})")
        return " ".join(words)


class ProcessLock:
    """A lock on a file of its own, which the system lets go when its process ends.

    What the file holds says who has it, and decides nothing: a file that is empty, damaged, or left
    by a crash or under another host name keeps nobody out.

    Parameters
    ----------
    path : Path
        Its folder exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False where another holds it, in this process or another.

        Raises
        ------
        OSError
            If nothing can be locked there: the disk is full or read-only, or knows no locks.
        """
        for _ in range(_TRIES):
            file = _opened(self.path)
            try:
                if not lock_now(file):
                    os.close(file)
                    time.sleep(_PAUSE)
                    continue
                if os.path.samestat(os.fstat(file), self.path.stat()):
                    self._file = file
                    self._describe()
                    return True
            except FileNotFoundError:
                # Its last holder has removed it since it was opened.
                pass
            except BaseException:
                os.close(file)
                raise
            os.close(file)
        return False

    def release(self) -> None:
        """Let the lock go and remove its file; nothing happens where it is not held."""
        if self._file is None:
            return
        file, self._file = self._file, None
        # Removed while it is held: who has opened it meanwhile sees that, and opens it again.
        with suppress(OSError):
            self.path.unlink()
        os.close(file)
        if sys.platform == "win32":  # pragma: no cover
            with suppress(OSError):
                self.path.unlink()

    def holder(self) -> Holder:
        """Who holds it, as far as its file says; read it after `acquire` was refused."""
        try:
            with self.path.open("rb") as file:
                values = json.loads(file.read(4096))
            since = datetime.datetime.fromisoformat(values["since"]).astimezone()
            return Holder(str(values["host"]), str(values["user"]), int(values["process"]), since)
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return Holder(since=self._made())

    def _made(self) -> datetime.datetime | None:
        """When the file was last written."""
        try:
            return datetime.datetime.fromtimestamp(self.path.stat().st_mtime).astimezone()
        except (OSError, ValueError, OverflowError):
            return None

    def _describe(self) -> None:
        """Write down who holds it; the lock holds as well where that cannot be written."""
        assert self._file is not None
        now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        values = {
            "host": socket.gethostname(),
            "user": _user(),
            "process": os.getpid(),
            "since": now,
        }
        with suppress(OSError):
            os.ftruncate(self._file, 0)
            os.write(self._file, json.dumps(values).encode())


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock of a file; nobody does where nothing can be locked."""
    if not path.exists():
        return False
    lock = ProcessLock(path)
    try:
        if not lock.acquire():
            return True
    except OSError:
        return False
    lock.release()
    return False


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _opened(path: Path) -> int:
    flags = getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
    except OSError as error:
        # On a disk that has become read-only, a file that is there can still be locked.
        if error.errno not in (errno.EROFS, errno.EACCES) or not path.exists():
            raise
        return os.open(path, os.O_RDONLY | flags)


def lock_now(file: int) -> bool:
    """Whether an open file could be locked; False where another has it.

    The lock ends when the file is closed, with its process at the latest.

    Raises
    ------
    OSError
        If the file system knows no locks.
    """
    try:
        if sys.platform == "win32":  # pragma: no cover
            os.lseek(file, _BYTE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            os.lseek(file, 0, os.SEEK_SET)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True

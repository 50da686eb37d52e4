"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from string import hexdigits

from engine.errors import FileError
from engine.io.locks import lock_now

#: Hexadecimal digits in a temporary file's name.
_DIGITS = 8
_DAY = 86400.0
#: What the names of folders for a while begin with.
_WORKSHOP = ".scriptorium-"


@contextmanager
def atomic_write(path: Path | str, *, private: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is flushed and takes its place.

    On any exception, Ctrl-C included, the temporary file is removed and `path` stays as it was.
    After a power cut the old file is there or the new one, whole; once this has ended, the new one.
    What a process that was killed has left of the same file is removed.

    Of a symbolic link the file that it names is replaced. A file that its owner has made read-only
    stays, and so does what is no file: a rename would replace both.

    Parameters
    ----------
    path : Path or str
    private : bool
        Whether nobody but the owner may read it.

    Raises
    ------
    FileError
        If the folder does not exist, or the file cannot be written there.
    """
    try:
        target = Path(path)
        real = Path(os.path.realpath(target))
        mode = _mode(real, target)
        _sweep(real)
        temporary, opened = _made(real, mode, private)
    except OSError as error:
        raise FileError(
            f"Cannot write {target}: {error.strerror or error}; choose a folder that exists "
            "and that you may write to."
        ) from error
    except (TypeError, ValueError) as error:
        raise FileError(f"Cannot write {path!r:.80}: it is no path; name a file.") from error
    handle: int | None = opened
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        if os.name == "nt":  # which renames no file that is open
            os.close(opened)
            handle = None
        temporary.replace(real)
        _flush(real.parent)
    except OSError as error:
        raise FileError(
            f"Cannot write {target}: {error.strerror or error}; the file is as it was."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
        if handle is not None:
            os.close(handle)


def move(path: Path, target: Path) -> Path:
    """Move a file on its disk, so that a power cut leaves it in one place or the other; `target`.

    Raises
    ------
    OSError
        If it cannot be moved.
    """
    try:
        os.link(path, target)
    except OSError:
        # There are no second names there, or something lies there that is to be replaced.
        path.replace(target)
    else:
        # Only a file that has its new name for good loses the old one.
        _flush(target.parent)
        try:
            path.unlink()
        except OSError:
            target.unlink()
            raise
    for folder in dict.fromkeys((target.parent, path.parent)):
        _flush(folder)
    return target


def move_in(path: Path, target: Path) -> None:
    """Put a file that was flushed nowhere yet in the place of another, as `atomic_write` does.

    Raises
    ------
    OSError
        If it cannot be put there; what was there is as it was.
    """
    with suppress(FileNotFoundError):
        path.chmod(target.stat().st_mode & 0o777)
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    path.replace(target)
    _flush(target.parent)


@contextmanager
def temporary_folder(home: Path) -> Iterator[Path]:
    """A folder within another, on its disk, for files that are moved from there when all are made.

    It is removed in the end. Those that processes have left that were killed are removed, too.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    for path in home.glob(f"{_WORKSHOP}*/"):
        with suppress(OSError):
            _remove_if_left(path, partial(shutil.rmtree, ignore_errors=True))
    folder, handle = _locked_folder(home)
    try:
        yield folder
    finally:
        if handle is not None:
            os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


def _locked_folder(home: Path) -> tuple[Path, int | None]:
    """A new folder, and a handle on it that tells others that somebody works there."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=_WORKSHOP, dir=home))
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        except OSError:
            # Windows opens no folders; there age tells.
            return path, None
        try:
            # Whoever sweeps at this moment may have taken it for what was left there.
            if lock_now(handle) and os.path.samestat(os.fstat(handle), path.stat()):
                return path, handle
        except FileNotFoundError:
            pass
        except OSError:
            return path, handle
        os.close(handle)


def remove(path: Path) -> None:
    """Remove a file where there is one, so that no power cut brings it back.

    Raises
    ------
    OSError
        If it cannot be removed.
    """
    with suppress(FileNotFoundError):
        path.unlink()
        _flush(path.parent)


def make_folder(folder: Path) -> list[Path]:
    """Make a folder that is still there after a power cut, and those above it.

    What is flushed in a folder is lost with it while the one above it has not been flushed.

    Returns
    -------
    list of Path
        Those that were made, the inner ones first.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in made:
        _flush(each.parent)
    return made


def writable(path: Path) -> bool:
    """Whether a file may be written; one that is not there may, as far as it goes.

    A file without any right to write counts as read-only for the system's administrator, too.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return True
    return bool(mode & 0o222) and os.access(path, os.W_OK)


def _mode(real: Path, target: Path) -> int | None:
    """The mode of the file that is to be replaced; None where there is none.

    Raises
    ------
    FileError
        If it must not be replaced.
    """
    try:
        mode = real.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
        raise FileError(f"Cannot write {target}: it is {kind}; choose another name.")
    if not writable(real):
        raise FileError(
            f"Cannot write {target}: the file is read-only; choose another name, or give yourself "
            "the right to write to it."
        )
    return mode & 0o777


def _made(real: Path, mode: int | None, private: bool) -> tuple[Path, int]:
    """A new and empty file beside another, with its mode, or as any new file has it.

    Also a handle on it, which tells others that somebody writes there as long as it is open.
    """
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)
    begin, end = _ends(real)
    while True:
        path = real.with_name(f"{begin}{secrets.token_hex(_DIGITS // 2)}{end}")
        try:
            handle = os.open(path, flags, 0o600 if private else 0o666)
        except FileExistsError:
            continue
        try:
            # Whoever sweeps at this moment may have taken it for what was left there.
            mine = lock_now(handle) and os.path.samestat(os.fstat(handle), path.stat())
        except FileNotFoundError:
            mine = False
        except OSError:
            mine = True
        if mine:
            if mode is not None:
                path.chmod(mode & 0o700 if private else mode)
            return path, handle
        os.close(handle)
        path.unlink(missing_ok=True)


def _sweep(real: Path) -> None:
    """Remove what processes that were killed have left of a file beside it.

    Where the file system knows no locks, it is what has not been touched for a day.
    """
    begin, end = _ends(real)
    try:
        names = [entry.name for entry in os.scandir(real.parent) if entry.name.startswith(begin)]
    except OSError:
        return
    for name in names:
        middle = name[len(begin) : len(name) - len(end)]
        if name.endswith(end) and len(middle) == _DIGITS and set(middle) <= set(hexdigits):
            with suppress(OSError):
                _remove_if_left(real.with_name(name), Path.unlink)


def _remove_if_left(path: Path, removed: Callable[[Path], object]) -> None:
    """Remove a file or folder that was made for a while, where nobody works on it any more."""
    try:
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
        try:
            left = lock_now(handle)
            if left and os.name != "nt":
                # While it is locked: who has just made it sees that, and makes another.
                removed(path)
        finally:
            os.close(handle)
        if left and os.name == "nt":  # which removes no file that is open
            removed(path)
    except OSError:
        if time.time() - path.stat(follow_symlinks=False).st_mtime > _DAY:
            removed(path)


def _flush(folder: Path) -> None:
    """Let a rename outlast a power cut; the file is in its place in any case."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _ends(real: Path) -> tuple[str, str]:
    """What the names of temporary files beside another begin and end with.

    They fit where its own name does: 255 bytes are as long as a name may be.
    """
    stem = os.fsencode(real.stem)[:200].decode(errors="ignore")
    return f".{stem}.", real.suffix if len(os.fsencode(real.suffix)) <= 32 else ""

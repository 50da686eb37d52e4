"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import FileError

#: Hexadecimal digits in a temporary file's name.
_DIGITS = 8


@contextmanager
def atomic_write(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is flushed and takes its place.

    On any exception, Ctrl-C included, the temporary file is removed and `path` stays as it was. Of
    a symbolic link the file that it names is replaced. A file that its owner has made read-only
    stays, and so does what is no file: a rename would replace both.

    Raises
    ------
    FileError
        If the folder does not exist, or the file cannot be written there.
    """
    target = Path(path)
    try:
        real = Path(os.path.realpath(target))
        mode = _mode(real, target)
        temporary = _made(real, mode)
    except OSError as error:
        raise FileError(
            f"Cannot write {target}: {error.strerror or error}; choose a folder that exists "
            "and that you may write to."
        ) from error
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(real)
    except OSError as error:
        raise FileError(
            f"Cannot write {target}: {error.strerror or error}; the file is as it was."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


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


def _made(real: Path, mode: int | None) -> Path:
    """A new and empty file beside another, with its mode, or as any new file has it."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)
    begin, end = _ends(real)
    while True:
        path = real.with_name(f"{begin}{secrets.token_hex(_DIGITS // 2)}{end}")
        with suppress(FileExistsError):
            handle = os.open(path, flags, 0o666)
            try:
                if mode is not None:
                    path.chmod(mode)
            finally:
                os.close(handle)
            return path


def _ends(real: Path) -> tuple[str, str]:
    """What the names of temporary files beside another begin and end with.

    They fit where its own name does: 255 bytes are as long as a name may be.
    """
    stem = os.fsencode(real.stem)[:200].decode(errors="ignore")
    return f".{stem}.", real.suffix if len(os.fsencode(real.suffix)) <= 32 else ""

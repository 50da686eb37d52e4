"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import FileError


@contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is flushed and takes its place.

    On any exception, Ctrl-C included, the temporary file is removed and `path` stays as it was.

    Raises
    ------
    FileError
        If the folder does not exist, or the file cannot be written there.
    """
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=target.suffix, dir=target.parent
        )
    except OSError as error:
        raise FileError(
            f"Cannot write {target}: {error.strerror or error}; choose a folder that exists "
            "and that you may write to."
        ) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        # mkstemp makes files private; give what the umask gives any other new file.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        raise FileError(
            f"Cannot write {target}: {error.strerror or error}; the file is as it was."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)

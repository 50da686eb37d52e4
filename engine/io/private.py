"""Folders that nobody but their owner may look into: what a user writes is his own."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from engine.io.atomic import make_folder


def private_folder(folder: Path) -> Path:
    """The folder, made where it does not exist, and closed to others in any case.

    Folders above it that have to be made are closed, too; those that are there stay as they are.

    Raises
    ------
    OSError
        If it cannot be made. One that is there and cannot be closed is used as it is.
    """
    made = make_folder(folder)
    if os.name == "posix":
        for each in dict.fromkeys((folder, *made)):
            with suppress(OSError):
                mode = stat.S_IMODE(each.stat().st_mode)
                if mode & 0o077:
                    each.chmod(mode & 0o700)
    return folder

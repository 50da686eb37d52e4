"""Claims: that a note is open in one window, as other windows of this user can see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.io.locks import Holder, ProcessLock


class OpenElsewhereError(FileError):
    """A note is open in another window.

    Attributes
    ----------
    holder : Holder
    """

    def __init__(self, path: Path, holder: Holder) -> None:
        told = f"{path.name} is open in another window {holder}".rstrip()
        super().__init__(f"{told}; go on there.")
        self.told, self.holder = told, holder


@dataclass(frozen=True)
class Claim:
    """What one window has of a note's file.

    Parameters
    ----------
    lock : ProcessLock or None
        None where other windows cannot be told.
    trouble : str
        Why they cannot; empty where that is as it should be.
    """

    lock: ProcessLock | None = None
    trouble: str = ""

    def release(self) -> None:
        """Let other windows have it."""
        if self.lock is not None:
            self.lock.release()


def claim(path: Path, folder: Path | None) -> Claim:
    """Claim a note's file; the claim ends with the process, however it ends.

    Parameters
    ----------
    path : Path
    folder : Path or None
        Where claims are kept; None keeps none.

    Raises
    ------
    OpenElsewhereError
        If another window has it.
    """
    if folder is None:
        return Claim()
    name = hashlib.sha256(str(path.resolve()).encode(errors="surrogateescape")).hexdigest()[:32]
    lock = ProcessLock(folder / f"{name}.lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = lock.acquire()
    except OSError as error:
        return Claim(
            trouble=f"Other windows are not told that {path.name} is open here: {folder} cannot be "
            f"written ({error.strerror or error}). Open it only once."
        )
    if not taken:
        raise OpenElsewhereError(path, lock.holder())
    return Claim(lock)

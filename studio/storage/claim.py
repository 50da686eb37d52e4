"""Claims: that something is open in one window, as other windows of this user can see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.io.locks import Holder, ProcessLock
from engine.io.private import private_folder


class OpenElsewhereError(FileError):
    """Something is open in another window.

    Attributes
    ----------
    told : str
        What is open, where and since when; no whole sentence.
    """

    def __init__(self, name: str, holder: Holder) -> None:
        self.told = f"{name} is open in another window {holder}".rstrip()
        super().__init__(f"{self.told}; go on there.")


@dataclass(frozen=True)
class Claim:
    """That one window has a note's file, or a recording.

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
    try:
        private_folder(folder)
    except OSError as error:
        return Claim(trouble=_trouble(path.name, folder, error))
    return claim_with(ProcessLock(folder / f"{name}.lock"), path.name)


def claim_with(lock: ProcessLock, name: str) -> Claim:
    """Claim what a lock stands for; where nothing can be locked, the claim says so.

    Parameters
    ----------
    lock : ProcessLock
    name : str
        What the user knows it by, at the beginning of a sentence.

    Raises
    ------
    OpenElsewhereError
        If another window has it.
    """
    try:
        taken = lock.acquire()
    except OSError as error:
        return Claim(trouble=_trouble(name, lock.path.parent, error))
    if not taken:
        raise OpenElsewhereError(name, lock.holder())
    return Claim(lock)


def _trouble(name: str, folder: Path, error: OSError) -> str:
    return (
        f"{name} is open here, and other windows cannot be told so, for {folder} cannot be "
        f"written ({error.strerror or error}). Open it only once."
    )

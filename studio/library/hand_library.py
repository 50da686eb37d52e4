"""The library of hands: those that were taught, one a file, each complete in itself."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.bundled_hands import DEFAULT, title_of
from engine.errors import FileError, HandError
from engine.io.atomic import atomic_write, remove
from engine.io.loading import loading
from engine.io.tensor_header import read_header
from studio.library.damaged_files import DamagedFiles
from studio.library.paths import data_folder, ensure_folder, free_path

SUFFIX = ".hand"
#: How the name of a hand's format begins, under which its file says what it is.
FORMATS = "scriptorium-hand-"
#: Bytes of the header of a hand's file: it has some kilobytes.
MOST_HEADER = 1 << 20
#: What the hand that writes where none is chosen is called in lists.
SHIPPED = title_of(DEFAULT)


@dataclass(frozen=True)
class TaughtHand:
    """A hand that was taught.

    Parameters
    ----------
    name : str
    path : Path
    """

    name: str
    path: Path


class HandLibrary:
    """The taught hands of one data folder.

    Parameters
    ----------
    folder : Path, optional
        The data folder; the user's own where not given.
    damaged : DamagedFiles, optional
        Told of files that cannot be read.
    """

    def __init__(self, folder: Path | None = None, damaged: DamagedFiles | None = None) -> None:
        self._data = folder or data_folder()
        self.damaged = damaged or DamagedFiles()

    @property
    def folder(self) -> Path:
        """Where the hands lie."""
        return self._data / "hands"

    def entries(self) -> tuple[TaughtHand, ...]:
        """The hands, by name, without those whose files are not whole."""
        found = self.damaged.entries(self.folder, f"*{SUFFIX}", _looked_at)
        return tuple(sorted(found, key=lambda hand: hand.name.lower()))

    def path(self, name: str) -> Path:
        """Where the hand of that name lies."""
        return self.folder / f"{name}{SUFFIX}"

    def free(self, name: str) -> Path:
        """Where a new hand of that name goes."""
        return free_path(ensure_folder(self.folder), name, SUFFIX)

    @property
    def teaching(self) -> Path:
        """Where lessons keep their files until they are done, each in a folder of its own."""
        return self._data / "teaching"

    def run_folder(self, path: Path) -> Path:
        """Where the teaching of the hand at `path` keeps its files until it is done."""
        return ensure_folder(self.teaching) / path.stem

    def delete(self, path: Path) -> None:
        """Remove a hand for good.

        Raises
        ------
        FileError
            If the file cannot be removed.
        """
        try:
            remove(path)
        except OSError as error:
            raise FileError(f"Cannot remove {path}: {error.strerror or error}.") from error

    def export(self, path: Path, target: Path) -> None:
        """Copy a hand, to pass on.

        Raises
        ------
        FileError
            If it cannot be copied.
        """
        with atomic_write(target) as temporary:
            shutil.copyfile(path, temporary)


def _looked_at(path: Path) -> TaughtHand:
    """A hand whose file is whole, by its header: its weights are read when it writes."""
    with loading(path, "hand", HandError, "fetch it or teach it again"):
        size = path.stat().st_size
        with path.open("rb") as file:
            header, begin = read_header(file, MOST_HEADER)
        about = header.pop("__metadata__")
        if not any(name.startswith(FORMATS) for name in about):
            raise ValueError("no hand")
        if begin + max(int(tensor["data_offsets"][1]) for tensor in header.values()) != size:
            raise ValueError("cut short")
    return TaughtHand(path.stem, path)

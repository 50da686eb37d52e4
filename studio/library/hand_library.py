"""The library of hands: those that were taught, one a file, each complete in itself."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.io.atomic import replacing
from studio.library.paths import data_folder, free_path, made

SUFFIX = ".hand"
#: What the hand that ships is called among those that were taught.
SHIPPED = "Scriptorium's own hand"


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


class Hands:
    """The taught hands of one data folder.

    Parameters
    ----------
    folder : Path, optional
        The data folder; the user's own where not given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._data = folder or data_folder()

    @property
    def folder(self) -> Path:
        """Where the hands lie."""
        return self._data / "hands"

    def entries(self) -> tuple[TaughtHand, ...]:
        """The hands, by name."""
        found = (TaughtHand(path.stem, path) for path in self.folder.glob(f"*{SUFFIX}"))
        return tuple(sorted(found, key=lambda hand: hand.name.lower()))

    def path(self, name: str) -> Path:
        """Where the hand of that name lies."""
        return self.folder / f"{name}{SUFFIX}"

    def free(self, name: str) -> Path:
        """Where a new hand of that name goes."""
        return free_path(made(self.folder), name, SUFFIX)

    def run_folder(self, path: Path) -> Path:
        """Where the teaching of the hand at `path` keeps its files until it is done."""
        return made(self._data / "teaching") / path.stem

    def forget_lessons(self) -> None:
        """Remove what is left of lessons that were stopped: they hold the lines' ink."""
        shutil.rmtree(self._data / "teaching", ignore_errors=True)

    def delete(self, path: Path) -> None:
        """Remove a hand and what is left of its teaching, for good.

        Raises
        ------
        FileError
            If the file cannot be removed.
        """
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"Cannot remove {path}: {error.strerror or error}.") from error
        shutil.rmtree(self.run_folder(path), ignore_errors=True)

    def export(self, path: Path, target: Path) -> None:
        """Copy a hand, to pass on.

        Raises
        ------
        FileError
            If it cannot be copied.
        """
        with replacing(target) as temporary:
            shutil.copyfile(path, temporary)

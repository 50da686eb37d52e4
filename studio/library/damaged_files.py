"""Damaged files of the user's: set aside, so that nothing takes their place, and named once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from engine.errors import FileError, ScriptoriumError
from engine.io.atomic import move
from studio.library.paths import ensure_folder

#: The folder beside a damaged file that it is moved to.
ASIDE = "damaged"
#: How many files a notice names.
NAMED = 3

T = TypeVar("T")


class DamagedFiles:
    """What was found damaged in the user's folders since the program began.

    Every folder that is read at the start is read through one of these: a file that cannot be read
    costs nothing but itself. One whose content is at fault goes to the folder `damaged` beside it;
    one that is locked, or of a newer version, stays where it is.
    """

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}
        self._untold: list[str] = []

    def read(self, path: Path, load: Callable[[Path], T | None]) -> T | None:
        """What `load` makes of a file; None where it cannot be read, which `take` then tells."""
        try:
            return load(path)
        except ScriptoriumError as error:
            self.refuse(path, error)
            return None

    def entries(self, folder: Path, pattern: str, load: Callable[[Path], T | None]) -> list[T]:
        """What `load` makes of each file of a folder, by name, without those it cannot read.

        One that it makes None of is passed over.
        """
        # What begins with a full stop is being written by somebody, or was when he ended.
        paths = (path for path in folder.glob(pattern) if not path.name.startswith("."))
        found = (self.read(path, load) for path in sorted(paths))
        return [entry for entry in found if entry is not None]

    def refuse(self, path: Path, error: ScriptoriumError) -> None:
        """Tell why a file cannot be read, and set it aside if its content is at fault."""
        sentence = str(error)
        if error.damaged:
            try:
                sentence = f"{sentence} It was set aside as {set_aside(path)}."
            except FileNotFoundError:
                # Another window was faster, and has told it.
                return
            except (FileError, OSError) as failure:
                reason = getattr(failure, "strerror", None) or failure
                sentence = f"{sentence} It could not be set aside: {reason}"
        if self._known.get(path) != sentence:
            self._known[path] = sentence
            self._untold.append(sentence)

    def make_way(self, path: Path, load: Callable[[Path], object]) -> None:
        """Before a file is written: set aside what lies in its place and is damaged.

        Raises
        ------
        ScriptoriumError
            If what lies there cannot be read, and cannot be set aside: it must not be lost.
        """
        if path.exists():
            try:
                load(path)
            except ScriptoriumError as error:
                self.refuse(path, error)
                if path.exists():
                    raise

    def take(self) -> tuple[str, ...]:
        """A sentence for each file that was not told of yet; from now on they count as told."""
        untold, self._untold = tuple(self._untold), []
        return untold


def set_aside(path: Path) -> Path:
    """Move a file to the folder `damaged` beside it, under a free name; where it lies now.

    Raises
    ------
    FileError, OSError
        If it cannot be moved.
    """
    folder = ensure_folder(path.parent / ASIDE)
    aside, number = folder / path.name, 2
    while aside.exists():
        aside, number = folder / f"{path.stem}-{number}{path.suffix}", number + 1
    return move(path, aside)


def listed(sentences: Sequence[str]) -> str:
    """Sentences on damaged files as one notice: the first of them, and how many more there are."""
    more = len(sentences) - NAMED
    rest = [f"So it is with {more} more."] if more > 0 else []
    return " ".join([*sentences[:NAMED], *rest])

"""The files that are asked for: checked before anything is written, then made all or none."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from engine.errors import FileError
from engine.io.atomic import make_folder, move_in, temporary_folder

Export = Callable[[Path], Sequence[Path]]
"""Writes a file, or several beside each other, and returns their paths."""


def checked_paths(names: Sequence[str]) -> list[Path]:
    """Return the paths of the files to be written.

    Raises
    ------
    FileError
        If there is none, a suffix is unknown, a folder is not there or cannot be written, or a
        file is named twice.
    """
    from studio.exporting.formats import suffix_of

    if not names:
        raise FileError("Nothing says where to write; add --out note.pdf (or .svg, .png, ...).")
    paths = [Path(name) for name in names]
    for path in paths:
        if path.is_dir():
            raise FileError(f"{path} is a folder; name a file in it, such as {path / 'note.pdf'}.")
        suffix_of(path)
    for folder in dict.fromkeys(path.parent for path in paths):
        check_folder(folder)
    places = [path.parent.resolve() / path.name for path in paths]
    if len(set(places)) < len(places):
        raise FileError("The same file is named twice; give each --out a name of its own.")
    return paths


def check_folder(folder: Path) -> None:
    """See whether a file can be made in a folder, by making one.

    Raises
    ------
    FileError
        If it cannot.
    """
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FileError(
            f"Nothing can be written in {folder}: {error.strerror or error}; name a folder that "
            "exists and that you may write to."
        ) from error


def check_new_folder(folder: Path) -> None:
    """See whether a folder is there to be written in, or can be made.

    Raises
    ------
    FileError
        If neither is so.
    """
    check_folder(next(place for place in (folder, *folder.absolute().parents) if place.exists()))


@contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make a folder where it is not there; where what follows fails, it is gone again."""
    missing = [place for place in (folder, *folder.absolute().parents) if not place.exists()]
    try:
        make_folder(folder)
        yield
    except BaseException:
        for place in missing:
            with suppress(OSError):
                place.rmdir()
        raise


def write_all(exports: Sequence[tuple[Path, Export]]) -> list[Path]:
    """Write every file, or, where one fails, none.

    Each is made in a temporary folder beside its place; when all are there, they are moved.

    Returns
    -------
    list of Path
        The files written: one for each path, or one a page (note-1.svg, note-2.svg, ...).

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    made: list[tuple[Path, Path]] = []
    with ExitStack() as stack:
        try:
            workshops = {
                folder: stack.enter_context(temporary_folder(folder))
                for folder in dict.fromkeys(path.parent for path, _ in exports)
            }
            for path, export in exports:
                files = export(workshops[path.parent] / path.name)
                made.extend((file, path.parent / file.name) for file in files)
            for file, target in made:
                move_in(file, target)
        except OSError as error:
            raise FileError(f"The files cannot be written: {error.strerror or error}.") from error
    return [target for _, target in made]

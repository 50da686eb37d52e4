"""Sheets: the files of a format that holds one page a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from engine.files import replacing
from studio.note.page import Page, Pages

Tell = Callable[[int], None]
"""Told after each page how many are done; what it raises ends the export and leaves nothing."""

_MARKS = (b"<dc:publisher>Scriptorium", b"Software\0Scriptorium")
"""By which a file says that this program wrote it, within its first bytes."""
_HEAD = 8192


def sheet_paths(path: Path, numbers: Sequence[int]) -> list[Path]:
    """`path` itself for one page; note-1.svg, note-2.svg, ... for more (note-01.svg from ten).

    Parameters
    ----------
    path : Path
    numbers : sequence of int
        Of the pages.
    """
    if len(numbers) == 1:
        return [path]
    digits = len(str(max(numbers)))
    return [path.with_stem(f"{path.stem}-{number:0{digits}d}") for number in numbers]


def write_sheets(
    pages: Pages, path: Path, write: Callable[[Page, Path], None], tell: Tell | None = None
) -> list[Path]:
    """Write every page to a file of its own; where one fails, none is left.

    Parameters
    ----------
    pages : Pages
    path : Path
        The file for a single page, and the pattern for several (see `sheet_paths`).
    write : function
        Writes a page to the file that it is given.
    tell : function, optional

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    targets = sheet_paths(path, [page.number for page in pages])
    with ExitStack() as stack:
        for done, (page, target) in enumerate(zip(pages, targets, strict=True), 1):
            write(page, stack.enter_context(replacing(target)))
            if tell is not None:
                tell(done)
    return targets


def left_over(path: Path, count: int) -> list[Path]:
    """Sheets of an earlier, longer export to the same name, which belong to no page any more.

    Parameters
    ----------
    path : Path
        As `write_sheets` was given it.
    count : int
        Pages that the note has now.

    Returns
    -------
    list of Path
        In the order of their numbers; none but what this program wrote.
    """
    named = re.compile(rf"{re.escape(path.stem)}-(\d+){re.escape(path.suffix)}")
    found = []
    for file in path.parent.iterdir():
        match = named.fullmatch(file.name)
        if match and int(match[1]) > count and _ours(file):
            found.append((int(match[1]), file))
    return [file for _, file in sorted(found)]


def _ours(path: Path) -> bool:
    """Whether this program wrote a file."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return any(mark in head for mark in _MARKS)

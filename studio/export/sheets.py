"""Sheets: the files of a format that holds one page a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from engine.files import replacing
from studio.note.page import Page, Pages


def sheet_paths(path: Path, count: int) -> list[Path]:
    """`path` itself for one page; note-1.svg, note-2.svg, ... for more (note-01.svg from ten)."""
    if count == 1:
        return [path]
    digits = len(str(count))
    return [path.with_stem(f"{path.stem}-{k:0{digits}d}") for k in range(1, count + 1)]


def write_sheets(pages: Pages, path: Path, write: Callable[[Page, Path], None]) -> list[Path]:
    """Write every page to a file of its own; where one fails, none is left.

    Parameters
    ----------
    pages : Pages
    path : Path
        The file for a single page, and the pattern for several (see `sheet_paths`).
    write : function
        Writes a page to the file that it is given.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    targets = sheet_paths(path, len(pages))
    with ExitStack() as stack:
        for page, target in zip(pages, targets, strict=True):
            write(page, stack.enter_context(replacing(target)))
    return targets

"""Sheets: the files of a format that holds one page a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from pathlib import Path

from engine.io.atomic import atomic_write
from studio.document.page import Page, Pages

OnPageDone = Callable[[int], None]
"""Told after each page how many are done; what it raises ends the export and leaves nothing."""

SUFFIXES = (".svg", ".png", ".gcode", ".hpgl")
"""Of the formats that hold one page a file."""

HPGL_BEGINNING = "IN;PA;PU;"
"""Of an HPGL file: the language has no comments that every plotter bears."""

_MARKS = (b"<dc:publisher>Scriptorium", b"Software\0Scriptorium", b"; Scriptorium")
"""By which a file says that this program wrote it, within its first bytes."""
_HEAD = 8192


def page_paths(path: Path, numbers: Sequence[int]) -> list[Path]:
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


def write_page_files(
    pages: Pages, path: Path, write: Callable[[Page, Path], None], tell: OnPageDone | None = None
) -> list[Path]:
    """Write every page to a file of its own; where one fails, none is left.

    Parameters
    ----------
    pages : Pages
    path : Path
        The file for a single page, and the pattern for several (see `page_paths`).
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
    targets = page_paths(path, [page.number for page in pages])
    with ExitStack() as stack:
        for done, (page, target) in enumerate(zip(pages, targets, strict=True), 1):
            write(page, stack.enter_context(atomic_write(target)))
            if tell is not None:
                tell(done)
    return targets


def leftover_files(path: Path, kept: Collection[Path]) -> list[Path]:
    """Sheets of an earlier export to the same name, which belong to no page any more.

    Such are the one sheet of a single page, and each whole run from 1 on (note-1.svg to
    note-4.svg, or note-01.svg to note-12.svg), as far as they are not kept: a lone note-2024.svg
    is a file of its own.

    Parameters
    ----------
    path : Path
        As `write_page_files` was given it.
    kept : collection of Path
        The sheets of the pages that there are now.

    Returns
    -------
    list of Path
        In the order of their numbers; none but what this program wrote.
    """
    if path.suffix.lower() not in SUFFIXES:
        return []
    named = re.compile(rf"{re.escape(path.stem)}-(\d+){re.escape(path.suffix)}")
    runs: dict[int, dict[int, Path]] = {}
    for file in path.parent.iterdir():
        match = named.fullmatch(file.name)
        if match and (file in kept or _ours(file)):
            runs.setdefault(len(match[1]), {})[int(match[1])] = file
    found = [path] if _ours(path) else []
    for digits, run in sorted(runs.items()):
        last = max(run)
        if len(str(last)) == digits and set(run) == set(range(1, last + 1)):
            found += [run[number] for number in range(1, last + 1)]
    return [file for file in found if file not in kept]


def describe_leftovers(paths: Sequence[Path]) -> str:
    """One sentence of the sheets that are left over."""
    names = [path.name for path in paths[:3]]
    if len(paths) > 3:
        names[2:] = [f"{len(paths) - 2} more"]
    named = " and ".join([*filter(None, [", ".join(names[:-1])]), names[-1]])
    verbs = ("is", "belongs") if len(paths) == 1 else ("are", "belong")
    return (
        f"{named} of an earlier export {verbs[0]} still there, and {verbs[1]} to no page of the "
        "note any more."
    )


def _ours(path: Path) -> bool:
    """Whether this program wrote a file."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    if path.suffix.lower() == ".hpgl":
        return head.startswith(f"{HPGL_BEGINNING}\nSP1;VS".encode("ascii"))
    return any(mark in head for mark in _MARKS)

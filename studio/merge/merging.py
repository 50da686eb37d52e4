"""A merge: the letters that are missing are written, each put in its place and noted at once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import FileError
from engine.ink.ink import Ink
from engine.io.atomic import atomic_write, make_folder
from engine.io.converter import encode
from engine.io.locks import ProcessLock, is_held
from studio.document.page import Page, Pages
from studio.layout.draft_layout import as_it_stood
from studio.layout.line_writer import Writer
from studio.merge.letter_writer import WrittenLetter
from studio.merge.letters import Letter, LetterPlanner, PlannedLetter
from studio.merge.naming import folded
from studio.merge.results import OLD, LetterResult, ResultsFile
from studio.storage.note_file import SUFFIX, load

if TYPE_CHECKING:
    from engine.style.style import Style

Engine = Callable[[Iterator[Letter]], Iterator[WrittenLetter]]
"""Writes letters, in any order, each of them once."""


@dataclass(frozen=True)
class MergeProgress:
    """How far a merge is.

    Parameters
    ----------
    done, count : int
        Letters that are there, and that there are to be.
    left : float or None
        Seconds until all are there. Letters are written many at a time, and come one upon the
        other: None until as many are there as were in work when the first one came.
    """

    done: int
    count: int
    left: float | None = None


@dataclass(frozen=True)
class Merged:
    """What a merge has come to.

    Parameters
    ----------
    results : tuple of LetterResult
        Of all letters, in the order of the table.
    written : int
        Of them, those that were not there before.
    failed : tuple of (PlannedLetter, str)
        Letters that could not be written after all, and why.
    leftover : tuple of str
        Files of earlier runs that belong to no row any more.
    """

    results: tuple[LetterResult, ...]
    written: int
    failed: tuple[tuple[PlannedLetter, str], ...] = ()
    leftover: tuple[str, ...] = ()

    @property
    def to_check(self) -> tuple[LetterResult, ...]:
        """The letters that somebody should look at."""
        return tuple(result for result in self.results if result.check)


def merge(
    planner: LetterPlanner,
    letters: Sequence[PlannedLetter],
    folder: Path,
    engine: Engine,
    *,
    shard: tuple[int, int] | None = None,
    tell: Callable[[MergeProgress], None] | None = None,
) -> Merged:
    """Write the letters of a table that are not there yet, or not as they should be.

    Each is put in its place whole, then noted in the folder's results: whenever the run ends, by
    whatever, the next one goes on where it was.

    Parameters
    ----------
    planner : LetterPlanner
    letters : sequence of PlannedLetter
    folder : Path
        Made where it is not there.
    engine : callable
        Who writes; not asked where nothing is missing.
    shard : (int, int), optional
        Which part of the table these letters are.
    tell : callable
        Told after each letter.

    Raises
    ------
    FileError
        If another merge writes into the folder, or something cannot be written.
    """
    tell = tell or (lambda _: None)
    _make(folder)
    with locked(folder, shard):
        file = ResultsFile(folder, shard)
        known = file.known()
        done = file.done({planned.key: planned.made_of for planned in letters})
        missing = [planned for planned in letters if planned.key not in done]
        tell(MergeProgress(len(done), len(letters)))
        failed: list[tuple[PlannedLetter, str]] = []
        written = 0
        # Pages have files of their own: Ada-1.svg may be a page of Ada's, or the letter of Ada-1.
        owners = {folded(name): one.id for one in done.values() for name in one.files}
        if missing:
            by_key = {planned.key: planned for planned in missing}
            started = time.monotonic()
            begun = first = 0

            def letters_to_write() -> Iterator[Letter]:
                nonlocal begun
                for begun, planned in enumerate(missing, 1):  # noqa: B007
                    yield planner.letter(planned)

            try:
                with contextlib.closing(_closable(engine, letters_to_write())) as coming:
                    for letter in coming:
                        first = first or begun
                        planned = by_key.pop(letter.id, None)
                        if planned is None:
                            continue  # written twice by machines that lost sight of each other
                        if letter.failed:
                            failed.append((planned, letter.failed))
                            continue
                        names = [folded(name) for name, _ in letter.files]
                        if any(owners.setdefault(name, letter.id) != letter.id for name in names):
                            failed.append((planned, f"another letter has the file {planned.stem}"))
                            continue
                        result = _put(folder, planned, letter)
                        file.add(result)
                        done[planned.key] = result
                        written += 1
                        ended = len(missing) - len(by_key)
                        pace = (time.monotonic() - started) / ended if ended >= first else None
                        left = None if pace is None else pace * len(by_key)
                        tell(MergeProgress(len(done), len(letters), left))
            finally:
                file.close()
        results = [
            replace(done[planned.key], row=planned.row.number)
            for planned in letters
            if planned.key in done
        ]
        leftover = () if shard else tuple(file.leftover(known, results))
        if written or leftover or [result.line() for result in results] != _lines(file):
            file.settle(results)
        return Merged(tuple(results), written, tuple(failed), leftover)


def _closable(engine: Engine, letters: Iterator[Letter]) -> Generator[WrittenLetter, None, None]:
    yield from engine(letters)


def _lines(file: ResultsFile) -> list[str]:
    try:
        return file.path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _put(folder: Path, planned: PlannedLetter, letter: WrittenLetter) -> LetterResult:
    """Put the files of a letter in their places."""
    hashes = []
    for name, content in letter.files:
        path = folder / name
        if "/" in name:
            make_folder(path.parent)
        with atomic_write(path) as temporary:
            temporary.write_bytes(content)
        hashes.append(hashlib.sha256(content).hexdigest())
    return LetterResult(
        planned.key,
        planned.row.number,
        tuple(name for name, _ in letter.files),
        tuple(hashes),
        letter.pages,
        letter.misread,
        letter.check,
        letter.seconds,
        letter.seed,
        planned.made_of,
    )


def _make(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as error:
        raise FileError(
            f"The folder {folder} cannot be made: {error.strerror or error}; choose another."
        ) from error


@contextlib.contextmanager
def locked(folder: Path, shard: tuple[int, int] | None = None) -> Iterator[None]:
    """Keep others from merging into a folder meanwhile; shards of one table do not meet.

    Raises
    ------
    FileError
        If somebody does already.
    """
    own = ".merge.lock" if shard is None else ".merge-{}-of-{}.lock".format(*shard)
    lock = ProcessLock(folder / own)
    others = [path for path in folder.glob(".merge*.lock") if path.name != own]
    if shard is not None:
        others = [path for path in others if path.name == ".merge.lock"]
    try:
        free = lock.acquire()
    except OSError:
        # A file system without locks: nobody can be kept out of it.
        yield
        return
    try:
        held = next((path for path in others if is_held(path)), None) if free else lock.path
        if held is not None:
            holder = str(ProcessLock(held).holder())
            raise FileError(
                f"Another merge writes into {folder} {holder}".rstrip()
                + "; wait until it has ended, or choose another folder."
            )
        yield
    finally:
        if free:
            lock.release()


def remove_leftover(folder: Path, names: Sequence[str]) -> None:
    """Remove files that belong to no row any more, and folders that are empty then.

    Raises
    ------
    FileError
        If one cannot be removed.
    """
    for name in (*names, OLD):
        path = folder / name
        try:
            path.unlink(missing_ok=True)
            for parent in path.parents:
                if parent == folder:
                    break
                with contextlib.suppress(OSError):
                    parent.rmdir()
        except OSError as error:
            raise FileError(f"{path} cannot be removed: {error.strerror or error}.") from error


# One file of all ---------------------------------------------------------------------------------


def joined_pages(
    folder: Path, results: Sequence[LetterResult], writer: Writer, title: str = ""
) -> Pages:
    """The pages of all letters, which lie in a folder as notes, in the order of the table.

    Parameters
    ----------
    folder : Path
    results : sequence of LetterResult
    writer : Writer
        Nothing is asked of it but its name.
    title : str

    Raises
    ------
    FileError
        If a letter cannot be read.
    """
    pages: list[Page] = []
    first: Pages | None = None
    for result in results:
        path = folder / next(name for name in result.files if name.endswith(SUFFIX))
        stood = letter_pages(path, writer)
        first = first or stood
        pages += stood.pages
    if first is None:
        raise FileError("There are no letters to join; give the table a row at least.")
    numbered = tuple(replace(page, number=number) for number, page in enumerate(pages, 1))
    return replace(first, pages=numbered, title=title or first.title, seed=None)


def letter_pages(path: Path, writer: Writer) -> Pages:
    """The pages of a letter that was written as a note.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    content = load(path)
    if content.layout is not None:
        draft = as_it_stood(content.note, writer, content.lines, content.layout)
        if draft is not None and not draft.missing:
            return draft.layout.pages
    raise FileError(f"{path} is not a letter as it was written; remove it, and merge again.")


def spoken(seconds: float) -> str:
    """A span of time in words: "3 min 20 s"."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def basis(
    hand_sha256: str,
    styles: Mapping[str, Style],
    symbols: Mapping[str, Sequence[Ink]],
    *settings: object,
) -> str:
    """What the files of all letters hang on beside the template and the rows, as a hash."""
    digest = hashlib.sha256(hand_sha256.encode())
    for name in sorted(styles):
        digest.update(json.dumps(encode(styles[name]), sort_keys=True).encode())
    for sign in sorted(symbols):
        digest.update(f"\0{sign}".encode())
        for ink in symbols[sign]:
            digest.update(ink.xy.tobytes())
    digest.update(repr(settings).encode())
    return digest.hexdigest()

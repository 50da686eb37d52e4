"""Results: a file that says of each row what was written, added to as letters are done."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import FileError
from engine.io.atomic import atomic_write
from engine.io.converter import decode, encode, register_record

RESULTS = "results.jsonl"
"""Name of the file; that of a shard is results-3-of-16.jsonl."""
OLD = "results-old.jsonl"
"""Beside it: letters of rows that are gone, whose files are still there."""


@dataclass(frozen=True)
class LetterResult:
    """What became of a row.

    Parameters
    ----------
    id : str
        The row's key.
    row : int
        Its number when it was written, from 1.
    files : tuple of str
        In the folder of the results, with "/".
    sha256 : tuple of str
        Of each file.
    pages : int
    misread : tuple of mapping
        Words that a recogniser does not read as asked for: `line`, `word` and `read`.
    check : tuple of str
        Why somebody should look at the letter; empty where nothing is known against it.
    seconds : float
        Its share of the time that writing took.
    seed : int
        Of the letter.
    made_of : str
        Hash of all that the letter hangs on: while it stays, the letter is not written again.
    """

    id: str
    row: int
    files: tuple[str, ...]
    sha256: tuple[str, ...]
    pages: int
    misread: tuple[dict[str, str], ...] = ()
    check: tuple[str, ...] = ()
    seconds: float = 0.0
    seed: int = 0
    made_of: str = ""

    def line(self) -> str:
        """As it stands in the file."""
        return json.dumps(encode(self), ensure_ascii=False)


register_record(LetterResult)


class ResultsFile:
    """The results of a folder.

    Parameters
    ----------
    folder : Path
    shard : (int, int), optional
        Which keeps a file of its own.
    """

    def __init__(self, folder: Path, shard: tuple[int, int] | None = None) -> None:
        self.folder = folder
        name = RESULTS if shard is None else "results-{}-of-{}.jsonl".format(*shard)
        self.path = folder / name
        self._file: int | None = None

    def known(self) -> list[LetterResult]:
        """All results in the folder, those of shards, too; without lines that are torn.

        Raises
        ------
        FileError
            If one cannot be read.
        """
        found: list[LetterResult] = []
        for path in sorted(self.folder.glob("results*.jsonl")):
            found += read_results(path)
        return found

    def done(self, wanted: dict[str, str]) -> dict[str, LetterResult]:
        """The letters that need not be written: as they should be, with all their files.

        Parameters
        ----------
        wanted : dict
            `made_of` by the letters' ids.
        """
        done: dict[str, LetterResult] = {}
        for result in self.known():
            fits = wanted.get(result.id) == result.made_of and bool(result.files)
            if fits and result.id not in done and self._stands(result):
                done[result.id] = result
        return done

    def _stands(self, result: LetterResult) -> bool:
        if len(result.files) != len(result.sha256):
            return False
        return all(
            _hash(self.folder / name) == hash_
            for name, hash_ in zip(result.files, result.sha256, strict=True)
        )

    def add(self, result: LetterResult) -> None:
        """Add a letter whose files are in their places; it outlasts a power cut.

        Raises
        ------
        FileError
            If the disk is full.
        """
        try:
            if self._file is None:
                # Windows would write other line ends.
                binary = getattr(os, "O_BINARY", 0)
                flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | binary
                self._file = os.open(self.path, flags, 0o666)
                # A line that was torn when a run was killed must not swallow the next.
                size = os.fstat(self._file).st_size
                os.lseek(self._file, max(size - 1, 0), os.SEEK_SET)
                if size and os.read(self._file, 1) != b"\n":
                    os.write(self._file, b"\n")
            data = (result.line() + "\n").encode(errors="backslashreplace")
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError as error:
            raise FileError(
                f"{self.path} cannot be written: {error.strerror or error}; make room, and run "
                "the merge again: it continues from there."
            ) from error

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def settle(self, results: Sequence[LetterResult]) -> None:
        """Write the file again with these results alone, in their order.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        self.close()
        with atomic_write(self.path) as temporary:
            lines = "".join(result.line() + "\n" for result in results)
            temporary.write_bytes(lines.encode(errors="backslashreplace"))

    def leftover(self, known: Iterable[LetterResult], current: Iterable[LetterResult]) -> list[str]:
        """Files of letters that are in no row any more, as earlier results name them.

        They are noted aside, so that a later run knows them, too.

        Raises
        ------
        FileError
            If that cannot be written.
        """
        known = list(known)
        kept = {name for result in current for name in result.files}
        named = {
            name: hash_
            for result in known
            for name, hash_ in zip(result.files, result.sha256, strict=False)
            if name not in kept
        }
        # What was changed since is the user's own.
        found = [name for name, hash_ in named.items() if _hash(self.folder / name) == hash_]
        old = {one.line(): None for one in known if not set(found).isdisjoint(one.files)}
        path = self.folder / OLD
        if old:
            with atomic_write(path) as temporary:
                lines = "".join(f"{line}\n" for line in old)
                temporary.write_bytes(lines.encode(errors="backslashreplace"))
        else:
            path.unlink(missing_ok=True)
        return found


def read_results(path: Path) -> list[LetterResult]:
    """The results of a file; a line that is torn or of another kind is passed over.

    Raises
    ------
    FileError
        If the file cannot be read.
    """
    try:
        content = path.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from error
    return results_in(content)


def results_in(text: str) -> list[LetterResult]:
    """The results that lines of a file hold; those that are none are passed over."""
    found = []
    for line in text.split("\n"):
        try:
            entry = json.loads(line)
            found.append(_result(entry))
        except (ValueError, RecursionError):
            continue
    return found


def _result(entry: Any) -> LetterResult:
    result = decode(LetterResult, entry)
    if any(name.startswith("/") or ".." in name.split("/") for name in result.files):
        raise ValueError("a file is outside the folder")
    return result


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""

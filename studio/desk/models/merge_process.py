"""A merge in the background: the verb as a process of its own, and what it has written."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import FileError
from studio.desk.models.watched_process import WatchedProcess
from studio.merge.results import RESULTS, LetterResult, results_in
from studio.storage.note_file import SUFFIX, NoteFile, save

TEMPLATE = f"template{SUFFIX}"
"""The name of the note in the folder of its letters: the command line can go on with it."""
EVERY = 400
"""Milliseconds between two looks into the folder."""


class MergeProcess(WatchedProcess):
    """Writes the letters of a note and a table while the window goes on.

    What is written is noted in the folder at once, so that stopping, or the end of the program,
    loses at most the letters in work.
    """

    ended = Signal(str)
    """Why it has failed, in a sentence; empty where it has not."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(EVERY, 3000, parent)
        self.folder: Path | None = None
        self.results: list[LetterResult] = []
        self.count = 0
        self._before, self._offset, self._begun = 0, 0, 0.0

    @property
    def done(self) -> int:
        """How many letters are there."""
        return len({result.id for result in self.results})

    @property
    def left(self) -> float | None:
        """Seconds until all are there; None until the first that are written together are."""
        from studio.merge.letter_writer import IN_WORK

        fresh = self.done - self._before
        if not self.running or fresh < IN_WORK:
            return None
        return (time.monotonic() - self._begun) / fresh * (self.count - self.done)

    def start(
        self, file: NoteFile, table: Path, out: Path, count: int, words: Sequence[str] = ()
    ) -> None:
        """Begin, or go on in a folder where some letters are already.

        Parameters
        ----------
        file : NoteFile
            The template.
        table : Path
        out : Path
            A folder, or a PDF for all letters.
        count : int
            Letters that there will be.
        words : sequence of str
            More options of `scriptorium merge`.

        Raises
        ------
        FileError
            If the folder cannot be written to.
        """
        joined = out.suffix.lower() == ".pdf"
        folder = out.with_name(f"{out.stem}-letters") if joined else out
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(
                f"The folder {folder} cannot be made: {error.strerror or error}; choose another."
            ) from error
        save(file, folder / TEMPLATE)
        self.folder, self.count = folder, count
        self.results, self._offset = [], 0
        self.look()
        self._before, self._begun = self.done, time.monotonic()
        arguments = ["--template", str(folder / TEMPLATE), "--data", str(table), "--out", str(out)]
        self._run(sys.executable, ["-m", "studio", "merge", *arguments, "--skip-bad", *words])

    def look(self) -> None:
        """Read what has come to the results since the last look."""
        if self.folder is None:
            return
        path = self.folder / RESULTS
        try:
            size = path.stat().st_size
            if size < self._offset:
                # It was written again, in the table's order.
                self.results, self._offset = [], 0
            with path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except OSError:
            return
        whole = data.rfind(b"\n") + 1
        self._offset += whole
        if whole:
            self.results += results_in(data[:whole].decode("utf-8", "replace"))
            self.changed.emit()

    def _ended(self, code: int | None, said: str) -> None:
        self.results, self._offset = [], 0
        self.look()
        why = ""
        if not self._stopping and code != 0:
            ending = "was ended from outside" if code is None else f"ended with status {code}"
            why = said or f"The merge {ending}."
        self.changed.emit()
        self.ended.emit(why)

    def _not_started(self) -> None:
        self.changed.emit()
        self.ended.emit("The merge could not be started; install the program again.")

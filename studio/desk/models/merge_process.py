"""A merge in the background: the verb as a process of its own, and what it has written."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from engine.errors import FileError
from studio.merge.results import RESULTS, LetterResult, results_in
from studio.storage.note_file import SUFFIX, NoteFile, save

TEMPLATE = f"template{SUFFIX}"
"""The name of the note in the folder of its letters: the command line can go on with it."""
EVERY = 400
"""Milliseconds between two looks into the folder."""


class MergeProcess(QObject):
    """Writes the letters of a note and a table while the window goes on.

    What is written is noted in the folder at once, so that stopping, or the end of the program,
    loses at most the letters in work.
    """

    changed = Signal()
    """More letters are there, or it has begun or ended."""
    ended = Signal(str)
    """Why it has failed, in a sentence; empty where it has not."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self.results: list[LetterResult] = []
        self.count = 0
        self._before, self._offset, self._begun = 0, 0, 0.0
        self._stopping = False
        self._process = QProcess(self)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._broken)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def done(self) -> int:
        """How many letters are there."""
        return len({result.id for result in self.results})

    @property
    def left(self) -> float | None:
        """Seconds until all are there; None where that cannot be told yet."""
        fresh = self.done - self._before
        if not self.running or fresh <= 0:
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
        self.folder, self.count, self._stopping = folder, count, False
        self.results, self._offset = [], 0
        self.look()
        self._before, self._begun = self.done, time.monotonic()
        arguments = ["--template", str(folder / TEMPLATE), "--data", str(table), "--out", str(out)]
        self._process.start(
            sys.executable, ["-m", "studio", "merge", *arguments, "--skip-bad", *words]
        )
        self._timer.start()
        self.changed.emit()

    def stop(self) -> None:
        """End it for now; the letters that are there stay."""
        if self.running:
            self._stopping = True
            self._process.terminate()

    def end(self) -> None:
        """End it with the program, at once."""
        self._timer.stop()
        if self.running:
            self._stopping = True
            self._process.terminate()
            if not self._process.waitForFinished(3000):
                self._process.kill()
                self._process.waitForFinished(2000)

    def look(self) -> None:
        """Read what has come to the results since the last look."""
        if self.folder is None:
            return
        path = self.folder / RESULTS
        try:
            size = path.stat().st_size
            if size < self._offset:
                # It was written anew, in the table's order.
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

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._timer.stop()
        self.results, self._offset = [], 0
        self.look()
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._process.readAllStandardOutput()
        why = ""
        if not self._stopping and (code or status != QProcess.ExitStatus.NormalExit):
            lines = [line for line in said.splitlines() if line.strip()]
            why = lines[-1] if lines else f"The merge ended with status {code}."
        self.changed.emit()
        self.ended.emit(why)

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._timer.stop()
            self.changed.emit()
            self.ended.emit("The merge could not be started; install the program again.")

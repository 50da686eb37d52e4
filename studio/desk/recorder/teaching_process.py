"""A lesson: the training process that teaches a hand, and what it has told so far."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from studio.teaching.launch import training_command
from studio.teaching.run_watch import RunWatch

#: The file of a run's folder that tells of which lines it was begun.
LINES = "recorded"
#: Milliseconds between two looks into the run's folder.
EVERY = 500


class TeachingProcess(QObject):
    """Runs the training package on a recording and reads the folder that it writes.

    Stopping lets it write a checkpoint; starting again goes on from there.
    """

    changed = Signal()
    """Another share, loss or sample, or it has begun or stopped."""
    done = Signal(object)
    """The `Path` of the hand that was made."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines = self.out = self.run = Path()
        self._watch = RunWatch(self.run)
        self._stopping = False
        self._process = QProcess(self)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._broken)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def stopped(self) -> bool:
        """Whether it was begun and can go on."""
        return not self.running and any(self.run.glob("step-*.safetensors"))

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return self._watch.share

    @property
    def sample(self) -> Path | None:
        """The newest picture of what it writes."""
        return self._watch.sample

    @property
    def left(self) -> float | None:
        """Seconds until it is done; None where that cannot be told yet."""
        return self._watch.left

    def start(
        self, lines: Path, out: Path, run: Path, name: str, hand: Path | None = None, steps: int = 0
    ) -> None:
        """Begin, or go on with what was stopped; anew where lines have come, changed or gone."""
        if self.running:
            return
        mark = _mark(lines)
        try:
            if not (run / LINES).exists() or (run / LINES).read_bytes() != mark.encode():
                shutil.rmtree(run, ignore_errors=True)
                run.mkdir(parents=True)
                (run / LINES).write_text(mark, "ascii")
        except OSError as error:
            self.failed.emit(
                f"The hand could not be taught: {run} cannot be written ({error.strerror}); "
                "make room there."
            )
            return
        self.lines, self.out, self.run = lines, out, run
        self._watch, self._stopping = RunWatch(run), False
        words = ["teach", "--lines", str(lines), "--out", str(out), "--run", str(run)]
        words += ["--name", name]
        if hand is not None:
            words += ["--hand", str(hand)]
        if steps:
            words += ["--steps", str(steps)]
        program, *arguments = training_command(words)
        self._process.start(program, arguments)
        self._timer.start()
        self.changed.emit()

    def stop(self) -> None:
        """End it for now; it keeps what it has learnt."""
        if self.running:
            self._stopping = True
            self._process.terminate()
            self.changed.emit()

    def end(self) -> None:
        """End it with the program, at once."""
        self._timer.stop()
        if self.running:
            self._stopping = True
            self._process.terminate()
            if not self._process.waitForFinished(5000):
                self._process.kill()
                self._process.waitForFinished(2000)

    def look(self) -> None:
        """Read what the run has written since the last look."""
        self._watch.look()
        self.changed.emit()

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._timer.stop()
        self.look()
        if code == 0 and status == QProcess.ExitStatus.NormalExit and self.out.exists():
            shutil.rmtree(self.run, ignore_errors=True)
            self.changed.emit()
            self.done.emit(self.out)
            return
        self.changed.emit()
        if not self._stopping:
            said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            rows = [row for row in said.splitlines() if row.strip()]
            if not rows and self.stopped:
                self.failed.emit("The training was ended from outside. What was learnt is kept.")
                return
            why = rows[-1] if rows else f"the training ended with status {code}"
            self.failed.emit(f"The hand could not be taught: {why}")

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._timer.stop()
            self.failed.emit("The training could not be started; install the program again.")
            self.changed.emit()


def _mark(folder: Path) -> str:
    """By which the lines of a recording are told from others."""
    told = hashlib.sha256()
    for file in sorted(folder.glob("line-*.json")):
        told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()

"""Teaching: the training process of a hand, and its progress."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import FileError
from engine.io.locks import ProcessLock
from engine.io.private import private_folder
from studio.desk.models.watched_process import WatchedProcess
from studio.teaching.launch import tied_command
from studio.teaching.lesson import Lesson
from studio.teaching.run_watch import RunWatch

#: The file of a run's folder that tells of which lines it was begun.
LINES = "recorded"
#: Milliseconds between two looks into the run's folder.
EVERY = 500


class TeachingProcess(WatchedProcess):
    """Runs the training package on a recording and reads the folder that it writes.

    Stopping lets it write a checkpoint; starting again goes on from there.
    """

    done = Signal(object)
    """The `Path` of the hand that was made."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(EVERY, 5000, parent)
        self.lesson: Lesson | None = None
        self._watch: RunWatch | None = None
        self._lock: ProcessLock | None = None
        self._begun = 0.0

    @property
    def running_for(self) -> float:
        """Seconds since it was started or gone on with."""
        return time.monotonic() - self._begun if self.running else 0.0

    @property
    def stopped(self) -> bool:
        """Whether it was begun and can go on."""
        return self.lesson is not None and not self.running and self.lesson.begun

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return 0.0 if self._watch is None else self._watch.share

    @property
    def sample(self) -> Path | None:
        """The newest picture of what it writes."""
        return None if self._watch is None else self._watch.sample

    @property
    def left(self) -> float | None:
        """Seconds until it is done; None where that cannot be told yet."""
        return None if self._watch is None else self._watch.left

    def show(self, lesson: Lesson | None) -> None:
        """Take up a lesson that was stopped, which `start` goes on with; None for none."""
        if not self.running:
            self.lesson = lesson
            self._watch = None if lesson is None else RunWatch(lesson.run)
            self.look()

    def start(self, lesson: Lesson) -> None:
        """Start, or continue what was stopped; from the beginning if the lines have changed."""
        if self.running:
            return
        lock, mark, run = lesson.lock(), _mark(lesson.lines), lesson.run
        try:
            private_folder(run.parent)
            if not lock.acquire():
                told = f"“{lesson.name}” is being taught in another window {lock.holder()}".rstrip()
                self.failed.emit(f"{told}.")
                return
            self._lock = lock
            if not (run / LINES).exists() or (run / LINES).read_bytes() != mark.encode():
                # Never what a training still writes to, as that of a window just killed may do.
                if not lesson.running:
                    lesson.forget()
                private_folder(run)
                (run / LINES).write_text(mark, "ascii")
            lesson.save()
        except (OSError, FileError) as error:
            self._release()
            why = getattr(error, "strerror", None) or error
            self.failed.emit(
                f"The hand could not be taught: {run} cannot be written ({why}); make room there."
            )
            return
        self.lesson = lesson
        self._watch = RunWatch(run)
        words = ["teach", "--lines", str(lesson.lines), "--out", str(lesson.out)]
        words += ["--run", str(run), "--name", lesson.name]
        if lesson.hand is not None:
            words += ["--hand", str(lesson.hand)]
        if lesson.steps:
            words += ["--steps", str(lesson.steps)]
        self._begun = time.monotonic()
        program, *arguments = tied_command(words)
        self._run(program, arguments)

    def _release(self) -> None:
        """Let other windows teach it."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def end(self) -> None:
        """End it with the program, at once; it keeps what it has learnt."""
        super().end()
        self._release()

    def look(self) -> None:
        """Read what the run has written since the last look."""
        if self._watch is not None:
            self._watch.look()
        self.changed.emit()

    def _ended(self, code: int | None, said: str) -> None:
        self.look()
        lesson = self.lesson
        if lesson is None:
            return
        if code == 0 and lesson.out.exists():
            lesson.forget()
            self._release()
            self.changed.emit()
            self.done.emit(lesson.out)
            return
        self._release()
        self.changed.emit()
        if not self._stopping:
            if not said and self.stopped:
                self.failed.emit("The training was ended from outside. What was learnt is kept.")
                return
            ending = "was killed" if code is None else f"ended with status {code}"
            self.failed.emit(f"The hand could not be taught: {said or f'the training {ending}.'}")

    def _not_started(self) -> None:
        self._release()
        self.failed.emit("The training could not be started; install the program again.")
        self.changed.emit()


def _mark(folder: Path) -> str:
    """By which the lines of a recording are told from others."""
    told = hashlib.sha256()
    for file in sorted(folder.glob("line-*.json")):
        told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()

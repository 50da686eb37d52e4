"""Lessons: what is taught from which lines, written down, so that a half-done one can go on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.io.converter import register_record
from engine.io.json_file import JsonFormat
from engine.io.locks import ProcessLock, is_held
from studio.library.damaged_files import DamagedFiles
from studio.teaching.run_watch import RunWatch

FORMAT = "scriptorium-lesson-1"
#: The file of a run's folder that says what is taught.
ABOUT = "lesson.json"
#: What the training holds while it runs.
RUNNING = ".lock"


@dataclass(frozen=True)
class _About:
    """A lesson as its file says it, which lies in the run's folder."""

    lines: str
    out: str
    name: str
    hand: str | None
    steps: int


register_record(_About)
_FILES = JsonFormat(FORMAT, _About, "lesson", FileError)


@dataclass(frozen=True)
class Lesson:
    """A hand that is taught one's own lines.

    Parameters
    ----------
    lines : Path
        The recording's folder.
    out : Path
        The hand's file, once it is done.
    run : Path
        The folder of the training; its name with `.lock` is what a window claims it by.
    name : str
        Of the hand.
    hand : Path, optional
        The hand to begin with; the one that ships where not given.
    steps : int
        Of training in all; 0 for the usual.
    """

    lines: Path
    out: Path
    run: Path
    name: str
    hand: Path | None = None
    steps: int = 0

    def save(self) -> None:
        """Write into the run's folder what is taught.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        hand = None if self.hand is None else str(self.hand)
        about = _About(str(self.lines), str(self.out), self.name, hand, self.steps)
        _FILES.write(self.run / ABOUT, about, private=True)

    def lock(self) -> ProcessLock:
        """What one window at a time teaches it by."""
        return ProcessLock(self.run.with_name(f"{self.run.name}.lock"))

    @property
    def taught_here(self) -> bool:
        """Whether a window that is open teaches it."""
        return is_held(self.lock().path)

    @property
    def running(self) -> bool:
        """Whether its training runs: that of a window that was killed ends by itself, soon."""
        return is_held(self.run / RUNNING)

    @property
    def begun(self) -> bool:
        """Whether anything was learnt."""
        return any(self.run.glob("step-*.safetensors"))

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        watch = RunWatch(self.run)
        watch.look()
        return watch.share

    def forget(self) -> None:
        """Remove what was learnt, and the copies of the lines that it was learnt from."""
        shutil.rmtree(self.run, ignore_errors=True)

    @classmethod
    def load(cls, run: Path) -> Lesson:
        """The lesson of a run's folder.

        Raises
        ------
        FileError
            If there is none, or it is damaged.
        """
        about = _FILES.read(run / ABOUT)
        hand = None if about.hand is None else Path(about.hand)
        return cls(Path(about.lines), Path(about.out), run, about.name, hand, about.steps)


def unfinished(folder: Path, damaged: DamagedFiles | None = None) -> list[Lesson]:
    """The half-done lessons of a folder that no open window teaches, the newest last.

    A lesson whose hand is there was done when its window ended: what is left of it is removed.
    """
    damaged = damaged or DamagedFiles()
    found = []
    for about in sorted(folder.glob(f"*/{ABOUT}"), key=_changed):
        lesson = damaged.read(about, lambda path: Lesson.load(path.parent))
        if lesson is None or lesson.taught_here:
            continue
        if not lesson.out.exists():
            found.append(lesson)
        elif not lesson.running:
            lesson.forget()
    return found


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

"""A training in the background: commands of the training package, one after another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from studio.desk.models.watched_process import WatchedProcess
from studio.teaching.launch import tied_command
from studio.teaching.training_plan import Verb

#: Milliseconds between two looks, and those in which it writes a checkpoint before it is killed.
EVERY, PATIENCE = 500, 20_000


class TrainingProcess(WatchedProcess):
    """Runs verbs of the training package; it ends with the window, and keeps what it learnt.

    Stopping lets it write a checkpoint, from which the run goes on.
    """

    ended = Signal(str)
    """Why it has failed, in a sentence; empty where it is done, or was stopped."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(EVERY, PATIENCE, parent)
        self._verbs: list[Verb] = []
        self.verb = ""
        """What runs now: "prepare", "run", "resume" or "export"."""

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop, and is writing its checkpoint."""
        return self._stopping and self.running

    def start(self, verbs: Sequence[Verb]) -> None:
        """Run commands, each once the one before it has come to its end."""
        if not self.running and verbs:
            self._verbs = list(verbs)
            self._next()

    def _next(self) -> None:
        verb = self._verbs.pop(0)
        self.verb = verb[0]
        program, *arguments = tied_command(verb)
        self._run(program, arguments)

    def look(self) -> None:
        """Whoever shows the run's folder reads it."""
        self.changed.emit()

    def _ended(self, code: int | None, said: str) -> None:
        if code == 0 and self._verbs and not self._stopping:
            self._next()
            return
        why = ""
        if code != 0 and not self._stopping:
            ending = "was ended from outside" if code is None else f"ended with status {code}"
            why = said or f"The training {ending}; what was learnt is kept."
        self._finish(why)

    def _not_started(self) -> None:
        self._finish("The training could not be started; install the program again.")

    def _finish(self, why: str) -> None:
        self._verbs, self.verb = [], ""
        self.changed.emit()
        self.ended.emit(why)

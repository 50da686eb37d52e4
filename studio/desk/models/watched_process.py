"""A process of its own whose folder is looked into while it works."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QTimer, Signal


class WatchedProcess(QObject):
    """Runs a program beside the window, and looks now and then at what it has written.

    What inherits it says what is looked at (`look`), and what comes of the end (`_ended`).

    Parameters
    ----------
    every : int
        Milliseconds between two looks.
    patience : int
        Milliseconds that the process has to end by itself when the window is closed.
    parent : QObject, optional
    """

    changed = Signal()
    """There is more to be seen, or it has begun or stopped."""

    def __init__(self, every: int, patience: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._patience, self._stopping = patience, False
        self._process = QProcess(self)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._broken)
        self._timer = QTimer(self)
        self._timer.setInterval(every)
        self._timer.timeout.connect(self.look)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def look(self) -> None:
        """Read what has come since the last look."""
        raise NotImplementedError

    def _ended(self, code: int | None, said: str) -> None:
        """It is over.

        Parameters
        ----------
        code : int or None
            Its exit status; None where it was killed.
        said : str
            The last line that it said on standard error.
        """
        raise NotImplementedError

    def _not_started(self) -> None:
        """The program could not be run."""
        raise NotImplementedError

    def _run(self, program: str, arguments: Sequence[str]) -> None:
        self._stopping = False
        self._process.start(program, list(arguments))
        self._timer.start()
        self.changed.emit()

    def stop(self) -> None:
        """End it for now; what it has written stays."""
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
            if not self._process.waitForFinished(self._patience):
                self._process.kill()
                self._process.waitForFinished(2000)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._timer.stop()
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._process.readAllStandardOutput()
        rows = [row for row in said.splitlines() if row.strip()]
        killed = status != QProcess.ExitStatus.NormalExit
        self._ended(None if killed else code, rows[-1] if rows else "")

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._timer.stop()
            self._not_started()

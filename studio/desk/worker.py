"""The window's worker: a thread whose replies come in the window's own thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from studio.writing.work_thread import Urgency, WorkThread

__all__ = ["Urgency", "Worker"]


class _GuiThread(QObject):
    """Makes the calls that other threads leave, in the thread that it was made in."""

    posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self._make, Qt.ConnectionType.QueuedConnection)

    def _make(self, call: Callable[[], None]) -> None:
        call()


class Worker(WorkThread):
    """A `WorkThread` that is owned by the thread of the window."""

    def __init__(self) -> None:
        self._gui = _GuiThread()
        super().__init__(self._gui.posted.emit)

"""The hand that writes: loaded behind the splash, on the device that there is."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from engine.errors import ScriptoriumError, SettingError
from engine.sampling.policy import ONCE
from studio.desk.worker import Urgency, Worker

if TYPE_CHECKING:
    # torch takes a second to import; the window is there before it.
    from engine.hand import Hand
    from studio.service.remote_engine import RemoteEngine

Loader = Callable[[Path | None, str, str], "Hand"]
"""Loads a hand's file, on a device, in a precision."""


def load_hand(path: Path | None, device: str, precision: str) -> Hand:
    """Read a hand and write a word with it, so that the first line does not wait for torch."""
    import torch

    from engine.hand import Hand

    # The window needs a core of its own to stay smooth while the other one samples.
    torch.set_num_threads(1)
    hand = Hand.load(path, device, precision)
    hand.write("a", policy=ONCE)
    return hand


class HandModel(QObject):
    """The hand, how far its loading is, and where it runs."""

    changed = Signal()
    notice = Signal(str)
    """A sentence: the GPU failed, say, and the CPU goes on."""
    _said = Signal(str)
    """What a service's engine says, in the thread that draws."""

    def __init__(self, worker: Worker, loader: Loader = load_hand) -> None:
        super().__init__()
        self._worker, self._loader = worker, loader
        self._said.connect(self._told, Qt.ConnectionType.QueuedConnection)
        self._path: Path | None = None
        self._device = self._precision = "auto"
        self._remote = self._remote_token = ""
        self._engine: RemoteEngine | None = None
        self.hand: Hand | None = None
        self.failure: ScriptoriumError | None = None
        self.device = ""
        self.why_cpu = ""
        """Why the hand does not run on a GPU, in a sentence; empty where it does."""

    @property
    def ready(self) -> bool:
        """Whether there is a hand to write with."""
        return self.hand is not None

    @property
    def path(self) -> Path | None:
        """The hand's file; None for the one that ships."""
        return self._path

    @property
    def error(self) -> str:
        """Why there is no hand, in a sentence; empty while it is being loaded, or there."""
        return "" if self.failure is None else str(self.failure)

    def load(
        self,
        path: Path | None = None,
        device: str | None = None,
        precision: str | None = None,
        remote: str | None = None,
        remote_token: str | None = None,
    ) -> None:
        """Load a hand in the worker; `changed` tells when it is there or has failed.

        Parameters
        ----------
        path : Path, optional
            The hand that ships where not given.
        device, precision : str, optional
            As `Hand.load` takes them, or the device "remote": then a service draws the points of
            its lines. As they were last asked for where not given.
        remote, remote_token : str, optional
            The service's address, and its token.
        """
        self._path = path
        self._device = device = device or self._device
        self._precision = precision = precision or self._precision
        if remote is not None:
            self._remote, self._remote_token = remote, remote_token or ""
        address, token, before = self._remote, self._remote_token, self._engine
        self._engine = None
        self.hand, self.failure = None, None
        self.changed.emit()

        def work() -> Generator[str, None, tuple[Hand, str, str]]:
            if before is not None:
                before.close()
            try:
                hand = self._loader(path, "auto" if device == "remote" else device, precision)
            except SettingError as error:
                if device != "cuda":
                    raise
                yield f"{error} {why_no_gpu()}".strip()
                hand = self._loader(path, "cpu", precision)
            if device != "remote":
                return hand, device_name(hand), why_cpu(hand, device)
            if not address:
                yield "No service is named; give its address in the settings, under Device."
                return hand, device_name(hand), ""
            try:
                from studio.service.remote_engine import RemoteEngine
            except ModuleNotFoundError as error:
                yield (
                    f"A service needs {error.name}, which is not installed: pip install "
                    "'scriptorium[client]'. This computer draws."
                )
                return hand, device_name(hand), ""
            self._engine = RemoteEngine(address, token, hand, self._said.emit)
            return self._engine.hand, f"Service at {address}", ""

        self._worker.request("hand", Urgency.LAYOUT, work, self._loaded, self._failed, self._told)

    def close(self) -> None:
        """Close the connection to a service."""
        if self._engine is not None:
            self._engine.close()

    def recovers(self, error: BaseException) -> bool:
        """Whether it was the GPU that failed while it wrote; the CPU then goes on."""
        on_gpu = self.hand is not None and self.hand.device.type == "cuda"
        if not isinstance(error, RuntimeError) or not on_gpu:
            return False
        reason = (str(error).splitlines() or ["it gave no reason"])[0].rstrip(".")
        self.notice.emit(f"The GPU failed ({reason}); the CPU continues the note.")
        self.load(self._path, "cpu")
        return True

    def _told(self, sentence: str) -> None:
        self.notice.emit(sentence)

    def _loaded(self, result: tuple[Hand, str, str]) -> None:
        self.hand, self.device, self.why_cpu = result
        self.changed.emit()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self.failure = error
        self.changed.emit()


def device_name(hand: Hand) -> str:
    """What the status bar calls the device: the GPU's name, or CPU."""
    if hand.device.type == "cuda":
        import torch

        return torch.cuda.get_device_name(hand.device)
    return "CPU"


def why_cpu(hand: Hand, asked: str) -> str:
    """Why a hand runs on the CPU, and what to do about it; empty where it does not."""
    if hand.device.type == "cuda":
        return ""
    if asked == "cpu":
        return "The settings say that the network runs on the CPU."
    return why_no_gpu()


def why_no_gpu() -> str:
    """Why torch cannot use a GPU here and what to install, in a sentence; empty if it can."""
    import torch

    if torch.cuda.is_available():
        return ""
    if torch.version.cuda is None:
        return (
            "This torch was built for the CPU alone; install a torch built for CUDA to use an "
            "NVIDIA GPU."
        )
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        first = str(error).splitlines()[0].rstrip(".")
        return f"torch says: {first}. Install or update NVIDIA's driver."
    return "No NVIDIA GPU was found."

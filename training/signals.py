"""SIGTERM and Ctrl-C, turned into an orderly end of a run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: What a scheduler or a user ends a run with.
SIGNALS = (signal.SIGTERM, signal.SIGINT)
#: Seconds after the signal in which processes that work together may end what they have begun.
GRACE = 4.0


class Interrupted(Exception):  # noqa: N818 - it is no error
    """The run was asked to end.

    Attributes
    ----------
    number : of the signal
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"The run was ended by {signal.Signals(number).name}.")
        self.number = number


class Interrupt:
    """Notes the first signal; ends interruptible work at once, anything else when it is looked at.

    Work that others wait for is ended `GRACE` seconds later, if it still goes on. A second Ctrl-C
    takes its usual way.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._early = False
        self._patient = False

    def check(self) -> None:
        """Raise `Interrupted` if the run has been asked to end."""
        if self.asked:
            raise Interrupted(self.asked)

    @contextmanager
    def early(self, patient: bool = False) -> Iterator[None]:
        """Work that may be dropped in the middle: it changes nothing that a checkpoint holds.

        `patient` work is given `GRACE` seconds to end by itself.
        """
        self._early, self._patient = True, patient
        try:
            if not patient:
                self.check()
            yield
        finally:
            self._early = False

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Catch the signals within the block; outside the main thread none can be caught."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._note) for number in SIGNALS}
        if hasattr(signal, "SIGALRM"):
            before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._late)
        try:
            yield
        finally:
            if hasattr(signal, "SIGALRM"):
                signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            if number == signal.SIGINT:
                raise KeyboardInterrupt
            return
        self.asked = number
        if self._early and not self._patient:
            self.check()
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, GRACE)

    def _late(self, number: int, frame: FrameType | None) -> None:
        if self._early:
            self.check()

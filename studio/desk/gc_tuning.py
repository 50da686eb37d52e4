"""Python's thread switch interval and garbage collector, tuned for even frames."""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject

from studio.desk.controllers.playback_controller import PlaybackController, PlaybackState
from studio.desk.models.hand_model import HandModel

SWITCH = 0.0003
"""Seconds after which a thread hands Python on to another: the pen moves while a note is laid out.
"""
SOON = 2
"""Rounds among new objects before those that are a little older are looked through, too: there are
few of them then."""
NEVER = 1_000_000_000
"""Rounds among what is middle-aged before all is looked through."""


class GcTuning(QObject):
    """Keeps Python from holding up a frame.

    A full round of the garbage collector looks at each object of the program, of torch and of the
    note, 0.2 seconds long, and all threads wait. So what the program is made of is taken out of
    its sight once the hand is there, and while the pen moves only what is new is looked through.
    """

    def __init__(self, hands: HandModel, playback: PlaybackController, parent: QObject) -> None:
        super().__init__(parent)
        sys.setswitchinterval(SWITCH)
        self._hands = hands
        self._usual = gc.get_threshold()
        hands.changed.connect(self._hand_changed)
        playback.state_changed.connect(self._state_changed)

    def _hand_changed(self) -> None:
        if self._hands.ready:
            gc.freeze()

    def _state_changed(self, state: str) -> None:
        young, _, _ = self._usual
        gc.set_threshold(*((young, SOON, NEVER) if state == PlaybackState.WRITING else self._usual))

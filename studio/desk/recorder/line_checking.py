"""What a recogniser takes lines for: for the checks of what is recorded and imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.ink.ink import Ink

if TYPE_CHECKING:
    # Brings torch, which the start need not wait for.
    from engine.recognition.recogniser import Recogniser


class LineRecogniser:
    """Reads lines; the recogniser is loaded with the first of them."""

    def __init__(self) -> None:
        self._recogniser: Recogniser | None = None

    def read(self, inks: Sequence[Ink]) -> list[str]:
        """What lines say, an empty text for those that hold next to nothing; for the worker."""
        if self._recogniser is None:
            from engine.recognition.recogniser import Recogniser

            self._recogniser = Recogniser.load()
        readable = [ink if ink.points > 1 and np.ptp(ink.xy[:, 1]) > 0 else None for ink in inks]
        known = iter(self._recogniser.read([ink for ink in readable if ink is not None]))
        return ["" if ink is None else " ".join(next(known).split()) for ink in readable]

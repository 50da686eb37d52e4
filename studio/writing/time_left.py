"""Estimate of the time left, in words that change steadily."""

from __future__ import annotations

import time
from collections.abc import Callable

FEW = 8.0
"""Seconds that are told as a few."""


def in_words(seconds: float) -> str:
    """A duration as people say it: "a few seconds", "40 seconds", "3 minutes", "1 h 20 min"."""
    if seconds < FEW:
        return "a few seconds"
    if seconds < 55:
        return f"{10 * max(round(seconds / 10), 1)} seconds"
    minutes = max(round(seconds / 60), 1)
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


class TimeLeft:
    """Estimates from the share that is done how long the rest takes.

    Parameters
    ----------
    clock : callable
        Seconds; a pause is left out by `hold` and `go_on`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._held: float | None = None

    def hold(self) -> None:
        """The work pauses."""
        if self._held is None:
            self._held = self._clock()

    def go_on(self) -> None:
        """The work goes on."""
        if self._held is not None:
            self._begun += self._clock() - self._held
            self._held = None

    def seconds(self, share: float) -> float | None:
        """Seconds that the rest takes where that share is done; None where nothing is."""
        now = self._clock() if self._held is None else self._held
        if not 0 < share <= 1:
            return None
        return (now - self._begun) * (1 - share) / share

    def describe(self, share: float) -> str:
        """The rest in words: "about 3 minutes left"; empty where it is not known or nothing."""
        left = self.seconds(share)
        return "" if left is None or share >= 1 else f"about {in_words(left)} left"

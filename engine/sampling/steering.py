"""Steering: a line is written again with its window moved or held, or a component forced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError
from engine.sampling.trace import Floats, TraceStep


@dataclass(frozen=True)
class Override:
    """What a step is to do instead of its own: steering for `Hand.stream`.

    Attributes
    ----------
    kappa : float (K,) or None
        The window's positions, in characters of the text.
    component : int or None
        The component of the mixture to draw from.
    bias : float or None
    """

    kappa: npt.ArrayLike | None = None
    component: int | None = None
    bias: float | None = None


@dataclass(frozen=True)
class Steering:
    """What is to be different from a point on; all before it comes out as it was.

    Parameters
    ----------
    first : int
        The first point that is steered.
    points : int
        How many points are steered; the line then goes on by itself.
    move : float, optional
        Characters that the window is moved on at the first point (back where negative).
    freeze : bool
        Whether the window stands still during the points.
    component : int, optional
        The mixture's component that the points are drawn from.

    Raises
    ------
    SettingError
        If nothing is steered, or a number is out of range.
    """

    first: int
    points: int = 1
    move: float = 0.0
    freeze: bool = False
    component: int | None = None

    def __post_init__(self) -> None:
        if self.first < 0 or self.points < 1:
            raise SettingError("Steering begins at a point of the line and lasts one at least.")
        if not np.isfinite(self.move):
            raise SettingError("The window can only be moved by a number of characters.")
        if not (self.move or self.freeze or self.component is not None):
            raise SettingError("Nothing is steered; move or hold the window, or force a component.")

    def __str__(self) -> str:
        said = []
        if self.move:
            said.append(f"window moved by {self.move:+.1f} characters at point {self.first}")
        if self.freeze:
            said.append(f"window held for {self.points} points from {self.first}")
        if self.component is not None:
            said.append(
                f"component {self.component} forced for {self.points} points from {self.first}"
            )
        return ", ".join(said)

    def overrides(self, components: int) -> Callable[[int, TraceStep | None], Override | None]:
        """What `Hand.stream` asks before each point.

        Parameters
        ----------
        components : int
            Components that the hand's mixture has.

        Raises
        ------
        SettingError
            If the forced component is none of them.
        """
        if self.component is not None and not 0 <= self.component < components:
            raise SettingError(
                f"There is no component {self.component}; this hand has 0 to {components - 1}."
            )

        def override(index: int, last: TraceStep | None) -> Override | None:
            if not self.first <= index < self.first + self.points:
                return None
            return Override(kappa=self._kappa(index, last), component=self.component)

        return override

    def _kappa(self, index: int, last: TraceStep | None) -> Floats | None:
        if last is None:
            return None
        moved = last.kappa + np.float32(self.move if index == self.first else 0.0)
        return moved if self.freeze or (self.move and index == self.first) else None

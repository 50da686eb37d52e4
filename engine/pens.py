"""Pens: how wide the line is that a pen leaves along ink."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import SettingError

NARROWEST, WIDEST = 0.05, 5.0
"""Limits of a pen's width in millimetres."""


class PenKind(StrEnum):
    """What the pen is: it decides how the width of its line varies."""

    BALLPOINT = "ballpoint"
    FOUNTAIN = "fountain"
    FELT = "felt"
    PENCIL = "pencil"


@dataclass(frozen=True)
class Pen:
    """A pen.

    Parameters
    ----------
    kind : PenKind
    width : float
        Of the line at its usual speed, in millimetres, from `NARROWEST` to `WIDEST`.

    Raises
    ------
    SettingError
        If the width is out of range.
    """

    kind: PenKind = PenKind.BALLPOINT
    width: float = 0.4

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", PenKind(self.kind))
        if not math.isfinite(self.width) or not NARROWEST <= self.width <= WIDEST:
            raise SettingError(
                f"A pen {self.width:g} mm wide cannot be used; "
                f"choose from {NARROWEST:g} to {WIDEST:g} mm."
            )

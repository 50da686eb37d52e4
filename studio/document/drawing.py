"""A drawing of one's own, placed on a page as ink: a signature, a small sketch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

import engine.ink.json  # noqa: F401 - ink in JSON files
from engine.errors import SettingError
from engine.ink.ink import Array, Ink, Stroke
from engine.rendering.colours import rgb
from engine.rendering.pens import Pen
from studio.document.placement import Placement

LARGEST = 2000.0
"""Millimetres of a drawing's longer side, before it is scaled."""


@dataclass(frozen=True)
class Drawing:
    """Ink that nobody writes.

    Parameters
    ----------
    id : int
        Shared with no block, box or other drawing of the note.
    place : Placement
    ink : Ink
        In millimetres from the top left corner of its frame, in single precision, which is what
        a note's file keeps; at least one stroke.
    colour : str
        '#rrggbb'.
    pen : Pen
        Its width is not scaled with the drawing.
    name : str
        What it shows; may be empty.

    Raises
    ------
    SettingError
        If there is no ink, or it is too large.
    """

    id: int
    place: Placement
    ink: Ink
    colour: str = "#1b2a49"
    pen: Pen = field(default_factory=Pen)
    name: str = ""

    def __post_init__(self) -> None:
        rgb(self.colour)
        if not self.ink:
            raise SettingError("A drawing needs ink; draw a stroke at least.")
        object.__setattr__(self, "ink", single(self.ink))
        if float(np.abs(self.ink.xy).max()) > LARGEST:
            raise SettingError(
                f"A drawing reaches {LARGEST:g} mm at most before it is scaled; draw it smaller."
            )

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of its frame in millimetres, before it is scaled."""
        _, _, right, bottom = self.ink.bounds
        return max(right, 1.0), max(bottom, 1.0)


def single(ink: Ink) -> Ink:
    """The ink with its numbers rounded to single precision."""

    def rounded(values: Array | None) -> npt.NDArray[np.float32] | None:
        return None if values is None else values.astype(np.float32)

    return Ink(
        tuple(Stroke(s.xy.astype(np.float32), rounded(s.time), rounded(s.pressure))  # type: ignore[arg-type]
              for s in ink.strokes)
    )  # fmt: skip


def framed(ink: Ink) -> Ink:
    """The ink moved so that its frame begins at the origin."""
    left, top, _, _ = ink.bounds
    return ink.moved(-left, -top)

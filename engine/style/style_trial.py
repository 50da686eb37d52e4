"""How a hand writes in a style, as some lines of it measured: kept in the style's file.

A hand that meets a style writes some lines in it before the first that is asked for. For styles
that ship these measurements ship, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import StyleError

#: How closely the lines followed the style whose widths are kept.
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
#: What a trial may change the size by at most, and its inverse.
LEAST = 0.1


@dataclass(frozen=True)
class StyleTrial:
    """What lines of a hand in a style measured.

    Attributes
    ----------
    hand : str
        SHA-256 of the hand's file.
    style : str
        Digest of the style (`engine.style.style.Style.digest`).
    matrix : four floats
        What gives lines the style's slant and letter width, row by row.
    breadth, x_height, gap, slant
        What is usual of such lines: see `engine.style.evenness.UsualManner`.
    widths : dict
        Of each text that was written its width in x-heights, at each of `STRENGTHS`.

    Raises
    ------
    StyleError
        If a number is missing, or the matrix or the x-height would leave nothing to see.
    """

    hand: str
    style: str
    matrix: tuple[float, float, float, float]
    breadth: float
    x_height: float
    gap: float
    slant: float | None
    widths: dict[str, tuple[float, ...]]

    def __post_init__(self) -> None:
        if any(len(widths) != len(STRENGTHS) for widths in self.widths.values()):
            raise StyleError(f"A style's trial needs {len(STRENGTHS)} widths of each text.")
        a, b, c, d = self.matrix
        if not (LEAST < abs(a * d - b * c) < 1 / LEAST and LEAST < self.x_height < 1 / LEAST):
            raise StyleError("A style's trial has an impossible slant, width or x-height.")

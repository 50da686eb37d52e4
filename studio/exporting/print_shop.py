"""What a print shop asks for: bleed, marks to cut along, and inks instead of light."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import SettingError
from engine.rendering.colours import rgb

PROCESS, BLACK = "cmyk", "black"
"""Inks: the four of the process, or black alone; another word is the name of a spot colour."""

MOST_BLEED = 25.0
_LONGEST_NAME = 60


@dataclass(frozen=True)
class PrintShop:
    """How pages are prepared for a print shop.

    Parameters
    ----------
    bleed : float
        By how much paper, ruling and colour reach over the edge that is cut, in millimetres.
    marks : bool
        Whether marks show where to cut.
    ink : str
        "cmyk": each colour in the four inks; "black": pure black (K) alone; or the name of a spot
        colour, such as "PANTONE 286 C".

    Raises
    ------
    SettingError
        If a value is out of range.
    """

    bleed: float = 3.0
    marks: bool = True
    ink: str = PROCESS

    def __post_init__(self) -> None:
        if not 0 <= self.bleed <= MOST_BLEED:
            raise SettingError(
                f"The bleed is {self.bleed:g} mm; give from 0 to {MOST_BLEED:g} mm, usually 3."
            )
        name = self.ink.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise SettingError(
                "The ink for print is cmyk, black, or the name of a spot colour, such as "
                '"PANTONE 286 C"; give one of them.'
            )

    @property
    def edge(self) -> float:
        """How far the sheet reaches beyond the page on each side, in millimetres."""
        return self.bleed + MARK_GAP + MARK_LENGTH if self.marks else self.bleed

    @property
    def spot(self) -> str:
        """The name of the spot colour; empty where there is none."""
        return "" if self.ink.strip().lower() in (PROCESS, BLACK) else self.ink.strip()


MARK_GAP, MARK_LENGTH = 2.0, 5.0
"""Millimetres between what is printed and a mark, and of a mark."""


def cmyk(colour: str) -> tuple[float, float, float, float]:
    """A colour in the four inks of the process, 0 to 1 each: its grey part is black alone.

    It knows of no press and no paper; the print shop's own conversion may be better.
    """
    shares = [1 - part / 255 for part in rgb(colour)]
    black = min(shares)
    if black >= 1:
        return 0.0, 0.0, 0.0, 1.0
    cyan, magenta, yellow = ((share - black) / (1 - black) for share in shares)
    return cyan, magenta, yellow, black


def darkness(colour: str) -> float:
    """How dark a colour is, 0 to 1: its tint where there is one ink alone."""
    red, green, blue = (part / 255 for part in rgb(colour))
    return 1 - (0.2126 * red + 0.7152 * green + 0.0722 * blue)

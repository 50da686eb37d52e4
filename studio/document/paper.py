"""Paper: its size, margins and ruling."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError
from engine.rendering.colours import rgb

Array = npt.NDArray[np.float64]

SMALLEST, LARGEST = 20.0, 2000.0
"""Limits of a sheet's sides in millimetres."""


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, as it lies (portrait or landscape).

    Parameters
    ----------
    name : str
        What the sheet is called ("A4", "Letter", "custom").
    width, height : float
        Millimetres.
    colour : str
        '#rrggbb', as it lies on the desk and in pictures; what is to be printed leaves it out.

    Raises
    ------
    SettingError
        If a side is not a number from `SMALLEST` to `LARGEST` millimetres, or the colour is none.
    """

    name: str
    width: float
    height: float
    colour: str = "#ffffff"

    def __post_init__(self) -> None:
        rgb(self.colour)
        for side in (self.width, self.height):
            if not math.isfinite(side) or not SMALLEST <= side <= LARGEST:
                raise SettingError(
                    f"Paper of {self.width:g} x {self.height:g} mm cannot be used; "
                    f"each side must be from {SMALLEST:g} to {LARGEST:g} mm."
                )

    @property
    def landscape(self) -> Paper:
        """The same sheet with its longer side across."""
        long, short = max(self.width, self.height), min(self.width, self.height)
        return replace(self, width=long, height=short)

    @property
    def portrait(self) -> Paper:
        """The same sheet with its longer side upright."""
        long, short = max(self.width, self.height), min(self.width, self.height)
        return replace(self, width=short, height=long)


INCH = 25.4
"""Millimetres."""

UNITS = {"mm": 1.0, "cm": 10.0, "in": INCH, "inch": INCH, '"': INCH, "″": INCH, "pt": INCH / 72}
"""What lengths may be given in, in millimetres."""

PAPERS: dict[str, Paper] = {
    name: Paper(name, *size)
    for name, size in {
        "A3": (297.0, 420.0),
        "A4": (210.0, 297.0),
        "A5": (148.0, 210.0),
        "A6": (105.0, 148.0),
        "A7": (74.0, 105.0),
        "B5": (176.0, 250.0),
        "Letter": (8.5 * INCH, 11 * INCH),
        "Legal": (8.5 * INCH, 14 * INCH),
        "Tabloid": (11 * INCH, 17 * INCH),
        "Executive": (7.25 * INCH, 10.5 * INCH),
        "Card 3x5": (3 * INCH, 5 * INCH),
        "Card 4x6": (4 * INCH, 6 * INCH),
        "Card 5x7": (5 * INCH, 7 * INCH),
        "Card 5x8": (5 * INCH, 8 * INCH),
        "Business card": (55.0, 85.0),
        "C5": (162.0, 229.0),
        "C6": (114.0, 162.0),
        "DL": (110.0, 220.0),
        "#10": (4.125 * INCH, 9.5 * INCH),
    }.items()
}
"""The sheets, cards (in inches) and envelopes (C5, C6, DL, #10) known by name, upright."""

_NUMBER = r"(\d+(?:[.,]\d*)?|[.,]\d+)"
_UNIT = rf"({'|'.join(sorted(UNITS, key=len, reverse=True))})?"
_SIZE = re.compile(rf"{_NUMBER}\s*{_UNIT}\s*[x×✕*]\s*{_NUMBER}\s*{_UNIT}")
_LENGTH = re.compile(rf"(-?){_NUMBER}\s*{_UNIT}")


def paper_named(name: str) -> Paper:
    """Return the sheet of that name, or of that size.

    Parameters
    ----------
    name : str
        One of `PAPERS`, in upper or lower case, or "WIDTHxHEIGHT" in millimetres or in a unit of
        `UNITS`: "120x180", "4x6in", "11in x 14in", "10,5×14,8 cm".

    Raises
    ------
    SettingError
        If the name is unknown (all names are told) or a size is out of range.
    """
    wanted = _plain(name)
    for known, paper in PAPERS.items():
        if _plain(known) == wanted:
            return paper
    if size := _SIZE.fullmatch(name.strip().lower()):
        across, first, down, second = size.groups()
        width = _number(across) * UNITS[first or second or "mm"]
        height = _number(down) * UNITS[second or first or "mm"]
        if max(width, height) < SMALLEST and not (first or second):
            raise SettingError(
                f"Paper of {width:g} x {height:g} mm is too small to write on; for inches write "
                f"{width:g}x{height:g}in."
            )
        return Paper("custom", width, height)
    raise SettingError(
        f"There is no paper called {name!r}; use {', '.join(PAPERS)}, or a size such as "
        "120x180 (width x height in mm), 4x6in or 10x15cm."
    )


def length_named(text: str) -> float:
    """Return a length in millimetres: "12", "12mm", "1.2 cm", "0.5in", "36pt".

    Raises
    ------
    SettingError
        If it is no length.
    """
    if not (length := _LENGTH.fullmatch(text.strip().lower())):
        raise SettingError(
            f"The length {text!r} is not understood; give a number of millimetres, or with a "
            "unit: 12mm, 1.2cm, 0.5in or 36pt."
        )
    sign, number, unit = length.groups()
    return (-1.0 if sign else 1.0) * _number(number) * UNITS[unit or "mm"]


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()


def _number(text: str) -> float:
    return float(text.replace(",", "."))


@dataclass(frozen=True)
class Margins:
    """The empty border of a sheet, in millimetres."""

    left: float = 20.0
    top: float = 20.0
    right: float = 20.0
    bottom: float = 20.0

    def __post_init__(self) -> None:
        sides = (self.left, self.top, self.right, self.bottom)
        if not all(math.isfinite(side) and side >= 0 for side in sides):
            raise SettingError("A margin must be a number of millimetres, 0 or more.")


class RulingKind(StrEnum):
    """What is printed on the paper to write on."""

    PLAIN = "plain"
    LINED = "lined"
    SQUARED = "squared"
    DOTTED = "dotted"


@dataclass(frozen=True)
class Ruling:
    """The lines, squares or dots on a sheet.

    Parameters
    ----------
    kind : RulingKind
    spacing : float
        Between neighbouring lines or dots, in millimetres.
    first : float
        y of one of the lines, in millimetres from the top edge; the others follow from it, so
        that baselines can stand on them.
    colour : str
        '#rrggbb'.
    width : float
        Of a line in millimetres; dots are three times as wide, to be seen as well.
    """

    kind: RulingKind = RulingKind.PLAIN
    spacing: float = 8.0
    first: float = 20.0
    colour: str = "#c3d3e3"
    width: float = 0.15

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", RulingKind(self.kind))
        if not (math.isfinite(self.spacing) and self.spacing >= 1.0):
            raise SettingError(f"Ruling every {self.spacing:g} mm cannot be drawn; use 1 or more.")

    @property
    def dot_width(self) -> float:
        """Diameter of a dot in millimetres."""
        return 3 * self.width

    def lines(self, paper: Paper, margins: Margins) -> Array:
        """Return the straight lines of a lined or squared sheet.

        Lines for writing on lie between the top and bottom margins and run from edge to edge;
        squares cover the sheet.

        Returns
        -------
        float64 (k, 4)
            x0, y0, x1, y1 in millimetres; k = 0 for plain and dotted.
        """
        if self.kind is RulingKind.LINED:
            ys = self._places(max(margins.top, 0.5), paper.height - margins.bottom, self.first)
            return _across(ys, paper.width)
        if self.kind is RulingKind.SQUARED:
            rows = _across(self._places(0.0, paper.height, self.first), paper.width)
            columns = _across(self._places(0.0, paper.width, paper.width / 2), paper.height)
            return np.concatenate([rows, columns[:, [1, 0, 3, 2]]])
        return np.zeros((0, 4))

    def dots(self, paper: Paper) -> Array:
        """Return the centres of the dots of a dotted sheet, float64 (k, 2), in millimetres."""
        if self.kind is not RulingKind.DOTTED:
            return np.zeros((0, 2))
        xs = self._places(0.0, paper.width, paper.width / 2)
        ys = self._places(0.0, paper.height, self.first)
        return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)

    def _places(self, low: float, high: float, through: float) -> Array:
        """Multiples of the spacing, counted from `through`, within [low, high]."""
        start = math.ceil((low - through) / self.spacing - 1e-9)
        stop = math.floor((high - through) / self.spacing + 1e-9)
        return through + self.spacing * np.arange(start, stop + 1, dtype=np.float64)


def _across(ys: Array, length: float) -> Array:
    zero, full = np.zeros_like(ys), np.full_like(ys, length)
    return np.stack([zero, ys, full, ys], axis=1)

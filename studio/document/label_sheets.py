"""Sheets of labels and cards: number, sizes and places."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace

from engine.errors import SettingError
from studio.document.paper import INCH, PAPERS, SMALLEST, UNITS, Paper, paper_named

_PLAIN_MARGIN = 5.0
"""Millimetres around cards on plain paper, which printers leave empty."""
_SLACK = 0.35
"""Millimetres by which the last label may reach over the sheet: measures are rounded."""


@dataclass(frozen=True)
class LabelSheet:
    """A sheet of equal labels in rows and columns; lengths in millimetres.

    Parameters
    ----------
    name : str
        What it is sold as.
    paper : Paper
        The sheet, as it goes through the printer.
    across, down : int
        Labels beside and below each other.
    width, height : float
        Of a label.
    left, top : float
        Of the first label, from the sheet's edges.
    step_x, step_y : float
        From a label to the next one.
    tent : bool
        Whether each is a card that is folded at half its height: its front is the lower half.
    cut : bool
        Whether it is plain paper: lines show where to cut and fold.

    Raises
    ------
    SettingError
        If the labels have no room on the sheet, or lie on each other.
    """

    name: str
    paper: Paper
    across: int
    down: int
    width: float
    height: float
    left: float
    top: float
    step_x: float
    step_y: float
    tent: bool = False
    cut: bool = False

    def __post_init__(self) -> None:
        if min(self.across, self.down) < 1 or self.across * self.down > 500:
            raise SettingError(f"A sheet has from 1 to 500 labels, not {self.across}x{self.down}.")
        if min(self.width, self.height / 2 if self.tent else self.height) < SMALLEST:
            raise SettingError(
                f"A label of {self.width:g} x {self.height:g} mm is too small to write on; each "
                f"side must be {SMALLEST:g} mm at least."
            )
        right = self.left + (self.across - 1) * self.step_x + self.width
        bottom = self.top + (self.down - 1) * self.step_y + self.height
        over = max(right - self.paper.width, bottom - self.paper.height, -self.left, -self.top)
        close = (self.across > 1 and self.step_x < self.width - 0.01) or (
            self.down > 1 and self.step_y < self.height - 0.01
        )
        if over > _SLACK or close:
            raise SettingError(
                f"{self.across} x {self.down} labels of {self.width:g} x {self.height:g} mm have "
                f"no room on {self.paper.name} ({self.paper.width:g} x {self.paper.height:g} mm); "
                "choose fewer or smaller ones."
            )

    @property
    def count(self) -> int:
        """Labels on a sheet."""
        return self.across * self.down

    @property
    def front(self) -> Paper:
        """What is written on: a label, or the front of a card that stands."""
        return Paper(self.name, self.width, self.height / 2 if self.tent else self.height)

    def takes(self, paper: Paper) -> bool:
        """Whether a page of this size fills a label, to half a millimetre."""
        front = self.front
        return max(abs(paper.width - front.width), abs(paper.height - front.height)) <= 0.5

    def check_label(self, number: int) -> None:
        """Refuse a number, from 1, that no label of the sheet has.

        Raises
        ------
        SettingError
            If there is none.
        """
        if not 1 <= number <= self.count:
            raise SettingError(
                f"{self.name} has the labels 1 to {self.count}; there is no label {number}."
            )

    def corner(self, number: int) -> tuple[float, float]:
        """The top left corner of a label; they are counted row by row, from 0."""
        row, column = divmod(number % self.count, self.across)
        return self.left + column * self.step_x, self.top + row * self.step_y


def _centred(
    name: str,
    paper: Paper,
    across: int,
    down: int,
    width: float,
    height: float,
    gap_x: float = 0.0,
    gap_y: float = 0.0,
    *,
    tent: bool = False,
    cut: bool = False,
) -> LabelSheet:
    """Labels in the middle of their sheet."""
    left = (paper.width - across * width - (across - 1) * gap_x) / 2
    top = (paper.height - down * height - (down - 1) * gap_y) / 2
    steps = width + gap_x, height + gap_y
    return LabelSheet(
        name, paper, across, down, width, height, left, top, *steps, tent=tent, cut=cut
    )


_A4, _LETTER = PAPERS["A4"], PAPERS["Letter"]

# All of these stand in the middle of their sheets, as their makers' measures say.
_ON_A4 = {
    "Avery L7159": (3, 8, 63.5, 33.9, 2.5),
    "Avery L7160": (3, 7, 63.5, 38.1, 2.5),
    "Avery L7161": (3, 6, 63.5, 46.6, 2.5),
    "Avery L7162": (2, 8, 99.1, 33.9, 2.5),
    "Avery L7163": (2, 7, 99.1, 38.1, 2.5),
    "Avery L7164": (3, 4, 63.5, 72.0, 2.5),
    "Avery L7165": (2, 4, 99.1, 67.7, 2.5),
    "Avery L7173": (2, 5, 99.1, 57.0, 2.5),
    "Avery L7651": (5, 13, 38.1, 21.2, 2.5),
    "Zweckform 3422": (3, 8, 70.0, 35.0, 0.0),
    "Zweckform 3425": (2, 5, 105.0, 57.0, 0.0),
    "Zweckform 3427": (2, 4, 105.0, 74.0, 0.0),
    "Zweckform 3474": (3, 8, 70.0, 37.0, 0.0),
    "Zweckform 3475": (3, 8, 70.0, 36.0, 0.0),
}
_ON_LETTER = {
    "Avery 5160": (3, 10, 2.625, 1.0, 0.125),
    "Avery 5161": (2, 10, 4.0, 1.0, 0.1875),
    "Avery 5162": (2, 7, 4.0, 4 / 3, 0.1875),
    "Avery 5163": (2, 5, 4.0, 2.0, 0.1875),
    "Avery 5164": (2, 3, 4.0, 10 / 3, 0.1875),
    "Avery 5371": (2, 5, 3.5, 2.0, 0.0),
}

SHEETS: dict[str, LabelSheet] = {
    **{
        name: _centred(name, _A4, across, down, width, height, gap)
        for name, (across, down, width, height, gap) in _ON_A4.items()
    },
    **{
        name: _centred(name, _LETTER, across, down, width * INCH, height * INCH, gap * INCH)
        for name, (across, down, width, height, gap) in _ON_LETTER.items()
    },
    "Place cards A4": _centred("Place cards A4", _A4, 2, 3, 95.0, 90.0, tent=True, cut=True),
    "Place cards Letter": _centred(
        "Place cards Letter", _LETTER, 2, 3, 3.75 * INCH, 3.4 * INCH, tent=True, cut=True
    ),
}
"""The sheets known by name: labels, business cards (5371), place cards to be cut and folded."""

_OTHER_NAMES = {"8160": "5160", "8161": "5161", "8162": "5162", "8163": "5163", "8164": "5164"}
"""Sheets of the same measures for another kind of printer."""

_CUSTOM = re.compile(
    r"(?P<paper>\S.*?)\s+(?P<across>\d+)x(?P<down>\d+)\s+"
    r"(?P<size>\S+?)(?:\s+gap\s+(?P<gap>\S+))?(?:\s+(?P<tent>tent))?(?:\s+(?P<cut>cut))?",
    re.IGNORECASE,
)


def sheets_for(card: Paper) -> dict[str, str]:
    """The sheets that cards of a size stand on: what each is called, and its name.

    Beside those that are sold with labels of that size, plain paper, to be cut.
    """
    found = {name: name for name, sheet in SHEETS.items() if sheet.takes(card)}
    width, height = round(card.width, 2), round(card.height, 2)
    for paper in (_A4, _LETTER):
        best = 1
        for sheet in (paper, paper.landscape):
            across, down = (
                int((room - 2 * _PLAIN_MARGIN) / size + 1e-6)
                for room, size in ((sheet.width, width), (sheet.height, height))
            )
            if across * down > best:
                best = across * down
                named = f"{sheet.width:g}x{sheet.height:g} {across}x{down} {width:g}x{height:g} cut"
        if best > 1:
            found[f"{best} on {paper.name}, with lines to cut along"] = named
    return found


def sheet_named(name: str) -> LabelSheet:
    """Return the sheet of that name, or of these measures.

    Parameters
    ----------
    name : str
        One of `SHEETS` ("L7160" is enough where a maker's number says it), or
        "PAPER ACROSSxDOWN WIDTHxHEIGHT [gap X,Y] [tent] [cut]": "A4 3x7 63.5x38.1 gap 2.5,0".
        Such labels stand in the middle of the sheet; their unit is the millimetre where none is
        given. tent: to be folded; cut: with lines to cut along, as folded ones have anyway.

    Raises
    ------
    SettingError
        If the name is unknown (near ones are told), or the labels have no room.
    """
    wanted = _plain(name)
    for other, same in _OTHER_NAMES.items():
        if wanted in (other, f"avery{other}"):
            return replace(SHEETS[f"Avery {same}"], name=f"Avery {other}")
    for known, sheet in SHEETS.items():
        number = _plain(known.split()[-1])
        if wanted == _plain(known) or (wanted == number and not wanted.isalpha()):
            return sheet
    if custom := _CUSTOM.fullmatch(name.strip()):
        return _custom(name, custom)
    near = difflib.get_close_matches(name, SHEETS, 3, 0.6)
    advice = f"did you mean {' or '.join(near)}?" if near else f"use {', '.join(SHEETS)},"
    raise SettingError(
        f"There is no sheet of labels called {name!r}; {advice} or give its measures, such as "
        '"A4 3x7 63.5x38.1 gap 2.5,0".'
    )


def _custom(name: str, given: re.Match[str]) -> LabelSheet:
    paper = paper_named(given["paper"])
    tent = given["tent"] is not None
    # A label may be smaller than a paper: its sides are read as lengths.
    sides = re.fullmatch(r"([\d.]+)x([\d.]+)(\D*)", given["size"].lower())
    gaps = (given["gap"] or "0,0").split(",")
    try:
        if sides is None or len(gaps) > 2 or (sides[3] and sides[3] not in UNITS):
            raise ValueError
        unit = UNITS[sides[3] or "mm"]
        width, height = float(sides[1]) * unit, float(sides[2]) * unit
        gap = [float(part) * unit for part in gaps]
    except ValueError:
        raise SettingError(
            f"The measures of the labels {name!r} are not understood; give them as "
            '"A4 3x7 63.5x38.1 gap 2.5,0" (across x down, width x height, gaps).'
        ) from None
    numbers = int(given["across"]), int(given["down"])
    return _centred(
        f"{given['across']}x{given['down']}",
        paper,
        *numbers,
        width,
        height,
        *(gap * 2)[:2],
        tent=tent,
        cut=tent or given["cut"] is not None,
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()

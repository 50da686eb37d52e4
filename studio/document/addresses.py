"""Places of addresses: on envelopes by postal rules, in letters behind a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine.errors import SettingError, TextError
from studio.document.note import LIMITS, Block, Note, TextBox
from studio.document.paper import INCH, SMALLEST, Paper
from studio.document.placement import Placement


@dataclass(frozen=True)
class PostalArea:
    """A rectangle of a sheet, in millimetres from its top left corner."""

    left: float
    top: float
    width: float
    height: float


WINDOWS = {
    "din": PostalArea(25.0, 62.7, 75.0, 27.3),
    "din-a": PostalArea(25.0, 44.7, 75.0, 27.3),
    "swiss": PostalArea(120.0, 50.0, 75.0, 35.0),
    "french": PostalArea(110.0, 50.0, 80.0, 35.0),
    "us": PostalArea(0.875 * INCH + 3, 2.0 * INCH, 3.75 * INCH, 1.0 * INCH),
}
"""Where an address stands on a letter, to be read through a window: DIN 5008 forms B and A (DL,
C6/5), SN 010130 at the right, NF Z 11-001, and #10 envelopes of the United States."""

_ENVELOPE = 1.25
"""A sheet whose sides part by this factor at least, and no larger than C4, is an envelope."""

ENVELOPES = ("C5", "C6", "DL", "#10")
"""Papers that lie across where an address is written on them."""

# Of an envelope, from its edges: the right and lower edges are the machines' (USPS: 1/2 and 5/8
# inch; Deutsche Post and Royal Mail: 15 mm), the upper 40 mm are the stamp's and the sender's.
_RIGHT, _BOTTOM, _TOP, _LEFT = 15.0, 18.0, 40.0, 15.0


def is_envelope(paper: Paper) -> bool:
    """Whether a sheet lies as an envelope does: across, and not larger than C4."""
    return paper.width >= _ENVELOPE * paper.height and paper.width <= 330.0


def address_area(paper: Paper, window: str = "") -> PostalArea:
    """Where the post reads the address.

    On an envelope: in the right part of its lower half, clear of the stamp, of the edges and of
    the strip below that the machines print on.

    Parameters
    ----------
    paper : Paper
        An envelope across, or a letter.
    window : str
        Of a letter: one of `WINDOWS`.

    Raises
    ------
    SettingError
        If there is no such window, or the sheet is neither.
    """
    if window:
        if window not in WINDOWS:
            raise SettingError(f"There is no window {window!r}; use one of {', '.join(WINDOWS)}.")
        return WINDOWS[window]
    if not is_envelope(paper):
        raise SettingError(
            f"{paper.name} ({paper.width:g} x {paper.height:g} mm) does not lie as an envelope "
            f"does; add --landscape, or say behind which window the address stands: "
            f"{', '.join(WINDOWS)}."
        )
    left = max(0.42 * paper.width, _LEFT)
    top = max(0.42 * paper.height, min(_TOP, 0.5 * paper.height))
    return PostalArea(left, top, paper.width - _RIGHT - left, paper.height - _BOTTOM - top)


def sender_area(paper: Paper, window: str = "") -> PostalArea:
    """Where the sender's address stands: at the top left; above that in the window of a letter."""
    if window:
        area = address_area(paper, window)
        return PostalArea(area.left, area.top - 12.0, area.width, 10.0)
    below = address_area(paper)
    height = min(24.0, below.top - 12.0)
    return PostalArea(10.0, 9.0, min(below.left + 10.0, 0.5 * paper.width) - 10.0, height)


def field(note: Note, area: PostalArea, text: str, **look: Any) -> Note:
    """The note with a text in an area of its first page, as much smaller as it takes.

    Parameters
    ----------
    note : Note
    area : PostalArea
    text : str
        Lines are kept whole, as far as they stay readable.
    **look
        Fields of `Look` in which it differs from the note.

    Raises
    ------
    TextError
        If the text is empty.
    SettingError
        If the area is too small, or not on the sheet.
    """
    if not text.strip():
        raise TextError("A field is empty; give its text, or leave it out.")
    right, bottom = area.left + area.width, area.top + area.height
    paper = note.paper
    if area.left < 0 or area.top < 0 or right > paper.width or bottom > paper.height:
        raise SettingError(
            f"A field from {area.left:g},{area.top:g} to {right:g},{bottom:g} mm does not lie on "
            f"the sheet of {paper.width:g} x {paper.height:g} mm."
        )
    if area.width < SMALLEST:
        raise SettingError(
            f"A field of {area.width:g} mm is too narrow; give {SMALLEST:g} mm at least."
        )
    lines = (line.strip() for line in text.strip().splitlines())
    low, high = LIMITS["x_height"]
    if "x_height" in look:
        look["x_height"] = min(max(look["x_height"], low), high)
    block = Block("\n".join(lines), note.free_id, look)
    box = TextBox(block, Placement(x=area.left, y=area.top), area.width, area.height)
    return replace(note, boxes=(*note.boxes, box))


def addressed(note: Note, address: str, sender: str = "", window: str = "") -> Note:
    """The note with an address, and a sender's, where the post wants them.

    Raises
    ------
    SettingError
        If the sheet has no place for them.
    """
    note = field(note, address_area(note.paper, window), address, indent=0.0, alignment="left")
    if sender:
        text = ", ".join(sender.splitlines()) if window else sender
        note = field(
            note,
            sender_area(note.paper, window),
            text,
            x_height=0.62 * note.look.x_height,
            indent=0.0,
            alignment="left",
        )
    return note

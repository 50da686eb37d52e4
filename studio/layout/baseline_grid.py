"""The column of a note: its baselines, down each page and on to the next."""

from __future__ import annotations

import math
from dataclasses import replace

from engine.errors import SettingError
from studio.document.note import Alignment, Look, Note
from studio.document.paper import RulingKind

ASCENT, DESCENT = 2.6, 1.5
"""Room for tall letters above a page's first baseline and below its last, in x-heights."""

CLOSEST = 1.8
"""From baseline to baseline at least, in x-heights."""

_FOLIO_SIZE, _FOLIO_HEIGHT = 0.8, 2.1
_FOLIO_FOOT = 0.5


class BaselineGrid:
    """A baseline that goes down a page, and on to the next.

    Parameters
    ----------
    note : Note
    """

    def __init__(self, note: Note) -> None:
        self._note = note
        self._ruled = note.ruling.kind is not RulingKind.PLAIN
        self._top = note.margins.top
        self._foot = note.paper.height - note.margins.bottom
        self._bottom = self._foot
        if note.page_numbers:
            self._bottom = folio_baseline(note) - _FOLIO_HEIGHT * folio_look(note).x_height
        self._half = 0.0
        self._begun = False
        self.page = 0
        self.baseline = math.nan

    def advance(self, look: Look, new_page: bool = False) -> None:
        """Go on to the next line.

        Raises
        ------
        SettingError
            If not even one such line has room on a page.
        """
        half = self._pitch(look) / 2
        if self._begun:
            self.baseline = self._on_rule(self.baseline + self._half + half)
        if self._begun and (new_page or self._is_below(look)):
            self.page, self._begun = self.page + 1, False
        if not self._begun:
            self.baseline = self._on_rule(self._top + ASCENT * look.x_height)
            self._begun = True
            if self._is_below(look):
                raise SettingError(
                    f"Writing with an x-height of {look.x_height:g} mm is too large for this page; "
                    "make it smaller, or the page larger."
                )
        self._half = half

    def reach(self, look: Look, baseline: float, sloped: float) -> tuple[float, float]:
        """How far a line's ink may go up and down, in millimetres.

        Neither over the margins nor through the small letters of the lines above and below.

        Parameters
        ----------
        look : Look
        baseline : float
        sloped : float
            By how much the slope raises one end of the baseline and lowers the other.
        """
        pitch, unit = self._pitch(look), look.x_height
        taken = look.pen.width / 2 + sloped
        above = min(baseline - self._top - taken, pitch - 0.1 * unit)
        below = min(self._foot - baseline - taken, pitch - 1.05 * unit)
        return max(above, 0.1 * unit), max(below, 0.1 * unit)

    def _is_below(self, look: Look) -> bool:
        return self.baseline + DESCENT * look.x_height > self._bottom + 1e-6

    def _pitch(self, look: Look) -> float:
        """From baseline to baseline, in millimetres."""
        pitch = look.line_spacing * look.x_height
        if not self._ruled:
            return pitch
        rule = self._note.ruling.spacing
        return rule * max(1, math.ceil(CLOSEST * look.x_height / rule), round(pitch / rule))

    def _on_rule(self, y: float) -> float:
        """The next rule from y downwards, where there are rules to write on."""
        if not self._ruled:
            return y
        first, rule = self._note.ruling.first, self._note.ruling.spacing
        return first + rule * math.ceil((y - first) / rule - 1e-6)


def folio_look(note: Note) -> Look:
    """How page numbers look."""
    return replace(
        note.look,
        x_height=_FOLIO_SIZE * note.look.x_height,
        alignment=Alignment.CENTRED,
        variation=0.0,
    )


def folio_baseline(note: Note) -> float:
    """Height of the page numbers' baseline: y in millimetres."""
    return note.paper.height - note.margins.bottom - _FOLIO_FOOT * folio_look(note).x_height

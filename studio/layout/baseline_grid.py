"""The baselines of a note: down each column and page, and on to the next."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

from engine.errors import SettingError
from studio.document.note import Alignment, Look, Note
from studio.document.paper import RulingKind

ASCENT, DESCENT = 2.6, 1.5
"""Room for tall letters above a page's first baseline and below its last, in x-heights."""

CLOSEST = 1.8
"""From baseline to baseline at least, in x-heights."""

_FOLIO_SIZE, _FOLIO_HEIGHT = 0.8, 2.1
_FOLIO_FOOT = 0.5


class LineSpot(NamedTuple):
    """Where a row stands: page and column from 0, and y of its baseline in millimetres."""

    page: int
    column: int
    baseline: float


class GridState(NamedTuple):
    """How far a grid has come: frame, baseline, half the pitch of its row, and if it has one."""

    frame: int = 0
    baseline: float = math.nan
    half: float = 0.0
    begun: bool = False


class BaselineGrid:
    """A baseline that goes down a column of a page, and on to the next.

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
        self.state = GridState()

    @property
    def top(self) -> float:
        """Where a page's text may begin: y in millimetres."""
        return self._top

    @property
    def bottom(self) -> float:
        """Where a page's text ends at the latest: above the page number, where there is one."""
        return self._bottom

    @property
    def frame(self) -> int:
        """Which column of all pages the baseline is in, from 0."""
        return self.state.frame

    @property
    def spot(self) -> LineSpot:
        """Where the baseline is."""
        return LineSpot(*divmod(self.state.frame, self._note.columns), self.state.baseline)

    def advance(self, look: Look, new_page: bool = False) -> None:
        """Go on to the next row.

        Raises
        ------
        SettingError
            If not even one such row has room on a page.
        """
        frame, baseline, half, begun = self.state
        if not begun:
            self._begin(look, frame)
            return
        own = self._pitch(look) / 2
        baseline = self._on_rule(baseline + half + own)
        if new_page:
            self._begin(look, (frame // self._note.columns + 1) * self._note.columns)
        elif self._is_below(look, baseline):
            self._begin(look, frame + 1)
        else:
            self.state = GridState(frame, baseline, own, True)

    def begin_frame(self, look: Look) -> None:
        """Go on to the first row of the next column or page."""
        self._begin(look, self.state.frame + 1)

    def _begin(self, look: Look, frame: int) -> None:
        baseline = self._on_rule(self._top + ASCENT * look.x_height)
        if self._is_below(look, baseline):
            raise SettingError(
                f"Writing with an x-height of {look.x_height:g} mm is too large for this page; "
                "make it smaller, or the page larger."
            )
        self.state = GridState(frame, baseline, self._pitch(look) / 2, True)

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

    def _is_below(self, look: Look, baseline: float) -> bool:
        return baseline + DESCENT * look.x_height > self._bottom + 1e-6

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

"""The sample of a look: two short lines, written and laid out as those of a note are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.sampling.policy import ONCE
from studio.document.note import Look, Note
from studio.document.paper import Margins, Paper
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import HandWriter, LineRequest, WrittenLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.hand import Hand
    from engine.style.style import Style

TEXT = "Quick brown\u2028fox jumps"
INK_FIELDS = ("style", "strength", "bias", "seed")
"""The fields of a look that need other ink; all others only set it otherwise."""

_WIDE = 40.0
"""Of the sheet, in x-heights: no line of the text comes near to it."""
_MARGIN = 5.0


class _SingleAttemptWriter:
    """Writes each line once, whatever comes of it: a sample must be there at once."""

    def __init__(self, hand: Hand, find: Callable[[str], Style]) -> None:
        self._hand, self._find = hand, find
        self.name, self.sha256 = hand.name, hand.sha256
        self.alphabet: Collection[str] = HandWriter(hand, find).alphabet

    def examples(self, style: str | None, strength: float) -> Sequence[tuple[str, float]]:
        """None: nothing has to be guessed of two short lines."""
        del style, strength
        return ()

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        """Write both at once."""
        written = self._hand.write_lines(
            [r.text for r in requests],
            styles=[None if r.style is None else self._find(r.style) for r in requests],
            strengths=[r.strength for r in requests],
            biases=[r.bias for r in requests],
            seeds=[r.seed for r in requests],
            policy=ONCE,
        )
        return [WrittenLine(w.text, w.ink, w.characters, w.seed) for w in written]


def lay_out_sample(
    look: Look,
    hand: Hand,
    find: Callable[[str], Style],
    known: Mapping[LineRequest, WrittenLine] | None = None,
) -> Layout:
    """Lay the sample out in a look; its lines are written where they are not among the known.

    Raises
    ------
    StyleError
        If the style is unknown.
    TextError
        If the hand does not know the sample's letters.
    """
    unit = look.x_height
    paper = Paper(
        "sample",
        _WIDE * unit + look.indent + 2 * _MARGIN,
        (look.line_spacing * 3 + 6) * unit + 2 * _MARGIN,
    )
    margins = Margins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    note = Note.from_text(TEXT, look=look, paper=paper, margins=margins)
    return lay_out(note, _SingleAttemptWriter(hand, find), known=known)

"""How a style looks, in a few words that are measured from its ink, and of which kind it is."""

from __future__ import annotations

from enum import StrEnum

from engine.style.similarity import breadth, line_statistics
from engine.style.style import Style

# Of the lines of IAM-OnDB some two thirds are neither narrow nor wide, a half is upright and a
# seventh joined.
NARROW, WIDE = 0.55, 0.85
"""How far the pen goes across for each step up or down."""
BACK, ON = -0.05, 0.15
"""Lean to the right, in x per unit of height."""
JOINED, PRINTED = 0.6, 0.8
"""Strokes a character: print lifts the pen after nearly each letter."""

LEANING = 0.25
"""Lean to the right from which writing that is not joined looks elegant."""
FEW_POINTS = 10.5
"""Points a character below which it was written quickly: people have 12 in the middle."""


class StyleKind(StrEnum):
    """Under which heading a style stands in a list, in this order."""

    JOINED = "Joined"
    PRINT = "Print"
    ELEGANT = "Elegant"
    QUICK = "Quick"
    OWN = "Your own"


def kind_of(style: Style) -> StyleKind:
    """Whether a style is joined, quick, elegant or print: as it says itself, or by its ink."""
    named = style.kind.capitalize()
    if named in (StyleKind.JOINED, StyleKind.PRINT, StyleKind.ELEGANT, StyleKind.QUICK):
        return StyleKind(named)
    found = line_statistics(style.ink, style.text)
    if found.strokes < JOINED:
        return StyleKind.JOINED
    if found.points < FEW_POINTS:
        return StyleKind.QUICK
    return StyleKind.ELEGANT if found.slant > LEANING else StyleKind.PRINT


def about_style(style: Style) -> str:
    """What is said of a style, or else what is measured of it, in a line."""
    return style.description or describe_style(style)


def describe_style(style: Style) -> str:
    """Width, slant and joins: "narrow, leaning right, print".

    A style that is neither narrow nor wide has no word for it.
    """
    found = line_statistics(style.ink, style.text)
    across = breadth([style.ink])
    width = "narrow" if across < NARROW else "wide" if across > WIDE else ""
    lean = "upright"
    if not BACK <= found.slant <= ON:
        lean = "leaning right" if found.slant > ON else "leaning left"
    joins = "half joined"
    if found.strokes < JOINED:
        joins = "joined"
    elif found.strokes > PRINTED:
        joins = "print"
    return ", ".join(word for word in (width, lean, joins) if word)

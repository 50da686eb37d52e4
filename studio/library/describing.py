"""How a style looks, in a few words that are measured from its ink."""

from __future__ import annotations

from engine.likeness import manner
from engine.style import Style

NARROW, WIDE = 1.0, 1.25
"""x-heights a character, spaces included."""
LEANING = 0.1
"""x per unit of height, to either side."""
JOINED, PRINTED = 0.6, 0.8
"""Strokes a character: print lifts the pen after nearly each letter."""


def described(style: Style) -> str:
    """Width, slant and joins: "narrow, leaning right, print".

    A style that is neither narrow nor wide has no word for it.
    """
    found = manner(style.ink, style.text)
    width = "narrow" if found.width < NARROW else "wide" if found.width > WIDE else ""
    lean = "upright"
    if abs(found.slant) > LEANING:
        lean = "leaning right" if found.slant > 0 else "leaning left"
    joins = "half joined"
    if found.strokes < JOINED:
        joins = "joined"
    elif found.strokes > PRINTED:
        joins = "print"
    return ", ".join(word for word in (width, lean, joins) if word)

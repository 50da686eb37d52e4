"""How wide a pen's line usually is: large letters are written with a broader pen."""

from __future__ import annotations

from dataclasses import replace

from engine.rendering.pens import NARROWEST, PENS, WIDEST, Pen, PenKind
from studio.document.note import Look

GROWTH = 0.65
"""Exponent by which the width follows the height of letters: people take a broader pen for them,
but not one that is as much broader."""
ALIKE = 0.006
"""Millimetres by which a width may differ from the usual one and still be it."""


def usual_width(kind: PenKind, x_height: float) -> float:
    """Of a kind of pen for letters of an x-height, in millimetres, to the hundredth."""
    width = PENS[kind.value].width * (x_height / Look().x_height) ** GROWTH
    return float(min(max(round(width, 2), NARROWEST), WIDEST))


def usual_pen(kind: PenKind, x_height: float) -> Pen:
    """A pen of a kind as one takes it for letters of that x-height."""
    return replace(PENS[kind.value], width=usual_width(kind, x_height))


def pen_for(pen: Pen, before: float, x_height: float) -> Pen:
    """The pen for letters of another x-height than before.

    A pen whose width is the usual one becomes the usual one for the new letters; a width that was
    chosen stays.
    """
    if abs(pen.width - usual_width(pen.kind, before)) > ALIKE:
        return pen
    return replace(pen, width=usual_width(pen.kind, x_height))

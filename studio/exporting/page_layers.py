"""Layers of a page: what one pen writes in one colour, in the order of their names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from unicodedata import category

from engine.rendering.colours import rgb
from engine.rendering.pens import Pen
from studio.document.page import Inked, Page

SVG_DECIMALS = 3
"""Of the numbers in an SVG; coordinates are millimetres."""


def layers_of(page: Page) -> Iterator[tuple[str, str, Pen, list[tuple[int, Inked]]]]:
    """The layers of a page's ink, without its ruling.

    Yields
    ------
    name : str
        Begins with the layer's number, by which programs for plotters tell layers; the ruling,
        where it is printed, is number 1.
    colour : str
        '#rrggbb'.
    pen : Pen
    inked : list of (int, Inked)
        With their numbers on the page, from 1, in writing order.
    """
    numbered = list(enumerate((inked for inked in page.inked if inked.ink), 1))
    numbered.sort(key=lambda item: _pen_and_colour(item[1]))
    layers = groupby(numbered, lambda item: _pen_and_colour(item[1]))
    for layer, (_, lines) in enumerate(layers, 2 if page.ruling_printed else 1):
        written = list(lines)
        pen, colour = written[0][1].pen, hex_colour(written[0][1].colour)
        yield f"{layer} {pen.kind.value} {short(pen.width)} mm {colour}", colour, pen, written


def hex_colour(colour: str) -> str:
    """The colour as '#rrggbb', and nothing else that a string might hold."""
    return "#{:02x}{:02x}{:02x}".format(*rgb(colour))


def short(number: float) -> str:
    """The number with `SVG_DECIMALS` decimals at most."""
    return fixed(number).rstrip("0").rstrip(".")


def fixed(number: float) -> str:
    """The number with `SVG_DECIMALS` decimals."""
    return f"{number:.{SVG_DECIMALS}f}"


def clean(value: str) -> str:
    """Text without the control characters that XML cannot hold, and without soft hyphens.

    What joins several emoji to one stays.
    """
    return "".join(
        c
        for c in value
        if c.isprintable() or c in "\t\n" or (category(c) == "Cf" and c != "\u00ad")
    )


def _pen_and_colour(line: Inked) -> tuple[str, str, float, float]:
    return line.colour, line.pen.kind.value, line.pen.width, line.pen.opacity

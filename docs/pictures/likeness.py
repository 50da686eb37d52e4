"""Draws a line of some styles beside lines of another text that are primed with it.

Run it in a checkout: `.venv/bin/python docs/pictures/likeness.py [STYLE ...]`; what it draws are
the project's own styles, or files of the user's own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from engine.hand import Hand
from engine.ink.ink import Ink
from engine.io.atomic import atomic_write
from engine.rendering.pens import Pen
from engine.rendering.raster import render_ink
from engine.style.style import find

FILE = Path(__file__).parent / "likeness.png"
STYLES = ("Rowan", "Fern", "Larch")
TEXT = "Perhaps the doctor will call on Monday."
ROWS = ("the style", "written, strength 0", "written, strength 1")
"""What stands in each row: the style's own ink, primed only, and matched with the best of four."""
X_HEIGHT, ROW, LABEL = 2.7, 16.0, 42.0
"""Millimetres."""
DPI = 96
WIDTH = 330.0


def main() -> None:
    """Write the picture."""
    hand = Hand.load()
    inks: list[tuple[str, Ink]] = []
    for name in sys.argv[1:] or STYLES:
        style = find(name)
        asked: dict[str, Any] = {"style": style, "seed": 11}
        inks += [
            (f"{style.name}: {ROWS[0]}", style.ink),
            (ROWS[1], hand.write(TEXT, strength=0.0, **asked).ink),
            (ROWS[2], hand.write(TEXT, **asked).ink),
        ]
    scale = DPI / 25.4
    sheet = Image.new("RGB", (round(WIDTH * scale), round(ROW * len(inks) * scale)), "white")
    labels, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for row, (label, ink) in enumerate(inks):
        picture = render_ink(ink.scaled(X_HEIGHT), Pen(width=0.45), scale=scale)
        top = round((ROW * row + 0.5 * ROW) * scale - picture.height / 2)
        sheet.paste(picture, (round(LABEL * scale), top))
        labels.text((8, round((ROW * row + 0.42 * ROW) * scale)), label, "#6b7280", font)
    with atomic_write(FILE) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)


if __name__ == "__main__":
    main()

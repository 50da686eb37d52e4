"""The proof sheet of a font: its characters and their forms, and a text beside the hand's own."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, features

from engine.errors import SettingError
from engine.ink.ink import Ink
from engine.io.atomic import atomic_write
from engine.rendering.pens import Pen
from engine.rendering.raster import composite, coverage
from studio.fonts.font_file import UNITS, X_HEIGHT
from studio.fonts.glyph_cutting import GlyphSet

TEXT = (
    "The Analytical Engine weaves algebraical",
    "patterns, just as the Jacquard loom weaves",
    "flowers and leaves. We may say most aptly,",
    "in 1843, that little letters will differ.",
)
"""Written by the hand, and set in the font."""

_WIDTH, _MARGIN, _SIZE = 1900, 70, 32
"""Pixels; the size is the x-height's."""
_INK, _GREY = "#1b2a49", "#8a8a8a"


def save_proof_sheet(
    font_path: Path, glyphs: GlyphSet, written: Sequence[Ink], pen: Pen, x_height: float, path: Path
) -> None:
    """Draw a font's proof sheet as PNG.

    Parameters
    ----------
    font_path : Path
        Of the OpenType font.
    glyphs : GlyphSet
        What it was made of.
    written : sequence of Ink
        The lines of `TEXT` by the hand itself, in x-heights.
    pen : Pen
    x_height : float
        At which it writes, in millimetres.
    path : Path

    Raises
    ------
    SettingError
        If Pillow here does not shape text (it lacks raqm).
    FileError
        If the file cannot be written.
    """
    if not features.check("raqm"):
        raise SettingError(
            "The proof sheet cannot be drawn here: Pillow lacks raqm, which shapes text; leave out "
            "--proof."
        )
    em = _SIZE * UNITS / X_HEIGHT
    font = ImageFont.truetype(BytesIO(font_path.read_bytes()), em, layout_engine=_raqm())
    small = ImageFont.truetype(BytesIO(font_path.read_bytes()), 0.7 * em, layout_engine=_raqm())
    rows = _rows(glyphs)
    step = round(3.4 * _SIZE)
    height = 2 * _MARGIN + round(0.7 * len(rows) * step) + (2 * len(TEXT) + 1) * step
    image = Image.new("RGB", (_WIDTH, height), "white")
    draw = ImageDraw.Draw(image)
    y = _MARGIN + step // 2
    for row in rows:
        draw.text((_MARGIN, y), row, _INK, small, anchor="ls")
        y += round(0.7 * step)
    y += step // 2
    for line, ink in zip(TEXT, written, strict=True):
        for label, place in (("font", y), ("hand", y + step)):
            draw.text((8, place), label, _GREY, ImageFont.load_default(18), anchor="ls")
        draw.text((_MARGIN, y), line, _INK, font, anchor="ls")
        _draw_ink(image, ink, pen, x_height, (_MARGIN, y + step))
        y += 2 * step
    file = BytesIO()
    image.save(file, "PNG")
    with atomic_write(path) as temporary:
        temporary.write_bytes(file.getvalue())


def _raqm() -> ImageFont.Layout:
    return ImageFont.Layout.RAQM


def _rows(glyphs: GlyphSet) -> list[str]:
    """All characters, each as often as it has forms, so that these take turns; with marks once."""
    singles = [text for text in glyphs.forms if len(text) == 1 and text not in glyphs.marked]
    kinds = (str.islower, str.isupper, lambda c: not c.isalpha())
    rows = []
    for kind in kinds:
        some = [c for c in sorted(singles) if kind(c)]
        nines = (some[start : start + 9] for start in range(0, len(some), 9))
        rows += [" ".join(4 * c for c in nine) for nine in nines]
    pairs = [text for text in glyphs.forms if len(text) == 2]
    for some, most in ((pairs, 20), (sorted(glyphs.marked), 32)):
        rows += [" ".join(some[start : start + most]) for start in range(0, len(some), most)]
    return rows


def _draw_ink(
    image: Image.Image, ink: Ink, pen: Pen, x_height: float, corner: tuple[int, int]
) -> None:
    scale = _SIZE / x_height
    placed = ink.scaled(x_height).moved(corner[0] / scale, corner[1] / scale)
    shares = np.zeros(image.size[::-1], np.float32)
    coverage(placed, pen, scale, image.size, shares)
    composite(image, shares, _INK, 1.0)

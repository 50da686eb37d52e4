"""The PNG exporter: pages as pixels, on their paper or on none."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.errors import SettingError
from engine.ink.ink import Array, Ink, Stroke
from engine.rendering.paper_grain import grained, laid
from engine.rendering.pens import NARROWEST, Pen, PenKind
from engine.rendering.raster import Coverage, composite, coverage
from studio.document.page import Inked, Page, Pages
from studio.document.paper import Paper
from studio.exporting.background_image import placed_picture
from studio.exporting.page_files import OnPageDone, write_page_files
from studio.exporting.provenance import Provenance, program

COARSEST, FINEST = 20.0, 2400.0
"""Limits of the resolution in dots an inch."""

_LARGEST = 200_000_000
"""Pixels of the largest picture: A4 at 1200 dots an inch has 139 million."""


def export(
    pages: Pages,
    path: Path,
    *,
    dpi: float,
    transparent: bool = False,
    tell: OnPageDone | None = None,
) -> list[Path]:
    """Write each page to a PNG file of its own.

    Parameters
    ----------
    pages : Pages
    path : Path
        The file for a single page; note-1.png, note-2.png, ... for several.
    dpi : float
        Dots an inch, from `COARSEST` to `FINEST`; written into the file.
    transparent : bool
        Leave the paper out: ink and printed ruling alone, with an alpha channel.
    tell : function, optional

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    SettingError
        If the resolution is out of range, or too fine for the paper.
    FileError
        If a file cannot be written.
    """
    for page in pages:
        check_resolution(page.paper, dpi)
    told = Provenance.of(pages)
    info = PngInfo()
    for key, value in (
        ("Title", told.title),
        ("Author", told.author),
        ("Description", told.sentence),
        ("Copyright", told.rights),
        ("Software", program()),
    ):
        if value:
            info.add_text(key, value)

    def write(page: Page, target: Path) -> None:
        image = draw(page, dpi=dpi, transparent=transparent)
        # The level at which a page takes a third of the time and a tenth more room.
        image.save(target, "PNG", dpi=(dpi, dpi), pnginfo=info, compress_level=3)

    return write_page_files(pages, path, write, tell)


def check_resolution(paper: Paper, dpi: float) -> None:
    """See whether paper can be drawn at a resolution.

    Raises
    ------
    SettingError
        If the resolution is out of range, or too fine for the paper.
    """
    if not COARSEST <= dpi <= FINEST:
        raise SettingError(
            f"{dpi:g} dots an inch cannot be drawn; choose from {COARSEST:g} to {FINEST:g}."
        )
    width, height = _size(paper, dpi)
    if width * height > _LARGEST:
        raise SettingError(
            f"{paper.name} at {dpi:g} dots an inch is a picture of {width} x {height} "
            "pixels, which is too large; choose fewer dots, or PDF or SVG."
        )


def draw(page: Page, *, dpi: float, transparent: bool = False) -> Image.Image:
    """A page as a picture: RGB on the paper's colour, or RGBA where `transparent`."""
    size = _size(page.paper, dpi)
    scale = dpi / 25.4
    if transparent:
        image = Image.new("RGBA", size, (0, 0, 0, 0))
    else:
        image = Image.new("RGB", size, page.paper.colour)
    for placed in page.printed_backgrounds:
        picture, place = placed_picture(placed, scale)
        if transparent:
            image.alpha_composite(picture, _inside(place), _before(place))
        else:
            image.paste(picture, place, picture)
    if page.ruling_printed:
        composite(image, _ruled(page, scale, size), page.ruling.colour)
    inked = [line for line in page.inked if line.ink]
    for (colour, opacity, rough), lines in groupby(inked, _paint):
        shares = np.zeros(size[::-1], np.float32)
        for line in lines:
            coverage(line.ink, line.pen, scale, size, shares)
        if rough:
            shares *= laid(size, scale)
        composite(image, shares, colour, opacity)
    return image


def _inside(place: tuple[int, int]) -> tuple[int, int]:
    return max(place[0], 0), max(place[1], 0)


def _before(place: tuple[int, int]) -> tuple[int, int]:
    return max(-place[0], 0), max(-place[1], 0)


def _paint(line: Inked) -> tuple[str, float, bool]:
    """What lines that are drawn together have in common."""
    return line.colour, line.pen.opacity, grained(line.pen)


def _size(paper: Paper, dpi: float) -> tuple[int, int]:
    return round(paper.width * dpi / 25.4), round(paper.height * dpi / 25.4)


def _ruled(page: Page, scale: float, size: tuple[int, int]) -> Coverage:
    """How much of each pixel the ruling covers."""
    ruling = page.ruling
    lines, dots = ruling.lines(page.paper, page.margins), ruling.dots(page.paper)
    level = lines[:, 1] == lines[:, 3]
    # Lines run from edge to edge: one row and one column of pixels say it all.
    down = _bands(lines[level, 1], ruling.width, scale, size[1])
    across = _bands(lines[~level, 0], ruling.width, scale, size[0])
    shares: Coverage = np.maximum(down[:, None], across[None, :])
    if len(dots):
        pen = Pen(PenKind.BALLPOINT, max(ruling.dot_width, NARROWEST))
        coverage(Ink(tuple(Stroke(dot[None]) for dot in dots)), pen, scale, size, shares)
    return shares


def _bands(places: Array, width: float, scale: float, count: int) -> Coverage:
    """How much of each of `count` pixels in a row is covered by bands at places (mm)."""
    pixel = np.arange(count)[None, :]
    low, high = (places - width / 2)[:, None] * scale, (places + width / 2)[:, None] * scale
    share = np.clip(np.minimum(pixel + 1, high) - np.maximum(pixel, low), 0, 1)
    covered: Coverage = share.max(axis=0, initial=0).astype(np.float32)
    return covered

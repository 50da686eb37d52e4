"""Rasters: ink and heat maps drawn to images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from engine.ink.ink import Array, Ink
from engine.rendering.colours import SCALE, rgb
from engine.rendering.curves import trail
from engine.rendering.pens import Pen, widths

Coverage = npt.NDArray[np.float32]

_CHUNK = 4_000_000
"""Pixels looked at in one go: bounds the memory of `render_ink`."""


def coverage(
    ink: Ink, pen: Pen, scale: float, size: tuple[int, int], into: Coverage | None = None
) -> Coverage:
    """How much of each pixel the line of a pen along ink covers.

    Every piece of the line is a capsule with its own radius at either end; a pixel takes the
    largest share that a piece covers of it, by its distance from the piece's edge. So caps and
    joins are round, overlaps are no darker, and nothing needs to be drawn larger and reduced.

    Parameters
    ----------
    ink : Ink
        In millimetres from the image's top left corner.
    pen : Pen
    scale : float
        Pixels a millimetre.
    size : (int, int)
        Width and height of the image in pixels.
    into : float32 (height, width), optional
        Drawn upon, and returned.

    Returns
    -------
    float32 (height, width)
        From 0 to 1.
    """
    width, height = size
    shares = np.zeros((height, width), np.float32) if into is None else into
    if not ink:
        return shares
    reach = float(widths(ink, pen).max()) / 2 * scale
    longest = max(2.0, reach)
    path = trail(ink, 0.08 / scale, longest / scale)
    radius = (path.along(widths(ink, pen)) / 2 * scale).astype(np.float32)
    points = (path.xy * scale).astype(np.float32)
    start, stop = _pieces(path.starts, len(points))
    half = int(np.ceil(reach + longest / 2 + 1))
    offsets = np.arange(-half, half + 1)
    chunk = max(1, _CHUNK // len(offsets) ** 2)
    for k in range(0, len(start), chunk):
        a, b = start[k : k + chunk], stop[k : k + chunk]
        _capsules(shares, points[a], points[b], radius[a], radius[b], offsets)
    return shares


def _pieces(
    starts: npt.NDArray[np.intp], count: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The first and last point of each piece; a stroke of one point is a piece by itself."""
    lone = starts[:-1][np.diff(starts) == 1]
    leads = np.ones(count, dtype=bool)
    leads[starts[1:] - 1] = False
    leads[lone] = True
    start = np.flatnonzero(leads)
    stop = start + 1
    stop[np.isin(start, lone)] -= 1
    return start, stop


def _capsules(
    shares: Coverage,
    a: Coverage,
    b: Coverage,
    radius_a: Coverage,
    radius_b: Coverage,
    offsets: npt.NDArray[np.intp],
) -> None:
    """Draw capsules from a (k, 2) to b (k, 2), in pixels, where they cover more than is there."""
    height, width = shares.shape
    centre = np.floor((a + b) / 2).astype(np.intp)
    # Axes: capsule, row of its window, column of its window.
    row = centre[:, 1, None, None] + offsets[None, :, None]
    column = centre[:, 0, None, None] + offsets[None, None, :]
    x = column.astype(np.float32) + np.float32(0.5) - a[:, 0, None, None]
    y = row.astype(np.float32) + np.float32(0.5) - a[:, 1, None, None]
    dx, dy = ((b - a)[:, k, None, None] for k in (0, 1))
    along = (x * dx + y * dy) / np.maximum(dx * dx + dy * dy, np.float32(1e-12))
    np.clip(along, 0, 1, out=along)
    radius = radius_a[:, None, None] + along * (radius_b - radius_a)[:, None, None]
    share = np.float32(0.5) + radius - np.hypot(x - along * dx, y - along * dy)
    # A line thinner than a pixel never covers all of one.
    np.minimum(share, np.minimum(2 * radius, 1), out=share)
    seen = (share > 0) & (row >= 0) & (row < height) & (column >= 0) & (column < width)
    places = (row * width + column)[seen]
    np.maximum.at(shares.reshape(-1), places, share[seen])


def composite(image: Image.Image, shares: Coverage, colour: str, opacity: float = 1.0) -> None:
    """Lay a colour over an image by its coverage.

    Parameters
    ----------
    image : PIL image, RGB or RGBA
        Changed in place.
    shares : float (height, width)
        How much of each pixel the ink covers, from 0 to 1.
    colour : str
        As #rrggbb.
    opacity : float
        Of the colour where a pixel is covered whole, from 0 to 1.
    """
    mask = Image.fromarray(np.rint(shares * (255 * opacity)).astype(np.uint8))
    if image.mode == "RGBA":
        layer = Image.new("RGBA", image.size, (*rgb(colour), 255))
        layer.putalpha(mask)
        image.alpha_composite(layer)
    else:
        image.paste(rgb(colour), (0, 0, *image.size), mask)


def render_ink(
    ink: Ink,
    pen: Pen,
    *,
    scale: float,
    colour: str = "#1b2a49",
    background: str | None = "#ffffff",
    margin: float = 2.0,
) -> Image.Image:
    """A picture of ink, as large as the ink is with a margin around it.

    Parameters
    ----------
    ink : Ink
        In millimetres (or scale it so that the pen's width suits: a hand's x-heights are about
        2.3 mm each).
    pen : Pen
    scale : float
        Pixels a millimetre.
    colour : str
        '#rrggbb'.
    background : str or None
        '#rrggbb', or None for a transparent picture.
    margin : float
        Millimetres.
    """
    left, top, right, bottom = ink.bounds if ink else (0.0, 0.0, 0.0, 0.0)
    size = (
        int(np.ceil((right - left + 2 * margin) * scale)),
        int(np.ceil((bottom - top + 2 * margin) * scale)),
    )
    size = (max(size[0], 1), max(size[1], 1))
    if background is None:
        image = Image.new("RGBA", size, (*rgb(colour), 0))
    else:
        image = Image.new("RGB", size, rgb(background))
    shares = coverage(ink.moved(margin - left, margin - top), pen, scale, size)
    composite(image, shares, colour, pen.opacity)
    return image


def heat_map(
    matrix: npt.ArrayLike,
    *,
    cell: tuple[int, int] = (4, 12),
    low: float | None = None,
    high: float | None = None,
    rows: Sequence[str] = (),
    x_label: str = "",
    y_label: str = "",
    title: str = "",
) -> Image.Image:
    """A picture of a matrix on a perceptually even, colour-blind-safe scale.

    Parameters
    ----------
    matrix : (rows, columns)
        The first row is drawn on top; what is not finite is drawn grey.
    cell : (int, int)
        Width and height of a value in pixels.
    low, high : float, optional
        The values at the ends of the scale; by default the least and the greatest.
    rows : sequence of str
        A name for each row (a character of the text, for a window), drawn to its left.
    x_label, y_label, title : str
        Drawn below, on the left and above, where given.
    """
    values: Array = np.asarray(matrix, dtype=np.float64)
    finite = np.isfinite(values)
    least = low if low is not None else float(values[finite].min(initial=np.inf))
    most = high if high is not None else float(values[finite].max(initial=-np.inf))
    spread = most - least if most > least else 1.0
    index = np.clip(np.where(finite, (values - least) / spread, 0.0) * 255, 0, 255)
    colours = SCALE[np.rint(index).astype(np.uint8)]
    colours[~finite] = 160
    pixels = np.repeat(np.repeat(colours, cell[1], axis=0), cell[0], axis=1)
    return _labelled(Image.fromarray(pixels), cell[1], rows, x_label, y_label, title)


def _labelled(
    map_: Image.Image, step: int, rows: Sequence[str], x_label: str, y_label: str, title: str
) -> Image.Image:
    """The picture with its labels around it, on white."""
    if not (rows or x_label or y_label or title):
        return map_
    font = ImageFont.load_default(13)
    small = ImageFont.load_default(max(7, min(13, step)))
    gap, line = 6, 18
    beside = max((int(small.getlength(name)) for name in rows), default=0)
    left = gap + (line if y_label else 0) + (beside + gap if rows else 0)
    top = gap + (line if title else 0)
    bottom = gap + (line if x_label else 0)
    picture = Image.new("RGB", (left + map_.width + gap, top + map_.height + bottom), "white")
    picture.paste(map_, (left, top))
    draw = ImageDraw.Draw(picture)
    ink = (70, 74, 82)
    for k, name in enumerate(rows):
        x, y = left - gap, top + (k + 0.5) * step
        if name == " ":
            # The sign for a space, which not every font has.
            draw.line([(x - 7, y), (x - 7, y + 3), (x - 1, y + 3), (x - 1, y)], fill=ink)
        else:
            draw.text((x, y), name, fill=ink, font=small, anchor="rm")
    middle = left + map_.width / 2
    if title:
        draw.text((middle, gap + line / 2 - 2), title, fill=ink, font=font, anchor="mm")
    if x_label:
        below = top + map_.height + (gap + line) / 2
        draw.text((middle, below), x_label, fill=ink, font=font, anchor="mm")
    if y_label:
        width = int(np.ceil(font.getlength(y_label)))
        turned = Image.new("L", (max(width, 1), line), 0)
        ImageDraw.Draw(turned).text((0, line / 2), y_label, fill=255, font=font, anchor="lm")
        turned = turned.rotate(90, expand=True)
        upper = max(int(top + (map_.height - turned.height) / 2), 0)
        picture.paste(ink, (gap // 2, upper), turned)
    return picture

"""Figures of what the network did along a line, as in Graves 2013, figures 10 and 13."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.errors import SettingError
from engine.rendering.density import DensityMap, Grid, unbiased
from engine.rendering.pens import Pen
from engine.rendering.raster import heat_map, render_ink
from engine.sampling.sampled_line import SampledLine
from engine.sampling.trace import Floats, SampleTrace

_POINT = 3
"""Pixels that a pen point takes across."""

_CHARACTER, _COMPONENT = 16, 9
"""Pixels that a character and a component of the mixture take down."""

_MARGIN, _GAP, _LABELS, _LINE = 28, 14, 30, 22
_TEXT, _FAINT = (70, 74, 82), (176, 180, 188)

_MILLIMETRES = 2.4
"""To an x-height, for the pen's width to suit the ink."""

_BORDER = 0.12
"""About the ink in a painting of the density, in heights of the ink."""

_BRIGHTEST = 99.7
"""Percentile of the density that is drawn brightest: single sharp points would hide the rest."""


def attention(written: SampledLine) -> Image.Image:
    """The window's weight on each character at each point, above the ink that was written.

    Lines lead from the point at which the window came to a word to that word's ink: the map runs
    by time, the ink by place. Graves 2013, figure 13.

    Parameters
    ----------
    written : SampledLine
        With its steps.

    Raises
    ------
    SettingError
        If the line carries no steps.
    """
    steps = _steps(written)
    # The last column of phi stands for the space that closes the text.
    window = heat_map(steps.phi.T, cell=(_POINT, _CHARACTER), low=0.0, high=1.0)
    left, top = _MARGIN + _LABELS, _MARGIN + _LINE
    ink, ink_left = _ink(written, window.width)
    bridge = 3 * _GAP
    below = top + window.height + bridge
    picture = Image.new(
        "RGB", (left + window.width + _MARGIN, below + ink.height + _MARGIN), "white"
    )
    picture.paste(window, (left, top))
    picture.paste(ink, (left - ink_left, below))
    draw = ImageDraw.Draw(picture)
    _label_rows(draw, written.text + " ", left, top, _CHARACTER)
    for index, place in _word_starts(written):
        start, end = left + _POINT * index, left + round(place * window.width / written.ink.width)
        draw.line([(start, top + window.height), (end, below + _GAP)], fill=_FAINT, width=1)
    _title(draw, top, "Window weight on each character, pen point by pen point")
    return picture


def mixture(written: SampledLine) -> Image.Image:
    """Where the network expected the next points, and below it the weights of the components.

    The densities of the positions of all points are added, each from the point before it, so
    that it is bright where they are sure and overlap. They are the network's own, without the
    bias that the line was written with. Graves 2013, figure 10.

    Parameters
    ----------
    written : SampledLine
        With its steps.

    Raises
    ------
    SettingError
        If the line carries no steps.
    """
    steps = _steps(written)
    pi, sigma = unbiased(steps.pi, steps.sigma, written.bias)
    weights = heat_map(pi.T, cell=(_POINT, _COMPONENT), low=0.0, high=1.0)
    density = _brightened(_density(replace(steps, pi=pi, sigma=sigma), weights.width))
    places = heat_map(density, cell=(1, 1), low=0.0, high=1.0)
    left, top = _MARGIN + _LABELS, _MARGIN + _LINE
    below = top + places.height + _GAP + _LINE
    picture = Image.new(
        "RGB", (left + weights.width + _MARGIN, below + weights.height + _MARGIN), "white"
    )
    picture.paste(places, (left, top))
    picture.paste(weights, (left, below))
    draw = ImageDraw.Draw(picture)
    _title(draw, top, "Density of the next pen position, summed over the line")
    _title(draw, below, "Weight of each component of the mixture, pen point by pen point")
    numbers = [str(k + 1) if k % 5 == 4 or k == 0 else "" for k in range(steps.pi.shape[1])]
    _label_rows(draw, numbers, left, below, _COMPONENT)
    return picture


def _steps(written: SampledLine) -> SampleTrace:
    if written.steps is None:
        raise SettingError("The line carries no steps; write it with record=True.")
    return written.steps


def _ink(written: SampledLine, width: int) -> tuple[Image.Image, int]:
    """The ink as wide as the map, and how far the picture reaches to the left of it."""
    ink = written.ink.scaled(_MILLIMETRES)
    scale = width / ink.width
    margin = 2.0
    return render_ink(ink, Pen(width=0.24), scale=scale, margin=margin), round(margin * scale)


def _word_starts(written: SampledLine) -> list[tuple[int, float]]:
    """The first point of each word, and the left edge of its ink in x-heights."""
    text, xs = written.text, written.ink.xy[:, 0]
    starts = [k for k, c in enumerate(text) if c != " " and (k == 0 or text[k - 1] == " ")]
    found = []
    for start in starts:
        stop = text.find(" ", start)
        stop = len(text) if stop < 0 else stop
        own = np.flatnonzero((written.characters >= start) & (written.characters < stop))
        if len(own):
            found.append((int(own[0]), float(xs[own].min())))
    return found


def _density(steps: SampleTrace, width: int) -> Floats:
    """Sum of the densities of all points' positions on a grid of `width` cells across."""
    points = np.cumsum(steps.offsets[:, :2], axis=0, dtype=np.float32)
    across, down = (float(extent) for extent in np.ptp(points, axis=0))
    border = _BORDER * max(down, 1e-3)
    painting = DensityMap(Grid.around(points, border, (across + 2 * border) / width))
    # The first point has none before it that it was expected from.
    for t in range(1, len(points)):
        painting.add(points[t - 1], steps.pi[t], steps.mu[t], steps.sigma[t], steps.rho[t])
    return painting.density


def _brightened(density: Floats) -> Floats:
    """From 0 to 1, faint values raised."""
    brightest = np.float32(np.percentile(density, _BRIGHTEST))
    bright: Floats = np.sqrt(np.minimum(density / brightest, np.float32(1)))
    return bright


def _label_rows(
    draw: ImageDraw.ImageDraw, labels: str | list[str], left: int, top: int, step: int
) -> None:
    font = _font(min(13, step))
    for k, label in enumerate(labels):
        x, y = left - 8, top + (k + 0.5) * step
        if label == " ":
            # The sign for a space, which not every font has.
            draw.line([(x - 8, y + 1), (x - 8, y + 4), (x, y + 4), (x, y + 1)], fill=_FAINT)
        else:
            draw.text((x, y), label, fill=_TEXT, font=font, anchor="rm")


def _title(draw: ImageDraw.ImageDraw, top: int, title: str) -> None:
    """A title that ends a little above `top`."""
    draw.text((_MARGIN + _LABELS, top - 8), title, fill=_TEXT, font=_font(13), anchor="ls")


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)

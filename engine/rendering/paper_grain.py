"""The grain of paper, which shows in a pencil's line: the same in the window and in every file.

The service's page draws a grain of the same strength in the browser (`web/src/pens.ts`).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from engine.rendering.pens import Pen, PenKind

PIXELS, MILLIMETRES = 96, 6.0
"""The side of the tile that is repeated from the sheet's top left corner on."""

Shares = npt.NDArray[np.float32]


def grained(pen: Pen) -> bool:
    """Whether a pen's line shows the paper's grain."""
    return pen.kind is PenKind.PENCIL


@cache
def tile() -> Shares:
    """How much of the line each place of the tile keeps.

    Returns
    -------
    float32 (PIXELS, PIXELS)
        From 0 to 1; it joins on to itself on all sides.
    """
    noise = np.random.default_rng(7).random((PIXELS, PIXELS))
    soft = sum(np.roll(noise, (i, j), (0, 1)) for i in (0, 1) for j in (0, 1)) / 4
    return np.clip(0.2 + 1.5 * soft, 0, 1).astype(np.float32)


def laid(size: tuple[int, int], scale: float) -> Shares:
    """The tile laid over a picture.

    Parameters
    ----------
    size : (int, int)
        Width and height of the picture in pixels; its top left corner is the sheet's.
    scale : float
        Pixels a millimetre.

    Returns
    -------
    float32 (height, width)
    """
    columns, rows = (
        ((np.arange(count) + 0.5) / scale * (PIXELS / MILLIMETRES)).astype(np.intp) % PIXELS
        for count in size
    )
    return tile()[rows[:, None], columns[None, :]]

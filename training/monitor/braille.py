"""A picture as rows of braille characters, for a terminal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

#: Bit of the braille character that each of its four rows of two dots sets.
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
#: Grey below which a dot is set: lines are made thinner when a picture shrinks, and paler.
DARK = 215


def braille(path: Path, columns: int, rows: int) -> list[str]:
    """The upper part of a picture of dark lines on white, at most so many characters wide and high.

    A picture that cannot be read gives no rows, and so does no room.
    """
    if columns < 1 or rows < 1:
        return []
    try:
        with Image.open(path) as image:
            grey = image.convert("L")
    except (OSError, ValueError):
        return []
    scale = min(1.0, 2 * columns / grey.width)
    size = max(2, round(scale * grey.width)), max(4, round(scale * grey.height))
    dark = np.asarray(grey.resize(size, Image.Resampling.BOX)) < DARK
    dark = dark[: 4 * rows]
    dark = np.pad(dark, ((0, -dark.shape[0] % 4), (0, -dark.shape[1] % 2)))
    cells = dark.reshape(dark.shape[0] // 4, 4, dark.shape[1] // 2, 2)
    codes = 0x2800 + (cells * DOTS[None, :, None, :]).sum(axis=(1, 3))
    return ["".join(map(chr, row)).rstrip("\u2800") for row in codes]

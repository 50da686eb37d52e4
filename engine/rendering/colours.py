"""Colour: '#rrggbb' read, and a scale that keeps its order in grey and for every eye."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError

Bytes = npt.NDArray[np.uint8]

# The viridis scale of matplotlib (Smith and van der Walt 2015, CC0), every sixteenth part of it:
# perceptually even, and told apart by the colour-blind and on a grey print.
_VIRIDIS = (
    "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 "
    "84d44b addc30 d8e219 fde725"
)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255 of '#rrggbb' (or '#rgb').

    Raises
    ------
    SettingError
        If it is not such a colour.
    """
    digits = colour.strip().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if not colour.strip().startswith("#") or not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        raise SettingError(f"{colour!r} is not a colour; write it as #rrggbb, such as #1b2a49.")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _table() -> Bytes:
    anchors = np.array([tuple(bytes.fromhex(part)) for part in _VIRIDIS.split()], dtype=np.float64)
    places = np.linspace(0, len(anchors) - 1, 256)
    columns = [np.interp(places, np.arange(len(anchors)), anchors[:, k]) for k in range(3)]
    return np.rint(np.stack(columns, axis=1)).astype(np.uint8)


SCALE: Bytes = _table()
"""uint8 (256, 3): from low (dark violet) through green to high (yellow)."""

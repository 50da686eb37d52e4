import numpy as np
import pytest

from engine.errors import SettingError
from engine.rendering.colours import SCALE, rgb


@pytest.mark.parametrize(
    ("colour", "expected"),
    [("#1b2a49", (27, 42, 73)), ("#FFF", (255, 255, 255)), (" #abcdef ", (171, 205, 239))],
)
def test_colours_are_read(colour, expected):
    assert rgb(colour) == expected


@pytest.mark.parametrize(
    "colour", ["", "blue", "1b2a49", "#12345", "#12345g", "##12345", "#1234567"]
)
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(SettingError, match="#rrggbb"):
        rgb(colour)


def lab(colours: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of sRGB colours from 0 to 1."""
    linear = np.where(colours > 0.04045, ((colours + 0.055) / 1.055) ** 2.4, colours / 12.92)
    xyz = (
        linear
        @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
        / (0.9505, 1.0, 1.089)
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


# Machado, Oliveira and Fernandes 2009: how dichromats see (linear) colours.
SIGHTS = {
    "all": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_scale_rises_evenly_for_every_eye(sight):
    seen = np.clip(SCALE / 255 @ np.transpose(SIGHTS[sight]), 0, 1)
    lightness, *_ = lab(seen).T
    steps = np.diff(lightness[::8])
    assert (steps > 0).all()
    assert steps.max() < 2.5 * np.median(steps)
    assert lightness[-1] - lightness[0] > 70

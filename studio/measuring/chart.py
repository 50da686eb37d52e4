"""Charts of how cost grows: with the lines that are written at once, and with a letter's pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio.measuring.speed import Speed
from studio.measuring.whole import Letter

SIZE = (760, 460)
LEFT, TOP, RIGHT, BOTTOM = 90, 40, 170, 60
TEXT, FAINT = (70, 74, 82), (220, 223, 228)
ENGINE, PLAIN, FLOOR = (38, 84, 160), (176, 102, 46), (140, 144, 152)


@dataclass(frozen=True)
class _Curve:
    name: str
    colour: tuple[int, int, int]
    values: list[float]


def chart(speeds: Sequence[Speed], letters: Sequence[Letter] = ()) -> Image.Image:
    """A panel of the speeds; beside it, of two letters or more, their time and their memory.

    Parameters
    ----------
    speeds : sequence of Speed
        At least one.
    letters : sequence of Letter
    """
    panels = [
        _panel(
            "lines at once",
            "points a second",
            [speed.lines for speed in speeds],
            [
                _Curve("the engine", ENGINE, [speed.rate for speed in speeds]),
                _Curve("written plainly", PLAIN, [s.lines / _middle(s.plain) for s in speeds]),
                _Curve("float32 products", FLOOR, [s.lines / _middle(s.floor) for s in speeds]),
            ],
        )
    ]
    if len(letters) > 1:
        panels.append(
            _panel(
                "pages",
                "seconds",
                [letter.pages for letter in letters],
                [
                    _Curve("text to PDF", ENGINE, [a.writing_s + a.pdf_s for a in letters]),
                    _Curve("processor", PLAIN, [a.processor_s for a in letters]),
                ],
            )
        )
    peaks = [letter.peak_mb for letter in letters if letter.peak_mb is not None]
    if len(peaks) == len(letters) > 1:
        panels.append(
            _panel(
                "pages",
                "megabytes at most",
                [letter.pages for letter in letters],
                [_Curve("the program", ENGINE, peaks)],
            )
        )
    picture = Image.new("RGB", (SIZE[0] * len(panels), SIZE[1]), "white")
    for place, panel in enumerate(panels):
        picture.paste(panel, (SIZE[0] * place, 0))
    return picture


def _middle(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float(np.median(values))


def _panel(across: str, up: str, counts: Sequence[int], curves: Sequence[_Curve]) -> Image.Image:
    """Curves on two logarithmic axes."""
    every = [value for curve in curves for value in curve.values]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    narrowest = math.log(min(counts))
    widest = max(math.log(max(counts)) - narrowest, 1.0)

    def place(count: int, value: float) -> tuple[float, float]:
        right = (math.log(count) - narrowest) / widest
        height = (math.log10(value) - low) / max(high - low, 1)
        return (
            LEFT + (SIZE[0] - LEFT - RIGHT) * right,
            SIZE[1] - BOTTOM - (SIZE[1] - TOP - BOTTOM) * height,
        )

    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(14)
    for power in range(low, high + 1):
        x, y = place(min(counts), 10.0**power)
        draw.line([(x, y), (SIZE[0] - RIGHT, y)], fill=FAINT)
        draw.text((x - 10, y), f"{10.0**power:,.6g}", fill=TEXT, font=font, anchor="rm")
    for count in counts:
        x, y = place(count, 10.0**low)
        draw.text((x, y + 8), str(count), fill=TEXT, font=font, anchor="ma")
    draw.text((LEFT, TOP - 14), up, fill=TEXT, font=font, anchor="ls")
    draw.text((LEFT, SIZE[1] - 12), across, fill=TEXT, font=font, anchor="ls")
    for curve in curves:
        path = [place(count, value) for count, value in zip(counts, curve.values, strict=True)]
        draw.line(path, fill=curve.colour, width=2)
        for x, y in path:
            draw.ellipse([x - 3, y - 3, x + 3, y + 3], fill=curve.colour)
    _label(draw, font, [(curve, place(counts[-1], curve.values[-1])) for curve in curves])
    return picture


def _label(
    draw: ImageDraw.ImageDraw,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
    ends: Sequence[tuple[_Curve, tuple[float, float]]],
) -> None:
    """Each curve's name at its end, one below the other."""
    lowest = -math.inf
    for curve, (x, y) in sorted(ends, key=lambda end: end[1][1]):
        lowest = max(y, lowest + 18)
        draw.text((x + 12, lowest), curve.name, fill=curve.colour, font=font, anchor="lm")

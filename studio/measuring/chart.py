"""A chart of speeds: points a second by the number of lines at once, on two logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio.measuring.speed import Speed

SIZE = (840, 520)
LEFT, TOP, RIGHT, BOTTOM = 90, 40, 190, 60
TEXT, FAINT = (70, 74, 82), (220, 223, 228)
COLOURS = {"engine": (38, 84, 160), "plain": (176, 102, 46), "floor": (140, 144, 152)}
NAMES = {"engine": "the engine", "plain": "written plainly", "floor": "float32 products alone"}


def chart(speeds: Sequence[Speed]) -> Image.Image:
    """The chart as a picture.

    Parameters
    ----------
    speeds : sequence of Speed
        At least one.
    """
    lines = [speed.lines for speed in speeds]
    rates = {
        "engine": [speed.rate for speed in speeds],
        "plain": [speed.lines / float(np.median(speed.plain)) for speed in speeds],
        "floor": [speed.lines / float(np.median(speed.floor)) for speed in speeds],
    }
    every = [rate for of in rates.values() for rate in of]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    widest = max(math.log(max(lines)), 1.0)

    def place(count: int, rate: float) -> tuple[float, float]:
        across = math.log(count) / widest
        up = (math.log10(rate) - low) / max(high - low, 1)
        width, height = SIZE[0] - LEFT - RIGHT, SIZE[1] - TOP - BOTTOM
        return LEFT + width * across, SIZE[1] - BOTTOM - height * up

    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(14)
    for power in range(low, high + 1):
        x, y = place(1, 10.0**power)
        draw.line([(x, y), (SIZE[0] - RIGHT, y)], fill=FAINT)
        draw.text((x - 10, y), f"{10**power:,}", fill=TEXT, font=font, anchor="rm")
    for count in lines:
        x, y = place(count, 10.0**low)
        draw.text((x, y + 8), str(count), fill=TEXT, font=font, anchor="ma")
    draw.text((LEFT, TOP - 14), "points a second", fill=TEXT, font=font, anchor="ls")
    draw.text((LEFT, SIZE[1] - 12), "lines at once", fill=TEXT, font=font, anchor="ls")
    for kind, of in rates.items():
        path = [place(count, rate) for count, rate in zip(lines, of, strict=True)]
        draw.line(path, fill=COLOURS[kind], width=2)
        for x, y in path:
            draw.ellipse([x - 3, y - 3, x + 3, y + 3], fill=COLOURS[kind])
        x, y = path[-1]
        draw.text((x + 12, y), NAMES[kind], fill=COLOURS[kind], font=font, anchor="lm")
    return picture

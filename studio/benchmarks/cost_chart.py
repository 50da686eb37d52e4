"""Charts of how cost grows: with the lines that are written at once, and with a letter's pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio.benchmarks.end_to_end import LetterTiming
from studio.benchmarks.sampling_speed import Speed

SIZE = (760, 460)
LEFT, TOP, RIGHT, BOTTOM = 90, 40, 170, 60
TEXT, FAINT = (70, 74, 82), (220, 223, 228)
ENGINE, PLAIN, FLOOR = (38, 84, 160), (176, 102, 46), (140, 144, 152)


@dataclass(frozen=True)
class _Curve:
    name: str
    colour: tuple[int, int, int]
    values: list[float]


@dataclass(frozen=True)
class _Axis:
    """From the first of its marks to the last."""

    marks: list[float]
    logarithmic: bool

    @classmethod
    def decades(cls, values: Sequence[float]) -> _Axis:
        """Logarithmic, in powers of ten that hold the values."""
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return cls([10.0**power for power in range(low, max(high, low + 1) + 1)], True)

    @classmethod
    def steps(cls, values: Sequence[float]) -> _Axis:
        """Linear from 0, in four to ten round steps that hold the values."""
        decade = 10.0 ** math.floor(math.log10(max(values)))
        step = next(decade / part for part in (5, 2, 1) if max(values) <= 10 * decade / part)
        return cls([step * k for k in range(math.ceil(max(values) / step) + 1)], False)

    def share(self, value: float) -> float:
        """Where a value stands between the ends."""
        first, last = self.marks[0], self.marks[-1]
        if self.logarithmic:
            first, value, last = math.log(first), math.log(value), math.log(last)
        return (value - first) / (last - first) if last > first else 0.0


def chart(speeds: Sequence[Speed], letters: Sequence[LetterTiming] = ()) -> Image.Image:
    """A panel of the speeds, and of two letters or more their time and their memory.

    Parameters
    ----------
    speeds : sequence of Speed
        At least one.
    letters : sequence of LetterTiming
    """
    panels = [
        _panel(
            "lines at once",
            "points a second",
            [speed.lines for speed in speeds],
            _Axis.decades,
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
                _Axis.steps,
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
                _Axis.steps,
                [_Curve("the program", ENGINE, peaks)],
            )
        )
    rows, columns = math.ceil(len(panels) / 2), min(2, len(panels))
    picture = Image.new("RGB", (SIZE[0] * columns, SIZE[1] * rows), "white")
    for number, panel in enumerate(panels):
        row, column = divmod(number, 2)
        picture.paste(panel, (SIZE[0] * column, SIZE[1] * row))
    return picture


def _middle(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float(np.median(values))


def _panel(
    across: str,
    up: str,
    counts: Sequence[int],
    axis: Callable[[Sequence[float]], _Axis],
    curves: Sequence[_Curve],
) -> Image.Image:
    """Curves on two axes of one kind."""
    upwards = axis([value for curve in curves for value in curve.values])
    least = min(counts) if upwards.logarithmic else 0
    sideways = _Axis([float(least), float(max(counts))], upwards.logarithmic)

    def place(count: float, value: float) -> tuple[float, float]:
        return (
            LEFT + (SIZE[0] - LEFT - RIGHT) * sideways.share(count),
            SIZE[1] - BOTTOM - (SIZE[1] - TOP - BOTTOM) * upwards.share(value),
        )

    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(14)
    for mark in upwards.marks:
        x, y = place(least, mark)
        draw.line([(x, y), (SIZE[0] - RIGHT, y)], fill=FAINT)
        draw.text((x - 10, y), f"{mark:,.6g}", fill=TEXT, font=font, anchor="rm")
    for count in counts:
        x, y = place(count, upwards.marks[0])
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

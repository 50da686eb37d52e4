"""A chart in a terminal: curves drawn in the dots of braille characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rich.text import Text

from training.monitor.braille import DOTS
from training.reports.chart import HEIGHT, WIDTH, Chart

#: Characters at the left that say what the upper and the lower edge stand for.
MARGIN = 8


def plot(chart: Chart, columns: int, rows: int) -> Text:
    """The curves, each in its colour, in so many columns and rows of characters.

    Later curves lie above earlier ones. Of a single point a small cross is drawn.
    """
    columns -= MARGIN
    if columns < 1 or rows < 1:
        return Text()
    cells = np.zeros((rows, columns), dtype=np.int64)
    colours = np.full((rows, columns), "", dtype=object)
    for _, colour, points in chart.lines():
        xs, ys = _dots(points, columns, rows)
        np.bitwise_or.at(cells, (ys // 4, xs // 2), DOTS[ys % 4, xs % 2])
        colours[ys // 4, xs // 2] = colour
    low, high = chart.range[1]
    drawn = Text(no_wrap=True)
    for row in range(rows):
        label = high if row == 0 else low if row == rows - 1 else None
        drawn.append(f"{'' if label is None else f'{label:.2f}':>{MARGIN - 1}} ", style="dim")
        for cell, colour in zip(cells[row].tolist(), colours[row], strict=True):
            drawn.append(chr(0x2800 + cell) if cell else " ", style=colour)
        drawn.append("\n" if row < rows - 1 else "")
    return drawn


def _dots(
    points: Sequence[tuple[float, float]], columns: int, rows: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Columns and rows of the dots that a curve passes, from the upper left."""
    right, foot = 2 * columns - 1, 4 * rows - 1
    places = np.array(points, dtype=np.float64).reshape(-1, 2)
    x, y = places[:, 0] / WIDTH * right, foot - places[:, 1].clip(0, HEIGHT) / HEIGHT * foot
    if len(places) == 1:
        x = x + np.array([0, -1, 1, 0, 0])
        y = y + np.array([0, 0, 0, -1, 1])
    else:
        # As many dots on the way from point to point as the longest step needs.
        most = max(np.abs(np.diff(x)).max(), np.abs(np.diff(y)).max(), 1)
        at = np.linspace(0, len(x) - 1, int((len(x) - 1) * np.ceil(most)) + 1)
        x, y = np.interp(at, np.arange(len(x)), x), np.interp(at, np.arange(len(y)), y)
    return x.round().astype(np.int64).clip(0, right), y.round().astype(np.int64).clip(0, foot)

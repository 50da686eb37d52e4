"""Curves over the steps of a run: thinned, scaled to a picture, and drawn as SVG."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Colours of a chart's curves, told apart by people who see no red or green as well.
COLOURS = ("#1b6ca8", "#d1603d", "#5b7f3a", "#7d5ba6")
WIDTH, HEIGHT = 640, 220
#: Points of a curve that are drawn.
POINTS = 400


@dataclass(frozen=True)
class Chart:
    """Curves over the steps of a run, or over what `unit` says."""

    title: str
    curves: dict[str, list[tuple[float, float]]]
    unit: str = "steps"

    def lines(self) -> Iterator[tuple[str, str, list[tuple[float, float]]]]:
        """Name, colour and points of each curve, scaled to `WIDTH` by `HEIGHT`, y upwards."""
        (left, right), (low, high) = self.range
        for colour, (name, points) in zip(COLOURS, self.curves.items(), strict=False):
            yield (
                name,
                colour,
                [
                    (WIDTH * (x - left) / (right - left), HEIGHT * (y - low) / (high - low))
                    for x, y in thinned(points)
                ],
            )

    @property
    def range(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Least and most in x and in y; outliers at the top, such as a run's start, are cut."""
        xs = [x for curve in self.curves.values() for x, _ in curve]
        ys = sorted(y for curve in self.curves.values() for _, y in thinned(curve))
        top = ys[min(len(ys) - 1, math.floor(0.98 * len(ys)))]
        return (min(xs), max(max(xs), min(xs) + 1)), (ys[0], max(top, ys[0] + 1e-6))


def thinned(points: Sequence[tuple[float, float]], most: int = POINTS) -> list[tuple[float, float]]:
    """At most `most` points: means over equal parts of x, which rises from point to point."""
    if len(points) <= most:
        return list(points)
    first, last = points[0][0], points[-1][0]
    parts: dict[int, list[tuple[float, float]]] = {}
    for x, y in points:
        part = min(most - 1, int(most * (x - first) / max(last - first, 1e-9)))
        parts.setdefault(part, []).append((x, y))
    return [
        (sum(x for x, _ in part) / len(part), sum(y for _, y in part) / len(part))
        for part in parts.values()
    ]


def as_svg(chart: Chart) -> str:
    """A chart as SVG, which stands in a page or in a file of its own."""
    (left, right), (low, high) = chart.range
    parts = [
        "<svg xmlns='http://www.w3.org/2000/svg' role='img'"
        f" aria-label='{html.escape(chart.title)}' width='{WIDTH + 90}'"
        f" viewBox='-50 -10 {WIDTH + 90} {HEIGHT + 40}'"
        " font-family='sans-serif' font-size='11' style='background:#fafbfc'>"
    ]
    for number, (name, colour, points) in enumerate(chart.lines()):
        path = " ".join(f"{x:.1f},{HEIGHT - y:.1f}" for x, y in points if y <= HEIGHT)
        parts.append(f"<polyline fill='none' stroke='{colour}' points='{path}'/>")
        for x, y in points[:1] if len(points) == 1 else ():
            parts.append(f"<circle r='3' fill='{colour}' cx='{x:.1f}' cy='{HEIGHT - y:.1f}'/>")
        place = f"x='{WIDTH - 90}' y='{12 + 14 * number}'"
        parts.append(f"<text {place} fill='{colour}'>{html.escape(name)}</text>")
    parts.append(
        f"<text x='-45' y='10'>{high:.2f}</text><text x='-45' y='{HEIGHT}'>{low:.2f}</text>"
        f"<text x='0' y='{HEIGHT + 18}'>{left:g}</text>"
        f"<text x='{WIDTH - 60}' y='{HEIGHT + 18}'>{right:.4g} {chart.unit}</text>"
    )
    return "".join(parts) + "</svg>"

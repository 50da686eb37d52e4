"""Where something is placed on a page: its position, how it is turned, and its scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError

Array = npt.NDArray[np.float64]

SMALLEST, LARGEST = 0.05, 20.0
"""Limits of a scale."""

FARTHEST = 1e4
"""Millimetres from the corner of a page that something may be placed at."""

MOST_PAGES = 10_000


@dataclass(frozen=True)
class Placement:
    """How a thing's own millimetres come to lie on a page.

    A point of the thing is scaled and turned about the thing's own origin, the top left corner
    of its frame, which stands at (x, y) of the page.

    Parameters
    ----------
    page : int
        From 0.
    x, y : float
        Millimetres from the top left corner of the sheet.
    angle : float
        Radians clockwise.
    scale : float

    Raises
    ------
    SettingError
        If a number is out of range.
    """

    page: int = 0
    x: float = 0.0
    y: float = 0.0
    angle: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        numbers = (self.x, self.y, self.angle, self.scale)
        there = all(map(math.isfinite, numbers)) and max(abs(self.x), abs(self.y)) <= FARTHEST
        if not (there and 0 <= self.page < MOST_PAGES and SMALLEST <= self.scale <= LARGEST):
            raise SettingError(
                "Nothing can be placed there; choose a place on a page and a scale from "
                f"{SMALLEST:g} to {LARGEST:g}."
            )

    def on_page(self, xy: npt.ArrayLike) -> Array:
        """Points of the thing, (n, 2), as millimetres of the page."""
        placed: Array = np.asarray(xy, dtype=np.float64) @ self._linear.T + (self.x, self.y)
        return placed

    def inside(self, xy: npt.ArrayLike) -> Array:
        """Points of the page, (n, 2), as millimetres of the thing."""
        offset = np.asarray(xy, dtype=np.float64) - (self.x, self.y)
        own: Array = offset @ np.linalg.inv(self._linear).T
        return own

    def upright(self, x: float, y: float) -> tuple[float, float]:
        """A point of the thing where it lies after the page is turned back by the angle."""
        corner = turned((self.x, self.y), -self.angle)
        return corner[0] + self.scale * x, corner[1] + self.scale * y

    @property
    def _linear(self) -> Array:
        c, s = math.cos(self.angle), math.sin(self.angle)
        return self.scale * np.array([[c, -s], [s, c]])

    def moved(self, dx: float, dy: float) -> Placement:
        """Shifted by millimetres of the page."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def turned(self, angle: float, about: tuple[float, float]) -> Placement:
        """Turned clockwise by radians about a point of the page."""
        dx, dy = turned((self.x - about[0], self.y - about[1]), angle)
        whole = math.remainder(self.angle + angle, 2 * math.pi)
        return replace(self, x=about[0] + dx, y=about[1] + dy, angle=whole)

    def scaled(self, factor: float, about: tuple[float, float]) -> Placement:
        """Scaled about a point of the page, within the limits of a scale."""
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        by = scale / self.scale
        x, y = (a + by * (p - a) for p, a in zip((self.x, self.y), about, strict=True))
        return replace(self, x=x, y=y, scale=scale)


def turned(point: tuple[float, float], angle: float) -> tuple[float, float]:
    """A point turned clockwise (y is down) about the origin by radians."""
    c, s = math.cos(angle), math.sin(angle)
    return c * point[0] - s * point[1], s * point[0] + c * point[1]

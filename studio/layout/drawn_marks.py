"""What a hand draws beside its letters: lines under and through words, marks of items, rules.

All places are millimetres of a plan: x to the right, y down.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from studio.document.text_marks import MarkKind, Sign

Array = npt.NDArray[np.float64]

# Of a line under words, and of one through them, from the baseline in x-heights.
_UNDER, _THROUGH = 0.45, -0.48

# Beyond the words on either side; how far such a line wavers; in x-heights.
_BEYOND, _WAVER = 0.12, 0.035

# A word that is pressed harder is gone over again, so far beside its line in widths of the pen.
_BESIDE = (0.4, 0.22)

# Points to the x-height, and what the pen covers in a second, in x-heights; a lift in seconds.
_POINTS, _SPEED, LIFT = 2.5, 12.0, 0.25


class DrawnSign(NamedTuple):
    """A sign before a line: its left end and how wide it is, in millimetres; None for a rule."""

    sign: Sign | None
    x: float
    width: float = 0.0


class Baseline(NamedTuple):
    """A sloped baseline: a point of it, and its slope."""

    x: float
    y: float
    slope: float

    def below(self, xs: Array, by: float) -> Array:
        """Points so far below it (above for a negative), float64 (n, 2)."""
        return np.stack([xs, self.y + self.slope * (xs - self.x) + by], axis=1)


class HeldPen(NamedTuple):
    """What drawn lines depend on: the x-height and the pen's width in millimetres, and chance.

    `chance` are numbers from -1 to 1 that are the line's own.
    """

    unit: float
    width: float
    chance: Sequence[float]


def line_along(kind: MarkKind, low: float, high: float, base: Baseline, pen: HeldPen) -> Array:
    """A line under words, or through them, that reach from one x to another."""
    unit, chance = pen.unit, pen.chance
    if kind is MarkKind.UNDERLINED:
        height = (_UNDER + 0.05 * chance[1]) * unit
    else:
        height = (_THROUGH + 0.05 * chance[1]) * unit
    beyond = _BEYOND * unit
    return wavering(low - beyond * (1 + chance[2]) / 2, high + beyond, base, height, pen)


def wavering(low: float, high: float, base: Baseline, height: float, pen: HeldPen) -> Array:
    """A line by hand from one x to another: it sags and wavers a little."""
    unit, chance = pen.unit, pen.chance
    count = max(3, round((high - low) / unit * _POINTS))
    xs = np.linspace(low, high, count)
    along = (xs - low) / max(high - low, 1e-9)
    waver = _WAVER * unit * np.sin(2 * np.pi * (xs - low) / (9.0 * unit) + np.pi * chance[3])
    sag = 0.08 * unit * chance[4] * 4 * along * (1 - along)
    return base.below(xs, height) + np.stack([np.zeros(count), waver + sag], axis=1)


def gone_over(strokes: Sequence[Array], pen: HeldPen) -> list[Array]:
    """Strokes once more, close beside themselves."""
    beside = pen.width * np.array(_BESIDE)
    again = []
    for xy in strokes:
        turn = np.linspace(0, np.pi, len(xy)) + np.pi * pen.chance[5]
        waver = 0.1 * pen.width * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        again.append(xy + waver + beside)
    return again


def drawn_sign(drawn: DrawnSign, base: Baseline, pen: HeldPen) -> list[Array]:
    """The strokes of a sign before a line, or of a rule."""
    unit = pen.unit
    if drawn.sign is None:
        return [wavering(drawn.x, drawn.x + drawn.width, base, -0.5 * unit, pen)]
    strokes = _SHAPES[drawn.sign](pen.chance)
    left = np.array([drawn.x, base.below(np.array([drawn.x]), 0.0)[0, 1]])
    return [left + unit * xy for xy in strokes]


def times_of(strokes: Sequence[Array], begin: float, unit: float) -> list[Array]:
    """When the pen is at each point of strokes that are drawn one after another, in seconds."""
    times, clock = [], begin
    for xy in strokes:
        steps = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
        time = clock + LIFT + np.cumsum(steps) / (_SPEED * unit)
        times.append(time)
        clock = float(time[-1])
    return times


def _dot(chance: Sequence[float]) -> list[Array]:
    turn = np.linspace(0, 5 * np.pi, 24)
    reach = 0.17 * turn / turn[-1]
    centre = np.array([0.45 + 0.05 * chance[6], -0.5])
    return [np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=1) + centre]


def _circle(chance: Sequence[float]) -> list[Array]:
    turn = np.linspace(-0.6 * np.pi, 1.55 * np.pi, 20)
    centre = np.array([0.45, -0.5])
    reach = 0.24 + 0.02 * np.sin(turn + np.pi * chance[6])
    return [np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=1) + centre]


def _dash(chance: Sequence[float]) -> list[Array]:
    along = np.linspace(0, 1, 6)
    rise = 0.06 * chance[6] * along
    return [np.stack([0.15 + 0.65 * along, -0.5 + rise], axis=1)]


def _box(chance: Sequence[float]) -> list[Array]:
    side = 1.15
    corners = np.array([(0, -side), (0, 0), (side, 0), (side, -side), (-0.06, -side)])
    stray = 0.05 * np.array([chance[:5], chance[3:8]]).T
    corners = corners + stray + (0.05, 0.05)
    parts = [
        one + (other - one) * np.linspace(0, 1, 7)[:, None] for one, other in pairwise(corners)
    ]
    return [np.concatenate([parts[0], *(part[1:] for part in parts[1:])])]


def _checked(chance: Sequence[float]) -> list[Array]:
    tick = np.array([(0.25, -0.62), (0.42, -0.3), (0.55, -0.08), (0.85, -0.75), (1.45, -1.6)])
    return [*_box(chance), tick + 0.05 * np.array([chance[2], chance[6]])]


_SHAPES = {
    Sign.DOT: _dot,
    Sign.CIRCLE: _circle,
    Sign.DASH: _dash,
    Sign.BOX: _box,
    Sign.CHECKED: _checked,
}

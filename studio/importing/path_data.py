"""SVG path data (SVG 1.1, section 8.3) as polylines."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from engine.errors import FileError
from engine.ink.ink import Array
from engine.io.limits import FARTHEST, Budget

#: Points on a cubic curve; a quadratic one and an arc have as many.
ON_CURVE = 12

# One class for what parts numbers: patterns in a row would try all their ways to share it.
_TOKEN = re.compile(
    r"[\s,]*(?:([MmZzLlHhVvCcSsQqTtAa])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))"
)
_FLAG = re.compile(r"[\s,]*([01])")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}

Point = complex


class BrokenPathError(FileError):
    """Path data that does not follow the grammar."""


def lines_of(data: str, budget: Budget) -> list[Array]:
    """The polylines of path data, float64 (n, 2) each, one for each move of the pen.

    Raises
    ------
    BrokenPathError
        If the data is broken.
    FileError
        If it has too many points.
    """
    return _Path(data, budget).lines()


class _Path:
    def __init__(self, data: str, budget: Budget) -> None:
        self._data = data
        self._budget = budget
        self._place = 0

    def _broken(self) -> BrokenPathError:
        rest = self._data[self._place :].strip()[:12]
        return BrokenPathError(f"{self._budget.path} has a path broken at {rest!r}; save it again.")

    def _command(self) -> str | None:
        """The command that stands here, if one does."""
        match = _TOKEN.match(self._data, self._place)
        if match is None:
            if self._data[self._place :].strip(" \t\r\n\f,"):
                raise self._broken()
            return ""
        if match[1]:
            self._place = match.end()
            return match[1]
        return None

    def _number(self) -> float:
        match = _TOKEN.match(self._data, self._place)
        if match is None or not match[2]:
            raise self._broken()
        self._place = match.end()
        value = float(match[2])
        if not abs(value) < FARTHEST:
            raise self._broken()
        return value

    def _flag(self) -> float:
        match = _FLAG.match(self._data, self._place)
        if match is None:
            raise self._broken()
        self._place = match.end()
        return float(match[1])

    def _arguments(self, kind: str) -> list[float]:
        # The flags of an arc may stand without anything between them.
        return [
            self._flag() if kind == "A" and place in (3, 4) else self._number()
            for place in range(_COUNTS[kind])
        ]

    def lines(self) -> list[Array]:
        lines: list[list[Point]] = []
        here = start = handle = 0j
        command, before = "", ""
        while True:
            given = self._command()
            if given == "":
                break
            if given is None:
                if command in ("", "Z", "z"):
                    raise self._broken()
                # More arguments repeat the command; those after a move draw lines.
                command = {"M": "L", "m": "l"}.get(command, command)
            else:
                command = given
            if not lines and command not in "Mm":
                raise self._broken()
            kind = command.upper()
            v = self._arguments(kind)
            origin = here if command.islower() else 0j
            self._budget.spend(ON_CURVE if kind in "CSQTA" else 1)
            if kind == "M":
                here = start = origin + complex(v[0], v[1])
                lines.append([here])
            elif kind == "Z":
                lines[-1].append(start)
                here = start
                lines.append([start])
            elif kind in "LHV":
                if kind == "L":
                    end = origin + complex(v[0], v[1])
                elif kind == "H":
                    end = complex(origin.real + v[0], here.imag)
                else:
                    end = complex(here.real, origin.imag + v[0])
                lines[-1].append(end)
                here = end
            elif kind == "A":
                end = origin + complex(v[5], v[6])
                lines[-1].extend(_arc(here, end, abs(v[0]), abs(v[1]), v[2], v[3] > 0, v[4] > 0))
                here = end
            else:
                controls = [origin + complex(v[i], v[i + 1]) for i in range(0, len(v), 2)]
                if kind in "ST":
                    smooth = before in ("CS" if kind == "S" else "QT")
                    controls.insert(0, 2 * here - handle if smooth else here)
                curve = [here, *controls]
                lines[-1].extend(_curve(curve))
                handle, here = curve[-2], curve[-1]
            before = kind
        # A move that nothing is drawn after leaves no ink.
        return [np.array(line).view(np.float64).reshape(-1, 2) for line in lines if len(line) > 1]


def _curve(points: list[Point]) -> list[Point]:
    """A Bézier curve of any degree, without its first point (de Casteljau)."""
    result = []
    for step in range(1, ON_CURVE + 1):
        t = step / ON_CURVE
        level = points
        while len(level) > 1:
            level = [a + (b - a) * t for a, b in pairwise(level)]
        result.append(level[0])
    return result


def _arc(
    start: Point, end: Point, rx: float, ry: float, turn: float, large: bool, sweep: bool
) -> list[Point]:
    """An elliptical arc, without its first point (SVG 1.1, appendix F.6)."""
    if start == end:
        return []
    if rx == 0 or ry == 0:
        return [end]
    axis = complex(math.cos(math.radians(turn)), math.sin(math.radians(turn)))

    def circular(p: Point) -> Point:
        q = p / axis
        return complex(q.real / rx, q.imag / ry)

    def elliptic(p: Point) -> Point:
        return complex(p.real * rx, p.imag * ry) * axis

    a, b = circular(start), circular(end)
    half = abs(b - a) / 2
    if half > 1:
        # Radii that are too small are enlarged until the ellipse just reaches both ends.
        rx, ry, a, b = rx * half, ry * half, a / half, b / half
        half = 1.0
    normal = (b - a) * 1j / max(abs(b - a), 1e-300)
    centre = (a + b) / 2 + normal * math.sqrt(max(0.0, 1 - half * half)) * (
        1 if large != sweep else -1
    )
    first = math.atan2((a - centre).imag, (a - centre).real)
    sweep_by = math.atan2(((b - centre) / (a - centre)).imag, ((b - centre) / (a - centre)).real)
    if sweep and sweep_by < 0:
        sweep_by += 2 * math.pi
    elif not sweep and sweep_by > 0:
        sweep_by -= 2 * math.pi
    angles: Callable[[int], float] = lambda step: first + sweep_by * step / ON_CURVE  # noqa: E731
    arc = [
        elliptic(centre + complex(math.cos(angles(step)), math.sin(angles(step))))
        for step in range(1, ON_CURVE)
    ]
    return [*arc, end]

"""The written lines of a page of ink, found from where the pen goes, and the rules between them."""

from __future__ import annotations

import heapq
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.errors import InkError
from engine.ink.ink import Ink, Stroke
from engine.io.limits import Numbers
from studio.importing.foreign_ink import InkPiece

MOST_LINES = 400
"""On one page; more are no writing."""

_BELOW = 0.8
"""A stroke so far below its line, in heights of a letter, may begin the next one."""
_AWAY = 1.5
"""A stroke so far away belongs to another line."""
_LOOSE = 2.0
"""A dot, a dash or a comma may stand so far from the middle of its line."""
_NEIGHBOURS = 5
"""Strokes of a line, nearest in x, that say how high the line stands there."""


def in_lines(piece: InkPiece) -> tuple[tuple[InkPiece, ...], int]:
    """The written lines of a piece, and how many rules were left out between them.

    Lines are told by the pen's returns to the left and down. Rules are long level strokes, such as
    an underline, or a line across the page. A piece with a transcript stays whole, unless the
    transcript has as many lines as were found; where it has only one, the lines that were found are
    laid beside each other.
    """
    ink, rules = without_rules(piece.ink)
    inks = _lines(ink)
    texts = [line.strip() for line in piece.text.splitlines() if line.strip()]
    if len(inks) == len(texts):
        lines = tuple(
            replace(piece, ink=ink, text=text) for ink, text in zip(inks, texts, strict=True)
        )
    elif len(texts) == 1:
        lines = (replace(piece, ink=as_one_line(inks), text=texts[0]),)
    elif texts:
        lines = (replace(piece, ink=ink, text=" ".join(texts)),)
    else:
        lines = tuple(replace(piece, ink=ink) for ink in inks)
    return lines, rules


def as_one_line(inks: Sequence[Ink]) -> Ink:
    """Lines that stand below each other, beside each other: one line that was broken."""
    if len(inks) < 2:
        return Ink.joined(inks)
    placed, end = [], 0.0
    for ink in inks:
        boxes = _boxes(ink)
        unit = _unit(boxes)
        level = float(np.median((boxes[:, 1] + boxes[:, 3]) / 2))
        left, _, right, _ = ink.bounds
        placed.append(ink.moved(end - left, -level))
        end += right - left + 2 * unit
    first = inks[0].bounds
    whole = Ink.joined(placed)
    return whole.moved(first[0], first[1] - whole.bounds[1])


def without_rules(ink: Ink) -> tuple[Ink, int]:
    """The ink without underlines and rules, and how many there were; a lone rule is kept."""
    if len(ink.strokes) < 2:
        return ink, 0
    boxes = _boxes(ink)
    ruled = _ruling(ink, boxes)
    unit = _unit(boxes[~ruled]) if not ruled.all() else 0.0
    kept = tuple(
        stroke
        for stroke, box, rule in zip(ink.strokes, boxes, ruled.tolist(), strict=True)
        if not rule and not _is_rule(stroke, box, unit)
    )
    if not kept:
        return ink, 0
    return Ink(kept), len(ink.strokes) - len(kept)


def _boxes(ink: Ink) -> Numbers:
    """Left, top, right and bottom of each stroke, float64 (n, 4)."""
    xy = ink.xy
    starts = np.cumsum([0, *(len(stroke) for stroke in ink.strokes[:-1])])
    return np.concatenate(
        [np.minimum.reduceat(xy, starts, axis=0), np.maximum.reduceat(xy, starts, axis=0)], axis=1
    )


def _unit(boxes: Numbers) -> float:
    """The usual height of a letter's stroke."""
    heights = boxes[:, 3] - boxes[:, 1]
    # Dots and dashes say nothing about how high writing is, and a frame around it neither.
    usual = float(np.percentile(heights, 90))
    tall = heights[heights > 0.2 * usual] if usual > 0 else heights[heights > 0]
    return float(np.median(tall)) if len(tall) else 0.0


def _ruling(ink: Ink, boxes: Numbers) -> npt.NDArray[np.bool_]:
    """Which strokes rule the paper, bool (n,): level or upright ones with the same two ends."""
    sizes = boxes[:, 2:] - boxes[:, :2]
    whole = boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)
    ruled = np.zeros(len(boxes), dtype=bool)
    for axis in (0, 1):
        flat = (sizes[:, 1 - axis] <= 1e-3 * sizes[:, axis]) & (sizes[:, axis] > 0.4 * whole[axis])
        flat &= [len(stroke) <= _ENDS for stroke in ink.strokes]
        ends = np.rint(boxes[:, [axis, 2 + axis]] / (0.005 * whole[axis] or 1.0))
        _, family, counts = np.unique(ends[flat], axis=0, return_inverse=True, return_counts=True)
        ruled[flat] |= counts[family.ravel()] >= _FAMILY
    return ruled


def _is_rule(stroke: Stroke, box: Numbers, unit: float) -> bool:
    """Whether a stroke is long and level, or long and ruled upright."""
    width, height = box[2] - box[0], box[3] - box[1]
    if width < 4 * unit and height < 6 * unit:
        return False
    if height <= 0.45 * unit and width >= 4 * unit:
        # Writing between lines so far apart is no single level stroke.
        return True
    along = stroke.xy[-1] - stroke.xy[0]
    length = float(np.hypot(*along))
    if length < 0.95 * float(np.hypot(width, height)):
        return False
    off = (stroke.xy - stroke.xy[0]) @ np.array([-along[1], along[0]]) / length
    straight = float(np.ptp(off)) < 0.02 * length
    return straight and min(width, height) < 0.1 * length


_CANDIDATES = 8
"""Lines that a stroke is compared with, the nearest ones."""
_ENDS = 4
"""Points of a rule; a pen leaves more."""
_FAMILY = 3
"""So many rules of one length above each other rule the paper."""
_FEW = 6
"""Strokes that are hardly a line."""


@dataclass
class _Line:
    """The strokes of a line as it grows, and where the middles of its tall ones are, by x."""

    members: list[int] = field(default_factory=list)
    left: float = np.inf
    right: float = -np.inf
    lowest: float = np.inf
    highest: float = -np.inf
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)

    def add(self, stroke: int, box: Numbers) -> None:
        """Add a stroke as tall as letters."""
        self.members.append(stroke)
        middle, level = float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2
        self.left, self.right = min(self.left, float(box[0])), max(self.right, float(box[2]))
        self.lowest, self.highest = min(self.lowest, level), max(self.highest, level)
        place = bisect(self.x, middle)
        self.x.insert(place, middle)
        self.y.insert(place, level)

    def level(self, x: float) -> float:
        """Where the line's middle is near x."""
        place = bisect(self.x, x)
        first = max(0, min(place - _NEIGHBOURS // 2 - 1, len(self.x) - _NEIGHBOURS))
        near = sorted(self.y[first : first + _NEIGHBOURS])
        return near[len(near) // 2]


def _lines(ink: Ink) -> list[Ink]:
    if not ink:
        return []
    boxes = _boxes(ink)
    unit = _unit(boxes)
    talls = (boxes[:, 3] - boxes[:, 1]) >= 0.4 * unit
    if not talls.any():
        talls[:] = True
    lines: list[_Line] = []
    numbers = np.zeros(len(boxes), dtype=np.int64)
    current = 0
    # The strokes as tall as letters tell the lines; dots and dashes belong to them.
    for stroke in np.flatnonzero(talls).tolist():
        if lines:
            current = _line_of(boxes[stroke], lines, current, unit)
        if current == len(lines):
            if len(lines) >= MOST_LINES:
                raise InkError(f"The ink has more than {MOST_LINES} lines; it is no handwriting.")
            lines.append(_Line())
        lines[current].add(stroke, boxes[stroke])
        numbers[stroke] = current
    tall = np.flatnonzero(talls)
    for stroke in np.flatnonzero(~talls).tolist():
        place = int(np.searchsorted(tall, stroke))
        places = (max(place - 1, 0), min(place, len(tall) - 1))
        beside = {int(numbers[tall[place]]) for place in places}
        lines[_line_of_dot(boxes[stroke], lines, beside, unit)].members.append(stroke)
    groups = [line.members for line in _in_reading_order(_gathered(lines, boxes, unit))]
    return [Ink(tuple(ink.strokes[i] for i in group)) for group in groups]


def _line_of(box: Numbers, lines: list[_Line], current: int, unit: float) -> int:
    """The number of the line that a tall stroke belongs to; that of a new one if to none."""
    x, y = float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2
    line = lines[current]
    down = y - line.level(x)
    begins = down > 0 and float(box[0]) < line.right - 0.5 * (line.right - line.left)
    reach = (_BELOW if begins else _AWAY) * unit
    if abs(down) <= reach:
        return current
    best, distance = _nearest(x, y, lines, unit)
    if distance <= reach:
        return best
    # What stands beside all that is written goes on with it, however far up or down.
    beside = all(float(box[0]) > other.right for other in lines)
    return (best if distance < np.inf else current) if beside else len(lines)


def _line_of_dot(box: Numbers, lines: list[_Line], beside: set[int], unit: float) -> int:
    """The line of a small stroke: that of the strokes before or after it, or else the nearest."""
    x, y = float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2
    best = min(beside, key=lambda number: abs(y - lines[number].level(x)))
    if abs(y - lines[best].level(x)) <= _LOOSE * unit:
        return best
    nearest, distance = _nearest(x, y, lines, unit)
    return nearest if distance < np.inf else best


def _nearest(x: float, y: float, lines: list[_Line], unit: float) -> tuple[int, float]:
    """The number of the line nearest to a place, and its distance; infinite where none is near."""
    # Only lines that reach near its height come into question, and of these no more than a few.
    reach = 2 * unit
    near = [
        (abs(2 * y - line.lowest - line.highest), number)
        for number, line in enumerate(lines)
        if line.lowest - reach <= y <= line.highest + reach
    ]
    distances = {n: abs(y - lines[n].level(x)) for _, n in heapq.nsmallest(_CANDIDATES, near)}
    best = min(distances, key=distances.__getitem__, default=0)
    return best, distances.get(best, np.inf)


def _gathered(lines: list[_Line], boxes: Numbers, unit: float) -> list[_Line]:
    """The lines, parts of one line put together.

    Parts stand beside each other, less far apart than half of what lines do that stand below each
    other; a few strokes may stand somewhat farther away.
    """
    height = _half_pitch(lines, unit)
    kept: list[_Line] = []
    for line in sorted(lines, key=lambda line: -len(line.members)):
        few = len(line.members) <= _FEW
        best, distance = None, (1.4 if few else 1.0) * height
        middle, low, high = _middle(line), line.lowest - distance, line.highest + distance
        for other in kept:
            if other.highest < low or other.lowest > high:
                continue
            shared = min(line.right, other.right) - max(line.left, other.left)
            if few or shared < 0.2 * (line.right - line.left):
                x = min(max(middle, other.left), other.right)
                apart = abs(line.level(middle) - other.level(x))
                if apart < distance:
                    best, distance = other, apart
        if best is None:
            kept.append(line)
        else:
            for stroke in line.members:
                best.add(stroke, boxes[stroke])
    for line in kept:
        line.members.sort()
    return sorted(kept, key=lambda line: line.members[0])


def _middle(line: _Line) -> float:
    return (line.left + line.right) / 2


def _half_pitch(lines: list[_Line], unit: float) -> float:
    """Half of the usual distance of two lines that stand below each other."""
    widest = max(line.right - line.left for line in lines)
    levels = sorted(
        float(np.median(line.y)) for line in lines if line.right - line.left > 0.6 * widest
    )
    steps = [b - a for a, b in pairwise(levels) if b - a > unit]
    return 0.5 * float(np.median(steps)) if steps else 2 * unit


def _in_reading_order(lines: list[_Line]) -> list[_Line]:
    """From top to bottom, where all lines stand below each other; else as they were written."""
    left, right = max(line.left for line in lines), min(line.right for line in lines)
    if left >= right:
        return lines
    return sorted(lines, key=lambda line: float(np.median(line.y)))

"""The path of a plotter's pens over a page: its lines, their order, and the time they take."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.ink.ink import Array
from engine.rendering.curves import trail
from studio.document.page import Inked, Page, PlacedLine
from studio.exporting.page_layers import hex_colour, layers_of, short
from studio.exporting.plotter import MachineZero, Plotter, StrokeOrder

TOLERANCE = 0.02
"""How far a drawn line may lie from the smooth curve, in millimetres."""
JOINED = 0.05
"""The pen stays down between two strokes whose ends are so near, in millimetres."""
DOT = 0.01
"""What is drawn for a stroke of one point, in millimetres: some machines drop what has no length.
"""
_CORNER = 0.01
"""By how much a machine may cut a corner, in millimetres: GRBL's junction deviation."""
_MOST_IMPROVED = 6000
"""Above so many strokes, the order is only greedy."""
_PASSES = 6


@dataclass(frozen=True, eq=False)
class PlotLayer:
    """What one pen draws.

    Parameters
    ----------
    name : str
        As in an SVG: "1 ballpoint 0.35 mm #1b2a49".
    colour : str
        '#rrggbb'.
    width : float
        Of the pen in millimetres.
    lines : tuple of float64 (n, 2)
        In the order in which they are drawn, each with the pen down from its first point to its
        last; millimetres from the top left corner of the sheet; n >= 2.
    """

    name: str
    colour: str
    width: float
    lines: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class PlotPath:
    """The path over a page.

    Parameters
    ----------
    layers : tuple of PlotLayer
        One a pen.
    home : float64 (2,)
        Where each pen begins and ends: the machine's zero, in the page's millimetres.
    size : (float, float)
        Of the sheet.
    """

    layers: tuple[PlotLayer, ...]
    home: Array
    size: tuple[float, float]

    @property
    def drawn(self) -> float:
        """Millimetres with the pen down."""
        lines = (line for layer in self.layers for line in layer.lines)
        return float(sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines))

    @property
    def lifts(self) -> int:
        """How often a pen goes down."""
        return sum(len(layer.lines) for layer in self.layers)

    @property
    def moves(self) -> Iterator[tuple[Array, Array]]:
        """From where to where the pen moves while it is up."""
        for layer in self.layers:
            at = self.home
            for line in layer.lines:
                yield at, line[0]
                at = line[-1]
            yield at, self.home

    @property
    def travelled(self) -> float:
        """Millimetres with the pen up."""
        return float(sum(math.dist(a, b) for a, b in self.moves))

    def seconds(self, plotter: Plotter) -> float:
        """How long a machine takes, without the time to change pens.

        It speeds up and slows down as GRBL's and Marlin's planners do (junction deviation).
        """
        draw, travel = plotter.draw_feed / 60, plotter.travel_feed / 60
        lines = (line for layer in self.layers for line in layer.lines)
        time = sum(_line_seconds(line, draw, plotter.acceleration) for line in lines)
        time += sum(
            _line_seconds(np.stack(move), travel, plotter.acceleration) for move in self.moves
        )
        return time + 2 * self.lifts * plotter.lift_seconds

    def describe(self, plotter: Plotter) -> str:
        """The time, the ways and the pens, in words."""
        minutes, seconds = divmod(round(self.seconds(plotter)), 60)
        hours, minutes = divmod(minutes, 60)
        parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
        time = " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
        pens = "1 pen" if len(self.layers) == 1 else f"{len(self.layers)} pens"
        lines = "1 line" if self.lifts == 1 else f"{self.lifts} lines"
        return (
            f"about {time}: {self.drawn / 1000:.2f} m drawn in {lines}, "
            f"{self.travelled / 1000:.2f} m moved, {pens}"
        )


def plot_path(page: Page, plotter: Plotter) -> PlotPath:
    """The path of the pens over a page: a layer for each pen and colour, the ruling's first.

    Each stroke is drawn once, along its middle.
    """
    width, height = page.paper.width, page.paper.height
    home = np.array(
        {
            MachineZero.BOTTOM_LEFT: (0.0, height),
            MachineZero.TOP_LEFT: (0.0, 0.0),
            MachineZero.CENTRE: (width / 2, height / 2),
        }[plotter.origin]
    )
    layers = []
    if page.ruling_printed and (rules := _rules(page)):
        ruling = page.ruling
        thick = ruling.dot_width if len(ruling.dots(page.paper)) else ruling.width
        lines = _ordered([[rule] for rule in rules], home, plotter.order)
        layers.append(PlotLayer("1 ruling", hex_colour(ruling.colour), thick, lines))
    for name, colour, pen, inked in layers_of(page):
        pieces = [piece for _, drawn in inked for piece in _pieces(drawn, plotter.order)]
        layers.append(PlotLayer(name, colour, pen.width, _ordered(pieces, home, plotter.order)))
    return PlotPath(tuple(layers), home, (width, height))


def to_machine(points: Array, path: PlotPath) -> Array:
    """Points of a page as the machine counts: from its zero, y up."""
    flipped: Array = (points - path.home) * (1.0, -1.0)
    return flipped


def describe_size(path: PlotPath) -> str:
    """The sheet's size in words."""
    return f"{short(path.size[0])} x {short(path.size[1])} mm"


def _rules(page: Page) -> list[Array]:
    lines = page.ruling.lines(page.paper, page.margins).reshape(-1, 2, 2)
    return [*lines, *(_dot(dot) for dot in page.ruling.dots(page.paper))]


def _dot(point: Array) -> Array:
    return np.stack([point, point + np.array([DOT, 0.0])])


def _pieces(drawn: Inked, order: StrokeOrder) -> list[list[Array]]:
    """Lines that stay together: each stroke by itself, or the strokes of a word."""
    fine = trail(drawn.ink, TOLERANCE)
    strokes = [fine.xy[a:b] for a, b in pairwise(fine.starts)]
    strokes = [stroke if len(stroke) > 1 else _dot(stroke[0]) for stroke in strokes]
    if order is StrokeOrder.NEAR or not isinstance(drawn, PlacedLine):
        return [[stroke] for stroke in strokes] if order is StrokeOrder.NEAR else [strokes]
    starts = np.cumsum([0, *(len(stroke) for stroke in drawn.ink.strokes)])[:-1]
    ends = np.array([word.stop for word in drawn.words] or [len(drawn.ink.xy)])
    pieces: dict[int, list[Array]] = {}
    for start, stroke in zip(starts, strokes, strict=True):
        pieces.setdefault(int(np.searchsorted(ends, start, "right")), []).append(stroke)
    return list(pieces.values())


# The order ----------------------------------------------------------------------------------


def _ordered(pieces: list[list[Array]], home: Array, order: StrokeOrder) -> tuple[Array, ...]:
    """The lines of all pieces in the order in which they are drawn; those that touch joined."""
    if order is not StrokeOrder.WRITING and len(pieces) > 1:
        ends = np.array([[piece[0][0], piece[-1][-1]] for piece in pieces])
        turnable = order is StrokeOrder.NEAR
        tour = _Tour(ends, home, turnable=turnable)
        pieces = [
            [line[::-1] for line in reversed(pieces[k])] if turned else pieces[k]
            for k, turned in tour.best()
        ]
    joined: list[list[Array]] = []
    for piece in pieces:
        for line in piece:
            if joined and math.dist(joined[-1][-1][-1], line[0]) <= JOINED:
                joined[-1].append(line)
            else:
                joined.append([line])
    return tuple(np.concatenate(lines) for lines in joined)


class _Tour:
    """A way of the pen past all pieces from home and back, with little travel.

    Greedy at first (the nearest free end is next), then improved: stretches are turned round
    (2-opt) where pieces may be drawn backwards, and single pieces moved elsewhere.

    Parameters
    ----------
    ends : float64 (n, 2, 2)
        Where each piece begins and ends.
    home : float64 (2,)
    turnable : bool
    """

    def __init__(self, ends: Array, home: Array, *, turnable: bool) -> None:
        self._ends, self._home, self._turnable = ends, home, turnable
        self._order = np.arange(len(ends))
        self._turned = np.zeros(len(ends), dtype=bool)

    def best(self) -> list[tuple[int, bool]]:
        """The pieces in order, each with whether it is drawn backwards."""
        written = self._way()
        self._greedy()
        if self._way() > written:
            self._order, self._turned = np.arange(len(self._ends)), np.zeros_like(self._turned)
        if len(self._ends) <= _MOST_IMPROVED:
            for _ in range(_PASSES):
                before = self._way()
                if self._turnable:
                    self._turn_stretches()
                self._move_pieces()
                if self._way() > 0.998 * before:
                    break
        return [(int(k), bool(t)) for k, t in zip(self._order, self._turned, strict=True)]

    def _gates(self) -> tuple[Array, Array]:
        """Where the pen comes from before each place of the tour, and where it goes on to.

        Both float64 (n + 1, 2): row i is the travel to the piece at place i, the last one home.
        """
        index, turned = self._order, self._turned.astype(np.intp)
        begins, stops = self._ends[index, turned], self._ends[index, 1 - turned]
        return np.vstack([self._home, stops]), np.vstack([begins, self._home])

    def _way(self) -> float:
        leaves, reaches = self._gates()
        return float(_distances(leaves, reaches).sum())

    def _greedy(self) -> None:
        free = np.arange(len(self._ends))
        at, order, turned = self._home, [], []
        while len(free):
            away = ((self._ends[free] - at) ** 2).sum(axis=2)
            if not self._turnable:
                away = away[:, :1]
            place, side = divmod(int(away.argmin()), away.shape[1])
            order.append(free[place])
            turned.append(side == 1)
            at = self._ends[free[place], 1 - side]
            free = np.delete(free, place)
        self._order, self._turned = np.array(order), np.array(turned)

    def _turn_stretches(self) -> None:
        """Turn the places i to j round, wherever that saves most for i."""
        leaves, reaches = self._gates()
        for i in range(len(self._order)):
            now = _distances(leaves[i], reaches[i]) + _distances(leaves[i + 1 :], reaches[i + 1 :])
            then = _distances(leaves[i], leaves[i + 1 :]) + _distances(reaches[i], reaches[i + 1 :])
            gain = now - then
            j = i + int(gain.argmax())
            if gain[j - i] > 1e-6:
                self._order[i : j + 1] = self._order[i : j + 1][::-1]
                self._turned[i : j + 1] = ~self._turned[i : j + 1][::-1]
                leaves, reaches = self._gates()

    def _move_pieces(self) -> None:
        """Move the piece at place i to between two others, wherever that saves most."""
        leaves, reaches = self._gates()
        steps = _distances(leaves, reaches)
        for i in range(len(self._order)):
            begin, stop = reaches[i], leaves[i + 1]
            saved = steps[i] + steps[i + 1] - _distances(leaves[i], reaches[i + 1])
            if saved <= 1e-6:
                continue
            costs = [_distances(leaves, begin) + _distances(stop, reaches) - steps]
            if self._turnable:
                costs.append(_distances(leaves, stop) + _distances(begin, reaches) - steps)
            cost = np.stack(costs)
            cost[:, i : i + 2] = np.inf
            way, place = divmod(int(cost.argmin()), cost.shape[1])
            if saved - cost[way, place] > 1e-6:
                self._move(i, place, turn=way == 1)
                leaves, reaches = self._gates()
                steps = _distances(leaves, reaches)

    def _move(self, piece: int, place: int, *, turn: bool) -> None:
        target = place if place < piece else place - 1
        index, turned = self._order[piece], self._turned[piece] ^ turn
        self._order = np.insert(np.delete(self._order, piece), target, index)
        self._turned = np.insert(np.delete(self._turned, piece), target, turned)


def _distances(a: Array, b: Array) -> Array:
    steps = a - b
    lengths: Array = np.hypot(steps[..., 0], steps[..., 1])
    return lengths


# The time -----------------------------------------------------------------------------------


def _line_seconds(line: Array, feed: float, acceleration: float) -> float:
    """From rest to rest along a line, in seconds; feed in mm/s."""
    steps = np.diff(line, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    kept = lengths > 1e-9
    steps, lengths = steps[kept], lengths[kept]
    if len(lengths) == 0:
        return 0.0
    directions = steps / lengths[:, None]
    # Half of the angle between the lines, as seen from the corner: 90 degrees go straight on.
    cosine = -(directions[:-1] * directions[1:]).sum(axis=1)
    sine = np.sqrt(np.clip((1 - cosine) / 2, 0, 1))
    bound = acceleration * _CORNER * sine / np.maximum(1 - sine, 1e-9)
    squares = np.zeros(len(lengths) + 1)
    squares[1:-1] = np.minimum(bound, feed**2)
    reach = (2 * acceleration * lengths).tolist()
    limits = squares.tolist()
    for i in range(1, len(limits)):
        limits[i] = min(limits[i], limits[i - 1] + reach[i - 1])
    for i in range(len(limits) - 2, -1, -1):
        limits[i] = min(limits[i], limits[i + 1] + reach[i])
    speeds = np.sqrt(np.array(limits))
    before, after = speeds[:-1], speeds[1:]
    top = np.sqrt((before**2 + after**2 + 2 * acceleration * lengths) / 2)
    peak = np.minimum(top, feed)
    ramps = (2 * peak - before - after) / acceleration
    covered = (2 * peak**2 - before**2 - after**2) / (2 * acceleration)
    time: Array = ramps + np.maximum(lengths - covered, 0) / peak
    return float(time.sum())

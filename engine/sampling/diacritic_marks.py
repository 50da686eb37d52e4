"""Marks on letters: é of e, ł of l, ı of i, drawn at the letter that the window locates.

The network writes the letters; then the pen goes back, after each word, as people do, and sets the
marks in the line's slant and size, each a little otherwise than the last. An i or j whose mark
stands in the dot's place loses its dot. What stands near is not run into. ¿ and ¡ are ? and !
turned over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.ink.arc_length import arc_lengths, points_along
from engine.ink.ink import Array, Ink, Stroke
from engine.ink.slant import downstroke_slant
from engine.ink.word_segmentation import word_cuts
from engine.sampling.sampled_line import SampledLine
from engine.sampling.trace import SampleTrace, TraceStep
from engine.text.diacritics import MarkedLetter, marked_letter, unmarked

Ints = npt.NDArray[np.int64]
Random = np.random.Generator

#: Heights of letters above the baseline, in x-heights: usual, and the range that is believed.
_SMALL, _TALL, _CAPITAL = (1.0, 0.75, 1.35), (1.8, 1.4, 2.3), (1.75, 1.3, 2.3)
_ASCENDERS = "bdfhklt"
_DESCENDERS = "gjpqy"
#: Gap between a letter and its mark, and between two marks, in x-heights.
GAP, BETWEEN = 0.2, 0.12
#: The least distance of a mark from other letters, and how far it gives way upwards.
CLEAR, GIVES_WAY = 0.1, 0.55
#: In what order places for a mark are tried: across and up, in x-heights.
_MOVES = tuple(
    (across, up)
    for up in np.linspace(0.0, GIVES_WAY, 6).tolist()
    for across in (0.0, 0.1, -0.1, 0.2, -0.2)
)
#: What is no larger than this, in x-heights, and stands this high, is a dot.
DOT_SIZE, DOT_HEIGHT = 0.5, 0.95
#: How far a dot may be from its stem, in x-heights.
DOT_ASIDE = 0.9
#: By how much of a letter the window is ahead of the pen, and how near to that a lift of the pen
#: is taken for where the letter begins.
LAG, SNAP = 0.4, 0.55
#: How far a turned sign is moved down, in x-heights, and how much of a stroke belongs to a
#: character if all of it does.
TURNED_DOWN, MOSTLY = 0.7, 0.8
#: Points that the pen needs between two strokes.
LIFT = 3
#: How a mark strays from its shape: turn (radians), size (log), place (x-heights).
TURN, SIZE, PLACE = 0.1, 0.08, 0.03

_BELOW = ("cedilla", "ogonek", "comma below", "dot below")
_ACROSS = ("bar", "middle bar", "upper bar", "stroke", "slash", "horn", "apostrophe", "dotless")


@dataclass(frozen=True)
class _Body:
    """Where a letter stands: edges, top and foot, in x-heights, y down."""

    left: float
    right: float
    top: float
    foot: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def with_marks(
    line: SampledLine,
    alphabet: Collection[str],
    rate: float,
    x_height: float = 1.0,
    slant: float | None = None,
) -> SampledLine:
    """A line with the marks of its letters; the line itself where its text has none.

    Points of marks belong to their letter. In the network's record they repeat the step before
    them, with offsets of their own: the record has a step for each point of the ink.

    Parameters
    ----------
    alphabet : collection of str
        What the network writes by itself: these letters have their marks already.
    rate : float
        Points a second.
    x_height : float
        Of the line, in offsets units.
    slant : float, optional
        Of the writing; as `downstroke_slant` measures it in the line where not given.
    """
    text = line.text
    plain = unmarked(text, alphabet)
    if plain == text or line.ink.points < 2:
        return line
    marked = {
        place: letter
        for place, character in enumerate(text)
        if character != plain[place] and (letter := marked_letter(character)) is not None
    }
    drawing = _Drawing(line, rate, x_height, slant)
    cuts = word_cuts(text, line.ink, line.characters)
    place = 0
    for word, (start, stop) in zip(text.split(" "), pairwise(cuts.tolist()), strict=True):
        here = {at: letter for at, letter in marked.items() if place <= at < place + len(word)}
        if here and start < stop:
            drawing.mark(here, range(place, place + len(word)), start, stop)
        place += len(word) + 1
    return drawing.line()


class _Drawing:
    """A line that is given marks."""

    def __init__(
        self, line: SampledLine, rate: float, x_height: float, slant: float | None
    ) -> None:
        self._line, self._rate, self._x_height = line, rate, x_height
        self._xy = line.ink.xy
        self._slant = downstroke_slant(line.ink) if slant is None else slant
        self._ends = np.cumsum([len(stroke) for stroke in line.ink.strokes])
        self._starts = self._ends - [len(stroke) for stroke in line.ink.strokes]
        #: Dots that gave way to marks, and which points are still there.
        self._gone: set[int] = set()
        self._kept = np.ones(len(self._xy), dtype=bool)
        #: Which points are turned over, and moved.
        self._over = np.zeros(len(self._xy), dtype=bool)
        #: Marks by the point that they stand behind: place of the letter, and strokes.
        self._marks: dict[int, list[tuple[int, list[Array]]]] = {}
        steps = np.hypot(*np.diff(self._xy, axis=0).T)
        inside = np.ones(len(steps), dtype=bool)
        inside[self._ends[:-1] - 1] = False
        #: The usual way between two points, in x-heights.
        self._way = float(np.clip(np.median(steps[inside]) if inside.any() else 0.1, 0.03, 0.4))

    def mark(self, marked: dict[int, MarkedLetter], word: range, start: int, stop: int) -> None:
        """Set the marks of a word that has these characters, and points from `start` to `stop`."""
        places = self._letters(word, start, stop)
        dots = self._dots(start, stop)
        taken: list[Array] = []
        behind = self._behind(stop)
        for place, letter in sorted(marked.items()):
            if letter.marks == ("turned",):
                self._turn(place, places, start, stop)
                continue
            # The same letter of the same line strays otherwise in each place.
            random = np.random.default_rng([self._line.seed, place, ord(letter.base)])
            if letter.base in "ij" and "dot" not in letter.marks:
                self._drop_dot(place, places, start, dots)
            body = self._body(place, letter.base, places, start, stop)
            strokes = self._strokes(letter, body, random, taken)
            if strokes:
                taken += strokes
                self._marks.setdefault(behind, []).append((place, strokes))

    def _turn(self, place: int, places: Ints, start: int, stop: int) -> None:
        """Turn what was drawn of a character upside down, and set it lower."""
        own = np.zeros(len(self._xy), dtype=bool)
        own[start:stop] = places == place
        for low, high in zip(self._starts.tolist(), self._ends.tolist(), strict=True):
            if own[low:high].mean() >= MOSTLY:
                own[low:high] = True
        if own.sum() < 3:
            return
        # It ends with its dot, which may be drawn while the window is on the next character; the
        # window may as well be on this one when the next one begins.
        first = int(np.flatnonzero(own)[0])
        number = int(np.searchsorted(self._ends, first, side="right"))
        for low, high in zip(
            self._starts[number + 1 :][:2], self._ends[number + 1 :], strict=False
        ):
            xy = self._xy[low:high]
            small = np.ptp(xy, axis=0).max() <= DOT_SIZE and xy[:, 1].mean() > -DOT_HEIGHT / 2
            if small and high <= stop:
                own[first:high], own[high:] = True, False
                break
        xy = self._xy[own]
        middle = (xy.min(axis=0) + xy.max(axis=0)) / 2
        down = (-self._slant * TURNED_DOWN, TURNED_DOWN)
        self._xy = self._xy.copy()
        self._xy[own] = 2 * middle - xy + down
        self._over |= own

    def _letters(self, word: range, start: int, stop: int) -> Ints:
        """The character of its word that each point belongs to, int64 (stop - start,).

        The window moves on before the pen has drawn the letter to its end; where the pen is lifted
        near where the next may begin, that is where it begins.
        """
        first, count = word.start, len(word)
        reached = np.maximum.accumulate(np.maximum(self._line.characters[start:stop], first))
        bounds = np.searchsorted(reached, first + np.arange(count + 1)).astype(np.float64)
        bounds[0], bounds[-1] = 0, stop - start
        sizes = np.maximum(np.diff(bounds), 0.0)
        begins = bounds[:-1] + LAG * sizes
        begins[0] = 0
        lifts = self._lifts(start, stop)
        for letter in range(1, count):
            if len(lifts):
                near = float(lifts[int(np.abs(lifts - begins[letter]).argmin())])
                reach = SNAP * (sizes[letter - 1] + sizes[letter]) / 2
                if abs(near - begins[letter]) <= reach:
                    begins[letter] = near
        begins = np.maximum.accumulate(begins)
        found = np.searchsorted(begins, np.arange(stop - start), side="right") - 1
        return np.asarray(first + found, dtype=np.int64)

    def _lifts(self, start: int, stop: int) -> npt.NDArray[np.float64]:
        """Where strokes of a word begin that go on to the right, counted from its first point."""
        found, right = [], -np.inf
        for low, high in zip(self._starts.tolist(), self._ends.tolist(), strict=True):
            if low < start or low >= stop:
                continue
            xy = self._xy[low:high]
            x = xy[:, 0] + self._slant * xy[:, 1]
            # A bar or a dot that is drawn late goes back.
            if low > start and x.mean() > right - 0.1:
                found.append(float(low - start))
            right = max(right, float(x.max()))
        return np.array(found)

    def _behind(self, stop: int) -> int:
        """The stroke that the marks of a word come after."""
        return int(np.searchsorted(self._ends, stop, side="left"))

    def _dots(self, start: int, stop: int) -> list[int]:
        """Strokes of a word that may be dots of i and j."""
        found = []
        for number, (low, high) in enumerate(zip(self._starts, self._ends, strict=True)):
            xy = self._xy[low:high]
            small = np.ptp(xy, axis=0).max() <= DOT_SIZE
            if start <= low and high <= stop and small and xy[:, 1].mean() < -DOT_HEIGHT:
                found.append(number)
        return found

    def _drop_dot(self, place: int, places: Ints, start: int, dots: list[int]) -> None:
        stems = self._xy[start : start + len(places)][places == place]
        stems = stems[stems[:, 1] > -DOT_HEIGHT]
        if not len(stems):
            return
        top = stems[int(stems[:, 1].argmin())]

        def aside(number: int) -> float:
            xy = self._xy[self._starts[number] : self._ends[number]].mean(axis=0)
            return abs(float(xy[0] - top[0] - self._slant * (top[1] - xy[1])))

        near = sorted((aside(number), number) for number in dots if number not in self._gone)
        if near and near[0][0] <= DOT_ASIDE:
            gone = near[0][1]
            self._gone.add(gone)
            self._kept[self._starts[gone] : self._ends[gone]] = False

    def _body(self, place: int, base: str, places: Ints, start: int, stop: int) -> _Body:
        usual, least, most = _CAPITAL if base.isupper() else _TALL if base in _ASCENDERS else _SMALL
        own = np.flatnonzero(places == place) + start
        xy = self._xy[own[self._kept[own]]]
        # What is drawn late above a letter, or below it, is not its body.
        xy = xy[(xy[:, 1] > -most - 0.2) & (xy[:, 1] < 1.0)]
        if len(xy) < 3:
            return self._guessed(place, places, start, usual)
        # Upright, so that the edges do not depend on the slant.
        x = xy[:, 0] + self._slant * xy[:, 1]
        middle = xy[:, 1] < 0.15
        left, right = np.percentile(x[middle] if middle.sum() > 2 else x, (8, 92))
        if base in _ASCENDERS and base != "t":
            # An ascender's mark stands above the stem.
            upper = xy[:, 1] < -1.1
            if upper.sum() > 2:
                left, right = np.percentile(x[upper], (8, 92))
        heights = -xy[:, 1]
        top = float(np.clip(heights.max(), least, most))
        return _Body(float(left), float(right), -top, 0.0)

    def _guessed(self, place: int, places: Ints, start: int, usual: float) -> _Body:
        """Where a letter stands that has hardly a point: between its neighbours."""
        xy = self._xy[start : start + len(places)]
        near = xy[np.abs(places - place) <= 1]
        x = near[:, 0] + self._slant * near[:, 1] if len(near) else xy[:, 0]
        return _Body(float(np.median(x)) - 0.2, float(np.median(x)) + 0.2, -usual, 0.0)

    def _strokes(
        self, letter: MarkedLetter, body: _Body, random: Random, taken: Sequence[Array]
    ) -> list[Array]:
        made: list[Array] = []
        top = body.top
        second = False
        for mark in letter.marks:
            shape = _shape(mark, letter.base, body, random)
            if not shape:
                continue
            if mark in _ACROSS:
                made += [self._leaning(stroke) for stroke in shape]
                continue
            size = float(np.exp(SIZE * random.standard_normal()))
            shape = [_turned(stroke * size, TURN * random.standard_normal()) for stroke in shape]
            aside = PLACE * random.standard_normal(2)
            low = max(float(stroke[:, 1].max()) for stroke in shape)
            if mark in _BELOW:
                x, y = body.middle, body.foot
                if letter.base in _DESCENDERS:
                    y = 0.95
                made += [self._leaning(np.add(stroke, (x + aside[0], y))) for stroke in shape]
                continue
            gap = BETWEEN if second else GAP
            x, y = body.middle, top - gap - low
            if second and mark in ("acute", "grave", "hook"):
                # Beside the first, as Vietnamese has it.
                x, y = body.right + 0.12, top + 0.1 - low
            placed = [np.add(stroke, np.add((x, y), aside)) for stroke in shape]
            placed = self._clear([self._leaning(stroke) for stroke in placed], taken)
            made += placed
            top = min(float(stroke[:, 1].min()) for stroke in placed)
            second = True
        return made

    def _leaning(self, stroke: Array) -> Array:
        return np.stack([stroke[:, 0] - self._slant * stroke[:, 1], stroke[:, 1]], axis=1)

    def _clear(self, strokes: list[Array], taken: Sequence[Array]) -> list[Array]:
        """Strokes moved up, and aside, until they touch nothing that stands there."""
        others = np.concatenate([self._xy[self._kept], *taken])
        points = np.concatenate(strokes)
        low, high = points.min(axis=0) - 1.2, points.max(axis=0) + 0.4
        others = others[((others > low) & (others < high)).all(axis=1)]
        if not len(others):
            return strokes

        def distance(move: tuple[float, float]) -> float:
            moved = np.add(points, (move[0] + self._slant * move[1], -move[1]))
            return float(np.hypot(*(moved[:, None] - others[None]).transpose(2, 0, 1)).min())

        best, most = (0.0, 0.0), -1.0
        for move in _MOVES:
            free = distance(move)
            if free > most:
                best, most = move, free
            if free >= CLEAR:
                break
        shift = (best[0] + self._slant * best[1], -best[1])
        return [np.add(stroke, shift) for stroke in strokes]

    def line(self) -> SampledLine:
        """The line with its marks, its points timed again where strokes came in or went."""
        strokes: list[Stroke] = []
        characters: list[Ints] = []
        origins: list[Ints] = []
        clock, last = 0.0, None
        for number, stroke in enumerate(self._line.ink.strokes):
            begin, end = int(self._starts[number]), int(self._ends[number])
            if number not in self._gone:
                own = stroke.time
                if own is not None:
                    pause = float(own[0]) - last if last is not None else 0.0
                    clock += max(pause, 0.0)
                    last = float(own[-1])
                    stroke = stroke.with_time(own - own[0] + clock)
                    clock += float(own[-1] - own[0])
                # A stroke that went on into the next character ends before it now.
                over = self._over[begin:end]
                cuts = [0, *(np.flatnonzero(over[1:] != over[:-1]) + 1).tolist(), end - begin]
                for low, high in pairwise(cuts):
                    time = None if stroke.time is None else stroke.time[low:high]
                    pressure = None if stroke.pressure is None else stroke.pressure[low:high]
                    xy = self._xy[begin + low : begin + high] if over.any() else stroke.xy[low:high]
                    strokes.append(Stroke(xy, time, pressure))
                characters.append(self._line.characters[begin:end])
                origins.append(np.arange(begin, end))
            for place, shapes in self._marks.get(number, ()):
                for shape in shapes:
                    xy = _spaced(shape, self._way)
                    time = None
                    if stroke.time is not None:
                        clock += LIFT / self._rate
                        time = clock + np.arange(len(xy)) / self._rate
                        clock = float(time[-1])
                    strokes.append(Stroke(xy, time))
                    characters.append(np.full(len(xy), place, dtype=np.int64))
                    origins.append(np.full(len(xy), end - 1))
        ink = Ink(tuple(strokes))
        left = ink.bounds[0]
        ink = ink if left >= 0 else ink.moved(-left, 0.0)
        steps, trace = self._recorded(ink, np.concatenate(origins))
        return replace(
            self._line, ink=ink, characters=np.concatenate(characters), steps=steps, trace=trace
        )

    def _recorded(self, ink: Ink, at: Ints) -> tuple[SampleTrace | None, tuple[TraceStep, ...]]:
        """The network's record by the points that the ink now has.

        Parameters
        ----------
        at : int64 (n,)
            For each point that of the line before: its own, or the last one before a mark.
        """
        steps, trace = self._line.steps, self._line.trace
        moved = np.diff(ink.xy, axis=0, prepend=ink.xy[:1]) * self._x_height
        ends = np.zeros(ink.points)
        ends[np.cumsum([len(stroke) for stroke in ink.strokes]) - 1] = 1.0
        offsets = np.column_stack([moved, ends]).astype(np.float32)
        # What the network drew, and did next, it keeps; not what was turned, and led there.
        over = self._over[at]
        own = (np.diff(at, prepend=-1) == 1) & ~over
        own[1:] &= ~over[:-1]
        if steps is not None:
            offsets[own] = steps.offsets[at[own]]
            steps = replace(steps.taken(at), offsets=offsets)
        elif trace:
            offsets[own] = [trace[k].point for k in at[own].tolist()]
        shown = zip(at.tolist(), own.tolist(), offsets, strict=True)
        return steps, tuple(
            trace[k] if kept else replace(trace[k], point=point) for k, kept, point in shown
        ) if trace else ()


def _turned(stroke: Array, angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    turned: Array = stroke @ np.array([[c, s], [-s, c]])
    return turned


def _spaced(stroke: Array, way: float) -> Array:
    """A stroke at even ways, as close as the line's points are, two at least."""
    along = arc_lengths(stroke)
    at = np.linspace(0.0, along[-1], max(3, round(along[-1] / way) + 1))
    return points_along(stroke, along, at)


def _curve(*points: tuple[float, float]) -> Array:
    """A smooth curve through a few points (Catmull-Rom), float64 (n, 2)."""
    given = np.array(points, dtype=np.float64)
    padded = np.concatenate([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    t = np.linspace(0.0, 1.0, 8, endpoint=False)[:, None]
    parts = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        parts.append(
            0.5
            * (
                2 * p1
                + (p2 - p0) * t
                + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
                + (3 * p1 - p0 - 3 * p2 + p3) * t**3
            )
        )
    return np.concatenate([*parts, given[-1:]])


def _tick(x: float, y: float, random: Random) -> Array:
    """A dot as a pen makes it: a short stroke downwards."""
    length = float(random.uniform(0.06, 0.12))
    lean = float(random.uniform(-0.03, 0.03))
    return np.array([[x - lean, y - length / 2], [x, y], [x + lean, y + length / 2]])


def _shape(mark: str, base: str, body: _Body, random: Random) -> list[Array]:
    """The strokes of a mark, in x-heights, y down, upright.

    Marks above and below stand about x = 0, with y = 0 at their foot or at the baseline; those
    across a letter stand where the letter does.
    """
    wide = float(np.clip(body.right - body.left, 0.35, 0.9))
    if mark == "acute":
        return [_curve((0.18, -0.42), (0.06, -0.24), (-0.1, 0.0))]
    if mark == "grave":
        return [_curve((-0.2, -0.4), (-0.05, -0.2), (0.1, 0.0))]
    if mark == "double acute":
        return [
            _curve((0.0, -0.38), (-0.08, -0.2), (-0.18, 0.0)),
            _curve((0.3, -0.4), (0.22, -0.2), (0.1, 0.0)),
        ]
    if mark == "circumflex":
        return [_curve((-0.26, 0.0), (-0.1, -0.17), (0.02, -0.3), (0.12, -0.17), (0.28, 0.02))]
    if mark == "caron":
        return [_curve((-0.26, -0.3), (-0.1, -0.12), (0.0, 0.0), (0.1, -0.13), (0.27, -0.32))]
    if mark == "tilde":
        return [_curve((-0.32, -0.02), (-0.18, -0.17), (0.02, -0.08), (0.18, 0.0), (0.34, -0.17))]
    if mark == "macron":
        half = max(0.28, wide / 2)
        return [_curve((-half, -0.02), (0.0, 0.0), (half, -0.03))]
    if mark == "breve":
        return [_curve((-0.26, -0.26), (-0.17, -0.07), (0.0, 0.0), (0.17, -0.08), (0.27, -0.28))]
    if mark == "dot":
        return [_tick(0.0, -0.05, random)]
    if mark == "diaeresis":
        half = float(np.clip(0.32 * wide, 0.15, 0.24))
        return [_tick(-half, -0.05, random), _tick(half, -0.06, random)]
    if mark == "ring":
        turn = np.linspace(-0.6 * np.pi, 1.55 * np.pi, 20)
        return [np.stack([0.17 * np.cos(turn), -0.18 + 0.17 * np.sin(turn)], axis=1)]
    if mark == "hook":
        return [_curve((-0.1, -0.33), (0.02, -0.42), (0.13, -0.31), (0.03, -0.17), (0.0, 0.0))]
    if mark == "comma above":
        return [_curve((0.1, -0.34), (-0.06, -0.2), (-0.02, 0.0))]
    if mark == "cedilla":
        return [_curve((0.02, 0.0), (-0.03, 0.14), (0.13, 0.24), (0.08, 0.4), (-0.14, 0.43))]
    if mark == "ogonek":
        return [_curve((0.2, 0.0), (0.08, 0.13), (0.06, 0.28), (0.2, 0.36), (0.34, 0.28))]
    if mark == "comma below":
        return [_curve((0.05, 0.22), (0.05, 0.36), (-0.1, 0.52))]
    if mark == "dot below":
        return [_tick(0.0, 0.36, random)]
    return _across(mark, base, body)


def _across(mark: str, base: str, body: _Body) -> list[Array]:
    left, right, top = body.left, body.right, body.top
    if mark == "horn":
        return [
            _curve(
                (right - 0.02, top + 0.14),
                (right + 0.16, top + 0.08),
                (right + 0.2, top - 0.1),
                (right + 0.12, top - 0.2),
            )
        ]
    if mark == "apostrophe":
        x = right + (0.3 if base != "L" else 0.05)
        return [_curve((x + 0.06, top - 0.02), (x + 0.03, top + 0.16), (x - 0.06, top + 0.34))]
    if mark == "slash":
        return [_curve((right + 0.1, top - 0.12), (body.middle, top / 2), (left - 0.1, 0.14))]
    if mark == "stroke":
        y = top * 0.5
        x = left if base == "L" else body.middle
        return [_curve((x - 0.24, y + 0.14), (x, y), (x + 0.26, y - 0.16))]
    if mark == "bar":
        y = top * 0.8
        # The stem of d stands on the right, that of h on the left; the body is the stem's.
        x = body.middle
        return [_curve((x - 0.32, y + 0.02), (x, y), (x + 0.34, y - 0.03))]
    if mark == "middle bar":
        y = top * 0.52
        x = left if base == "D" else body.middle
        return [_curve((x - 0.28, y + 0.01), (x, y), (x + 0.34, y - 0.02))]
    if mark == "upper bar":
        y = top * 0.75
        return [_curve((left - 0.15, y), (body.middle, y - 0.02), (right + 0.15, y - 0.03))]
    return []

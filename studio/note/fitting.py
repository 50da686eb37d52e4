"""Fitting a written line into its planned place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.ink import Ink, Stroke
from studio.note.breaking import SQUEEZED, STRETCHED
from studio.note.note import Alignment
from studio.note.page import Box, PlacedLine, PlacedWord
from studio.note.plan import PlannedLine
from studio.note.words import word_cuts
from studio.note.writer import WrittenLine

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PIECE_GAP = 0.9
_NARROW, _WIDE = 0.3, 2.0
_EASE = 8


@dataclass(frozen=True, eq=False)
class LineInk:
    """The ink of a whole line, in x-heights, with the points of each of its words.

    Parameters
    ----------
    pieces : tuple of WrittenLine
        The line, or the pieces of a long one in order.
    """

    pieces: tuple[WrittenLine, ...]

    @cached_property
    def strokes(self) -> tuple[Stroke, ...]:
        """Of all pieces, each where its piece has it."""
        return tuple(stroke for piece in self.pieces for stroke in piece.ink.strokes)

    @cached_property
    def xy(self) -> Array:
        """float64 (n, 2): all points, the pieces one after another."""
        placed: list[Array] = []
        right = -_PIECE_GAP
        for piece in self.pieces:
            xy = piece.ink.xy
            if not len(xy):
                continue
            xy[:, 0] += right + _PIECE_GAP - xy[:, 0].min()
            right = xy[:, 0].max()
            placed.append(xy)
        return np.concatenate(placed) if placed else np.zeros((0, 2))

    @cached_property
    def cuts(self) -> Ints:
        """int64 (words + 1,): word k has the points from cuts[k] to cuts[k + 1]."""
        cuts = [np.zeros(1, dtype=np.int64)]
        for piece in self.pieces:
            own = word_cuts(piece.text, piece.ink, piece.characters)
            cuts.append(own[1:] + cuts[-1][-1])
        return np.concatenate(cuts)

    @cached_property
    def ends(self) -> Ints:
        """int64 (strokes,): one past the last point of each stroke."""
        return np.cumsum([len(stroke) for stroke in self.strokes])

    @cached_property
    def extents(self) -> tuple[Array, Array]:
        """Left and right of each word, float64 (words,); without ink, the neighbour's end."""
        xs, cuts = self.xy[:, 0], self.cuts
        filled = np.flatnonzero(np.diff(cuts))
        if not len(filled):
            return np.zeros(len(cuts) - 1), np.zeros(len(cuts) - 1)
        lefts = np.minimum.reduceat(xs, cuts[:-1][filled])
        rights = np.maximum.reduceat(xs, cuts[:-1][filled])
        nearest = np.maximum(np.searchsorted(filled, np.arange(len(cuts) - 1), side="right") - 1, 0)
        empty = np.diff(cuts) == 0
        return np.where(empty, rights[nearest], lefts[nearest]), rights[nearest]

    @cached_property
    def _usual(self) -> Array:
        """The gaps between words, none absurd: where words overlap there is still one to widen."""
        lefts, rights = self.extents
        usual: Array = np.clip(lefts[1:] - rights[:-1], _NARROW, _WIDE)
        return usual

    def width(self, extra: Array) -> float:
        """Width in x-heights where something is added to each gap."""
        lefts, rights = self.extents
        shifts = np.concatenate([[0.0], np.cumsum(extra)])
        return float((rights + shifts).max() - (lefts + shifts).min())

    def natural(self, factor: float) -> float:
        """Width in x-heights where the gaps between words are multiplied by a factor."""
        return self.width(self.extra(factor))

    def extra(self, factor: float) -> Array:
        """What is added to each gap, in x-heights, to multiply it by a factor."""
        return (factor - 1.0) * self._usual

    def filling(self, factor: float, width: float) -> Array:
        """What is added to each gap for the line to have a width; no gap loses over a third."""
        extra = self.extra(factor)
        share = self._usual + extra
        missing = width - self.width(extra)
        filling: Array = extra + np.maximum(missing * share / share.sum(), -share / 3)
        return filling

    def spread(self, extra: Array) -> Array:
        """Return the points with words moved apart.

        Parameters
        ----------
        extra : float64 (words - 1,)
            Added to each gap, in x-heights.

        Returns
        -------
        float64 (n, 2)
        """
        xy = self.xy.copy()
        if not extra.any():
            return xy
        shifts = np.concatenate([[0.0], np.cumsum(extra)])
        shift = np.repeat(shifts, np.diff(self.cuts))
        for k in np.flatnonzero(~np.isin(self.cuts[1:-1], self.ends)).tolist():
            # The pen was not lifted between these words: it goes over by and by.
            cut = int(self.cuts[k + 1])
            stroke = int(np.searchsorted(self.ends, cut, side="right"))
            first = int(self.ends[stroke - 1]) if stroke else 0
            low, high = max(first, cut - _EASE), min(int(self.ends[stroke]), cut + _EASE)
            shift[low:high] = np.linspace(shifts[k], shifts[k + 1], high - low)
        xy[:, 0] += shift
        return xy


def fit(line: PlannedLine, ink: LineInk) -> PlacedLine:
    """Lay a line's ink into its place.

    It is scaled in x towards the planned width, within limits that the eye does not notice;
    what is left of the difference goes to the free side, to both sides, or into the gaps, as the
    alignment has it. Ascenders and descenders that reach too far are drawn in smoothly. No point
    lies outside the limits, unless the user has moved it there.

    Parameters
    ----------
    line : PlannedLine
    ink : LineInk

    Returns
    -------
    PlacedLine
    """
    if not len(ink.xy):
        return _placed(line, ink, ink.xy)
    unit = line.look.x_height
    xy, stretch = _widened(line, ink)
    # What cannot be narrowed unseen is written smaller.
    height = min(1.0, stretch / SQUEEZED)
    xy = xy * (stretch, height)
    width = unit * _width(xy)
    xy[:, 1] = _drawn_in(xy[:, 1], line.above / unit, line.below / unit)
    xy[:, 0] -= line.look.slant * xy[:, 1]
    c, s = np.cos(line.angle), np.sin(line.angle)
    start = np.array([_left(line, width), line.baseline - np.tan(line.angle) * width / 2])
    xy = unit * xy @ np.array([[c, s], [-s, c]]) + start
    xy[:, 0] = _between(xy[:, 0], line.low, line.high)
    return _placed(line, ink, _edited(xy, start, line, ink.cuts))


def _widened(line: PlannedLine, ink: LineInk) -> tuple[Array, float]:
    """The points in x-heights with their gaps as planned, and the factor in x that they want."""
    unit = line.look.x_height
    goal, most = line.width / unit, line.most / unit
    natural = ink.natural(line.gaps)
    if line.filled:
        # Half by the letters, half by the gaps.
        stretch = float(np.clip(np.sqrt(goal / natural), SQUEEZED, STRETCHED))
        xy = ink.spread(ink.filling(line.gaps, goal / stretch))
        stretch = float(np.clip(goal / _width(xy), SQUEEZED, STRETCHED))
    else:
        free = line.look.alignment in (Alignment.LEFT, Alignment.JUSTIFIED)
        xy = ink.spread(ink.extra(line.gaps))
        stretch = 1.0 if free else float(np.clip(goal / natural, SQUEEZED, STRETCHED))
    return xy, min(stretch, most / max(_width(xy), 1e-9))


def _left(line: PlannedLine, width: float) -> float:
    spare = line.width - width
    if line.look.alignment is Alignment.RIGHT:
        return line.left + spare
    if line.look.alignment is Alignment.CENTRED:
        return line.left + spare / 2
    return line.left


def _drawn_in(ys: Array, above: float, below: float) -> Array:
    """Heights with the last tenth before each limit, and all beyond, drawn in below the limit."""

    def drawn(reach: Array, limit: float) -> Array:
        knee, rest = 0.9 * limit, 0.1 * limit
        return np.where(reach > knee, knee + rest * np.tanh((reach - knee) / rest), reach)

    return np.where(ys < 0, -drawn(-ys, above), drawn(ys, below))


def _between(xs: Array, low: float, high: float) -> Array:
    """Moved, and narrowed if need be, to lie between two limits."""
    left, width = xs.min(), float(np.ptp(xs))
    if width > high - low:
        xs = left + (xs - left) * ((high - low) / width)
        width = high - low
    moved: Array = xs + (np.clip(left, low, high - width) - left)
    return np.clip(moved, low, high)


def _edited(xy: Array, start: Array, line: PlannedLine, cuts: Ints) -> Array:
    """The points with what the user has changed of the line and its words."""
    edit = line.edit
    xy = start + edit.scale * (xy - start) + (edit.right, edit.down)
    for k, word in edit.words:
        part = xy[cuts[k] : cuts[k + 1]] if k < len(line.words) else xy[:0]
        if len(part):
            corner = np.array([part[:, 0].min(), start[1] + edit.down])
            part[:] = corner + word.scale * (part - corner) + (word.right, word.down)
    return xy


def _placed(line: PlannedLine, ink: LineInk, xy: Array) -> PlacedLine:
    kept = np.ones(len(xy), dtype=bool)
    for k, word in line.edit.words:
        if word.deleted and k < len(line.words):
            kept[ink.cuts[k] : ink.cuts[k + 1]] = False
    gone = {k for k, word in line.edit.words if word.deleted}
    cuts = np.concatenate([[0], np.cumsum(kept)])[ink.cuts].tolist()
    xy_kept = xy[kept]
    words = tuple(
        PlacedWord(word.source, _box(xy_kept, cuts[k], cuts[k + 1], line), cuts[k], cuts[k + 1])
        for k, word in enumerate(line.words)
        if k not in gone
    )
    first = line.requests[0]
    return PlacedLine(
        " ".join(word.text for word in words),
        Ink(tuple(_strokes(ink, xy, kept))),
        words,
        line.baseline + line.edit.down,
        line.look.colour,
        line.look.pen,
        first.style,
        first.bias,
        ink.pieces[0].seed,
        ink.pieces[0].steps if len(ink.pieces) == 1 else None,
        line.key,
    )


def _strokes(ink: LineInk, xy: Array, kept: npt.NDArray[np.bool_]) -> Iterator[Stroke]:
    """The line's strokes with new points, without those that are not kept."""
    whole = bool(kept.all())
    for stroke, stop in zip(ink.strokes, ink.ends.tolist(), strict=True):
        start = stop - len(stroke)
        if whole:
            yield Stroke(xy[start:stop], stroke.time, stroke.pressure)
            continue
        edges = np.flatnonzero(np.diff(np.concatenate([[0], kept[start:stop], [0]])))
        for low, high in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            yield Stroke(
                xy[start + low : start + high],
                None if stroke.time is None else stroke.time[low:high],
                None if stroke.pressure is None else stroke.pressure[low:high],
            )


def _box(xy: Array, start: int, stop: int, line: PlannedLine) -> Box:
    """Around a word's points; a word without ink stands where it would have been written."""
    part = xy[start:stop]
    if not len(part):
        x = float(xy[min(start, len(xy) - 1), 0]) if len(xy) else line.left
        return x, line.baseline - line.look.x_height, x, line.baseline
    (left, top), (right, bottom) = part.min(axis=0), part.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _width(xy: Array) -> float:
    return float(np.ptp(xy[:, 0]))

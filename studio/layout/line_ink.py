"""The ink of a whole line, word by word, with its gaps made wider or narrower."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Stroke
from engine.ink.word_segmentation import word_cuts
from studio.layout.line_writer import WrittenLine

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Between the pieces of a long line, in x-heights.
_PIECE_GAP = 0.9

# No gap counts as narrower or wider than this, in x-heights, when gaps are stretched.
_NARROW, _WIDE = 0.3, 2.0

# Points on either side of a cut over which a stroke that joins two words is stretched.
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
    def characters(self) -> Ints:
        """int64 (n,): for each point the place of its character in the text of the whole line."""
        places: list[Ints] = []
        before = 0
        for piece in self.pieces:
            places.append(np.minimum(piece.characters, max(len(piece.text) - 1, 0)) + before)
            before += len(piece.text) + 1
        return np.concatenate(places) if places else np.zeros(0, dtype=np.int64)

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
        for k in np.flatnonzero(~np.isin(self.cuts[1:-1], [0, *self.ends])).tolist():
            # The pen was not lifted between these words: it goes over by and by.
            cut = int(self.cuts[k + 1])
            stroke = int(np.searchsorted(self.ends, cut, side="right"))
            first = int(self.ends[stroke - 1]) if stroke else 0
            low, high = max(first, cut - _EASE), min(int(self.ends[stroke]), cut + _EASE)
            shift[low:high] = np.linspace(shifts[k], shifts[k + 1], high - low)
        xy[:, 0] += shift
        return xy

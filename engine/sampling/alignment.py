"""The check of a written line's alignment: where the window dropped, repeated or ran past text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke

#: A character on which the window spent less than this many points, all told, was dropped.
LEAST_POINTS = 0.7
#: A character on which it spent this many times the usual number of points was written twice or
#: scribbled over.
MOST_TIMES = 4.5
#: A stroke that is no larger, and no further from the baseline, is a full stop; in x-heights.
DOT = 0.5
#: The last letter is there once it has so many points. What is then drawn with the window past the
#: text, and begins so far behind all that was written, in x-heights, belongs to another word.
DRAWN, BEHIND = 5, 0.35


@dataclass(frozen=True)
class AlignmentCheck:
    """How a line's points stand to its characters.

    Attributes
    ----------
    characters : int64 (n,)
        For each point the character of the text that the window stood on.
    flaws : tuple of str
        What is wrong, one sentence each; empty where nothing is.
    """

    characters: npt.NDArray[np.int64]
    flaws: tuple[str, ...]


def on_text(phi: npt.NDArray[np.float32], first: int, width: int) -> npt.NDArray[np.float32]:
    """The window on a text and its closing space, which takes all that lies beyond it.

    Parameters
    ----------
    phi : float32 (..., U), the window's weights on all that the network was given
    first : where the text begins
    width : characters of the text, and one
    """
    seen = phi[..., first : first + width].copy()
    seen[..., -1] += phi[..., first + width :].sum(axis=-1)
    return seen


def ended(phi: npt.NDArray[np.float32], pen_up: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a line is complete, bool (n,).

    The pen is up and the window stands on the closing space, or all but a tenth of the window
    stands there.

    Parameters
    ----------
    phi : float32 (n, U), the window's weights on the text and the closing space
    pen_up : bool (n,), whether a stroke ends with the point
    """
    last = phi.shape[1] - 1
    total = phi.sum(axis=1)
    over = phi[:, last] > 0.9 * total
    standing = pen_up & (phi.argmax(axis=1) == last)
    return np.asarray(over | standing, dtype=np.bool_)


class Ending:
    """Tells where a line ends while its points come.

    Where the window sees a word after the text, the pen is let go on until it leaves for that word:
    the bar of a last t and the dot of a last i are drawn with the window on the space already.

    Parameters
    ----------
    width : int
        Characters of the text, and one.
    gap : float or None
        How far behind all that was written a stroke begins that is no part of the last word, in
        offsets units; None where the window sees no word after the text.
    """

    def __init__(self, width: int, gap: float | None) -> None:
        self._width = width
        self._gap = gap
        self._x = 0.0
        self._right = -np.inf
        self._stood = False

    def kept(self, phi: npt.NDArray[np.float32], points: npt.NDArray[np.float32]) -> int | None:
        """How many of the points that have come belong to the line, if it ends among them.

        Parameters
        ----------
        phi : float32 (n, U), the window's weights on the text and on what follows it
        points : float32 (n, 3)
        """
        last, pen_up = self._width - 1, points[:, 2] > 0.5
        if self._gap is None:
            over = np.flatnonzero(ended(on_text(phi, 0, self._width), pen_up))
            return int(over[0]) + 1 if len(over) else None
        x = self._x + np.cumsum(points[:, 0], dtype=np.float64)
        right = np.maximum.accumulate(np.concatenate([[self._right], x]))
        stands = phi.argmax(axis=1)
        standing = pen_up & (stands >= last)
        leaving = np.concatenate([[self._stood], standing[:-1]]) & (x > right[:-1] + self._gap)
        # Joined to the word that follows, a line has no such end.
        beyond = stands > last + 1
        self._x, self._right, self._stood = float(x[-1]), float(right[-1]), bool(standing[-1])
        ends = np.flatnonzero(leaving | beyond)
        if not len(ends):
            return None
        return int(ends[0]) + (0 if leaving[ends[0]] else 1)


def align(text: str, phi: npt.NDArray[np.float32], finished: bool, pace: float) -> AlignmentCheck:
    """Attribute points to characters and judge the line.

    Parameters
    ----------
    text : str, of U - 1 characters
    phi : float32 (n, U)
    finished : whether the line came to its end before its cap of points
    pace : points a character that are usual
    """
    last = len(text) - 1
    characters = np.minimum(phi.argmax(axis=1), last).astype(np.int64)
    # Where the window is elsewhere, on a primer's end for instance, what little it has here is
    # no reading of these characters.
    total = phi.sum(axis=1, keepdims=True)
    share = phi / np.maximum(total, max(0.5 * float(np.median(total)), 1e-9))
    spent = share[:, : last + 1].sum(axis=0)
    letters = np.array([c.isalnum() for c in text])
    flaws = [] if finished else ["it ran on past the end of the text"]
    for what, places in (
        ("was left out", letters & (spent < LEAST_POINTS)),
        ("was dwelt on", spent > MOST_TIMES * pace),
    ):
        flaws += [f"{text[i]!r} (character {i + 1}) {what}" for i in np.flatnonzero(places)]
    return AlignmentCheck(characters, tuple(flaws))


def points_to_keep(text: str, phi: npt.NDArray[np.float32], ink: Ink) -> int:
    """How many of a line's points belong to it: the pen sometimes adds a letter, or a mark.

    A line ends where a stroke does, and the window may leave the text a stroke too late. Where a
    letter or figure ends it, what is drawn behind that with the window on the closing space begins
    another word: bars and dots that come late go back. After a full stop no stroke is part of the
    text that is drawn so, but for the stop itself, where it has not been set before.

    Parameters
    ----------
    text : str
    phi : float32 (n, U), the window's weights on the text and the closing space
    ink : Ink of n points, in x-heights, the baseline at y = 0
    """
    stands = phi.argmax(axis=1)
    bounds = np.cumsum([0, *(len(stroke) for stroke in ink.strokes)]).tolist()
    beyond = [float((stands[a:b] > len(text) - 1).mean()) for a, b in pairwise(bounds)]
    if text[-1:].isalnum():
        return int(bounds[_strokes_of_text(ink, beyond, np.cumsum(stands == len(text) - 1))])
    if not text.endswith("."):
        return ink.points
    past = [share > 0.5 for share in beyond]
    first = len(past) - next((i for i, over in enumerate(past[::-1]) if not over), len(past))
    if first and _is_stop(ink.strokes[first - 1]):
        return int(bounds[first])
    stops = [i for i in range(first, len(past)) if _is_stop(ink.strokes[i])]
    return int(bounds[stops[0] + 1]) if stops else ink.points


def _strokes_of_text(ink: Ink, beyond: Sequence[float], drawn: npt.NDArray[np.int64]) -> int:
    """How many strokes there are before one that begins another word.

    Parameters
    ----------
    beyond : of each stroke the share of its points that the window stood past the text on
    drawn : int64 (n,), the last letter's points up to each point
    """
    right, begin = -np.inf, 0
    for number, (stroke, share) in enumerate(zip(ink.strokes, beyond, strict=True)):
        left = float(stroke.xy[:, 0].min())
        if share == 1.0 and left > right + BEHIND and begin and drawn[begin - 1] >= DRAWN:
            return number
        right, begin = max(right, float(stroke.xy[:, 0].max())), begin + len(stroke)
    return len(ink.strokes)


def _is_stop(stroke: Stroke) -> bool:
    """Whether a stroke is a dot on the baseline."""
    height = np.abs(stroke.xy[:, 1]).max()
    return bool(np.ptp(stroke.xy, axis=0).max() < DOT and height < DOT)

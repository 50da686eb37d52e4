"""Which points of a line's ink belong to which of its words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink

Ints = npt.NDArray[np.int64]

_LOOK_AHEAD = 12
_STRAY = 0.04


def word_cuts(text: str, ink: Ink, characters: npt.NDArray[np.int64]) -> Ints:
    """Cut a line's ink between its words.

    The window says about where one word ends and the next begins; the cut is then moved to the
    pen lift nearby that is followed by the widest step to the right, so that the dot of an i or
    the bar of a t that is drawn late stays with its word.

    Parameters
    ----------
    text : str
        Words separated by single spaces.
    ink : Ink
        Of n points.
    characters : int (n,)
        For each point the place in `text` of its character.

    Returns
    -------
    int64 (words + 1,)
        Word k has the points from cuts[k] to cuts[k + 1]; cuts[0] = 0, cuts[-1] = n. A cut
        lies within a stroke only where the pen was not lifted between two words.
    """
    xs = ink.xy[:, 0]
    reached = np.maximum.accumulate(characters) if len(characters) else characters
    starts = np.cumsum([0, *(len(stroke) for stroke in ink.strokes)])[1:-1]
    spaces = [place for place, character in enumerate(text) if character == " "]
    around = np.add.outer([-1, 1, 2], spaces)
    lows, nominals, highs = np.searchsorted(reached, around).tolist()
    cuts = [0]
    for low, nominal, high in zip(lows, nominals, highs, strict=True):
        first = np.searchsorted(starts, max(low, cuts[-1]), side="right")
        last = np.searchsorted(starts, high, side="left")
        cut = _best_lift(xs, starts[first:last].tolist(), low, nominal)
        cuts.append(max(cuts[-1], cut))
    cuts.append(len(xs))
    return np.array(cuts, dtype=np.int64)


def _best_lift(xs: npt.NDArray[np.float64], lifts: list[int], low: int, nominal: int) -> int:
    """The lift with the widest step to the right, far ones counting less; else the nominal cut."""
    if len(lifts) == 1:
        return lifts[0]
    best, best_step = nominal, -np.inf
    for lift in lifts:
        before, after = xs[min(low, lift - 1) : lift], xs[lift : lift + _LOOK_AHEAD]
        step = float(after.min() - before.max()) - _STRAY * abs(lift - nominal)
        if step > best_step:
            best, best_step = lift, step
    return best

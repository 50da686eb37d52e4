"""The line that is being written: its strokes, with undo, erasing and clearing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.ink.ink import Stroke

Strokes = tuple[Stroke, ...]


@dataclass
class StrokeEditor:
    """Strokes with their history; every change can be undone."""

    strokes: Strokes = ()

    def __post_init__(self) -> None:
        self._done: list[Strokes] = []
        self._undone: list[Strokes] = []

    def start(self, strokes: Strokes = ()) -> None:
        """Begin with these strokes, without a history."""
        self.strokes = strokes
        self._done, self._undone = [], []

    def add(self, stroke: Stroke) -> None:
        """A stroke has ended."""
        self._change((*self.strokes, stroke))

    def erase(self, x: float, y: float, reach: float) -> bool:
        """Take away the strokes that come within `reach` of a point; whether there were any."""
        left = tuple(s for s in self.strokes if _distance(s, x, y) > reach)
        if len(left) == len(self.strokes):
            return False
        self._change(left)
        return True

    def clear(self) -> None:
        """Take all strokes away."""
        if self.strokes:
            self._change(())

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to do again."""
        return bool(self._undone)

    def undo(self) -> None:
        """Take the last change back."""
        if self._done:
            self._undone.append(self.strokes)
            self.strokes = self._done.pop()

    def redo(self) -> None:
        """Do what was taken back."""
        if self._undone:
            self._done.append(self.strokes)
            self.strokes = self._undone.pop()

    def _change(self, strokes: Strokes) -> None:
        self._done.append(self.strokes)
        self._undone.clear()
        self.strokes = strokes


def _distance(stroke: Stroke, x: float, y: float) -> float:
    """From a point to the nearest place on a stroke."""
    xy = stroke.xy
    point = np.array([x, y])
    if len(xy) == 1:
        return float(np.hypot(*(xy[0] - point)))
    begin, step = xy[:-1], np.diff(xy, axis=0)
    lengths = np.maximum((step**2).sum(axis=1), 1e-12)
    along = np.clip(((point - begin) * step).sum(axis=1) / lengths, 0.0, 1.0)
    return float(np.hypot(*(begin + along[:, None] * step - point).T).min())

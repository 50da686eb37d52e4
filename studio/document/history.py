"""Undo and redo: named steps between values that never change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class HistoryEntry(Generic[T]):
    """A change: what it is called, and the values before and after it."""

    name: str
    before: T
    after: T
    merges: str = ""


class History(Generic[T]):
    """All changes since the value was opened, without limit.

    Values are immutable and share what they have in common, so a step costs a reference or two.

    Parameters
    ----------
    value : T
        The value to begin with.
    """

    def __init__(self, value: T) -> None:
        self.value = value
        self._done: list[HistoryEntry[T]] = []
        self._undone: list[HistoryEntry[T]] = []
        self._closed = True

    def __len__(self) -> int:
        return len(self._done)

    @property
    def undo_name(self) -> str | None:
        """What undo would take back, or None."""
        return self._done[-1].name if self._done else None

    @property
    def redo_name(self) -> str | None:
        """What redo would do again, or None."""
        return self._undone[-1].name if self._undone else None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the steps done, the oldest first."""
        return tuple(step.name for step in self._done)

    def all(self, holds: Callable[[T], bool]) -> bool:
        """Whether something holds for each value before and after the steps, undone ones too."""
        steps = (*self._done, *self._undone)
        return holds(self.value) and all(holds(s.before) and holds(s.after) for s in steps)

    def do(self, name: str, value: T, merges: str = "") -> bool:
        """Make a step to another value.

        Parameters
        ----------
        name : str
            "Type", "Reroll a word".
        value : T
        merges : str
            Steps in a row with the same word here become one (typing, turning a slider), until
            `close` is called.

        Returns
        -------
        bool
            Whether anything changed.
        """
        if value == self.value:
            return False
        before = self.value
        last = self._done[-1] if self._done else None
        if last is not None and merges and last.merges == merges and not self._closed:
            self._done.pop()
            before = last.before
        if before != value:
            self._done.append(HistoryEntry(name, before, value, merges))
        self._undone.clear()
        # Where a step was taken back by going on with it, the step before it stays what it is.
        self._closed = before == value
        self.value = value
        return True

    def close(self) -> None:
        """The next step is a new one, even where it could merge."""
        self._closed = True

    def undo(self) -> str | None:
        """Go back by one step; return its name, or None where there is none."""
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        self.value = step.before
        self._closed = True
        return step.name

    def redo(self) -> str | None:
        """Do again what was undone last; return its name, or None where there is nothing."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        self.value = step.after
        self._closed = True
        return step.name

"""What the session and its worker hand each other: the newest snapshot in, written lines out."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class HasPoints(Protocol):
    """What counts in a queue."""

    @property
    def points(self) -> int:
        """Of its ink."""


L = TypeVar("L", bound=HasPoints)


class Mailbox(Generic[T]):
    """Holds one value, the newest: what it holds is never more than one behind.

    Parameters
    ----------
    value : T
        Immutable, as all that come after it.
    """

    def __init__(self, value: T) -> None:
        self._lock = threading.Lock()
        self._value = value

    def put(self, value: T) -> None:
        """Take a newer value in place of the one that is there."""
        with self._lock:
            self._value = value

    @property
    def latest(self) -> T:
        """The newest value."""
        with self._lock:
            return self._value


class LineQueue(Generic[L]):
    """Lines in the order in which they were written, bounded by the points that they have.

    Parameters
    ----------
    most : int
        Points at which there is no room for another line. A line that finds room is taken whole,
        so that there may be more by a line.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._lines: deque[L] = deque()
        self._points = 0
        self._held = False

    def __len__(self) -> int:
        with self._lock:
            return len(self._lines)

    @property
    def points(self) -> int:
        """Of all lines that are there."""
        with self._lock:
            return self._points

    def has_room(self) -> bool:
        """Whether another line is wanted."""
        with self._lock:
            return not self._held and self._points < self.most

    def hold(self, on: bool) -> None:
        """Have no room, whatever is there; or as usual again."""
        with self._lock:
            self._held = on

    def put(self, line: L) -> None:
        """Add a line at the end."""
        with self._lock:
            self._lines.append(line)
            self._points += line.points

    def take(self) -> L | None:
        """The first line, which is there no more; None where there is none."""
        with self._lock:
            if not self._lines:
                return None
            line = self._lines.popleft()
            self._points -= line.points
            return line

    def drain(self) -> list[L]:
        """All lines, which are there no more."""
        with self._lock:
            lines = list(self._lines)
            self._lines.clear()
            self._points = 0
            return lines

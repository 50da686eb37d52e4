"""Lines of a page that are laid into their places when they are first looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Generic, TypeVar, overload

_made = threading.Lock()

Plan = TypeVar("Plan")
Key = TypeVar("Key")
Line = TypeVar("Line")


class DeferredLine(Generic[Key, Line]):
    """A line whose ink is laid into its place when it is first asked for.

    Of a note of hundreds of pages few are looked at between two changes.

    Parameters
    ----------
    key : object
        Which line of the note it is.
    make : callable
        Lays the ink into its place. It may be called from several threads; all get one object.
    """

    __slots__ = ("_line", "_make", "key")

    def __init__(self, key: Key, make: Callable[[], Line]) -> None:
        self.key = key
        self._make: Callable[[], Line] | None = make
        self._line: Line | None = None

    @property
    def line(self) -> Line:
        """The line in its place; always the same object."""
        make = self._make
        if self._line is None and make is not None:
            line = make()
            with _made:
                if self._line is None:
                    self._line, self._make = line, None
        assert self._line is not None
        return self._line


class DeferredLines(Sequence[Line], Generic[Key, Line]):
    """The lines of a page, equal to a tuple of them.

    Parameters
    ----------
    deferred : sequence of DeferredLine
    """

    __slots__ = ("deferred",)

    def __init__(self, deferred: Sequence[DeferredLine[Key, Line]]) -> None:
        self.deferred = tuple(deferred)

    def __len__(self) -> int:
        return len(self.deferred)

    @overload
    def __getitem__(self, place: int) -> Line: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Line, ...]: ...

    def __getitem__(self, place: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(place, slice):
            return tuple(one.line for one in self.deferred[place])
        return self.deferred[place].line

    def __iter__(self) -> Iterator[Line]:
        return (one.line for one in self.deferred)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DeferredLines) and self.deferred == other.deferred:
            return True
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[type[tuple[Line, ...]], tuple[tuple[Line, ...]]]:
        # In another process nothing of this one's writing is known.
        return tuple, (tuple(self),)


class DeferredMapping(Mapping[Plan, Line], Generic[Plan, Key, Line]):
    """What became of each line, by what it was planned to be.

    Parameters
    ----------
    deferred : mapping to DeferredLine
    hidden : collection
        The keys of lines that are left out.
    """

    __slots__ = ("_hidden", "deferred")

    def __init__(
        self,
        deferred: Mapping[Plan, DeferredLine[Key, Line]],
        hidden: Collection[Key] = frozenset(),
    ) -> None:
        self.deferred, self._hidden = deferred, hidden

    def find(self, key: Plan) -> DeferredLine[Key, Line] | None:
        """A line before it is laid into its place; None where there is none."""
        found = self.deferred.get(key)
        return None if found is None or found.key in self._hidden else found

    def __getitem__(self, key: Plan) -> Line:
        found = self.find(key)
        if found is None:
            raise KeyError(key)
        return found.line

    def __iter__(self) -> Iterator[Plan]:
        hidden = self._hidden
        return (key for key, one in self.deferred.items() if one.key not in hidden)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return self.find(key) is not None  # type: ignore[arg-type]

"""An array that grows at its end, a little at a time, without ever stopping to be copied."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

#: Rows that there is room for at first.
ROOM = 1024
#: Rows that are carried over for each new one, once half of the room is taken.
CARRIED = 4


class GrowableArray:
    """Rows of one shape.

    When half of the room is taken, an array of twice the size is begun, and each row that comes
    carries some old ones over to it: when the room is used up, the next one is ready, and no
    frame pays for a copy of the whole.

    Parameters
    ----------
    shape : tuple of int
        Of a row.
    dtype : numpy dtype
    """

    def __init__(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> None:
        self._held: npt.NDArray[Any] = np.empty((ROOM, *shape), dtype=dtype)
        self._next: npt.NDArray[Any] | None = None
        self._carried = 0
        self.count = 0

    def extend(self, rows: npt.NDArray[Any]) -> None:
        """Add rows at the end."""
        needed = self.count + len(rows)
        while needed > len(self._held):
            self._carry(self.count)
            assert self._next is not None
            self._held, self._next, self._carried = self._next, None, 0
        self._held[self.count : needed] = rows
        self.count = needed
        if 2 * needed > len(self._held):
            self._carry(min(needed, self._carried + CARRIED * len(rows)))

    def _carry(self, stop: int) -> None:
        if self._next is None:
            self._next = np.empty((2 * len(self._held), *self.shape), dtype=self._held.dtype)
        self._next[self._carried : stop] = self._held[self._carried : stop]
        self._carried = stop

    @property
    def values(self) -> npt.NDArray[Any]:
        """What there is, as a view."""
        return self._held[: self.count]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of a row."""
        return self._held.shape[1:]

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return self._held[:1].nbytes

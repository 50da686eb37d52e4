"""What was made of styles, kept while they are in use; many threads may ask for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, NamedTuple, TypeVar

from engine.style.style import Style

S = TypeVar("S", bound=Style | None)
T = TypeVar("T")

#: So many styles are remembered; the one that was not asked for the longest is forgotten first.
MOST = 128


class _Value(NamedTuple, Generic[S, T]):
    """A style, where its value is or will be, and whether who asks is to make it."""

    style: S
    future: Future[T]
    mine: bool


class StyleCache(Generic[S, T]):
    """Values made of styles, or of none, each once, by the style object and not by its name.

    Parameters
    ----------
    make : callable
        What is kept of a style; called in the thread that asks first, others wait for it.
    most : int
        So many are kept. A service is sent new styles for as long as it runs.
    make_all : callable, optional
        Makes the values of several at once, where that is quicker.
    """

    def __init__(
        self,
        make: Callable[[S], T],
        most: int = MOST,
        make_all: Callable[[Sequence[S]], Sequence[T]] | None = None,
    ) -> None:
        self._make, self._most, self._make_all = make, most, make_all
        self._lock = threading.Lock()
        # A style is kept with its value: so no other object can take over its id.
        self._known: OrderedDict[int, tuple[S, Future[T]]] = OrderedDict()

    def of(self, style: S) -> T:
        """The value of a style; what its making raises is raised, and not kept."""
        (value,) = self._reserved([style])
        if value.mine:
            self._fill(value)
        return value.future.result()

    def of_all(self, styles: Sequence[S]) -> list[T]:
        """The values of styles; those that are not there yet are made together."""
        values = self._reserved(styles)
        missing = [value for value in values if value.mine]
        if self._make_all is not None and len(missing) > 1:
            try:
                made = self._make_all([value.style for value in missing])
            except Exception:  # of one of them, and the others are not to suffer for it
                made = ()
            except BaseException as error:
                for value in missing:
                    self._drop(value, error)
                raise
            for value, one in zip(missing, made, strict=False):
                value.future.set_result(one)
        for value in missing:
            if not value.future.done():
                self._fill(value)
        return [value.future.result() for value in values]

    def _reserved(self, styles: Sequence[S]) -> list[_Value[S, T]]:
        """Where the values of styles are, or are to be put."""
        values = []
        with self._lock:
            for style in styles:
                known = self._known.get(id(style))
                if known is None:
                    self._known[id(style)] = known = (style, Future[T]())
                    values.append(_Value(*known, mine=True))
                else:
                    self._known.move_to_end(id(style))
                    values.append(_Value(*known, mine=False))
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return values

    def _fill(self, value: _Value[S, T]) -> None:
        """Make a value; what that raises whoever asks for it is told."""
        try:
            value.future.set_result(self._make(value.style))
        except BaseException as error:
            self._drop(value, error)
            if not isinstance(error, Exception):
                raise

    def _drop(self, value: _Value[S, T], error: BaseException) -> None:
        with self._lock:
            self._known.pop(id(value.style), None)
        value.future.set_exception(error)

    def __contains__(self, style: S) -> bool:
        """Whether the value of a style is there, made to the end."""
        with self._lock:
            known = self._known.get(id(style))
        return known is not None and known[1].done()

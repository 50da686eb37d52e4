"""What was made of styles, kept while they are in use; many threads may ask for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from engine.style.style import Style

T = TypeVar("T")

#: So many styles are remembered; the one that was not asked for the longest is forgotten first.
MOST = 128


class StyleCache(Generic[T]):
    """Values made of styles, each once, by the style object and not by its name.

    Parameters
    ----------
    make : callable
        What is kept of a style; called in the thread that asks first, others wait for it.
    most : int
        So many are kept. A service is sent new styles for as long as it runs.
    """

    def __init__(self, make: Callable[[Style], T], most: int = MOST) -> None:
        self._make, self._most = make, most
        self._lock = threading.Lock()
        # A style is kept with its value: so no other object can take over its id.
        self._known: OrderedDict[int, tuple[Style, Future[T]]] = OrderedDict()

    def of(self, style: Style) -> T:
        """The value of a style; what its making raises is raised, and not kept."""
        key = id(style)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
            else:
                self._known[key] = (style, value := Future[T]())
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        if known is not None:
            return known[1].result()
        try:
            value.set_result(self._make(style))
        except BaseException as error:
            with self._lock:
                self._known.pop(key, None)
            value.set_exception(error)
            raise
        return value.result()

    def __contains__(self, style: Style) -> bool:
        """Whether the value of a style is there, made to the end."""
        with self._lock:
            known = self._known.get(id(style))
        return known is not None and known[1].done()

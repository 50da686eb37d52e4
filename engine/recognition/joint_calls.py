"""One call for what several threads ask at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, NamedTuple, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class _Asked(NamedTuple, Generic[A, B]):
    values: Sequence[A]
    answers: Future[Sequence[B]]


class JointCalls(Generic[A, B]):
    """A function of many values that is called by one thread at a time, for all that wait.

    Nobody waits for company: who finds nobody at work begins at once, and what comes meanwhile is
    done together next.

    Parameters
    ----------
    function : callable
        Whose answer to a value must not depend on those beside it.
    most : int
        Values of a call, from which on no others are added.
    """

    def __init__(self, function: Callable[[Sequence[A]], Sequence[B]], most: int) -> None:
        self._function, self._most = function, most
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._waiting: list[_Asked[A, B]] = []

    def __call__(self, values: Sequence[A]) -> Sequence[B]:
        """The answers to values; what the function raises those who asked with them are told."""
        asked: _Asked[A, B] = _Asked(values, Future())
        with self._lock:
            self._waiting.append(asked)
        with self._turn:
            while not asked.answers.done():
                self._answer(self._next(), asked)
        return asked.answers.result()

    def _next(self) -> list[_Asked[A, B]]:
        """Who is answered next, in the order in which they came."""
        count = 0
        with self._lock:
            for number, asked in enumerate(self._waiting, 1):
                count += len(asked.values)
                if count >= self._most or number == len(self._waiting):
                    now, self._waiting = self._waiting[:number], self._waiting[number:]
                    return now
        return []

    def _answer(self, now: Sequence[_Asked[A, B]], mine: _Asked[A, B]) -> None:
        try:
            found = iter(self._function([value for asked in now for value in asked.values]))
            answers = [[next(found) for _ in asked.values] for asked in now]
        except Exception as error:
            for asked in now:
                asked.answers.set_exception(error)
        except BaseException:
            # Who is interrupted leaves what the others asked to them.
            with self._lock:
                self._waiting[:0] = [asked for asked in now if asked is not mine]
            raise
        else:
            for asked, answer in zip(now, answers, strict=True):
                asked.answers.set_result(answer)

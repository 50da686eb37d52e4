"""Lines sampled ahead of the one in hand: as one batch, handed out in reading order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from studio.layout.line_writer import LineRequest

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.sampling.trace import TraceStep
    from engine.style.style import Style

TOGETHER = 8
"""Lines of a batch: together they take about twice the time of one; more of them would keep the
first one waiting, and be more to throw away where a line comes to be broken elsewhere."""


class LookaheadSampler:
    """Samples the lines that are wanted next together, and hands out the steps of each.

    Parameters
    ----------
    hand : Hand
    find : callable
        Finds a style by its name.
    """

    def __init__(self, hand: Hand, find: Callable[[str], Style]) -> None:
        self._hand, self._find = hand, find
        self._batch: Iterator[list[list[TraceStep]]] = iter(())
        self._order: list[LineRequest] = []
        self._steps: dict[LineRequest, list[TraceStep]] = {}
        self._seconds: dict[LineRequest, float] = {}

    def steps(
        self, request: LineRequest, coming: Sequence[LineRequest]
    ) -> Iterator[tuple[list[TraceStep], float]]:
        """The steps of a line, some at a time, and the seconds that they took.

        What was sampled while the lines before it were in hand comes at once.

        Parameters
        ----------
        request : LineRequest
            The line in hand.
        coming : sequence of LineRequest
            What will probably be asked for next: sampled with it, where it is not there already.
        """
        if request not in self._steps:
            self._begin(list(dict.fromkeys([request, *coming]))[:TOGETHER])
        while True:
            if not self._steps[request]:
                self._advance()
            steps, seconds = self._steps[request], self._seconds[request]
            if not steps:
                break
            self._steps[request], self._seconds[request] = [], 0.0
            yield steps, seconds
        del self._steps[request]

    def _begin(self, requests: list[LineRequest]) -> None:
        self._order = requests
        self._steps = {request: [] for request in requests}
        self._seconds = dict.fromkeys(requests, 0.0)
        self._batch = self._hand.stream_lines(
            [request.text for request in requests],
            styles=[None if r.style is None else self._find(r.style) for r in requests],
            biases=[request.bias for request in requests],
            seeds=[request.seed for request in requests],
        )

    def _advance(self) -> None:
        """Have the next points of all lines sampled; of lines that are done with, none is kept."""
        began = time.perf_counter()
        parts = next(self._batch, [])
        share = (time.perf_counter() - began) / max(1, sum(map(len, parts)))
        for request, part in zip(self._order, parts, strict=False):
            if request in self._steps:
                self._steps[request] += part
                self._seconds[request] += share * len(part)

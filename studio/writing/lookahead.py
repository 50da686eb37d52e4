"""Lines sampled ahead of the current one, in batches, returned in reading order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.sampling.policy import DEFAULT_POLICY, Policy
from studio.layout.line_writer import HandWriter, LineRequest, WrittenLine

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.style.style import Style

SIZES = (1, 2, 4, 8)
"""Lines of the first batch, of the next and so on. Eight take about twice the time of one; more
would be more to throw away where a line comes to be broken elsewhere. The first is alone, so that
the pen need not wait for others."""


class LookaheadWriter:
    """Writes the lines that are wanted next together, checked by the policy, and keeps them.

    Parameters
    ----------
    hand : Hand
    find : callable
        Finds a style by its name.
    policy : Policy
        How lines are sampled and chosen.

    Attributes
    ----------
    points : int
        That were kept of all lines written so far.
    seconds : float
        That writing them took.
    """

    def __init__(
        self, hand: Hand, find: Callable[[str], Style], policy: Policy = DEFAULT_POLICY
    ) -> None:
        self._writer = HandWriter(hand, find, policy=policy, keep_trace=True)
        self._lines: dict[LineRequest, WrittenLine] = {}
        self._batches = 0
        self.points, self.seconds = 0, 0.0

    def line(self, request: LineRequest, coming: Sequence[LineRequest]) -> WrittenLine:
        """A line, with its trace; what was written with an earlier line comes at once.

        Parameters
        ----------
        request : LineRequest
            The line in hand.
        coming : sequence of LineRequest
            What will probably be asked for next: written with it, where it is not there already.
        """
        if request not in self._lines:
            size = SIZES[min(self._batches, len(SIZES) - 1)]
            fresh = [r for r in dict.fromkeys([request, *coming]) if r not in self._lines][:size]
            begun = time.perf_counter()
            lines = self._writer.write_lines(fresh)
            self.seconds += time.perf_counter() - begun
            self.points += sum(line.ink.points for line in lines)
            # What was written for a text that has changed since is not wanted any more.
            wanted = {request, *coming}
            self._lines = {r: line for r, line in self._lines.items() if r in wanted}
            self._lines |= zip(fresh, lines, strict=True)
            self._batches += 1
        return self._lines.pop(request)

"""The lines of a paragraph with their ink, kept from one layout to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass

from studio.document.page import LineKey, LineToPlace
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.plan import PlannedLine
from studio.layout.typesetting import PlacedBlock

_NOTHING: frozenset[LineKey] = frozenset()


@dataclass(frozen=True, eq=False)
class BlockLines:
    """What became of the lines of a paragraph.

    Parameters
    ----------
    placed : PlacedBlock or None
        The paragraph; None for lines that are of none: text boxes, page numbers.
    lines : mapping of PlannedLine to LineToPlace
        Those that are not deleted.
    requests : frozenset of LineRequest
        What all of them ask for.
    written : mapping of LineRequest to WrittenLine
        What of it is written.
    missing : tuple of LineRequest
        What is not, in reading order.
    ghosts : frozenset of LineKey
        The lines of which something is missing.
    """

    placed: PlacedBlock | None
    lines: Mapping[PlannedLine, LineToPlace]
    requests: frozenset[LineRequest]
    written: Mapping[LineRequest, WrittenLine]
    missing: tuple[LineRequest, ...] = ()
    ghosts: frozenset[LineKey] = _NOTHING

    def holds(self, placed: PlacedBlock, inked: Set[LineRequest]) -> bool:
        """Whether all of it is the same for a paragraph, now that these lines have ink."""
        if self.placed is not placed:
            return False
        return not self.missing or (not self.written and self.requests.isdisjoint(inked))


def block_lines(
    placed: PlacedBlock | None,
    lines: Iterable[PlannedLine],
    written: Mapping[LineRequest, WrittenLine],
    laid: Callable[[PlannedLine], LineToPlace],
    ghost: Callable[[PlannedLine], LineToPlace],
) -> BlockLines:
    """Look at what is written of some lines.

    Parameters
    ----------
    placed : PlacedBlock or None
    lines : iterable of PlannedLine
    written : mapping of LineRequest to WrittenLine
        All ink that is known.
    laid, ghost : callable
        Place a line that is written, and one that is not, or not wholly.
    """
    there: dict[PlannedLine, LineToPlace] = {}
    own: dict[LineRequest, WrittenLine] = {}
    missing: list[LineRequest] = []
    ghosts: list[LineKey] = []
    for line in lines:
        lacking = []
        for request in line.requests:
            ink = written.get(request)
            if ink is None:
                lacking.append(request)
            else:
                own[request] = ink
        if lacking:
            missing += lacking
            ghosts.append(line.key)
        if not line.edit.deleted:
            there[line] = ghost(line) if lacking else laid(line)
    return BlockLines(
        placed, there, frozenset([*own, *missing]), own, tuple(missing), frozenset(ghosts)
    )

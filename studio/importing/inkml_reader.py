"""InkML files as pieces of ink."""

from __future__ import annotations

from engine.ink import inkml
from engine.io.limits import Budget
from studio.importing.foreign_ink import InkPiece


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The traces: a piece for each outermost group that is annotated with a text, else one piece.

    Raises
    ------
    FileError
        If it is damaged, too large, or no InkML.
    """
    return [InkPiece(ink, text, upright=up) for ink, text, up in inkml.parse(data, budget)]

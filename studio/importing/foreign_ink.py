"""Ink of a foreign file: pieces, with their transcripts if the file has any."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ink.ink import Ink


@dataclass(frozen=True)
class InkPiece:
    """Ink that belongs together: a line, a page, or a group that the file names.

    Parameters
    ----------
    ink : Ink
        In the file's own unit, y down.
    text : str
        Its transcript; empty where the file does not tell it.
    sampled : bool
        Whether its points are a pen's samples, one a fixed time after the other; else they only
        tell the shape.
    upright : bool
        Whether the file tells which way is up.
    """

    ink: Ink
    text: str = ""
    sampled: bool = True
    upright: bool = True


@dataclass(frozen=True)
class ForeignInk:
    """What was read of a file.

    Parameters
    ----------
    pieces : tuple of InkPiece
    notices : tuple of str
        What the user should know: what was left out, or taken otherwise than it stands there; a
        sentence each.
    turned : bool
        Whether the ink was turned over, so that what was below is above.
    """

    pieces: tuple[InkPiece, ...]
    notices: tuple[str, ...] = ()
    turned: bool = False

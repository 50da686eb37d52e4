"""What a foreign file holds: pieces of ink, each with its transcript where the file tells it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

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
    """

    ink: Ink
    text: str = ""
    sampled: bool = True


def in_lines(piece: InkPiece) -> tuple[InkPiece, ...]:
    """The written lines of a piece, found from the pen's returns to the left and down.

    A piece with a transcript stays whole, unless the transcript has as many lines as were found.
    """
    inks = _lines(piece.ink)
    texts = [line.strip() for line in piece.text.splitlines() if line.strip()]
    if len(inks) == len(texts):
        return tuple(
            replace(piece, ink=ink, text=text) for ink, text in zip(inks, texts, strict=True)
        )
    if texts:
        return (replace(piece, text=" ".join(texts)),)
    return tuple(replace(piece, ink=ink) for ink in inks)


def _lines(ink: Ink) -> list[Ink]:
    if not ink:
        return []
    boxes = np.array([[*s.xy.min(axis=0), *s.xy.max(axis=0)] for s in ink.strokes])
    heights = boxes[:, 3] - boxes[:, 1]
    # Dots and dashes say nothing about how high writing is.
    tall = heights[heights > 0.2 * heights.max()] if heights.max() > 0 else heights
    unit = float(np.median(tall))
    centres = boxes[:, [1, 3]].mean(axis=1)
    members: list[list[int]] = [[0]]
    current = 0
    for stroke in range(1, len(boxes)):
        levels = [float(np.median(centres[line])) for line in members]
        below = centres[stroke] > levels[current] + 0.8 * unit
        reach = boxes[members[current], 2].max()
        begin = boxes[members[current], 0].min()
        returned = boxes[stroke, 0] < reach - 0.5 * (reach - begin)
        away = abs(centres[stroke] - levels[current]) > 1.5 * unit
        if below and returned and centres[stroke] > max(levels) + 0.8 * unit:
            members.append([])
            current = len(members) - 1
        elif away:
            current = int(np.argmin(np.abs(np.array(levels) - centres[stroke])))
        members[current].append(stroke)
    return [Ink(tuple(ink.strokes[i] for i in line)) for line in members]

"""UNIPEN files: a tablet's recording, with what its texts or words say."""

from __future__ import annotations

import re

import numpy as np

from engine.errors import FileError
from engine.ink.bounded_stroke import bounded_stroke
from engine.ink.ink import Ink, Stroke
from engine.ink.unipen import (
    KEYWORD,
    Component,
    UnipenSegment,
    UnipenState,
    UnreadableError,
    component_of,
    pieces,
    segment_of,
)
from engine.ink.unipen import note_keyword as note
from engine.io.limits import Budget
from studio.importing.foreign_ink import InkPiece

#: Levels whose labels are lines or more; else those whose labels are words.
_LEVELS = (("TEXT", "LINE", "SENTENCE", "TEXTLINE"), ("WORD",))
_MOST_SEGMENTS = 20_000


def is_unipen(head: bytes) -> bool:
    """Whether a file's beginning is UNIPEN's: keywords behind a full stop at the begin of lines."""
    return bool(re.search(rb"(?m)^[ \t]{0,9}\.(VERSION|COORD|PEN_DOWN|INCLUDE|HIERARCHY)\b", head))


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The labelled texts, or else words, each a piece; without labels, all ink as one.

    Raises
    ------
    FileError
        If it holds too much, or its ink stands in files that it includes.
    """
    parts = KEYWORD.split(data.decode("latin-1").replace("\r", "\n"))
    state = UnipenState()
    components: list[Component] = []
    segments: list[UnipenSegment] = []
    included = False
    for keyword, body in zip(parts[1::2], parts[2::2], strict=True):
        name = keyword.upper()
        if name in ("PEN_DOWN", "PEN_UP"):
            width = len(state.columns)
            numbers = budget.samples(body, columns=max(width, 1))
            # A comment may name the pen's keywords, too; no number follows it then.
            if np.isfinite(numbers).any():
                whole = numbers[: len(numbers) // width * width]
                if np.isfinite(whole).all() and len(whole):
                    components.append(component_of(name == "PEN_DOWN", whole, state))
                else:
                    components.append(Component(True, np.zeros((0, 2)), np.zeros(0)))
                    budget.leave_out("a stroke with something else than numbers")
        elif name == "SEGMENT":
            if len(segments) < _MOST_SEGMENTS:
                segments.append(segment_of(body, state, ""))
        else:
            included = included or name == "INCLUDE"
            note(name, body, state, "")
    strokes = [
        bounded_stroke(budget, c.xy, c.time) if c.down and len(c.xy) else None for c in components
    ]
    if not any(strokes) and included:
        raise FileError(
            f"{budget.path} has its ink in files that it includes, which are not read; choose one "
            "of those."
        )
    for levels in _LEVELS:
        found = [
            piece
            for segment in segments
            if segment.level.upper() in levels and segment.label
            if (piece := _piece(segment, strokes, budget)) is not None
        ]
        if found:
            return found
    ink = Ink(tuple(stroke for stroke in strokes if stroke is not None))
    return [InkPiece(ink)] if ink else []


def _piece(segment: UnipenSegment, strokes: list[Stroke | None], budget: Budget) -> InkPiece | None:
    """The ink of a label; parts of components count as the whole."""
    try:
        ranges = pieces(segment.range)
    except UnreadableError:
        return None
    numbers: list[int] = []
    for part in ranges:
        last = min(part.last, len(strokes) - 1)
        # Labels may name the same ink as often as they like.
        budget.spend(max(last - part.first + 1, 0))
        numbers += range(part.first, last + 1)
    found = [stroke for number in numbers if (stroke := strokes[number]) is not None]
    text = re.sub(r"\\(.)", r"\1", segment.label, flags=re.DOTALL).strip()
    return InkPiece(Ink(tuple(found)), text) if found else None

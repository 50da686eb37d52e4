"""Text boxes laid out: each has a sheet of its own, and a frame around its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studio.note.column import ASCENT, DESCENT
from studio.note.note import Note, TextBox
from studio.note.page import Frame
from studio.note.paper import LARGEST, Margins, Paper, Ruling
from studio.note.plan import PlannedLine

BOX = "text box"
"""Name of the sheet of a text box."""


def sheet_of(note: Note, box: TextBox) -> Note:
    """A note whose only text is the box's, on a sheet as wide as the box, without margins."""
    return replace(
        note,
        blocks=(box.block,),
        paper=Paper(BOX, box.width, LARGEST),
        margins=Margins(0.0, 0.0, 0.0, 0.0),
        ruling=Ruling(),
        page_numbers=False,
        boxes=(),
        drawings=(),
    )


def frame_of(note: Note, box: TextBox, lines: Sequence[PlannedLine]) -> Frame:
    """The frame of a text box around its planned lines; a line high where there is none."""
    look = note.look_of(box.block)
    last = max((line.baseline for line in lines), default=ASCENT * look.x_height)
    left, top = box.place.upright(0.0, 0.0)
    right, bottom = box.place.upright(box.width, last + DESCENT * look.x_height)
    return Frame(box.id, (left, top, right, bottom), box.place.angle)

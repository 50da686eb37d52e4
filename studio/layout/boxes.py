"""Text boxes laid out: each has a sheet of its own, and a frame around its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studio.document.note import Alignment, Note, TextBox
from studio.document.page import Frame, PlacedLine
from studio.document.paper import LARGEST, SMALLEST, Margins, Paper, Ruling
from studio.layout.baseline_grid import ASCENT, DESCENT
from studio.layout.plan import PlannedLine

BOX = "text box"
"""Name of the sheet of a text box."""


def sheet_of(note: Note, box: TextBox) -> Note:
    """A note whose only text is the box's, on a sheet as wide as the box, without margins."""
    height = LARGEST if box.height is None else max(box.height, SMALLEST)
    # No paper is as low as a field may be: the rest of it is margin.
    below = 0.0 if box.height is None else height - box.height
    return replace(
        note,
        blocks=(box.block,),
        paper=Paper(BOX, box.width, height),
        margins=Margins(0.0, 0.0, 0.0, below),
        fit_pages=box.height is not None,
        keep_lines=box.height is not None,
        background=None,
        two_sided=False,
        ruling=Ruling(),
        page_numbers=False,
        columns=1,
        boxes=(),
        drawings=(),
    )


def frame_of(note: Note, box: TextBox, lines: Mapping[PlannedLine, PlacedLine | None]) -> Frame:
    """The frame of a text box around its lines; a line high where there is none.

    Around lines that stand at the left and were not broken it is no wider than they are; a field
    is as large as it is.
    """
    if box.height is not None:
        left, top = box.place.upright(0.0, 0.0)
        right, bottom = box.place.upright(box.width, box.height)
        return Frame(box.id, (left, top, right, bottom), box.place.angle)
    look = note.look_of(box.block)
    last = max((line.baseline for line in lines), default=ASCENT * look.x_height)
    left, top = box.place.upright(0.0, 0.0)
    right, bottom = box.place.upright(box.width, last + DESCENT * look.x_height)
    ends = [word.box[2] for placed in lines.values() if placed for word in placed.words]
    whole = len(lines) <= box.block.text.count("\n") + 1
    if ends and whole and look.alignment is Alignment.LEFT:
        right = min(right, max(ends) + look.pen.width)
    return Frame(box.id, (left, top, right, bottom), box.place.angle)

"""How large a note's letters may be for its text to stay on its pages."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace

from engine.errors import SettingError
from studio.document.note import LIMITS, Note
from studio.document.pen_widths import pen_for
from studio.layout.draft_layout import DraftLayout, make_draft
from studio.layout.line_writer import LineRequest, Writer, WrittenLine

FINE = 1.01
"""Factor to which the size is found."""
LARGEST = 30.0
"""Millimetres of a small x: larger letters are drawn, not written."""


def with_size(note: Note, x_height: float) -> Note:
    """A note with letters of another size, and the pen that goes with them.

    Paragraphs with a size of their own keep it in proportion.
    """
    factor = x_height / note.look.x_height
    low, high = LIMITS["x_height"]
    blocks = tuple(
        replace(
            block,
            look={**block.look, "x_height": min(max(block.look["x_height"] * factor, low), high)},
        )
        if "x_height" in block.look
        else block
        for block in note.blocks
    )
    pen = pen_for(note.look.pen, note.look.x_height, x_height)
    return replace(note, blocks=blocks, look=replace(note.look, x_height=x_height, pen=pen))


def fit_to_pages(
    note: Note, writer: Writer, known: Mapping[LineRequest, WrittenLine]
) -> Generator[float, None, Note]:
    """Make a note's letters as large as its pages allow: one, or as many as were begun by hand.

    No word is divided for it that is not divided at a smaller size. Lines that are not written are
    as wide as they are expected to be.

    Yields
    ------
    float
        The share that is done.

    Returns
    -------
    Note

    Raises
    ------
    SettingError
        If the text has no room, however small it is written.
    TextError, StyleError
        As `make_draft`.
    """
    wanted = 1 + sum(block.new_page for block in note.blocks[1:])
    low, high = LIMITS["x_height"][0], LARGEST
    if not _has_room(with_size(note, low), writer, known, wanted, divided=True):
        raise SettingError(
            "The text has no room on its page, however small it is written; take a larger page, or "
            "more pages."
        )
    steps = 0
    while high / low > FINE:
        middle = (low * high) ** 0.5
        if _has_room(with_size(note, middle), writer, known, wanted):
            low = middle
        else:
            high = middle
        steps += 1
        yield min(steps / 13, 0.99)
    return with_size(note, round(low - 0.005, 2) if low > 0.6 else low)


def _has_room(
    note: Note,
    writer: Writer,
    known: Mapping[LineRequest, WrittenLine],
    pages: int,
    *,
    divided: bool = False,
) -> bool:
    try:
        draft: DraftLayout = make_draft(note, writer, known)
    except SettingError:
        return False
    own = {block.id for block in note.blocks}
    lines = [line for line in draft.layout.plan.lines if line.key.block in own]
    if max((line.page for line in lines), default=0) >= pages:
        return False
    return divided or not any(word.goes_on for line in lines for word in line.words)

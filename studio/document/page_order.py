"""Moving and deleting whole pages: of their text, their text boxes and their drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from studio.document.note import Block, Note
from studio.document.rich_editing import part_of_block


class PageStart(NamedTuple):
    """Where the flowing text of a page begins: the block, from 0, and the place in its text."""

    block: int
    place: int


def move_page(note: Note, starts: Sequence[PageStart], page: int, to: int) -> Note:
    """Let a page stand elsewhere; each page begins with a page break from then on.

    Parameters
    ----------
    note : Note
    starts : sequence of PageStart
        Of every page, in order: for one without text that of the next page, or the text's end.
    page, to : int
        From 0.
    """
    order = list(range(len(starts)))
    order.insert(to, order.pop(page))
    return _of_pages(note, starts, order)


def delete_page(note: Note, starts: Sequence[PageStart], page: int) -> Note:
    """Take a page away, with all that stands on it."""
    return _of_pages(note, starts, [k for k in range(len(starts)) if k != page])


def _of_pages(note: Note, starts: Sequence[PageStart], order: Sequence[int]) -> Note:
    """A note of some of its pages, in another order."""
    pages, free = _sections(note, starts)
    blocks: list[Block] = []
    for number, page in enumerate(order):
        section = pages[page]
        if not section:
            # A page that only holds what is placed on it.
            section, free = [Block("", free)], free + 1
        blocks.append(replace(section[0], new_page=number > 0))
        blocks += section[1:]
    if not blocks:
        blocks = [Block("", free)]
    stands = {page: number for number, page in enumerate(order)}
    boxes = tuple(
        replace(box, place=replace(box.place, page=stands[box.place.page]))
        for box in note.boxes
        if box.place.page in stands
    )
    drawings = tuple(
        replace(drawing, place=replace(drawing.place, page=stands[drawing.place.page]))
        for drawing in note.drawings
        if drawing.place.page in stands
    )
    return replace(note, blocks=tuple(blocks), boxes=boxes, drawings=drawings)


def _sections(note: Note, starts: Sequence[PageStart]) -> tuple[list[list[Block]], int]:
    """The blocks of each page, paragraphs cut where a page begins; and an id that is free."""
    free = note.free_id
    ends = [*starts[1:], PageStart(len(note.blocks), 0)]
    sections: list[list[Block]] = []
    for begin, end in zip(starts, ends, strict=True):
        section: list[Block] = []
        for number in range(begin.block, min(end.block + 1, len(note.blocks))):
            block = note.blocks[number]
            start = begin.place if number == begin.block else 0
            stop = end.place if number == end.block else len(block.text)
            if number == end.block and stop == 0:
                break
            part = part_of_block(block, start, stop)
            if start:
                part, free = replace(part, id=free, new_page=False), free + 1
            if stop < len(block.text):
                part = part_of_block(part, 0, len(part.text.rstrip()))
            section.append(part)
        sections.append(section)
    return sections, free

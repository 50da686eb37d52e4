"""Edits that keep or make what plain text does not have: marks of words, roles of paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from studio.document.editing import Span
from studio.document.note import Alignment, Block, Note
from studio.document.text_marks import DEEPEST, Mark, MarkKind, Role, Sign, merged_marks


class TextRange(NamedTuple):
    """Characters of `Note.text`, from a place in one paragraph to one in the same or a later one.

    Parameters
    ----------
    first, start : int
        The paragraph, from 0, and the place in it.
    last, stop : int
        Where the range ends.
    """

    first: int
    start: int
    last: int
    stop: int

    @property
    def paragraphs(self) -> range:
        """The paragraphs that it touches."""
        return range(self.first, self.last + 1)


class TextPlace(NamedTuple):
    """A place in `Note.text`: the paragraph and the place in it, from 0."""

    paragraph: int
    place: int


def spans_of(note: Note, chosen: TextRange) -> tuple[Span, ...]:
    """The characters of each block that a range of the text holds."""
    spans = []
    for number in chosen.paragraphs:
        if number >= len(note.blocks):
            break
        block = note.blocks[number]
        length = len(block.text)
        start = _inside(block, chosen.start) if number == chosen.first else 0
        stop = _inside(block, chosen.stop) if number == chosen.last else length
        spans.append(Span(block.id, start, stop))
    return tuple(spans)


def _inside(block: Block, place: int) -> int:
    """A place of a paragraph in `Note.text` as one of its block's text."""
    # A block that begins a page has a form feed before its text there.
    return min(max(place - int(block.new_page), 0), len(block.text))


# Pieces of blocks ----------------------------------------------------------------------------


def part_of_block(block: Block, start: int, stop: int) -> Block:
    """A block with some characters of its text alone, and their marks."""
    inside = (
        replace(m, start=max(m.start, start) - start, stop=min(m.stop, stop) - start)
        for m in block.marks
        if m.start < stop and m.stop > start
    )
    return replace(block, text=block.text[start:stop], marks=tuple(inside))


def join(first: Block, second: Block) -> Block:
    """The first block with the second's text and marks at its end."""
    shift = len(first.text)
    moved = (replace(m, start=m.start + shift, stop=m.stop + shift) for m in second.marks)
    # Its own marks first: the block checks them against its text.
    return replace(first, text=first.text + second.text, marks=(*first.marks, *moved))


def replace_spans(note: Note, changes: Iterable[tuple[Span, str]]) -> Note:
    """Put other characters at places of blocks and boxes; the marks around them stay.

    Parameters
    ----------
    note : Note
    changes : iterable of (Span, str)
        Places that do not overlap, and what is to stand there.
    """
    by_block: dict[int, list[tuple[Span, str]]] = {}
    for span, text in changes:
        by_block.setdefault(span.block, []).append((span, text))

    def changed(block: Block) -> Block:
        # From behind: the places before stay where they are.
        for span, text in sorted(by_block.get(block.id, ()), reverse=True):
            over = [m for m in block.marks if m.start <= span.start and m.stop >= span.stop]
            marks = tuple(replace(m, start=0, stop=len(text)) for m in over) if text else ()
            middle = replace(block, text=text, marks=marks)
            head, tail = (
                part_of_block(block, 0, span.start),
                part_of_block(block, span.stop, len(block.text)),
            )
            block = join(join(head, middle), tail)
        return block

    return _each(note, by_block, changed)


def _each(note: Note, idents: Iterable[int], change: Callable[[Block], Block]) -> Note:
    """A note with some blocks, of its text and of its boxes, changed."""
    wanted = set(idents)
    blocks = tuple(change(b) if b.id in wanted else b for b in note.blocks)
    boxes = tuple(
        replace(box, block=change(box.block)) if box.id in wanted else box for box in note.boxes
    )
    return replace(note, blocks=blocks, boxes=boxes)


# Marks ---------------------------------------------------------------------------------------


def is_marked(note: Note, spans: Sequence[Span], kind: MarkKind, colour: str = "") -> bool:
    """Whether all visible characters of some spans have a mark, of a colour where it has one."""
    blocks = {b.id: b for b in (*note.blocks, *(box.block for box in note.boxes))}
    seen = False
    for span in spans:
        block = blocks.get(span.block)
        if block is None:
            continue
        same = [m for m in block.marks if (m.kind, m.colour) == (kind, colour)]
        marked = {place for m in same for place in range(m.start, m.stop)}
        for place in range(span.start, min(span.stop, len(block.text))):
            if not block.text[place].isspace():
                seen = True
                if place not in marked:
                    return False
    return seen


def toggle_mark(note: Note, spans: Sequence[Span], kind: MarkKind, colour: str = "") -> Note:
    """Mark characters, or take the mark away where all of them have it.

    Characters that are coloured otherwise lose that colour. An empty one takes any away.
    """
    off = is_marked(note, spans, kind, colour) or (kind is MarkKind.COLOURED and not colour)
    by_block: dict[int, list[Span]] = {}
    for span in spans:
        by_block.setdefault(span.block, []).append(span)

    def changed(block: Block) -> Block:
        marks = list(block.marks)
        for span in by_block[block.id]:
            marks = [part for mark in marks for part in _without(mark, span, kind)]
            if not off and span.start < span.stop:
                marks.append(Mark(span.start, span.stop, kind, colour))
        return replace(block, marks=merged_marks(marks, len(block.text)))

    return _each(note, by_block, changed)


def _without(mark: Mark, span: Span, kind: MarkKind) -> Iterator[Mark]:
    """A mark, without some characters where it is of that kind."""
    if mark.kind is not kind or mark.stop <= span.start or mark.start >= span.stop:
        yield mark
        return
    if mark.start < span.start:
        yield replace(mark, stop=span.start)
    if mark.stop > span.stop:
        yield replace(mark, start=span.stop)


# Paragraphs ----------------------------------------------------------------------------------


def set_role(
    note: Note, idents: Iterable[int], role: Role, level: int = 0, sign: Sign | None = None
) -> Note:
    """Make paragraphs headings, items of a list, quotations, or plain paragraphs again."""
    level = min(level, DEEPEST)
    return _each(note, idents, lambda block: replace(block, role=role, level=level, sign=sign))


def align(note: Note, idents: Iterable[int], alignment: Alignment) -> Note:
    """Let paragraphs and text boxes stand left, right, in the middle, or from edge to edge."""

    def changed(block: Block) -> Block:
        look = {name: value for name, value in block.look.items() if name != "alignment"}
        if alignment is not note.look.alignment:
            look["alignment"] = alignment
        return replace(block, look=look)

    return _each(note, idents, changed)


# Pasting -------------------------------------------------------------------------------------


def insert_blocks(note: Note, at: TextRange, blocks: Sequence[Block]) -> tuple[Note, TextPlace]:
    """Put blocks in the place of some text, as a word processor does.

    The first goes on with the paragraph that it is put into, and the last is followed by the rest
    of that, where they are plain paragraphs.

    Returns
    -------
    Note
    TextPlace
        Behind what was put in.
    """
    first, last = note.blocks[at.first], note.blocks[min(at.last, len(note.blocks) - 1)]
    before = part_of_block(first, 0, _inside(first, at.start))
    rest = part_of_block(last, _inside(last, at.stop), len(last.text))
    free = note.free_id
    fresh = [
        replace(block, id=free + k, new_page=False, look={**first.look, **block.look})
        for k, block in enumerate(blocks)
    ]
    made: list[Block] = []
    if not fresh:
        made = [before]
    elif before.text and fresh[0].role is not Role.PARAGRAPH:
        made = [before, *fresh]
    elif fresh[0].role is Role.PARAGRAPH and (before.text or first.role is not Role.PARAGRAPH):
        made = [join(before, fresh[0]), *fresh[1:]]
    else:
        # The paragraph is empty: what is put in takes its place, with its id and its page.
        made = [replace(fresh[0], id=first.id, new_page=first.new_page), *fresh[1:]]
    here = len(made[-1].text)
    number = len(made) - 1
    if rest.text and made[-1].role is not Role.PARAGRAPH and number > 0:
        made.append(replace(rest, id=free + len(fresh), new_page=False))
    else:
        made[-1] = join(made[-1], rest)
    kept = (*note.blocks[: at.first], *made, *note.blocks[at.last + 1 :])
    place = TextPlace(at.first + number, here + int(made[number].new_page))
    return replace(note, blocks=kept), place


def is_plain(blocks: Sequence[Block]) -> bool:
    """Whether blocks say no more than their text does."""
    return all(block.role is Role.PARAGRAPH and not block.marks for block in blocks)


def text_of(blocks: Sequence[Block]) -> str:
    """Blocks as plain text with the signs of their items, a line each: for a text box."""
    return "\n".join(
        f"{block.sign.text} {block.text}" if block.sign is not None else block.text
        for block in blocks
    )

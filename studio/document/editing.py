"""Every change that the studio offers for a note: functions that return the changed note.

They need no window. What a change is called, and which changes are undone together, is said where
it is made: see `DocumentModel.edit`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from engine.ink.ink import Ink
from studio.document.drawing import Drawing, framed
from studio.document.note import LIMITS, Block, LineEdit, Look, Note, TextBox, WordEdit
from studio.document.page import LineKey
from studio.document.paper import LARGEST, SMALLEST
from studio.document.placement import Placement, turned

SMALLEST_SCALE, LARGEST_SCALE = 0.2, 5.0
"""Limits of what a word or line is scaled by."""


# Text ----------------------------------------------------------------------------------------


class Span(NamedTuple):
    """Characters of a block's text: the block's id, and from where to where."""

    block: int
    start: int
    stop: int


class Stretch(NamedTuple):
    """Characters of a note's text: the paragraph, from 0, and from where to where in it."""

    paragraph: int
    start: int
    stop: int

    def of(self, span: Span) -> Stretch:
        """Where characters of the block that begins here stand."""
        return Stretch(self.paragraph, self.start + span.start, self.start + span.stop)

    def holds(self, paragraph: int, place: int) -> bool:
        """Whether a character of the text is one of these."""
        return paragraph == self.paragraph and self.start <= place < self.stop


def in_text(note: Note, span: Span) -> Stretch | None:
    """Where characters of a block stand in `Note.text`; None for those of a text box."""
    return all_in_text(note, (span,))[0]


def all_in_text(note: Note, spans: Sequence[Span]) -> tuple[Stretch | None, ...]:
    """As `in_text`, for many: the note is gone through once."""
    # A block that begins a page has a form feed before its text there.
    starts = {
        block.id: Stretch(paragraph, int(block.new_page), int(block.new_page))
        for paragraph, block in enumerate(note.blocks)
    }
    return tuple(starts[span.block].of(span) if span.block in starts else None for span in spans)


def replace_text(note: Note, span: Span, text: str) -> Note:
    """Put other characters at a place of a block's text: a word that was retyped."""
    if box := note.box(span.block):
        old = box.block.text
        return set_box_text(note, box.id, old[: span.start] + text + old[span.stop :])
    there = in_text(note, span)
    if there is None:
        return note
    lines = note.text.split("\n")
    line = lines[there.paragraph]
    lines[there.paragraph] = line[: there.start] + text + line[there.stop :]
    return note.with_text("\n".join(lines))


def replace_unknown(note: Note, character: str | None = "?") -> Note:
    """Write a character in place of those that the hand does not know; None refuses them."""
    return replace(note, replace_unknown=character)


# Looks ---------------------------------------------------------------------------------------


def block_of(note: Note, ident: int | None) -> Block | None:
    """The paragraph, or the block of a text box, of that id."""
    blocks = (*note.blocks, *(box.block for box in note.boxes))
    return next((block for block in blocks if block.id == ident), None)


def set_look(note: Note, values: Mapping[str, Any], ident: int | None = None) -> Note:
    """Change fields of a look.

    Parameters
    ----------
    note : Note
    values : mapping of str to value
        Fields of `Look`. The x-height of a text box is the one that is seen on the page.
    ident : int, optional
        The paragraph, text box or drawing; None for the note. Of a drawing, colour and pen count.

    Raises
    ------
    SettingError
        If a value is out of range.
    """
    drawing = None if ident is None else note.drawing(ident)
    if drawing is not None:
        known = {name: value for name, value in values.items() if name in ("colour", "pen")}
        return note.with_drawing(replace(drawing, **known))
    block = block_of(note, ident)
    if block is None:
        return replace(note, look=replace(note.look, **values))
    box = note.box(block.id)
    if box is not None and "x_height" in values:
        values = {**values, "x_height": values["x_height"] / box.place.scale}
    look = {**block.look, **values}
    own = {name: value for name, value in look.items() if value != getattr(note.look, name)}
    return _with_block(note, replace(block, look=own))


def reset_look(note: Note, ident: int) -> Note:
    """Give a paragraph or text box the note's look."""
    block = block_of(note, ident)
    return note if block is None else _with_block(note, replace(block, look={}))


def set_style(note: Note, name: str | None, ident: int | None = None) -> Note:
    """Write in another style, or none: one paragraph, or all that have no style of their own."""
    block = block_of(note, ident)
    if block is None:
        return replace(note, look=replace(note.look, style=name))
    return _with_block(note, replace(block, look={**block.look, "style": name}))


def look_on_page(note: Note, block: Block) -> Look:
    """The look of a paragraph or text box, its letters as large as they stand on the page."""
    look, box = note.look_of(block), note.box(block.id)
    low, high = LIMITS["x_height"]
    scale = 1.0 if box is None else box.place.scale
    return replace(look, x_height=min(max(look.x_height * scale, low), high))


def _with_block(note: Note, changed: Block) -> Note:
    if box := note.box(changed.id):
        return note.with_box(replace(box, block=changed))
    return replace(note, blocks=tuple(changed if b.id == changed.id else b for b in note.blocks))


# Lines and words -----------------------------------------------------------------------------


def edit_of(note: Note, key: LineKey) -> LineEdit:
    """What was changed by hand on a line."""
    return note.edits.get(key, LineEdit())


def is_locked(note: Note, keys: Collection[LineKey]) -> bool:
    """Whether there are lines and all of them are locked."""
    return bool(keys) and all(edit_of(note, key).locked for key in keys)


def lock_lines(note: Note, looks: Mapping[LineKey, Look | None]) -> Note:
    """Keep lines as they are, whatever becomes of the note's look.

    Parameters
    ----------
    note : Note
    looks : mapping of LineKey to Look or None
        The lines, each with the look that it has now.
    """
    return _with_edits(
        note,
        {key: replace(edit_of(note, key), locked=True, look=look) for key, look in looks.items()},
    )


def unlock_lines(note: Note, keys: Iterable[LineKey]) -> Note:
    """Let lines follow the note's look again."""
    return _with_edits(
        note, {key: replace(edit_of(note, key), locked=False, look=None) for key in keys}
    )


def move_lines(note: Note, keys: Iterable[LineKey], right: float, down: float) -> Note:
    """Move lines by millimetres of the page; locked ones stay."""

    def moved(key: LineKey, edit: LineEdit) -> LineEdit:
        dx, dy = _own_way(note, key, right, down)
        return replace(edit, right=edit.right + dx, down=edit.down + dy)

    return _change_lines(note, keys, moved)


def scale_lines(note: Note, keys: Iterable[LineKey], factor: float) -> Note:
    """Scale lines about the left ends of their baselines; locked ones stay."""
    return _change_lines(
        note, keys, lambda _, edit: replace(edit, scale=_scaled(edit.scale, factor))
    )


def delete_lines(note: Note, keys: Iterable[LineKey]) -> Note:
    """Take the ink of lines off the page; their text stays. Locked ones stay."""
    return _change_lines(note, keys, lambda _, edit: replace(edit, deleted=True))


def reset_lines(note: Note, keys: Iterable[LineKey]) -> Note:
    """Undo all that was changed by hand on lines; locked ones stay."""
    return _change_lines(note, keys, lambda _, __: LineEdit())


def rewrite_lines(note: Note, seeds: Mapping[LineKey, int]) -> Note:
    """Write lines with other seeds; locked ones stay."""

    def changed(key: LineKey, edit: LineEdit) -> LineEdit:
        # Of the new ink nobody has said that it can be read.
        words = tuple((place, replace(word, fine=False)) for place, word in edit.words)
        return replace(edit, seed=seeds[key], variant=0, words=words)

    return _change_lines(note, seeds, changed)


def choose_variants(note: Note, variants: Mapping[LineKey, int]) -> Note:
    """Let lines have other known inks of the same request."""
    return _with_edits(
        note,
        {key: replace(edit_of(note, key), variant=number) for key, number in variants.items()},
    )


def take_back(note: Note, former: Mapping[LineKey, LineEdit]) -> Note:
    """Give lines the ink back that they had with former edits."""
    return _with_edits(
        note,
        {
            key: replace(edit_of(note, key), seed=edit.seed, variant=edit.variant)
            for key, edit in former.items()
        },
    )


def rewrite_all(note: Note, seed: int) -> Note:
    """Write all lines again but those that are locked."""
    edits = {
        key: edit if edit.locked else replace(edit, seed=None, variant=0)
        for key, edit in note.edits.items()
    }
    return replace(note, look=replace(note.look, seed=seed), edits=edits)


def move_word(note: Note, key: LineKey, word: int, right: float, down: float) -> Note:
    """Move a word by millimetres of the page.

    Parameters
    ----------
    note : Note
    key : LineKey
        The word's line.
    word : int
        Its place among the placed words of the line, from 0.
    right, down : float
    """
    dx, dy = _own_way(note, key, right, down)
    return _change_word(note, key, word, lambda w: replace(w, right=w.right + dx, down=w.down + dy))


def scale_word(note: Note, key: LineKey, word: int, factor: float) -> Note:
    """Scale a word."""
    return _change_word(note, key, word, lambda w: replace(w, scale=_scaled(w.scale, factor)))


def delete_word(note: Note, key: LineKey, word: int) -> Note:
    """Take a word's ink off the page; its text stays."""
    return _change_word(note, key, word, lambda w: replace(w, deleted=True))


def accept_word(note: Note, key: LineKey, word: int) -> Note:
    """Say that a word can be read, whatever a recogniser makes of it."""
    return _change_word(note, key, word, lambda w: replace(w, fine=True))


def place_in_text(edit: LineEdit, place: int) -> int:
    """A placed word's place in its line's text: deleted words before it count, too."""
    for gone in sorted(k for k, word in edit.words if word.deleted):
        if gone <= place:
            place += 1
    return place


def _with_edits(note: Note, changed: Mapping[LineKey, LineEdit]) -> Note:
    return replace(note, edits={**note.edits, **changed})


def _change_lines(
    note: Note, keys: Iterable[LineKey], change: Callable[[LineKey, LineEdit], LineEdit]
) -> Note:
    edits = {key: edit_of(note, key) for key in keys}
    return _with_edits(
        note, {key: change(key, edit) for key, edit in edits.items() if not edit.locked}
    )


def _change_word(
    note: Note, key: LineKey, word: int, change: Callable[[WordEdit], WordEdit]
) -> Note:
    edit = edit_of(note, key)
    place = place_in_text(edit, word)
    words = dict(edit.words)
    words[place] = change(words.get(place, WordEdit()))
    return _with_edits(note, {key: replace(edit, words=tuple(sorted(words.items())))})


def _own_way(note: Note, key: LineKey, right: float, down: float) -> tuple[float, float]:
    """Millimetres of the page as those of a line: a text box may be turned and scaled."""
    box = note.box(key.block)
    if box is None:
        return right, down
    x, y = turned((right, down), -box.place.angle)
    return x / box.place.scale, y / box.place.scale


def _scaled(scale: float, factor: float) -> float:
    return min(max(scale * factor, SMALLEST_SCALE), LARGEST_SCALE)


# Text boxes and drawings ---------------------------------------------------------------------


def new_box(note: Note, place: Placement, width: float) -> TextBox:
    """An empty text box for the note, as wide as there is room to the right of its place."""
    width = max(SMALLEST, min(width, note.paper.width - place.x - 5))
    return TextBox(Block("", note.free_id), place, width)


def set_box_text(note: Note, ident: int, text: str) -> Note:
    """Let a text box say something else; one that says nothing is taken away."""
    box = note.box(ident)
    if box is None:
        return note
    if not text.strip():
        return note.without(ident)
    return note.with_box(replace(box, block=replace(box.block, text=text)))


def set_box_width(note: Note, ident: int, width: float) -> Note:
    """Break the lines of a text box to another width, in its own millimetres."""
    box = note.box(ident)
    if box is None:
        return note
    return note.with_box(replace(box, width=min(max(width, SMALLEST), LARGEST)))


def add_drawing(note: Note, ink: Ink, middle: tuple[int, float, float], name: str = "") -> Note:
    """Place ink in millimetres with its middle at (page, x, y), in the note's ink and pen.

    Raises
    ------
    SettingError
        If there is too much of it, or it cannot be placed there.
    """
    ink = framed(ink)
    page, x, y = middle
    _, _, width, height = ink.bounds
    place = Placement(page, x - width / 2, y - height / 2)
    drawing = Drawing(note.free_id, place, ink, note.look.colour, note.look.pen, name)
    return note.with_drawing(drawing)


def add_drawings(note: Note, drawings: Sequence[Drawing], middle: tuple[int, float, float]) -> Note:
    """Place copies of drawings around (page, x, y), as they stand to each other."""
    if not drawings:
        return note
    corners = [d.place.on_page([(0.0, 0.0), d.size]) for d in drawings]
    centre = (np.min(corners, axis=(0, 1)) + np.max(corners, axis=(0, 1))) / 2
    page, x, y = middle
    dx, dy = x - float(centre[0]), y - float(centre[1])
    for drawing in drawings:
        place = replace(drawing.place.moved(dx, dy), page=page)
        note = note.with_drawing(replace(drawing, id=note.free_id, place=place))
    return note


def place_thing(note: Note, ident: int, place: Placement) -> Note:
    """Let a text box or drawing stand elsewhere, turned and scaled."""
    if box := note.box(ident):
        return note.with_box(replace(box, place=place))
    drawing = note.drawing(ident)
    return note if drawing is None else note.with_drawing(replace(drawing, place=place))


def move_thing(note: Note, ident: int, right: float, down: float) -> Note:
    """Move a text box or drawing by millimetres of its page."""
    place = place_of(note, ident)
    return note if place is None else place_thing(note, ident, place.moved(right, down))


def turn_thing(note: Note, ident: int, angle: float, size: tuple[float, float]) -> Note:
    """Turn a text box or drawing clockwise about its middle by radians.

    Parameters
    ----------
    note : Note
    ident : int
    angle : float
    size : (float, float)
        Width and height of its frame, in its own millimetres.
    """
    place = place_of(note, ident)
    if place is None:
        return note
    return place_thing(note, ident, place.turned(angle, middle_of(place, size)))


def scale_thing(note: Note, ident: int, factor: float, size: tuple[float, float]) -> Note:
    """Scale a text box or drawing about its middle; `size` as for `turn_thing`."""
    place = place_of(note, ident)
    if place is None:
        return note
    return place_thing(note, ident, place.scaled(factor, middle_of(place, size)))


def duplicate_thing(
    note: Note, ident: int, beside: float, same_ink: Mapping[LineKey, LineEdit] | None = None
) -> tuple[Note, int]:
    """Put a copy beside a text box or drawing.

    Parameters
    ----------
    note : Note
    ident : int
    beside : float
        Millimetres that the copy stands right of it and below it.
    same_ink : mapping of LineKey to LineEdit, optional
        Edits of the box's lines with which the copy's have the same ink.

    Returns
    -------
    Note, int
        And the copy's id; that of the original where there is none to copy.
    """
    place, copy = place_of(note, ident), note.free_id
    if place is None:
        return note, ident
    place = place.moved(beside, beside)
    if drawing := note.drawing(ident):
        return note.with_drawing(replace(drawing, id=copy, place=place)), copy
    box = note.box(ident)
    assert box is not None
    made = note.with_box(replace(box, block=replace(box.block, id=copy), place=place))
    edits = {
        key._replace(block=copy): replace(edit, locked=False, look=None)
        for key, edit in (same_ink or {}).items()
    }
    return _with_edits(made, edits), copy


def place_of(note: Note, ident: int) -> Placement | None:
    """Where a text box or drawing stands."""
    thing = note.box(ident) or note.drawing(ident)
    return None if thing is None else thing.place


def middle_of(place: Placement, size: tuple[float, float]) -> tuple[float, float]:
    """The middle of a frame on its page; `size` as for `turn_thing`."""
    x, y = place.on_page([(size[0] / 2, size[1] / 2)])[0]
    return float(x), float(y)

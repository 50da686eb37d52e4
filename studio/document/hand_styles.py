"""Styles of a note that belong to the hand that writes it, and those that belong to another."""

from __future__ import annotations

from collections.abc import Iterator

from engine.style.style import all_bundled, bundled, default_style
from studio.document.editing import set_look
from studio.document.note import Note


def ships_for_another(style: str | None, hand: str) -> bool:
    """Whether the style of that name ships for another hand than `hand`, one that ships too."""
    return style is not None and style in all_bundled() and style not in bundled(hand)


def foreign_styles(note: Note, hand: str) -> Iterator[int | None]:
    """Where a note names styles that ship for another hand: ids of blocks, None for the note."""
    if ships_for_another(note.look.style, hand):
        yield None
    for block in (*note.blocks, *(box.block for box in note.boxes)):
        if ships_for_another(block.look.get("style"), hand):
            yield block.id


def for_hand(note: Note, hand: str) -> Note:
    """A note without ink, in the styles of the hand that is to write it.

    Parameters
    ----------
    note : Note
    hand : str
        The name of a hand that ships.
    """
    for ident in list(foreign_styles(note, hand)):
        note = set_look(note, {"style": default_style(hand)}, ident)
    return note

"""What a block is, and which words are underlined, pressed harder, crossed out or coloured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from engine.errors import SettingError
from engine.rendering.colours import rgb

DEEPEST = 6
"""Level of a heading or an item at most."""


class Role(StrEnum):
    """What a block is among the others."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    RULE = "rule"


class Sign(StrEnum):
    """What is drawn before an item of a list."""

    DOT = "dot"
    CIRCLE = "circle"
    DASH = "dash"
    BOX = "box"
    CHECKED = "checked"

    @property
    def text(self) -> str:
        """The character that says the same, for who searches or copies."""
        return {"dot": "•", "circle": "◦", "dash": "–", "box": "☐", "checked": "☑"}[self.value]


class MarkKind(StrEnum):
    """What is done to the words of a mark."""

    UNDERLINED = "underlined"
    PRESSED = "pressed"
    STRUCK = "struck"
    COLOURED = "coloured"


@dataclass(frozen=True)
class Mark:
    """Characters of a block's text that are marked.

    Parameters
    ----------
    start, stop : int
        From which to which (exclusive), from 0.
    kind : MarkKind
    colour : str
        '#rrggbb' of the ink, where they are coloured; else empty.

    Raises
    ------
    SettingError
        If there are none, or the colour is none.
    """

    start: int
    stop: int
    kind: MarkKind
    colour: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", MarkKind(self.kind))
        if self.kind is MarkKind.COLOURED:
            rgb(self.colour)
        elif self.colour:
            raise SettingError(f"Words that are {self.kind} have no colour of their own.")
        if not 0 <= self.start < self.stop:
            raise SettingError(
                f"Characters {self.start} to {self.stop} cannot be marked; mark one at least."
            )


def merged_marks(marks: Iterable[Mark], length: int) -> tuple[Mark, ...]:
    """Marks in order, those of one kind that touch as one, and none beyond a text's end."""
    found: list[Mark] = []
    inside = [m for m in marks if m.start < length]
    inside.sort(key=lambda m: (m.kind, m.colour, m.start))
    for _, group in groupby(inside, key=lambda m: (m.kind, m.colour)):
        for mark in group:
            mark = replace(mark, stop=min(mark.stop, length))
            last = found[-1] if found else None
            alike = last is not None and (last.kind, last.colour) == (mark.kind, mark.colour)
            if last is not None and alike and mark.start <= last.stop:
                found[-1] = replace(found[-1], stop=max(found[-1].stop, mark.stop))
            else:
                found.append(mark)
    return tuple(sorted(found, key=lambda m: (m.start, m.stop, m.kind, m.colour)))


def marks_after_edit(marks: Sequence[Mark], old: str, new: str) -> tuple[Mark, ...]:
    """Where marks stand after a text was edited in one place.

    What is typed within a mark belongs to it, and so does what is typed at its end, but not before
    its start.
    """
    if not marks or old == new:
        return tuple(marks)
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    gone, by = len(old) - tail, len(new) - len(old)
    # “a tree two” made of “a two” may be “tree ” before “two”, or “ree t” within it: words count.
    longer, end = (new, gone + by) if by > 0 else (old, gone)
    if min(gone, gone + by) == head:
        back = head
        while back and not longer[back - 1].isspace() and longer[back - 1] == longer[end - 1]:
            back, end = back - 1, end - 1
        if not back or longer[back - 1].isspace():
            gone, head = gone - (head - back), back

    def start(place: int) -> int:
        return place if place < head else max(head, place + by) if place >= gone else gone + by

    def stop(place: int) -> int:
        return place if place < head else max(head, place + by) if place >= gone else head

    moved = ((m, start(m.start), stop(m.stop)) for m in marks)
    return merged_marks((replace(m, start=a, stop=b) for m, a, b in moved if a < b), len(new))

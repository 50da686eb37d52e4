"""What was done to a text, by how it reads before and after, and which changes make one step."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_JOINING = "\u200d\ufe0e\ufe0f"


class ChangeKind(StrEnum):
    """What undo calls it."""

    TYPE = "Type"
    DELETE = "Delete"
    PASTE = "Paste"


@dataclass(frozen=True)
class TextChange:
    """A change of a text.

    Parameters
    ----------
    kind : ChangeKind
    cursor : int
        Where the cursor stands after it, in characters.
    ends_word : bool
        Whether white space was typed.
    single : bool
        Whether it was one character.
    goes_on : bool
        Whether it belongs to the step of the change before it.
    """

    kind: ChangeKind
    cursor: int
    ends_word: bool = False
    single: bool = True
    goes_on: bool = False


def next_change(before: TextChange | None, old: str, new: str, cursor: int) -> TextChange:
    """Tell what was done to a text, and whether it goes on with what was done before.

    A word that is typed in one go, with the white space after it, is one step; so are characters
    that are deleted one after another. What is pasted, or deleted as a whole, is a step of its own;
    what is typed over a selection is one with what took its place.

    Parameters
    ----------
    before : TextChange or None
        The change before; None where something else was done since.
    old, new : str
        The text before and after.
    cursor : int
        Where the cursor stands after it, in characters.
    """
    rest = new[cursor:]
    if not old.endswith(rest):
        # Something was moved: what stands behind the cursor is not what stood there.
        return TextChange(ChangeKind.PASTE, cursor, single=False)
    left, right = old[: len(old) - len(rest)], new[:cursor]
    head = len(common_prefix(left, right))
    removed, added = left[head:], right[head:]
    if not added:
        single = _is_single(removed)
        goes_on = (
            before is not None
            and before.kind is ChangeKind.DELETE
            and before.single
            and single
            and before.cursor in (cursor, cursor + len(removed))
        )
        return TextChange(ChangeKind.DELETE, cursor, single=single, goes_on=goes_on)
    if not _is_single(added):
        return TextChange(ChangeKind.PASTE, cursor, single=False)
    space = added.isspace()
    goes_on = (
        before is not None
        and before.kind is ChangeKind.TYPE
        and before.cursor == head
        and not removed
        and (space or not before.ends_word)
    )
    return TextChange(ChangeKind.TYPE, cursor, space, goes_on=goes_on)


def _is_single(text: str) -> bool:
    """Whether a text is one character, with the marks that are set on it."""
    return sum(not unicodedata.combining(c) and c not in _JOINING for c in text[:9]) == 1


def common_prefix(a: str, b: str) -> str:
    """What two texts begin with alike; as fast for long ones."""
    size = min(len(a), len(b))
    if a[:size] == b[:size]:
        return a[:size]
    low, high = 0, size
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return a[:low]

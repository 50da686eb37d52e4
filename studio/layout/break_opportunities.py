"""Where a line of text may end: Unicode's line breaking algorithm, and what people do beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

DASHES = "-‐‑‒–—―⸺⸻−﹘﹣－"
"""What no line begins with, but a paragraph may: a dialogue, a list."""

LONG_DASHES = "–—―⸺⸻"
"""Behind these a line may end as freely as at a space."""

# A space between words around which nothing says that no line may end there: a line may.
_LETTER = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_PLAIN_SPACE = re.compile(rf"(?<=[{_LETTER}]|(?<=[{_LETTER}])[.,;:!?]) +(?=[{_LETTER}])")
_PLAIN_WORD = re.compile(rf"[{_LETTER}]+[.,;:!?]?")

# What ends a thought stays with the word before it, whatever space a typist has set.
_CLOSING = frozenset(".,;:!?…)]}%‰°»›”’") | frozenset(DASHES)


def opportunities(text: str) -> frozenset[int]:
    """The places of a text before which a line may begin.

    By the Unicode line breaking algorithm (UAX #14); beyond it no line begins with a dash, or with
    punctuation that a space parts from its word.

    Parameters
    ----------
    text : str
        Of one line as it was typed.

    Returns
    -------
    frozenset of int
        Between 1 and len(text) - 1.
    """
    found: set[int] = set()
    start = 0
    # The algorithm looks no further than to such a space: so each piece can be remembered.
    for space in _PLAIN_SPACE.finditer(text):
        found.update(start + place for place in _within(text[start : space.start()]))
        start = space.end()
        found.add(start)
    found.update(start + place for place in _within(text[start:]))
    return frozenset(found)


@lru_cache(maxsize=8192)
def _within(text: str) -> tuple[int, ...]:
    if not text or _PLAIN_WORD.fullmatch(text):
        return ()
    return tuple(_unicode(text))


def _unicode(text: str) -> Iterator[int]:
    # Its tables take a tenth of a second to load, and most texts need none of them.
    from uniseg.linebreak import line_break_breakables

    for place, may in enumerate(line_break_breakables(text)):
        if may and not _joined(text, place):
            yield place


def _joined(text: str, place: int) -> bool:
    """Whether what begins at a place belongs to what stands before it, by custom."""
    after = text[place]
    if after in DASHES:
        return True
    # A closing mark that is followed by a letter opens something: .5, ”quoted” in Swedish.
    alone = not text[place + 1 : place + 2].isalnum()
    return after in _CLOSING and alone and text[place - 1].isspace()

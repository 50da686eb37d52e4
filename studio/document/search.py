"""Finding words in a note's text and in its text boxes, and replacing them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studio.document.editing import Span
from studio.document.note import Note

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ′", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("–—−‐‑", "-"),
        **dict.fromkeys("\u00a0\u202f\u2007\t\n", " "),
    }
)
"""What is typed on a keyboard finds what a typesetter makes of it, character by character."""


@dataclass(frozen=True)
class Query:
    """What is looked for.

    Parameters
    ----------
    text : str
    match_case : bool
        Whether capitals differ from small letters.
    whole_words : bool
        Whether nothing of a word may stand beside it.
    """

    text: str
    match_case: bool = False
    whole_words: bool = False


def find_all(note: Note, query: Query) -> tuple[Span, ...]:
    """All places where a query stands: in the text's order, then those of text boxes."""
    if not query.text:
        return ()
    wanted = re.escape(query.text.translate(_ALIKE))
    if query.whole_words:
        wanted = rf"(?<!\w){wanted}(?!\w)"
    pattern = re.compile(wanted, 0 if query.match_case else re.IGNORECASE)
    blocks = (*note.blocks, *(box.block for box in note.boxes))
    return tuple(
        Span(block.id, found.start(), found.end())
        for block in blocks
        for found in pattern.finditer(block.text.translate(_ALIKE))
    )

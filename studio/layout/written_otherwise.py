"""Characters of a note that are replaced or left out, with their places."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from engine.text.transliteration import Place, Substitution
from studio.document.editing import Stretch
from studio.document.note import Note
from studio.layout.kept_spelling import typed_lines


class WrittenOtherwise(NamedTuple):
    """A place where the ink says something else than the text.

    Parameters
    ----------
    typed : str
        A character, with the marks that combine with it.
    written : str or None
        What stands for it, empty where it is left out; None where it cannot be written at all.
    word : str
        In which it stands.
    line : int
        Of the note's text or of a text box, from 1.
    part : str
        Which text box that is, in words; empty in the flowing text.
    stretch : Stretch or None
        Its characters in `Note.text`; None in a text box.
    """

    typed: str
    written: str | None
    word: str
    line: int
    part: str
    stretch: Stretch | None

    @property
    def how(self) -> str:
        """What stands for it, in words."""
        if self.written is None:
            return "cannot be written"
        return self.written or "left out"


def written_otherwise(
    note: Note, notices: Sequence[Substitution], refused: Iterable[tuple[str, Place]] = ()
) -> tuple[WrittenOtherwise, ...]:
    """All places of a note's text that are written otherwise, in their order.

    Parameters
    ----------
    note : Note
    notices : sequence of Substitution
        Of its layout.
    refused : iterable of (str, Place)
        Characters that cannot be written, as `UnwritableError` has them.
    """
    refused = tuple(refused)
    if not notices and not refused:
        return ()
    lines = list(_lines(note))
    found = [
        _found(lines, notice.character, notice.written, place)
        for notice in notices
        for place in notice.places
    ]
    found += (_found(lines, character, None, place) for character, place in refused)
    # Those of text boxes come last, as their lines do on the page.
    return tuple(
        sorted(found, key=lambda one: (one.stretch is None, one.part, one.stretch or (), one.line))
    )


def _lines(note: Note) -> Iterator[tuple[int, int, str]]:
    """Of each typed line its paragraph, where it begins in that, and its text."""
    for number, block in enumerate(note.blocks):
        for start, line in typed_lines(block.text):
            yield number, start + int(block.new_page), line


def _found(
    lines: Sequence[tuple[int, int, str]], typed: str, written: str | None, place: Place
) -> WrittenOtherwise:
    stretch = None
    if not place.part and place.line <= len(lines):
        paragraph, begin, text = lines[place.line - 1]
        start = place.column - 1
        stop = start + 1
        while stop < len(text) and unicodedata.category(text[stop]) in ("Mn", "Me"):
            stop += 1
        # A notice has one character for one that was typed as two.
        stop = max(stop, start + len(typed)) if text.startswith(typed, start) else stop
        stretch = Stretch(paragraph, begin + start, begin + min(stop, len(text)))
    return WrittenOtherwise(typed, written, place.word, place.line, place.part.strip(), stretch)

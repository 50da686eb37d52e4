"""What a new note begins with: the look and the paper that the user has chosen for all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields

from engine.io.converter import decode, encode
from engine.io.json_file import parse_json
from engine.style.style import DEFAULT
from studio.document.note import Block, Look, Note, VerticalAlignment
from studio.document.paper import PAPERS, Margins, Paper, Ruling


@dataclass(frozen=True)
class NoteStart:
    """The look and the paper of new notes.

    Parameters
    ----------
    look : Look
    paper : Paper
    margins : Margins
    ruling : Ruling
    ruling_printed, page_numbers, hyphenate, keep_together, fit_pages : bool
        As those of `Note`, like all that follow.
    replace_unknown : str or None
    columns : int
    column_gap : float
    vertical : VerticalAlignment
    """

    look: Look = field(default_factory=lambda: Look(style=DEFAULT))
    paper: Paper = PAPERS["A4"]
    margins: Margins = field(default_factory=Margins)
    ruling: Ruling = field(default_factory=Ruling)
    ruling_printed: bool = False
    page_numbers: bool = False
    hyphenate: bool = False
    keep_together: bool = True
    fit_pages: bool = False
    replace_unknown: str | None = None
    columns: int = 1
    column_gap: float = 8.0
    vertical: VerticalAlignment = VerticalAlignment.TOP

    @classmethod
    def of(cls, note: Note) -> NoteStart:
        """The look and the paper of a note."""
        return cls(**{known.name: getattr(note, known.name) for known in fields(cls)})

    def note(self, blocks: tuple[Block, ...] = (), title: str = "") -> Note:
        """A new note, empty or with a text.

        Raises
        ------
        SettingError
            If the margins leave no room.
        """
        values = {known.name: getattr(self, known.name) for known in fields(self)}
        return Note(blocks or Note.from_text("").blocks, title=title, **values)

    def to_json(self) -> str:
        """As a line of JSON; empty where all is as the program has it."""
        return "" if self == NoteStart() else json.dumps(encode(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> NoteStart:
        """What `to_json` made.

        Raises
        ------
        ScriptoriumError, ValueError, TypeError, RecursionError
            If it is damaged.
        """
        if not text:
            return cls()
        start = decode(cls, parse_json(text))
        # A sheet without room is told here, and not when a note is begun.
        start.note()
        return start

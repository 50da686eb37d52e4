"""Preview of a merge: a note, a table, and each of their letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.document.typography import typeset_note
from studio.layout.draft_layout import DraftLayout
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import Writer
from studio.merge.letters import LetterPlanner, PlannedLetter, Problem, rows_shown
from studio.merge.results import LetterResult
from studio.merge.table import Table, column_for, identifier
from studio.merge.template import note_template
from studio.storage.note_file import NoteFile


@dataclass(frozen=True)
class FieldSeen:
    """A column of a table, as a window shows it.

    Parameters
    ----------
    column : str
    tag : str
        What stands for it in a note: "{{ first_name }}".
    example : str
        Its field in the first row that has one.
    used : bool
        Whether the note asks for it.
    """

    column: str
    tag: str
    example: str
    used: bool


class MergePreview:
    """The letters of a note and a table.

    Parameters
    ----------
    file : NoteFile
        The template.
    table : Table

    Attributes
    ----------
    entries : tuple of PlannedLetter or Problem
        What becomes of each row, in order, as far as it is known without laying anything out.

    Raises
    ------
    TextError, SettingError
        If the note is no template of this table.
    """

    def __init__(self, file: NoteFile, table: Table) -> None:
        self.file, self.table = file, table
        self._planner = LetterPlanner(note_template(file, Path("The note"), table.columns), table)
        letters, problems = self._planner.planned()
        found: dict[int, PlannedLetter | Problem] = {one.row.number: one for one in letters}
        found |= {one.row.number: one for one in problems}
        self.entries: tuple[PlannedLetter | Problem, ...] = tuple(
            found[row.number] for row in table.rows
        )

    @property
    def fields(self) -> tuple[FieldSeen, ...]:
        """The columns, in the order of the table."""
        used = self._planner.template.used
        return tuple(
            FieldSeen(column, tag_of(column), _example(self.table, column), column in used)
            for column in self.table.columns
        )

    def called(self, place: int) -> str:
        """How the letter of a row is called: by its file, or its first field."""
        entry = self.entries[place]
        if isinstance(entry, PlannedLetter):
            return entry.stem
        shown = dict(rows_shown(entry.row, self.table.columns))
        return next((value for value in shown.values() if value), "")

    def draft(self, place: int, writer: Writer) -> DraftLayout | Problem:
        """The letter of a row as it will look, lines that are not written as ghosts."""
        entry = self.entries[place]
        return entry if isinstance(entry, Problem) else self._planner.draft(entry, writer)

    def write(self, place: int, writer: Writer) -> Layout | Problem:
        """The letter of a row in ink: the very one that a merge writes.

        Raises
        ------
        ScriptoriumError
            As `studio.layout.layout.lay_out`.
        """
        entry = self.entries[place]
        if isinstance(entry, Problem):
            return entry
        letter = self._planner.letter(entry)
        note = typeset_note(letter.note, writer.alphabet)
        return lay_out(note, writer, letter.before, known=letter.known)

    def places(self, results: Sequence[LetterResult]) -> Mapping[int, LetterResult]:
        """Results by the place of their rows; those of rows that are gone are left out."""
        by_key = {
            entry.key: place
            for place, entry in enumerate(self.entries)
            if isinstance(entry, PlannedLetter)
        }
        return {by_key[one.id]: one for one in results if one.id in by_key}


def tag_of(column: str) -> str:
    """What stands for a column in a template."""
    name = identifier(column)
    plain = name.isidentifier() and column_for(name, (column,)) == column
    return f"{{{{ {name} }}}}" if plain else f"{{{{ fields[{column!r}] }}}}"


def _example(table: Table, column: str) -> str:
    for row in table.rows:
        if column in row.values:
            return dict(rows_shown(row, (column,)))[column]
    return ""

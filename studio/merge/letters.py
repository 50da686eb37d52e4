"""Letters: what is made of each row of a table, checked before anything is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import ScriptoriumError
from engine.text.transliteration import UnwritableError
from studio.document.note import Note
from studio.document.typography import typeset_note
from studio.layout.draft_layout import DraftLayout, make_draft
from studio.layout.layout import Layout
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.merge.naming import FileNames, content_key, folded, row_keys
from studio.merge.table import Table, TableRow, table_rows
from studio.merge.template import FieldError, Template, shown

FORM = 1
"""Counted up when letters of the same template and row would look otherwise than before."""

ONE_SIDED = ("Card", "Business card", "C5", "C6", "DL", "#10", "Envelope", "Label", "Place card")
"""Papers, by what their names begin with, on which a letter takes one page where not said."""

EDGE = 0.5
"""Millimetres that writing in a text box may reach beyond the paper's edge unseen."""


@dataclass(frozen=True)
class PlannedLetter:
    """A row, and what tells its letter from others.

    Parameters
    ----------
    row : TableRow
    key : str
    stem : str
        The name of its files, without a suffix.
    made_of : str
        Hash of all that its ink and its files hang on.
    """

    row: TableRow
    key: str
    stem: str
    made_of: str


@dataclass(frozen=True, eq=False)
class Letter:
    """A letter to be written.

    Parameters
    ----------
    id : str
        The row's key.
    stem : str
    note : Note
    known : mapping of LineRequest to WrittenLine
        The ink of locked lines.
    before : Layout or None
        Whose records say where that stands.
    """

    id: str
    stem: str
    note: Note
    known: Mapping[LineRequest, WrittenLine] = field(default_factory=dict, repr=False)
    before: Layout | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be written.

    Parameters
    ----------
    row : TableRow
    what : str
        Goes on from the row's name.
    """

    row: TableRow
    what: str

    def __str__(self) -> str:
        return f"{self.row.name} {self.what.rstrip('.')}."


@dataclass(frozen=True)
class CheckedLetters:
    """What a check has found.

    Parameters
    ----------
    letters : tuple of PlannedLetter
        Those that can be written.
    problems : tuple of Problem
    remarks : tuple of str
        What the user should know of the others.
    """

    letters: tuple[PlannedLetter, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...] = ()


class LetterPlanner:
    """Makes letters of rows.

    Parameters
    ----------
    template : Template
    table : Table
    basis : str
        What else the files of all letters hang on: hand, styles, formats.
    name : str or None
        Pattern of the files' names.
    key : str or None
        Column of the rows' keys.

    Raises
    ------
    SettingError, TextError
        If the pattern or the key is wrong.
    """

    def __init__(
        self,
        template: Template,
        table: Table,
        basis: str = "",
        name: str | None = None,
        key: str | None = None,
    ) -> None:
        self.template, self.table, self._basis = template, table, basis
        self._key_of = row_keys(key, table.columns)
        self._by_content = self._key_of is content_key
        self._names = FileNames(name, table.columns, key)
        self._plans: dict[tuple[int, int] | None, tuple[list[PlannedLetter], list[Problem]]] = {}

    def letter(self, planned: PlannedLetter) -> Letter:
        """The letter of a row that was planned."""
        return Letter(
            planned.key,
            planned.stem,
            self.template.compose(planned.row, planned.key),
            self.template.known,
            self.template.before,
        )

    def planned(
        self, shard: tuple[int, int] | None = None
    ) -> tuple[list[PlannedLetter], list[Problem]]:
        """The letters of a table, or of a shard of it, whose key and name are known and their own.

        All rows are named, whatever the shard: so two machines never write to one file. That is
        done once.
        """
        if shard not in self._plans:
            self._plans[shard] = self._plan(shard)
        letters, problems = self._plans[shard]
        return list(letters), list(problems)

    def _plan(self, shard: tuple[int, int] | None) -> tuple[list[PlannedLetter], list[Problem]]:
        problems: list[Problem] = []
        named: list[tuple[TableRow, str, str]] = []
        for row in self.table.rows:
            try:
                if row.faults:
                    raise FieldError("; it ".join(row.faults))
                named.append((row, self._key_of(row), self._names.of(row)))
            except FieldError as error:
                problems.append(Problem(row, str(error)))
        named, alike = self._apart(named)
        mine = {row.number for row in table_rows(self.table, shard)}
        letters = [
            PlannedLetter(row, key, stem, self._made_of(row, key, stem))
            for row, key, stem in named
            if row.number in mine
        ]
        return letters, [one for one in (*problems, *alike) if one.row.number in mine]

    def _apart(
        self, named: Sequence[tuple[TableRow, str, str]]
    ) -> tuple[list[tuple[TableRow, str, str]], list[Problem]]:
        """Rows whose keys and names are their own, and those where they are not."""
        by_key: dict[str, TableRow] = {}
        by_name: dict[str, TableRow] = {}
        copies: Counter[str] = Counter()
        shared = {n for n, count in Counter(folded(s) for _, _, s in named).items() if count > 1}
        found, problems = [], []
        for row, key, stem in named:
            if key in by_key:
                first = by_key[key]
                what = "says the same as" if self._by_content else f"has the key {key!r} of"
                problems.append(Problem(row, f"{what} row {first.number}; leave one out"))
                continue
            by_key[key] = row
            name = folded(stem)
            if name in shared and not self._names.given:
                copies[name] += 1
                if copies[name] > 1:
                    # By the key, so that an added or removed row changes no other file's name.
                    stem = f"{stem} {hashlib.sha256(key.encode(errors='replace')).hexdigest()[:6]}"
                    name = folded(stem)
            if name in by_name:
                first = by_name[name]
                problems.append(
                    Problem(row, f"makes the file {stem} as row {first.number} does; name the "
                                 "files by more fields, such as --name '{{ row }} {{ name }}'")
                )  # fmt: skip
                continue
            by_name[name] = row
            found.append((row, key, stem))
        return found, problems

    def _made_of(self, row: TableRow, key: str, stem: str) -> str:
        values = {column: row.values.get(column) for column in sorted(self.template.used)}
        parts = [FORM, self.template.digest, self.template.base.look.seed, self._basis, key, stem]
        content = json.dumps([*parts, values], default=str, sort_keys=True)
        return hashlib.sha256(content.encode(errors="replace")).hexdigest()

    def check(
        self,
        writer: Writer,
        shard: tuple[int, int] | None = None,
        most_pages: int | None = None,
        tell: Callable[[float], None] | None = None,
        done: Collection[str] = (),
    ) -> CheckedLetters:
        """Fill in and lay out the letter of every row, without writing any.

        Parameters
        ----------
        writer : Writer
            Nothing is asked of it but its alphabet and the widths of its styles.
        shard : (int, int), optional
        most_pages : int, optional
            That a letter may take; one where not given and the paper is a card or an envelope.
        tell : callable, optional
            Told the share that is done.
        done : collection of str
            Keys of letters that are there already, which need no check.
        """
        letters, problems = self.planned(shard)
        good: list[PlannedLetter] = []
        spelled: dict[str, list[PlannedLetter]] = defaultdict(list)
        remarks: dict[str, list[PlannedLetter]] = defaultdict(list)
        pages: Counter[int] = Counter()
        for number, planned in enumerate(letters, 1):
            if planned.key in done:
                good.append(planned)
                continue
            found = self.draft(planned, writer, most_pages)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                good.append(planned)
                pages[found.layout.plan.pages] += 1
                for notice in found.layout.notices:
                    spelled[_spelling(notice.character, notice.written)].append(planned)
                for remark in found.layout.remarks:
                    remarks[remark].append(planned)
            if tell is not None:
                tell(number / len(letters))
        problems.sort(key=lambda problem: problem.row.number)
        told = [f"{what} in {_rows(of)}." for what, of in spelled.items()]
        told += [f"{remark.rstrip('.')} ({_rows(of)})." for remark, of in remarks.items()]
        if len(pages) > 1:
            several = "; ".join(
                f"{count:,} letter{'s take' if count > 1 else ' takes'} "
                f"{number} page{'s' if number > 1 else ''}"
                for number, count in sorted(pages.items())
            )
            told.append(f"{several}. With --pages rows that take more are told.")
        return CheckedLetters(tuple(good), tuple(problems), tuple(told))

    def draft(
        self, planned: PlannedLetter, writer: Writer, most_pages: int | None = None
    ) -> DraftLayout | Problem:
        """A letter as it will stand, lines that are not written as ghosts; or why it cannot be.

        Parameters
        ----------
        planned : PlannedLetter
        writer : Writer
            Nothing is asked of it but its alphabet and the widths of its styles.
        most_pages : int, optional
            As for `check`.
        """
        try:
            letter = self.letter(planned)
            note = typeset_note(letter.note, writer.alphabet)
            draft = make_draft(note, writer, letter.known, letter.before)
            if what := _misfit(draft, letter.note, allowed_pages(letter.note, most_pages)):
                return Problem(planned.row, what)
            return draft
        except UnwritableError as error:
            advised = error.advised(
                "say with --replace-unknown what to write for them (--replace-unknown '' leaves "
                "them out)"
            )
            return Problem(planned.row, f"cannot be written: {advised}")
        except FieldError as error:
            return Problem(planned.row, str(error))
        except ScriptoriumError as error:
            return Problem(planned.row, f"cannot be laid out: {error}")

    def unused_columns(self) -> tuple[str, ...]:
        """The columns that the template does not ask for."""
        return tuple(one for one in self.table.columns if one not in self.template.used)


def allowed_pages(note: Note, most: int | None) -> int | None:
    """How many pages a letter may take: as asked for, or one on a card or an envelope."""
    if most is not None:
        return most
    return 1 if note.paper.name.startswith(ONE_SIDED) else None


def _misfit(draft: DraftLayout, note: Note, most: int | None) -> str | None:
    """What of a letter has no room, if anything."""
    plan = draft.layout.plan
    if most is not None and plan.pages > most:
        room = "one is" if most == 1 else f"{most} are"
        return f"does not fit: it takes {plan.pages} pages, and {room} allowed; shorten it, or " \
               "write smaller (--fit does so by itself)"  # fmt: skip
    if not plan.lines and not note.drawings:
        return "has nothing that can be seen when it is written"
    for line in plan.lines:
        if line.place is None:
            continue
        left, top, right, bottom = line.area
        # A line that was placed across an edge by hand is meant to be there.
        words = " ".join(word.text for word in line.words)
        if bottom > note.paper.height + EDGE + line.below or top < -EDGE - line.above:
            return f"does not fit: {words!r} of a text box stands beyond the paper's edge"
        if right > note.paper.width + line.width or left < -line.width:
            return f"does not fit: {words!r} of a text box stands beyond the paper's edge"
    return None


def _spelling(character: str, written: str) -> str:
    return f"{character!r} is written as {written!r}" if written else f"{character!r} is left out"


def _rows(letters: Sequence[PlannedLetter]) -> str:
    numbers = [str(one.row.number) for one in letters]
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    if len(numbers) <= 5:
        return f"rows {', '.join(numbers[:-1])} and {numbers[-1]}"
    return f"{len(numbers):,} rows, the first of them {', '.join(numbers[:3])}"


def rows_shown(row: TableRow, columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The fields of a row as they are written."""
    for column in columns:
        value: Any = row.values.get(column)
        yield column, "" if value is None else shown(value)

"""Tables: the rows of a CSV, TSV, JSON lines or Excel file, with what is wrong with each."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import FileError, SettingError
from engine.io.limits import check_regular

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".xlsx")
"""Ends of the names of tables that can be read."""
LARGEST_FIELD = 1_000_000
"""Characters of one field."""
LARGEST_TABLE = 100 * 2**20
"""Bytes of a table of text, which takes several times as much memory while it is read."""
LARGEST_WORKBOOK = 200 * 2**20
"""Bytes of a workbook; larger tables are read as CSV."""
MOST_COLUMNS = 2_000
MOST_ROWS = 1_000_000
"""Rows of a table, of 0.4 kB of memory each."""
_DELIMITERS = ",;\t|"
#: Not in any text that is passed on (Unicode, chapter 23.7); the template marks its parts by them.
_INTERNAL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")
_NEWLINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


@dataclass(frozen=True)
class TableRow:
    """A row of a table.

    Parameters
    ----------
    number : int
        From 1; the head of the table is not counted.
    place : str
        Where it stands in the file, as a spreadsheet or an editor shows it: "line 7".
    values : mapping of str to value
        By the column's name; fields that are empty are not there.
    faults : tuple of str
        What is wrong with it, a sentence each.
    """

    number: int
    place: str
    values: Mapping[str, Any]
    faults: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As messages call it: "Row 6 (line 7)"."""
        return f"Row {self.number} ({self.place})"


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    path : Path
    columns : tuple of str
    rows : tuple of TableRow
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...] = field(repr=False)


def read_table(path: Path, sheet: str | None = None) -> Table:
    """Read a table; what its first row holds are the names of its columns.

    JSON lines have an object a line; their columns are the names that occur in any of them.

    Parameters
    ----------
    path : Path
    sheet : str, optional
        Of a workbook; its first where not given.

    Raises
    ------
    FileError
        If the file is missing, damaged, of another kind, or has no rows.
    SettingError
        If there is no such sheet, or a sheet is named that is none of a workbook's.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileError(
            f"{path} is no table that can be read; save it as one of {', '.join(SUFFIXES)}."
        )
    if sheet is not None and suffix != ".xlsx":
        raise SettingError(f"{path} has no sheets; leave out --worksheet, or name a workbook.")
    try:
        check_regular(path)
        if suffix == ".xlsx":
            columns, rows = _workbook(path, sheet)
        elif suffix in (".jsonl", ".ndjson"):
            columns, rows = _json_lines(path)
        else:
            columns, rows = _delimited(path, "\t" if suffix == ".tsv" else None)
    except OSError as error:
        raise FileError(
            f"The table {path} cannot be read: {error.strerror or error}; name a file that exists."
        ) from error
    if not rows:
        raise FileError(f"The table {path} has no rows; give it one for each letter.")
    return Table(path, columns, tuple(rows))


def clean_text(text: str) -> str:
    """A field's text: one kind of line break, no control characters, no space at its ends."""
    return _INTERNAL.sub("", _NEWLINES.sub("\n", text)).strip()


# Text --------------------------------------------------------------------------------------------


def _text_of(path: Path) -> str:
    """The characters of a table: UTF-8, UTF-16 with its mark, or Windows's own of the West."""
    # Read with a bound, not asked for its length: it may grow meanwhile.
    with path.open("rb") as file:
        content = file.read(LARGEST_TABLE + 1)
    if len(content) > LARGEST_TABLE:
        raise _too_large(path, f"{LARGEST_TABLE / 2**20:.3g} MB")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise FileError(
                f"{path} is damaged (byte {error.start + 1}); save it again."
            ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            # What Excel writes as "CSV" in Western Europe and America.
            return content.decode("cp1252")
        except UnicodeDecodeError:
            raise FileError(
                f"{path} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8 "
                '("CSV UTF-8" in Excel).'
            ) from error


def _too_large(path: Path, most: str) -> FileError:
    return FileError(
        f"{path} holds more than {most}; split it into several tables, and merge each into a "
        "folder of its own."
    )


def _check_room(path: Path, rows: Sequence[TableRow]) -> None:
    """Refuse a table with another row than these, where these are as many as there may be."""
    if len(rows) >= MOST_ROWS:
        raise _too_large(path, f"{MOST_ROWS:,} rows")


def _check_columns(path: Path, count: int) -> None:
    if count > MOST_COLUMNS:
        raise FileError(
            f"{path} has more than {MOST_COLUMNS:,} columns; leave out those that no letter needs."
        )


def _delimited(path: Path, delimiter: str | None) -> tuple[tuple[str, ...], list[TableRow]]:
    text = _text_of(path)
    if "\x00" in text:
        raise FileError(f"{path} holds zero bytes, which no table does; save it again as CSV.")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text), strict=True
    )
    csv.field_size_limit(LARGEST_FIELD)
    columns: tuple[str, ...] = ()
    rows: list[TableRow] = []
    begun = 1
    try:
        for fields in reader:
            place, begun = f"line {begun}", reader.line_num + 1
            if not any(value.strip() for value in fields):
                continue
            if not columns:
                columns = _columns(path, fields)
                continue
            _check_room(path, rows)
            rows.append(_row(len(rows) + 1, place, columns, fields))
    except csv.Error as error:
        raise FileError(
            f"{path} is damaged at line {reader.line_num}: {error}; a field with a quote in it "
            'stands in quotes, and each quote in it is written twice (""), as spreadsheets do it.'
        ) from error
    return columns, rows


def _delimiter(text: str) -> str:
    """What stands between the fields of the head: what occurs there most often, outside quotes."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    return max(_DELIMITERS, key=bare.count)


def _row(number: int, place: str, columns: Sequence[str], fields: Sequence[Any]) -> TableRow:
    faults = []
    surplus = [value for value in fields[len(columns) :] if value not in ("", None)]
    if surplus:
        faults.append(
            f"has {len(fields)} fields where the head has {len(columns)}; put a field with a "
            "separator in it in quotes"
        )
    elif len(fields) < len(columns):
        faults.append(f"has {len(fields)} fields where the head has {len(columns)}")
    values = {}
    for column, value in zip(columns, fields, strict=False):
        if isinstance(value, str):
            value = clean_text(value)
        if value not in ("", None):
            values[column] = value
    return TableRow(number, place, values, tuple(faults))


def _columns(path: Path, fields: Sequence[object]) -> tuple[str, ...]:
    """The names of columns, from the head of a table."""
    names = [clean_text(str(value)) if value is not None else "" for value in fields]
    while names and not names[-1]:
        names.pop()
    _check_columns(path, len(names))
    named = tuple(name or f"column {number}" for number, name in enumerate(names, 1))
    twice = [name for name, count in Counter(named).items() if count > 1]
    if twice:
        raise FileError(f"{path} has two columns {twice[0]!r}; give each a name of its own.")
    return named


# JSON --------------------------------------------------------------------------------------------


def _json_lines(path: Path) -> tuple[tuple[str, ...], list[TableRow]]:
    columns: dict[str, None] = {}
    rows: list[TableRow] = []
    for number, line in enumerate(_text_of(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FileError(
                f"Line {number} of {path} is no JSON ({error}); each line is an object such as "
                '{"name": "Ada"}.'
            ) from error
        if not isinstance(entry, dict):
            raise FileError(
                f'Line {number} of {path} is no object; write {{"name": "Ada"}}, one a line.'
            )
        values = {clean_text(name): _cleaned(value) for name, value in entry.items()}
        columns.update(dict.fromkeys(values))
        _check_columns(path, len(columns))
        _check_room(path, rows)
        kept = {name: value for name, value in values.items() if value not in ("", None)}
        rows.append(TableRow(len(rows) + 1, f"line {number}", kept))
    return tuple(columns), rows


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    return value


# Workbooks ---------------------------------------------------------------------------------------


def _workbook(path: Path, sheet: str | None) -> tuple[tuple[str, ...], list[TableRow]]:
    import zipfile

    if path.stat().st_size > LARGEST_WORKBOOK:
        raise FileError(
            f"{path} is larger than {LARGEST_WORKBOOK // 2**20} MB; save its sheet as CSV."
        )
    # What is no zip, or a damaged one, raises many kinds of errors in openpyxl.
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise FileError(
            f"{path} is damaged or no workbook; save it again.", damaged=True
        ) from error
    if unpacked > 10 * LARGEST_WORKBOOK:
        raise FileError(f"{path} unpacks to more than a table can hold; save its sheet as CSV.")
    try:
        return _sheet(path, sheet)
    except (FileError, SettingError, OSError, MemoryError):
        raise
    except Exception as error:
        raise FileError(
            f"{path} is damaged or no workbook; save it again.", damaged=True
        ) from error


def _sheet(path: Path, sheet: str | None) -> tuple[tuple[str, ...], list[TableRow]]:
    import openpyxl

    # A workbook holds formulas and, apart from them, the results that were last computed.
    results = openpyxl.load_workbook(path, read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(path, read_only=True, data_only=False)
    try:
        names = [one.title for one in results.worksheets]
        if sheet is not None and sheet not in names:
            raise SettingError(f"{path} has no sheet {sheet!r}; it has {', '.join(names)}.")
        chosen = sheet or names[0]
        columns: tuple[str, ...] = ()
        rows: list[TableRow] = []
        lines = zip(results[chosen].iter_rows(), formulas[chosen].iter_rows(), strict=True)
        for number, (cells, asked) in enumerate(lines, 1):
            values = [_cell_value(cell) for cell in cells]
            lost = [
                cell.coordinate
                for cell, value in zip(asked, values, strict=True)
                if value in ("", None) and cell.data_type == "f"
            ]
            if not lost and all(value in ("", None) for value in values):
                continue
            if not columns:
                columns = _columns(path, values)
                continue
            _check_room(path, rows)
            row = _row(len(rows) + 1, f"row {number} of the sheet", columns, values)
            if lost:
                fault = (
                    f"has a formula in {lost[0]} whose result is not in the file; open it in a "
                    "spreadsheet program and save it there"
                )
                row = TableRow(row.number, row.place, row.values, (*row.faults, fault))
            rows.append(row)
        return columns, rows
    finally:
        results.close()
        formulas.close()


def _cell_value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    return value


def _number(value: float) -> float | int | None:
    """A spreadsheet's number: whole ones without a stop, and none that is not finite."""
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


# Names -------------------------------------------------------------------------------------------


def identifier(name: str) -> str:
    """A column's name as a template can write it: "First name" is first_name."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\W+", "_", plain).strip("_")


def column_for(name: str, columns: Sequence[str]) -> str | None:
    """The column that a name in a template means: of that name, or whose identifier it is.

    Raises
    ------
    SettingError
        If two could be meant.
    """
    if name in columns:
        return name
    found = [column for column in columns if identifier(column) == identifier(name)]
    if len(found) > 1:
        raise SettingError(
            f"{name!r} may mean the column {found[0]!r} or {found[1]!r}; rename one of them."
        )
    return found[0] if found else None


def table_rows(table: Table, shard: tuple[int, int] | None = None) -> Iterator[TableRow]:
    """The rows of a table, or every n-th of them from the k-th on for a shard (k, n)."""
    first, step = (0, 1) if shard is None else (shard[0] - 1, shard[1])
    yield from table.rows[first::step]

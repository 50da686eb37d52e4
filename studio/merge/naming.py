"""Naming: the key of each row, and the name of each letter's files."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from engine.errors import SettingError
from studio.merge.table import TableRow, column_for
from studio.merge.template import FieldError, Filled, environment, shown

KEYS = ("id", "key", "number", "no", "nr")
"""Columns that are taken for a row's key where none is named."""
LONGEST_NAME = 120
"""Bytes of a file's name without its suffix; what is longer is cut."""

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
# Names of devices that Windows makes no file of.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def row_keys(key: str | None, columns: Sequence[str]) -> Callable[[TableRow], str]:
    """What tells rows apart, whatever their order: the field of a column, or all fields.

    Parameters
    ----------
    key : str or None
        The column's name; where not given, the first of `KEYS` that there is.
    columns : sequence of str

    Raises
    ------
    SettingError
        If there is no such column.
    """
    names = KEYS if key is None else (key,)
    column = next((found for name in names if (found := column_for(name, columns))), None)
    if key is not None and column is None:
        raise SettingError(
            f"There is no column {key!r} for --key; the table has {', '.join(columns[:12])}."
        )
    if column is None:
        return content_key

    def key_of(row: TableRow) -> str:
        if column not in row.values:
            raise FieldError(f"has no {column}, which is the key of the table; give it one")
        return shown(row.values[column])

    return key_of


def content_key(row: TableRow) -> str:
    """A key made of all fields of a row."""
    values = json.dumps(dict(row.values), sort_keys=True, default=str)
    return hashlib.sha256(values.encode(errors="replace")).hexdigest()[:16]


def safe_name(value: Any) -> str:
    """A value as a part of a file's name, on every system."""
    text = unicodedata.normalize("NFC", shown(value))
    return _UNSAFE.sub("-", re.sub(r"\s+", " ", text)).strip(". ")


class FileNames:
    """The names of letters' files.

    Parameters
    ----------
    pattern : str or None
        A template such as "{{ table }}/{{ name }}"; where not given, the key's column, or the
        first field of the row.
    columns : sequence of str
    key : str or None
        As for `row_keys`.

    Raises
    ------
    SettingError, TextError
        If the pattern names what there is not, or is wrong.
    """

    def __init__(self, pattern: str | None, columns: Sequence[str], key: str | None) -> None:
        self.given = pattern is not None
        names = KEYS if key is None else (key,)
        column = next((found for name in names if (found := column_for(name, columns))), None)
        self._column = column
        self._filled = (
            None
            if pattern is None
            else Filled(pattern, "The pattern of --name", columns, environment(safe_name))
        )
        if pattern is not None and any(part in ("..", "") for part in pattern.split("/")):
            raise SettingError(
                f"The pattern {pattern!r} leads out of the folder; name files within it, such as "
                "'{{ name }}'."
            )

    def of(self, row: TableRow) -> str:
        """The name of a row's files, without a suffix; folders stand before it with "/".

        Raises
        ------
        FieldError
            If a field that it asks for is missing, or nothing is left of it.
        """
        if self._filled is not None:
            parts = [_cut(part.strip()) for part in self._filled.fill(row).split("/")]
            if not all(parts):
                raise FieldError("makes an empty file name by the pattern of --name")
            return "/".join(parts)
        value = row.values.get(self._column) if self._column else None
        if value is None:
            value = next(iter(row.values.values()), "")
        return _cut(safe_name(value)) or f"row {row.number}"


def _cut(name: str) -> str:
    """A part of a path that every file system takes."""
    cut = name.encode(errors="replace")[:LONGEST_NAME].decode(errors="ignore").strip(". ")
    return f"_{cut}" if _RESERVED.fullmatch(cut) else cut


def folded(name: str) -> str:
    """A name as file systems compare it that tell no capitals from small letters."""
    return unicodedata.normalize("NFC", name).casefold()

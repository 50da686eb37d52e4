"""Typed lines with tabs as tables: which make one, how wide its columns are, what is a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from studio.document.text_marks import Role
from studio.layout.tokenise import Paragraph, TypedLine

GAP, LEAST_GAP = 2.0, 1.0
"""Between two columns, in x-heights: usually, and where there is little room."""

# An amount, with what people write before and behind it.
_NUMBER = re.compile(
    r"\(?[+\-−–]?\s?([^\w\s]|[A-Z]{3}\s)?\s?[+\-−–]?\s?"
    r"(\d[\d.,'’ \u00a0\u202f]*\d|\d)\)?\s?([^\w\s]|[^\W\d]{1,4}[.²³]?)?"
)
# What stands behind the last digit before the decimal sign. Three digits are thousands.
_FRACTION = re.compile(r"[.,](\d{1,2}|\d{4,})?\D*$|\D+$")


class LinePlace(NamedTuple):
    """A typed line: of which paragraph, and which of its lines."""

    paragraph: int
    line: int


class Cell(NamedTuple):
    """Widths of a cell in millimetres: all of it on one line, its longest word, its fraction.

    `measured` says that it was written; `words` is the number of them.
    """

    whole: float
    word: float
    fraction: float = 0.0
    measured: bool = False
    words: int = 1


def find_tables(paragraphs: Sequence[Paragraph]) -> list[list[LinePlace]]:
    """Find the runs of typed lines, over paragraphs too, that stand in columns.

    Lines with tabs make a table, and so do several in a row with wide gaps of spaces. A line that
    a tab only indents, and an item of a list whose mark a tab follows, are none.

    Returns
    -------
    list of list of LinePlace
        In order; the lines of each table.
    """
    runs: list[list[LinePlace]] = [[]]
    for number, paragraph in enumerate(paragraphs):
        if paragraph.block.new_page:
            runs.append([])
        if not paragraph.typed.may_hold_columns:
            if runs[-1]:
                runs.append([])
            continue
        for line, typed in enumerate(paragraph.typed.lines):
            flowing = paragraph.block.role in (Role.PARAGRAPH, Role.QUOTE)
            if flowing and _may_stand_in_columns(typed):
                runs[-1].append(LinePlace(number, line))
            elif runs[-1]:
                runs.append([])
    return [run for run in runs if _is_table([_line(paragraphs, place) for place in run])]


def _line(paragraphs: Sequence[Paragraph], place: LinePlace) -> TypedLine:
    return paragraphs[place.paragraph].typed.lines[place.line]


def _may_stand_in_columns(typed: TypedLine) -> bool:
    if typed.marker and len(typed.cells) == 2 and typed.cells[0] == (0, 1):
        return False
    return len(typed.cells) > 1 or (typed.tabs > 0 and bool(typed.words))


def _is_table(lines: Sequence[TypedLine]) -> bool:
    filled = [typed for typed in lines if sum(b > a for a, b in typed.cells) > 1]
    return any(typed.tabbed for typed in filled) or len(filled) > 1


def cells_of(typed: TypedLine) -> tuple[tuple[int, int], ...]:
    """The cells of a line in a table, empty ones before its first word too."""
    return ((0, 0),) * typed.tabs + typed.cells


def is_number(text: str) -> bool:
    """Whether a cell holds an amount, which stands with its decimal sign below others."""
    return _NUMBER.fullmatch(text.strip()) is not None


def fraction(text: str) -> str:
    """What stands behind the whole part of an amount: its decimals, and a unit."""
    found = _FRACTION.search(text)
    return found.group() if found else ""


def numbers(rows: Sequence[Sequence[str]], columns: int) -> frozenset[int]:
    """The columns that hold amounts, but for a heading.

    Parameters
    ----------
    rows : sequence of sequence of str
        The cells as they were typed.
    columns : int
    """

    def is_numeric(column: int) -> bool:
        cells = [row[column].strip() if column < len(row) else "" for row in rows]
        kinds = [is_number(cell) for cell in cells if cell]
        return len(kinds) > 1 and any(kinds) and all(kinds[1:])

    return frozenset(filter(is_numeric, range(columns)))


def column_widths(
    rows: Sequence[Sequence[Cell | None]], columns: int, room: float, unit: float
) -> tuple[list[float], float] | None:
    """Share a room among columns.

    Parameters
    ----------
    rows : sequence of sequence of (Cell or None)
        None for an empty cell.
    columns : int
    room : float
        Millimetres.
    unit : float
        The x-height in millimetres.

    Returns
    -------
    widths : list of float
    gap : float
        Between two of them, all in millimetres. None where even the longest words have no room
        side by side.
    """
    wholes, words = [0.0] * columns, [0.0] * columns
    for column in range(columns):
        cells = [cell for row in rows if column < len(row) and (cell := row[column])]
        behind = max((cell.fraction for cell in cells), default=0.0)
        wholes[column] = max((c.whole - c.fraction + behind for c in cells), default=0.0)
        words[column] = max((c.word for c in cells), default=0.0)
        if behind:
            words[column] = wholes[column]
    for gap in (GAP * unit, LEAST_GAP * unit):
        left = room - gap * (columns - 1)
        if sum(wholes) <= left:
            return wholes, gap
        if sum(words) <= left:
            # Each gets its longest word, and of the rest what it lacks, in proportion.
            lacking = [whole - word for whole, word in zip(wholes, words, strict=True)]
            share = (left - sum(words)) / sum(lacking)
            return [word + share * rest for word, rest in zip(words, lacking, strict=True)], gap
    return None

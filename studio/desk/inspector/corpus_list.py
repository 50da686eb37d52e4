"""Lines of a corpus as a table: a column for each figure, sorted by any of them."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from studio.desk.models.plain_tip import plain_tip
from studio.inspection.corpus_figures import FIGURES, LineFigures

_Index = QModelIndex | QPersistentModelIndex

HEADS = ("Line", "Text")
"""Of the columns before the figures."""
ORDER = Qt.ItemDataRole.UserRole
"""What a cell is sorted by."""


class CorpusList(QAbstractTableModel):
    """A row for each line, in the order in which they were fed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[LineFigures] = []

    def clear(self) -> None:
        """Begin anew."""
        self.beginResetModel()
        self.lines = []
        self.endResetModel()

    def add(self, line: LineFigures) -> None:
        """Take one more line."""
        place = len(self.lines)
        self.beginInsertRows(QModelIndex(), place, place)
        self.lines.append(line)
        self.endInsertRows()

    # What Qt asks ----------------------------------------------------------------------------

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """A row a line."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Name and text, then the figures."""
        return 0 if parent.isValid() else len(HEADS) + len(FIGURES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns with their units, and what they mean."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        if section < len(HEADS):
            return HEADS[section] if role == Qt.ItemDataRole.DisplayRole else None
        figure = FIGURES[section - len(HEADS)]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{figure.title}\n{figure.unit}" if figure.unit else figure.title
        return plain_tip(figure.meaning) if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, and what it is sorted by."""
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], index.column()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(line.fault or line.text) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role not in (Qt.ItemDataRole.DisplayRole, ORDER):
            return None
        if column == 0:
            return line.place.name if role == Qt.ItemDataRole.DisplayRole else index.row()
        if column == 1:
            return line.fault or line.text
        figure = FIGURES[column - len(HEADS)]
        value = line.values.get(figure.key)
        if role == ORDER:
            return value
        return "" if value is None else figure.shown(value)


def _side(column: int) -> Qt.AlignmentFlag:
    """Where a column's words stand: names to the left, numbers to the right."""
    flags = Qt.AlignmentFlag
    return (flags.AlignLeft if column < len(HEADS) else flags.AlignRight) | flags.AlignVCenter


class SortedLines(QSortFilterProxyModel):
    """The table as it is sorted; lines that could not be fed stand last, however that is."""

    def __init__(self, lines: CorpusList) -> None:
        super().__init__()
        self.setSourceModel(lines)
        self.setSortRole(ORDER)
        self.setDynamicSortFilter(True)

    def lessThan(self, left: _Index, right: _Index) -> bool:
        """Compare two cells by what they are sorted by."""
        last = math.inf if self.sortOrder() == Qt.SortOrder.AscendingOrder else -math.inf
        one, other = (cell.data(ORDER) for cell in (left, right))
        if isinstance(one, str) and isinstance(other, str):
            return one.casefold() < other.casefold()
        return (last if one is None else one) < (last if other is None else other)

"""The letters of a merge as a list: the name of each row, what became of it, and its mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.theme import Theme
from studio.merge.letters import Problem
from studio.merge.preview import MergePreview
from studio.merge.results import LetterResult

_Index = QModelIndex | QPersistentModelIndex

HEADS = ("Row", "Letter", "State")


class LetterList(QAbstractTableModel):
    """A line for each row of the table."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._preview: MergePreview | None = None
        self._problems: dict[int, str] = {}
        self._results: Mapping[int, LetterResult] = {}

    def show_preview(self, preview: MergePreview | None) -> None:
        """Show the letters of another table, or of a note that has changed."""
        self.beginResetModel()
        self._preview, self._results = preview, {}
        entries = () if preview is None else preview.entries
        self._problems = {
            place: str(entry) for place, entry in enumerate(entries) if isinstance(entry, Problem)
        }
        self.endResetModel()

    def mark(self, place: int, problem: Problem) -> None:
        """Say why a row cannot be written."""
        self._problems[place] = str(problem)
        self.dataChanged.emit(self.index(place, 0), self.index(place, len(HEADS) - 1))

    def show_results(self, results: Mapping[int, LetterResult]) -> None:
        """Show what is written."""
        self._results = results
        if self.rowCount():
            last = self.index(self.rowCount() - 1, len(HEADS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    @property
    def problems(self) -> int:
        """How many rows are known that cannot be written."""
        return len(self._problems)

    def result(self, place: int) -> LetterResult | None:
        """What was written for a row."""
        return self._results.get(place)

    def next_to_check(self, place: int) -> int | None:
        """The next row after a place, round the end, that somebody should look at."""
        count = self.rowCount()
        for step in range(1, count + 1):
            found = (place + step) % count
            result = self._results.get(found)
            if found in self._problems or (result is not None and result.check):
                return found
        return None

    def words(self, place: int) -> str:
        """What there is to say of a row, in full."""
        if place in self._problems:
            return self._problems[place]
        result = self._results.get(place)
        return " ".join(result.check) if result is not None else ""

    # What Qt asks ----------------------------------------------------------------------------

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """As many as the table has."""
        return 0 if self._preview is None or parent.isValid() else len(self._preview.entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Number, name and state."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADS[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, its mark, and what its tooltip says."""
        if self._preview is None or not index.isValid():
            return None
        place = index.row()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.words(place)) or None
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 2:
            return self._mark(place)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == 0:
            return self._preview.entries[place].row.number
        return self._preview.called(place) if index.column() == 1 else self._state(place)

    def _state(self, place: int) -> str:
        if place in self._problems:
            return "Left out"
        result = self._results.get(place)
        if result is None:
            return ""
        return "Look at it" if result.check else "Written"

    def _mark(self, place: int) -> Any:
        result = self._results.get(place)
        if place in self._problems or (result is not None and result.check):
            return icon("triangle-alert", self._theme.tokens)
        return None if result is None else icon("check", self._theme.tokens)

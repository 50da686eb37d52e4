"""The list of styles to choose from: the bundled ones, the user's own, and none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from engine.errors import StyleError

if TYPE_CHECKING:
    from engine.style.style import Style

NONE_TITLE = "The hand's own"


class StyleList(QAbstractListModel):
    """Styles by name; row 0 is none. Others (the style library) put theirs in by `offer`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sources: dict[str, dict[str, Style]] = {}
        self._styles: dict[str, tuple[Style, str]] = {}
        self._names: list[str | None] = [None]

    def offer(self, source: str, styles: Mapping[str, Style]) -> None:
        """Take the styles of a source ("bundled", "own") in place of those it had."""
        self.beginResetModel()
        self._sources[source] = dict(styles)
        self._styles = {
            name: (style, origin)
            for origin, group in self._sources.items()
            for name, style in group.items()
        }
        self._names = [None, *self._styles]
        self.endResetModel()
        self.changed.emit()

    def find(self, name: str) -> Style:
        """The style of that name.

        Raises
        ------
        StyleError
            If there is none any more.
        """
        if name not in self._styles:
            raise StyleError(f"There is no style {name!r} any more; choose another.")
        return self._styles[name][0]

    def origin(self, name: str) -> str:
        """The source that offered the style."""
        return self._styles[name][1]

    @property
    def names(self) -> tuple[str, ...]:
        """All names."""
        return tuple(self._styles)

    def rowCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),  # noqa: B008
    ) -> int:
        """One row a style, and one for none."""
        return 0 if parent.isValid() else len(self._names)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The title; in the user's role the name, None for the hand's own."""
        if not index.isValid():
            return None
        name = self._names[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return NONE_TITLE if name is None else name
        if role == Qt.ItemDataRole.UserRole:
            return name
        if role == Qt.ItemDataRole.ToolTipRole and name is not None:
            return self._styles[name][0].source or None
        return None

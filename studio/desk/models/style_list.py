"""The list of styles to choose from, by kind: those that ship, the user's own, and none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from engine.bundled_hands import DEFAULT, name_of, sha256_of
from engine.errors import StyleError
from engine.ink.ink import Ink
from studio.desk.models.plain_tip import plain_tip
from studio.document.hand_styles import ships_for_another
from studio.library.style_description import StyleKind, kind_of

if TYPE_CHECKING:
    from engine.style.style import Style

NONE_TITLE = "The hand's own"

KIND_ROLE = Qt.ItemDataRole.UserRole + 1
"""The heading that a style stands under; empty for none."""
SAMPLE_ROLE = Qt.ItemDataRole.UserRole + 2
"""A line in the style, as `Ink` in millimetres; None while it is not written."""


class StyleList(QAbstractListModel):
    """Styles by name; row 0 is none. Others (the style library) put theirs in by `offer`.

    Of those that ship the rows are the styles of the hand that writes; `all` has those of others.
    """

    changed = Signal()
    sampled = Signal(str)
    """There is a sample of the style of this name."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[str, StyleKind] = {}
        self._samples: dict[str, tuple[Style, Ink]] = {}
        self._sources: dict[str, dict[str, Style]] = {}
        self._styles: dict[str, tuple[Style, str]] = {}
        self._names: list[str | None] = [None]
        self._rows: dict[str, int] = {}
        self._hand = DEFAULT

    def show_hand(self, sha256: str) -> None:
        """Offer the styles of this hand; of the one that is the default where it does not ship."""
        hand = name_of(sha256) or DEFAULT
        if hand != self._hand:
            self._hand = hand
            self.offer("bundled", self._sources.get("bundled", {}))

    @property
    def hand_sha256(self) -> str:
        """The hash of the hand that ships whose styles are offered."""
        return sha256_of(self._hand)

    def offer(self, source: str, styles: Mapping[str, Style]) -> None:
        """Take the styles of a source ("bundled", "own") in place of those it had."""
        self.beginResetModel()
        self._sources[source] = dict(styles)
        self._styles = {
            name: (style, origin)
            for origin, group in self._sources.items()
            for name, style in group.items()
        }
        self._kinds = {
            name: StyleKind.OWN if origin == "own" else kind_of(style)
            for name, (style, origin) in self._styles.items()
        }
        order = list(StyleKind)
        offered = [
            name
            for name, (_, origin) in self._styles.items()
            if origin != "bundled" or not ships_for_another(name, self._hand)
        ]
        ordered = sorted(offered, key=lambda name: order.index(self._kinds[name]))
        self._names = [None, *ordered]
        self._rows = {name: row for row, name in enumerate(ordered, 1)}
        self._samples = {
            name: known
            for name, known in self._samples.items()
            if name in self._styles and self._styles[name][0] == known[0]
        }
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

    def kind(self, name: str) -> StyleKind:
        """The heading that a style stands under."""
        return self._kinds[name]

    def about(self, name: str) -> str:
        """What the style is like, or where it comes from."""
        style, _ = self._styles[name]
        return style.description or style.source

    def sample(self, name: str) -> Ink | None:
        """A line in the style, in millimetres; None while it is not written."""
        known = self._samples.get(name)
        return None if known is None else known[1]

    def show_sample(self, name: str, ink: Ink) -> None:
        """Show a line that was written in a style."""
        if name in self._rows:
            self._samples[name] = self._styles[name][0], ink
            row = self.index(self._rows[name])
            self.dataChanged.emit(row, row, [SAMPLE_ROLE])
            self.sampled.emit(name)

    def forget_samples(self) -> None:
        """Another hand is there: what was written in the styles is not what it writes."""
        self._samples.clear()

    def __contains__(self, name: str) -> bool:
        return name in self._styles

    @property
    def all(self) -> dict[str, Style]:
        """The styles by their names."""
        return {name: style for name, (style, _) in self._styles.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are offered, in the order of the list."""
        return tuple(name for name in self._names if name is not None)

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
        if role == KIND_ROLE:
            return "" if name is None else self._kinds[name].value
        if role == SAMPLE_ROLE:
            return None if name is None else self.sample(name)
        if role == Qt.ItemDataRole.ToolTipRole and name is not None:
            return plain_tip(self.about(name)) or None
        return None

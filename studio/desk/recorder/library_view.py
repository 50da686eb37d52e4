"""The library: styles and taught hands, each with a line written in it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.bundled_hands import is_free, rights, sha256_of, titles
from engine.ink.ink import Ink
from studio.desk.actions import ActionModel
from studio.desk.models.plain_tip import plain_tip
from studio.desk.recorder.line_list import thumbnail
from studio.desk.recorder.window_heading import headed
from studio.desk.views.panels.style_delegate import PIXELS_PER_MM
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.library.hand_library import SHIPPED, TaughtHand
from studio.library.style_description import StyleKind, kind_of
from studio.library.style_library import Entry
from studio.library.symbol_library import Symbol

#: What a drag of a style carries: its name, in UTF-8.
MIME = "application/x-scriptorium-style"


ABOUT = (
    "A style imitates a few lines of handwriting; a taught hand has been trained on your letters; "
    "a symbol is a drawing that is used for one character. Drag a style onto a "
    "paragraph, or press Use."
)


class StyleItems(QListWidget):
    """The list; a style can be dragged from it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Styles and hands")
        self.setIconSize(QSize(theme.px(52), theme.px(7)))
        self.setSpacing(2)
        self.setDragEnabled(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def mimeData(self, items: object) -> QMimeData:
        """The name of the style that is dragged."""
        data = QMimeData()
        for item in items if isinstance(items, list | tuple) else ():
            kind, name = item.data(Qt.ItemDataRole.UserRole)
            if kind == "style":
                data.setData(MIME, name.encode())
                data.setText(name)
        return data


class LibraryView(QWidget):
    """Shows the library; its buttons do what the actions of "library" do.

    Parameters
    ----------
    actions : ActionModel
    theme : Theme
    """

    chosen_changed = Signal()
    """Another style, hand or symbol is chosen, or none."""

    def __init__(self, actions: ActionModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own: set[str] = set()
        self._items: dict[tuple[str, str], QListWidgetItem] = {}
        self._blank: QIcon | None = None
        self._actions = actions
        px = theme.px
        column, words = headed(self, theme, "Styles and hands", ABOUT)
        words.setObjectName("muted")
        self.list = StyleItems(theme)
        self.use = QPushButton("Use")
        self.use.setObjectName("primary")
        self.rename = QPushButton("Rename …")
        self.duplicate = QPushButton("Duplicate")
        self.delete = QPushButton("Delete")
        self.export = QPushButton("Export …")
        self.take_in = QPushButton("Import …")
        self.record = QPushButton("Record your own …")
        side = QVBoxLayout()
        side.setSpacing(px(1))
        for button in (self.use, self.rename, self.duplicate, self.export, self.delete):
            side.addWidget(button)
        side.addStretch()
        for button in (self.take_in, self.record):
            side.addWidget(button)
        self.notice = PlainLabel()
        self.notice.setAccessibleName("Notice")
        self.undo = QPushButton("Undo")
        bar = QFrame()
        bar.setObjectName("hint")
        row = QHBoxLayout(bar)
        row.setContentsMargins(px(1.5), px(0.75), px(0.75), px(0.75))
        row.addWidget(self.notice, 1)
        row.addWidget(self.undo)
        self._bar = bar
        bar.hide()
        middle = QHBoxLayout()
        middle.setSpacing(px(2))
        middle.addWidget(self.list, 1)
        middle.addLayout(side)
        column.addLayout(middle, 1)
        column.addWidget(bar)
        self._connect()
        self._choose()

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemActivated.connect(lambda _: self._actions.trigger("library.use"))
        self._buttons = {
            "library.use": self.use,
            "library.rename": self.rename,
            "library.duplicate": self.duplicate,
            "library.delete": self.delete,
            "library.export": self.export,
            "library.undo": self.undo,
            "style.take_in": self.take_in,
            "style.record": self.record,
        }
        for ident, button in self._buttons.items():
            button.clicked.connect(partial(self._pressed, ident))
            button.setEnabled(self._actions.enabled(ident))
        self._actions.changed.connect(self._refresh)

    def _pressed(self, ident: str, _checked: bool = False) -> None:
        self._actions.trigger(ident)

    def _refresh(self, ident: str) -> None:
        if ident in self._buttons:
            self._buttons[ident].setEnabled(self._actions.enabled(ident))

    def chosen(self) -> tuple[str, str]:
        """The kind ("style", "hand" or "symbol") and the name of what is chosen, or nothing."""
        row = self.list.currentRow()
        if row < 0:
            return "", ""
        kind, name = self.list.item(row).data(Qt.ItemDataRole.UserRole)
        return kind, name

    def show_entries(
        self,
        entries: tuple[Entry, ...],
        hands: tuple[TaughtHand, ...],
        symbols: tuple[Symbol, ...] = (),
        writing: str = SHIPPED,
    ) -> None:
        """Show these styles, hands and symbols; what was chosen stays so.

        Parameters
        ----------
        writing : str
            The hand that writes.
        """
        before = self.chosen()
        self.list.clear()
        self._items.clear()
        self._own = {entry.name for entry in entries if not entry.bundled}
        order = list(StyleKind)
        kinds = {e.name: kind_of(e.style) if e.bundled else StyleKind.OWN for e in entries}
        for entry in sorted(entries, key=lambda e: order.index(kinds[e.name])):
            mark = f"{kinds[entry.name].lower()}, built in" if entry.bundled else "your own"
            # Its own ink is what leads the hand, and not what is written then.
            tip = entry.style.description or entry.style.source
            self._add("style", entry.name, mark, Ink(), tip)
        shipped = titles()
        if hands or len(shipped) > 1:
            for title, name in shipped.items():
                terms = "commercial use free" if is_free(name) else "no commercial use"
                mark = f"built-in hand, {terms}"
                self._add_hand(title, mark, rights(sha256_of(name)), writing)
        for hand in hands:
            self._add_hand(hand.name, "taught hand", str(hand.path), writing)
        for symbol in symbols:
            self._add(
                "symbol",
                symbol.sign,
                "symbol",
                symbol.inks[-1],
                "Stands for one character of a text",
            )
        if before in self._items:
            self.list.setCurrentItem(self._items[before])
        self._choose()

    def _add_hand(self, name: str, mark: str, tip: str, writing: str) -> None:
        self._add("hand", name, f"{mark}, writes now" if name == writing else mark, Ink(), tip)

    def _add(self, kind: str, name: str, mark: str, ink: Ink, tip: str) -> None:
        item = QListWidgetItem(f"{name}\n{mark}")
        item.setIcon(self._icon(ink))
        item.setData(Qt.ItemDataRole.UserRole, (kind, name))
        item.setToolTip(plain_tip(tip))
        self.list.addItem(item)
        self._items[kind, name] = item

    def show_preview(self, kind: str, name: str, ink: Ink) -> None:
        """Show a line, in millimetres, that was written in a style, or by a hand."""
        item = self._items.get((kind, name))
        if item is not None:
            item.setIcon(self._icon(ink, PIXELS_PER_MM))

    def _icon(self, ink: Ink, most: float = 0.0) -> QIcon:
        if not ink and self._blank is not None:
            return self._blank
        picture = thumbnail(ink, self.list.iconSize(), self.devicePixelRatioF(), most)
        icon = QIcon(picture)
        # What is chosen must not be tinted: it is paper.
        icon.addPixmap(picture, QIcon.Mode.Selected)
        if not ink:
            self._blank = icon
        return icon

    def say(self, sentence: str, undo: bool = False) -> None:
        """Show a sentence below the list."""
        self.notice.setText(sentence)
        self.undo.setVisible(undo)
        self._bar.setVisible(bool(sentence))

    def is_own(self, style: str) -> bool:
        """Whether a style is one of the user's."""
        return style in self._own

    def _choose(self) -> None:
        self.chosen_changed.emit()

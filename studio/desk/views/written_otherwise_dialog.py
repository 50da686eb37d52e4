"""The list of what is written otherwise than it was typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.window_size import resize_on_screen
from studio.layout.written_otherwise import WrittenOtherwise

MOST = 2000
"""Places that are listed."""


class WrittenOtherwiseDialog(QDialog):
    """Shows the places; it stays open beside the text, which a click goes to."""

    place_wanted = Signal(object)
    """Show this `WrittenOtherwise` in the text."""
    drawing_wanted = Signal(str)
    """Draw this character by hand, as a symbol."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._places: tuple[WrittenOtherwise, ...] = ()
        self.setWindowTitle("Written otherwise")
        px = theme.px
        heading = PlainLabel("Written otherwise than typed")
        heading.setObjectName("heading")
        self.about = PlainLabel()
        self.about.setObjectName("muted")
        self.about.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["Typed", "Written", "In", "Where"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName("Places that are written otherwise")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.currentItemChanged.connect(lambda *_: self._chosen())
        self.draw = QPushButton("Draw it yourself …")
        self.draw.setToolTip("Your drawing is used for it in all of your notes")
        self.draw.clicked.connect(self._ask_drawing)
        close = QPushButton("Close")
        close.clicked.connect(self.reject)
        for button in (self.draw, close):
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addWidget(self.draw)
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(3), px(2.5), px(3), px(2.5))
        column.setSpacing(px(1.5))
        for part in (heading, self.about):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        resize_on_screen(self, px(64), px(56))
        self.show_places(())

    def show_places(self, places: Sequence[WrittenOtherwise]) -> None:
        """Show these, in place of those that are shown."""
        if tuple(places) == self._places and self._places:
            return
        self._places = tuple(places)
        self.list.clear()
        for number, place in enumerate(self._places[:MOST]):
            where = f"line {place.line} {place.part}".strip()
            item = QTreeWidgetItem([place.typed, place.how, place.word, where])
            item.setData(0, Qt.ItemDataRole.UserRole, number)
            item.setToolTip(2, plain_tip(place.word))
            if place.written is None:
                item.setForeground(1, self._theme.colour("danger"))
            self.list.addTopLevelItem(item)
        count = len(self._places)
        more = f" The first {MOST} are shown." if count > MOST else ""
        self.about.setText(
            f"{count} place{'s' if count != 1 else ''}. A click shows one in the text.{more}"
            if count
            else "All of the text is written as it was typed."
        )
        self._chosen()

    @property
    def chosen(self) -> WrittenOtherwise | None:
        """The place that is chosen."""
        item = self.list.currentItem()
        return None if item is None else self._places[item.data(0, Qt.ItemDataRole.UserRole)]

    def _chosen(self) -> None:
        self.draw.setEnabled(self.chosen is not None)
        if self.chosen is not None:
            self.place_wanted.emit(self.chosen)

    def _ask_drawing(self) -> None:
        if self.chosen is not None:
            self.drawing_wanted.emit(self.chosen.typed)

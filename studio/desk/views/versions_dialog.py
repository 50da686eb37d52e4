"""The time line of a note: its last states, each with its page and what has changed since."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.exporting.page_preview import PagePreview
from studio.desk.widgets.item_list import ItemList
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.window_size import resize_on_screen
from studio.document.page import Page
from studio.storage.versions import Version


class VersionsDialog(QDialog):
    """A list of moments, the latest first; what is asked for goes out as signals."""

    chosen = Signal(object)
    """Show this `Version`."""
    back_wanted = Signal(object)
    """Let the note be again what it was in this `Version`."""
    open_wanted = Signal(object)
    """Open this `Version` as a note of its own."""

    def __init__(
        self, versions: Sequence[Version], name: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._versions = tuple(versions)
        self.setWindowTitle("Versions")
        px = theme.px
        heading = PlainLabel(f"Earlier states of “{name}”")
        heading.setObjectName("heading")
        about = PlainLabel(
            "Each save is kept for a while: the last ones all, then one an hour, then one a day."
        )
        about.setObjectName("muted")
        about.setWordWrap(True)
        self.list = ItemList()
        self.list.setAccessibleName("States of the note")
        self.list.setMaximumWidth(px(30))
        for version in self._versions:
            item = QListWidgetItem(moment(version.at))
            item.setToolTip(plain_tip(f"{version.size / 1000:,.0f} kB"))
            self.list.addItem(item)
        self.list.currentRowChanged.connect(self._choose)
        self.preview = PagePreview(theme)
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.words.setAccessibleName("What has changed since")
        self.back = QPushButton("Go back to this")
        self.back.setObjectName("primary")
        self.back.clicked.connect(self._ask_back)
        self.open_one = QPushButton("Open beside")
        self.open_one.setToolTip("As a new note with a name of its own")
        self.open_one.clicked.connect(self._ask_open)
        close = QPushButton("Close")
        close.clicked.connect(self.reject)
        for button in (self.back, self.open_one, close):
            button.setAutoDefault(False)
        halves = QHBoxLayout()
        halves.setSpacing(px(2))
        halves.addWidget(self.list)
        right = QVBoxLayout()
        right.addWidget(self.preview, 1)
        right.addWidget(self.words)
        halves.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.open_one)
        foot.addStretch()
        foot.addWidget(close)
        foot.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(3), px(2.5), px(3), px(2.5))
        column.setSpacing(px(1.5))
        for part in (heading, about):
            column.addWidget(part)
        column.addLayout(halves, 1)
        column.addLayout(foot)
        resize_on_screen(self, px(100), px(88))
        self._enable(False)

    def begin(self) -> None:
        """Show the state before the last."""
        if self._versions:
            self.list.setCurrentRow(min(1, len(self._versions) - 1))

    def show_version(self, pages: Sequence[Page], words: str) -> None:
        """Show the pages of the state that is chosen, and what has changed since."""
        self.preview.show_pages(pages, True)
        self.words.setText(words)
        self._enable(True)

    def refuse(self, sentence: str) -> None:
        """Say why a state cannot be shown."""
        self.preview.show_pages((), True)
        self.words.setText(sentence)
        self._enable(False)

    def _enable(self, on: bool) -> None:
        self.back.setEnabled(on)
        self.open_one.setEnabled(on)

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._versions):
            self.chosen.emit(self._versions[row])

    def _ask_back(self) -> None:
        self.back_wanted.emit(self._versions[self.list.currentRow()])
        self.accept()

    def _ask_open(self) -> None:
        self.open_wanted.emit(self._versions[self.list.currentRow()])
        self.accept()


def moment(at: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """When something was, as people say it: "Today 14:32", "Yesterday 9:05", "3 May 2026 17:20"."""
    there, here = at.astimezone(), (now or datetime.datetime.now(datetime.UTC)).astimezone()
    days = (here.date() - there.date()).days
    clock = f"{there.hour}:{there:%M}"
    if days == 0:
        return f"Today {clock}"
    if days == 1:
        return f"Yesterday {clock}"
    return f"{there.day} {there:%B %Y} {clock}"

"""The bar above the text in which words are looked for and replaced."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.document.search import Query


class FindBar(QFrame):
    """Two fields and what can be done with them; Escape closes it."""

    sought = Signal(object)
    """A `Query` to look for: with each letter that is typed."""
    step_wanted = Signal(int)
    """Go to the next place (1), or to the one before (-1)."""
    replace_wanted = Signal(bool)
    """Replace this place, or all of them."""
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        px = theme.px
        self.words_field = self._field("Find", "Words to find")
        self.replacement = self._field("Replace with", "Replacement")
        self.count = PlainLabel()
        self.count.setObjectName("muted")
        self.count.setAccessibleName("Places found")
        self.case = QCheckBox("Match case")
        self.words = QCheckBox("Whole words")
        self.back = self._tool("chevron-up", "The place before (Shift+Return)")
        self.on = self._tool("chevron-down", "The next place (Return)")
        self.closer = self._tool("x", "Close (Esc)")
        self.one = QPushButton("Replace")
        self.all = QPushButton("Replace all")
        top = QHBoxLayout()
        top.setSpacing(px(0.5))
        for widget in (self.words_field, self.back, self.on, self.closer):
            top.addWidget(widget)
        options = QHBoxLayout()
        options.addWidget(self.case)
        options.addWidget(self.words)
        options.addStretch()
        options.addWidget(self.count)
        grid = QGridLayout()
        grid.setSpacing(px(0.5))
        grid.addWidget(self.replacement, 0, 0, 1, 2)
        grid.addWidget(self.one, 1, 0)
        grid.addWidget(self.all, 1, 1)
        self.second = QWidget()
        self.second.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(0.75))
        column.addLayout(top)
        column.addLayout(options)
        column.addWidget(self.second)
        # As it is typed: what is looked for, what comes in its place, and what is done.
        order = (self.words_field, self.replacement, self.one, self.all, self.back, self.on)
        for before, after in pairwise((*order, self.closer, self.case, self.words)):
            QWidget.setTabOrder(before, after)
        self.words_field.textChanged.connect(lambda _: self._seek())
        for box in (self.case, self.words):
            box.toggled.connect(lambda _: self._seek())
        self.back.clicked.connect(lambda: self.step_wanted.emit(-1))
        self.on.clicked.connect(lambda: self.step_wanted.emit(1))
        self.closer.clicked.connect(self.leave)
        self.one.clicked.connect(lambda: self.replace_wanted.emit(False))
        self.all.clicked.connect(lambda: self.replace_wanted.emit(True))
        theme.changed.connect(self._tint)
        self._tint()
        self.show_count(0, -1)
        self.hide()

    def _field(self, hint: str, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(hint)
        field.setAccessibleName(name)
        return field

    def _tool(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("icon_name", name)
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip)
        button.setIconSize(QSize(16, 16))
        return button

    def _tint(self) -> None:
        for button in (self.back, self.on, self.closer):
            button.setIcon(icon(str(button.property("icon_name")), self._theme.tokens))

    @property
    def query(self) -> Query:
        """What is looked for."""
        return Query(self.words_field.text(), self.case.isChecked(), self.words.isChecked())

    def open(self, text: str, *, replace: bool) -> None:
        """Show it, with words to look for, and with or without the field to replace them."""
        self.second.setVisible(replace)
        self.show()
        if text:
            self.words_field.setText(text)
        self.words_field.setFocus()
        self.words_field.selectAll()
        self._seek()

    def _seek(self) -> None:
        self.sought.emit(self.query)

    def show_count(self, count: int, place: int) -> None:
        """Say how many places there are, and which one is shown, from 0."""
        told = "" if not self.words_field.text() else "nowhere" if not count else f"{count} places"
        if place >= 0:
            told = f"{place + 1} of {count}"
        self.count.setText(told)
        for button in (self.back, self.on, self.one, self.all):
            button.setEnabled(count > 0)

    def leave(self) -> None:
        """Close the bar."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes on, with Shift back; Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.replacement.hasFocus():
                self.replace_wanted.emit(False)
            else:
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self.step_wanted.emit(-1 if back else 1)
        else:
            super().keyPressEvent(event)

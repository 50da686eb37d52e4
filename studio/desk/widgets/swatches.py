"""Colours to choose from, as round swatches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QColorDialog,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.theme import Theme


class Swatches(QWidget):
    """Named colours, and any other; `chosen` tells the one that the user picked."""

    chosen = Signal(str)

    def __init__(self, name: str, colours: Sequence[tuple[str, str]], theme: Theme) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[str, QToolButton] = {}
        for number, (title, colour) in enumerate(colours):
            button = QToolButton()
            button.setCheckable(True)
            button.setToolTip(plain_tip(title))
            button.setAccessibleName(f"{name}: {title}")
            button.setIconSize(QSize(18, 18))
            button.setIcon(_swatch(colour))
            button.setStyleSheet(f"padding: {theme.px(0.375)}px;")
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, number)
            self.buttons[colour] = button
            row.addWidget(button)
        self.other = QToolButton()
        self.other.setToolTip("Another colour …")
        self.other.setAccessibleName(f"{name}: another")
        self.other.setStyleSheet(f"padding: {theme.px(0.375)}px;")
        self.other.setIconSize(QSize(18, 18))
        self.other.clicked.connect(self._ask)
        row.addWidget(self.other)
        row.addStretch()
        self._colour = colours[0][1]
        self._group.idClicked.connect(lambda i: self._pick(colours[i][1]))
        theme.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        known = self._colour in self.buttons
        self.other.setIcon(icon("plus", self._theme.tokens) if known else _swatch(self._colour))

    def _pick(self, colour: str) -> None:
        self.show_value(colour)
        self.chosen.emit(colour)

    def _ask(self) -> None:
        colour = QColorDialog.getColor(QColor(self._colour), self, self._name)
        if colour.isValid():
            self._pick(colour.name())

    def show_value(self, colour: str) -> None:
        """Mark the ink."""
        self._colour = colour
        button = self.buttons.get(colour)
        if button is not None:
            button.setChecked(True)
        else:
            self._group.setExclusive(False)
            for other in self.buttons.values():
                other.setChecked(False)
            self._group.setExclusive(True)
        self._tint()


def _swatch(colour: str) -> QPixmap:
    pixmap = QPixmap(54, 54)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # A thin ring keeps dark inks apart from a dark panel.
    painter.setPen(QPen(QColor(140, 140, 150), 2))
    painter.setBrush(QColor(colour))
    painter.drawEllipse(4, 4, 46, 46)
    painter.end()
    return pixmap

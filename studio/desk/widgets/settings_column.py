"""A scrolling column of settings, in sections; the wheel scrolls it and turns nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QLabel,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)


class SettingsColumn(QScrollArea):
    """Settings one below another.

    Parameters
    ----------
    gap : int
        Between two of them, in pixels.
    top : int
        Above the first.
    side : int
        Left and right of them, and below the last.
    """

    def __init__(self, gap: int, top: int, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(side, top, side, side)
        self._column.setSpacing(gap)

    def fill(self, *parts: QWidget | QLayout) -> None:
        """Put all settings into the column."""
        for part in parts:
            if isinstance(part, QLayout):
                self._column.addLayout(part)
            else:
                self._column.addWidget(part)
        self._column.addStretch()
        self.setWidget(self._inner)
        for child in self._inner.findChildren(QWidget):
            if isinstance(child, QComboBox | QAbstractSpinBox):
                child.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the column unless the control has the focus."""
        wheel = event.type() == QEvent.Type.Wheel
        if wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def section(title: str) -> QLabel:
    """The title of a section."""
    label = QLabel(title)
    label.setObjectName("section")
    return label


def rule() -> QFrame:
    """A line between two sections."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line

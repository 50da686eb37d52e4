"""A combo box with the theme's chevron."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from studio.desk.widgets.icons import icon_pixmap
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import wheel_when_focused, without_wheel_focus


class Dropdown(QComboBox):
    """A combo box; style sheets can only take its arrow from a file, so it is drawn here."""

    opened = Signal()
    """Its list is about to be shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setMinimumHeight(theme.px(4))
        without_wheel_focus(self)

    def showPopup(self) -> None:
        """Tell, then show the list."""
        self.opened.emit()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it where it has the focus."""
        wheel_when_focused(self, event, super().wheelEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then the chevron."""
        super().paintEvent(event)
        size = self._theme.px(2)
        painter = QPainter(self)
        image = icon_pixmap(
            "chevron-down", self._theme.colour("muted"), size, self.devicePixelRatioF()
        )
        painter.drawPixmap(
            QPoint(self.width() - size - self._theme.px(1), (self.height() - size) // 2), image
        )
        painter.end()

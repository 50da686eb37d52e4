"""A combo box with the theme's chevron."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from studio.desk.widgets.icons import icon_pixmap
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import wheel_when_focused, without_wheel_focus


class Dropdown(QComboBox):
    """A combo box; style sheets can only take its arrow from a file, so it is drawn here.

    Parameters
    ----------
    theme : Theme
    steps : float
        Its least height, in steps of the grid.
    """

    opened = Signal()
    """Its list is about to be shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, steps: float = 4) -> None:
        super().__init__(parent)
        self._theme, self._steps = theme, steps
        without_wheel_focus(self)

    def sizeHint(self) -> QSize:
        """At the interface's scale."""
        return super().sizeHint().expandedTo(QSize(0, self._theme.px(self._steps)))

    def minimumSizeHint(self) -> QSize:
        """As high as that."""
        return super().minimumSizeHint().expandedTo(QSize(0, self._theme.px(self._steps)))

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

"""A column that is scrolled up and down, and is never narrower than what it holds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ScrollColumn(QScrollArea):
    """Scrolls its widget vertically; across, all of it is seen, beside the scroll bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        """As wide as the content needs to be, with the bar beside it."""
        least = super().minimumSizeHint()
        content = self.widget()
        if content is None:
            return least
        inner = content.minimumSizeHint().expandedTo(content.minimumSize()).width()
        return least.expandedTo(QSize(inner + self.verticalScrollBar().sizeHint().width(), 0))

    def event(self, event: QEvent) -> bool:
        """Ask for other room when the content does."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)

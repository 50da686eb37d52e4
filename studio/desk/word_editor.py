"""A word's text edited in place, on the page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.desk.theme import Theme


class WordEditor(QLineEdit):
    """Stands over a word until Return takes its text, or Escape leaves it as it was."""

    taken = Signal(str)

    def __init__(self, text: str, area: QRectF, theme: Theme, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Text of the selected word")
        self._done = False
        font = self.font()
        font.setPixelSize(max(theme.px(1.75), min(round(area.height() * 0.7), theme.px(5))))
        self.setFont(font)
        wide = self.fontMetrics().horizontalAdvance(text + "MMMM") + theme.px(3)
        height = self.sizeHint().height()
        width = max(round(area.width()) + theme.px(3), wide)
        left = round(area.left()) - theme.px(1)
        self.setGeometry(left, round(area.center().y() - height / 2), width, height)
        self.selectAll()
        self.returnPressed.connect(self._take)

    def _take(self) -> None:
        if not self._done:
            self._done = True
            if self.text() != "" and self.isModified():
                self.taken.emit(self.text())
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the word as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self._done = True
            self.close()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Going elsewhere takes the text."""
        super().focusOutEvent(event)
        self._take()

"""A word's text edited in place, on the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from studio.desk.views.page.page_view import PageView
from studio.desk.widgets.theme import Theme


class WordEditor(QLineEdit):
    """Stands over a word until Return takes its text, or Escape leaves it as it was."""

    taken = Signal(str)

    def __init__(
        self, text: str, where: Callable[[], QRectF | None], theme: Theme, view: PageView
    ) -> None:
        super().__init__(text, view.viewport())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Text of the selected word")
        self._where, self._theme, self._done = where, theme, False
        self._stand()
        view.view_moved.connect(self._stand)
        view.pages_shown.connect(self._stand)
        self.textChanged.connect(self._stand)
        self.selectAll()
        self.returnPressed.connect(self._take)

    def _stand(self) -> None:
        """Stand over the word, wherever that is by now, as wide as its text."""
        area, px = self._where(), self._theme.px
        if area is None:
            return
        font = self.font()
        font.setPixelSize(max(px(1.75), min(round(area.height() * 0.7), px(5))))
        self.setFont(font)
        wide = self.fontMetrics().horizontalAdvance(self.text() + "MMMM") + px(3)
        height = self.sizeHint().height()
        width = max(round(area.width()) + px(3), wide)
        left = round(area.left()) - px(1)
        self.setGeometry(left, round(area.center().y() - height / 2), width, height)

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

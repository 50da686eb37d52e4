"""The text of a text box edited in place, on the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from studio.desk.views.page.page_view import PageView
from studio.desk.widgets.theme import Theme


class BoxEditor(QPlainTextEdit):
    """Stands over a text box; Ctrl+Return or going elsewhere takes its text, Escape does not."""

    taken = Signal(str)

    def __init__(
        self, text: str, where: Callable[[], QRectF], theme: Theme, view: PageView
    ) -> None:
        super().__init__(text, view.viewport())
        self._before, self._done = text, False
        self._where, self._theme = where, theme
        self.setObjectName("floating")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Text of the text box")
        self.setPlaceholderText("Text, then Ctrl+Return")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._off: QPointF | None = None
        self._stand()
        view.view_moved.connect(self._stand)
        view.pages_shown.connect(self._stand)
        self.textChanged.connect(self._stand)

    def _stand(self) -> None:
        """Stand over the box, wherever that is by now; within what is seen, to begin with."""
        area, px = self._where(), self._theme.px
        parent = self.parentWidget()
        assert parent is not None
        width = max(area.width(), px(26))
        lines = max(self.blockCount() + 1, 2)
        height = max(area.height(), lines * self.fontMetrics().lineSpacing() + px(2))
        height = min(height, parent.height() - px(2))
        if self._off is None:
            left, top = area.center().x() - width / 2, area.center().y() - height / 2
            left = min(max(left, 0.0), max(parent.width() - width, 0.0))
            top = min(max(top, 0.0), max(parent.height() - height, 0.0))
            self._off = QPointF(left, top) - area.topLeft()
        corner = area.topLeft() + self._off
        self.setGeometry(round(corner.x()), round(corner.y()), round(width), round(height))

    def _finish(self, *, take: bool) -> None:
        if self._done:
            return
        self._done = True
        text = self.toPlainText().strip("\n")
        if take and text != self._before:
            self.taken.emit(text)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Return takes the text, Escape leaves it as it was."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self._finish(take=False)
        elif control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish(take=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Going elsewhere takes the text; a menu of its own does not."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._finish(take=True)

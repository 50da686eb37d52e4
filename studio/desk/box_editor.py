"""The text of a text box edited in place, on the page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.desk.theme import Theme


class BoxEditor(QPlainTextEdit):
    """Stands over a text box; Ctrl+Return or going elsewhere takes its text, Escape does not."""

    taken = Signal(str)

    def __init__(self, text: str, area: QRectF, theme: Theme, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._before, self._done = text, False
        self.setObjectName("floating")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Text of the text box")
        self.setPlaceholderText("Text, then Ctrl+Return")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        width = max(area.width(), theme.px(26))
        lines = max(text.count("\n") + 2, 2)
        height = max(area.height(), lines * self.fontMetrics().lineSpacing() + theme.px(2))
        height = min(height, parent.height() - theme.px(2))
        left = min(max(area.center().x() - width / 2, 0.0), max(parent.width() - width, 0.0))
        top = min(max(area.center().y() - height / 2, 0.0), max(parent.height() - height, 0.0))
        self.setGeometry(round(left), round(top), round(width), round(height))
        self.moveCursor(QTextCursor.MoveOperation.End)

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

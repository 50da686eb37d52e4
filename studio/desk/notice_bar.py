"""A line above the page that says what is wrong and what to do, until it is mended or closed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from studio.desk.icons import drawn, icon
from studio.desk.theme import Theme


class NoticeBar(QFrame):
    """Shows one sentence with at most one button; hidden where there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._act: Callable[[], object] | None = None
        self.topic = ""
        self.image = QLabel()
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setAccessibleName("Notice")
        self.button = QPushButton()
        self.button.setAccessibleName("Do what the notice offers")
        self.button.clicked.connect(self._pressed)
        self.closer = QToolButton()
        self.closer.setAccessibleName("Close this notice")
        self.closer.setIconSize(QSize(16, 16))
        self.closer.clicked.connect(self.clear)
        px = theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(1.5), px(0.75), px(0.75), px(0.75))
        row.setSpacing(px(1))
        row.addWidget(self.image)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        row.addWidget(self.closer)
        self.hide()
        theme.changed.connect(self._tint)

    def say(
        self,
        sentence: str,
        topic: str,
        button: str = "",
        act: Callable[[], object] | None = None,
        error: bool = True,
    ) -> None:
        """Show a sentence; `clear(topic)` takes it away when the matter is settled."""
        self.topic, self._act = topic, act
        self.setObjectName("notice" if error else "hint")
        self.setProperty("error", error)
        self.label.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._tint()
        self.style().unpolish(self)
        self.style().polish(self)
        self.label.style().unpolish(self.label)
        self.label.style().polish(self.label)
        self.show()

    def clear(self, topic: object = None) -> None:
        """Hide the notice: whatever it is, or only one of this topic."""
        if not isinstance(topic, str) or topic == self.topic:
            self.topic = ""
            self.hide()

    def _pressed(self) -> None:
        act = self._act
        self.clear()
        if act is not None:
            act()

    def _tint(self) -> None:
        tokens = self._theme.tokens
        error = bool(self.property("error"))
        name, colour = ("circle-alert", tokens.danger) if error else ("info", tokens.accent)
        self.image.setPixmap(drawn(name, colour, 18, self.devicePixelRatioF()))
        self.closer.setIcon(icon("x", tokens, "muted"))

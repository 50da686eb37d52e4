"""A line above the page that says what is wrong and what to do, until it is mended or closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from studio.desk.widgets.icons import drawn, icon
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme


@dataclass(frozen=True)
class Notice:
    """A sentence with what it is about, and what can be done at once."""

    topic: str
    sentence: str
    choices: tuple[tuple[str, Callable[[], object] | None], ...]
    error: bool


class NoticeBar(QFrame):
    """Shows one sentence with at most three buttons; hidden where there is nothing to say.

    Where there is more to say than one thing, errors come first, then what was said last; the rest
    is shown as these are settled or closed.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notices: list[Notice] = []
        self._shown: Notice | None = None
        self.image = PlainLabel()
        self.label = PlainLabel()
        self.label.setWordWrap(True)
        self.label.setAccessibleName("Notice")
        self.button, self.other = QPushButton("Do it"), QPushButton("Do the other")
        self.buttons = (self.button, self.other, QPushButton("Do the third"))
        for place, button in enumerate(self.buttons):
            button.clicked.connect(partial(self._pressed, place))
            button.setAccessibleName(f"Answer {place + 1}")
        self.closer = QToolButton()
        self.closer.setAccessibleName("Close this notice")
        self.closer.setToolTip("Close this notice")
        self.closer.setIconSize(QSize(16, 16))
        self.closer.clicked.connect(self._closed)
        px = theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(1.5), px(0.75), px(0.75), px(0.75))
        row.setSpacing(px(1))
        row.addWidget(self.image)
        row.addWidget(self.label, 1)
        for button in self.buttons:
            row.addWidget(button)
        row.addWidget(self.closer)
        self.hide()
        theme.changed.connect(self._tint)

    @property
    def topic(self) -> str:
        """What the sentence that is shown is about; empty where there is none."""
        return "" if self._shown is None else self._shown.topic

    def say(
        self,
        sentence: str,
        topic: str,
        button: str = "",
        act: Callable[[], object] | None = None,
        error: bool = True,
        other: tuple[str, Callable[[], object]] | None = None,
        third: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Say something, in place of what was said of the same topic.

        `button` does `act`; `other` is a second button with what it does, `third` one more.

        `clear(topic)` takes it away when the matter is settled.
        """
        kept = [notice for notice in self._notices if notice.topic != topic]
        choices = (*([(button, act)] if button else []), *(more for more in (other, third) if more))
        self._notices = [*kept, Notice(topic, sentence, choices, error)]
        self._show()

    def clear(self, topic: str | None = None) -> None:
        """The matter is settled; without a topic, all are."""
        left = (n for n in self._notices if topic is not None and n.topic != topic)
        self._notices = list(left)
        self._show()

    def _show(self) -> None:
        """Show the most urgent notice, or hide."""
        errors = [notice for notice in self._notices if notice.error]
        urgent = errors or self._notices
        notice = urgent[-1] if urgent else None
        if notice is self._shown:
            return
        self._shown = notice
        if notice is None:
            self.hide()
            return
        self.setObjectName("notice" if notice.error else "hint")
        self.label.setText(notice.sentence)
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(notice.choices))
            name = notice.choices[place][0] if place < len(notice.choices) else ""
            button.setText(name)
            button.setAccessibleName(name or f"Answer {place + 1}")
        self._tint()
        for part in (self, self.label):
            part.style().unpolish(part)
            part.style().polish(part)
        self.show()

    def _closed(self) -> None:
        self.clear(self.topic)

    def _pressed(self, place: int, _checked: bool = False) -> None:
        act = None if self._shown is None else self._shown.choices[place][1]
        self.clear(self.topic)
        if act is not None:
            act()

    def _tint(self) -> None:
        tokens = self._theme.tokens
        error = self._shown is not None and self._shown.error
        name, colour = ("circle-alert", tokens.danger) if error else ("info", tokens.accent)
        self.image.setPixmap(drawn(name, colour, 18, self.devicePixelRatioF()))
        self.closer.setIcon(icon("x", tokens, "muted"))

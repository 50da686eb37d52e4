"""A notice above the page: what is wrong and what to do, until it is resolved or closed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from studio.desk.models.notices import Notice, NoticeModel
from studio.desk.widgets.icons import icon, icon_pixmap
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme

#: Steps of the grid that a sentence has at least beside its answers.
SENTENCE = 36


class NoticeBar(QFrame):
    """Shows one sentence with at most three buttons; hidden where there is nothing to say.

    The rest of what is to be said is shown as what is more urgent is settled or closed.

    Parameters
    ----------
    theme : Theme
    model : NoticeModel, optional
        One of its own where not given.
    """

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, model: NoticeModel | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model or NoticeModel()
        self.say, self.clear = self.model.say, self.model.clear
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
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(px(1.5), px(0.75), px(0.75), px(0.75))
        row.setSpacing(px(1))
        row.addWidget(self.image)
        #: Sentence and answers, side by side or below each other.
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(px(1))
        self._middle.addWidget(self.label, 1)
        self._answers = QWidget()
        answers = QHBoxLayout(self._answers)
        answers.setContentsMargins(0, 0, 0, 0)
        answers.setSpacing(px(1))
        for button in self.buttons:
            answers.addWidget(button)
        self._middle.addWidget(self._answers, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(self._middle, 1)
        row.addWidget(self.closer)
        self.hide()
        theme.changed.connect(self._tint)
        self.model.changed.connect(self._show)

    @property
    def topic(self) -> str:
        """What the sentence that is shown is about; empty where there is none."""
        return "" if self._shown is None else self._shown.topic

    def _show(self) -> None:
        """Show the most urgent notice, or hide."""
        notice = self.model.urgent
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
        self._answers.setVisible(bool(notice.choices))
        self._tint()
        for part in (self, self.label):
            part.style().unpolish(part)
            part.style().polish(part)
        self._arrange()
        self.show()

    @property
    def _beside(self) -> int:
        """Pixels that sentence and answers do not have."""
        parts = (self.image, self.closer)
        margins = self.contentsMargins() + self._row.contentsMargins()
        spacing = 2 * self._row.spacing()
        own = sum(part.sizeHint().width() for part in parts)
        return own + spacing + margins.left() + margins.right()

    def _arrange(self) -> None:
        """Put the answers below the sentence, where beside it that would have hardly any room."""
        room = self.width() - self._beside - self._answers.sizeHint().width()
        narrow = bool(self._shown and self._shown.choices) and room < self._theme.px(SENTENCE)
        directions = QBoxLayout.Direction
        direction = directions.TopToBottom if narrow else directions.LeftToRight
        if direction != self._middle.direction():
            self._middle.setDirection(direction)
            # Of the height there is to be no more than is needed.
            self._middle.setStretch(0, 0 if narrow else 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room that there is."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """As wide as the answers below the sentence: what stands beside the bar keeps its room."""
        parts = [self.label] if self._answers.isHidden() else [self.label, self._answers]
        wide = max(part.minimumSizeHint().width() for part in parts)
        return QSize(self._beside + wide, super().minimumSizeHint().height())

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
        self.image.setPixmap(icon_pixmap(name, colour, 18, self.devicePixelRatioF()))
        self.closer.setIcon(icon("x", tokens, "muted"))

"""Below the text: the Write button, and the pen's pause, step, stop, replay and speed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.actions import ActionModel
from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.menus import Menus
from studio.desk.widgets.icons import icon
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.slider import Track
from studio.desk.widgets.theme import Theme

#: What the big button does: while the pen rests, and while it is at work.
_BUTTON = ("writing.write", "writing.stop")


SLIDER = 8
"""Steps of the grid that the slider of the speed, and the gaps, have beside words."""


class PlaybackBar(QWidget):
    """The one big button, and the small ones that the pen at work needs."""

    speed_changed = Signal(float)

    def __init__(self, theme: Theme, actions: ActionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._actions = theme, actions
        self._state = "idle"
        px = theme.px
        self.write = QPushButton("Write")
        self.write.setObjectName("write")
        self.write.setIconSize(QSize(px(2.5), px(2.5)))
        self.write.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.write.clicked.connect(self._pressed)
        self.status = PlainLabel("")
        self.status.setObjectName("muted")
        self.status.setAccessibleName("What the pen does")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(px(0.5))
        self.buttons: list[QToolButton] = []
        self.speed = Track(theme)
        self.speed.setRange(0, 100)
        self.speed.setAccessibleName("Speed of writing, from real time to as fast as possible")
        self.speed.setToolTip(
            "Speed of the pen: from a writer's real time\n"
            "(the hand's point rate) to the speed of the network.\n"
            "Double click: back to the middle."
        )
        self.speed.reset_wanted.connect(lambda: self.speed.setValue(50))
        self.speed.valueChanged.connect(lambda v: self.speed_changed.emit(v / 100))
        row = QHBoxLayout()
        row.setSpacing(px(0.25))
        self._row = QHBoxLayout()
        self._row.setSpacing(px(0.25))
        row.addLayout(self._row)
        row.addSpacing(px(1))
        self.ends = PlainLabel("slow"), PlainLabel("fast")
        for label in self.ends:
            label.setObjectName("muted")
        row.addWidget(self.ends[0])
        row.addWidget(self.speed, 1)
        row.addWidget(self.ends[1])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(1))
        column.addWidget(self.status)
        column.addWidget(self.progress)
        column.addLayout(row)
        column.addWidget(self.write)
        theme.changed.connect(self._dress)
        actions.changed.connect(self._key_changed)
        self.show_state("idle", 0, 0)

    def fill(self, menus: Menus) -> None:
        """Take a button for each of the pen's actions."""
        for ident in ("writing.pause", "writing.step", "writing.replay", "writing.unwatched"):
            button = QToolButton()
            button.setDefaultAction(menus.action(ident))
            button.setIconSize(QSize(18, 18))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(self._actions[ident].title)
            self.buttons.append(button)
            self._row.addWidget(button)
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words out where the slider would have no room beside them."""
        super().resizeEvent(event)
        others = sum(part.sizeHint().width() for part in (*self.buttons, *self.ends))
        for label in self.ends:
            label.setVisible(self.width() - others >= self._theme.px(SLIDER))

    def _pressed(self) -> None:
        self._actions.trigger(_BUTTON[self._state != "idle"])

    def show_state(self, state: str, done: int, total: int, remark: str = "") -> None:
        """Show 'idle', 'writing' or 'paused' with how many lines of how many are written."""
        self._state = state
        # A progress bar paints the whole window at once; the next frame is soon enough.
        self.progress.setUpdatesEnabled(False)
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        self.progress.setUpdatesEnabled(True)
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        self.progress.setVisible(state != "idle")
        self.status.setText(remark)
        self._dress()

    def show_speed(self, speed: float) -> None:
        """Set the handle without telling anybody."""
        self.speed.blockSignals(True)
        self.speed.setValue(round(100 * speed))
        self.speed.blockSignals(False)

    def _key_changed(self, ident: str) -> None:
        if ident in _BUTTON:
            self._dress()

    def _dress(self) -> None:
        busy = self._state != "idle"
        tokens = self._theme.tokens
        self.write.setText("Stop" if busy else "Write")
        self.write.setAccessibleName(self.write.text())
        ident = _BUTTON[busy]
        if ident in self._actions:
            self.write.setToolTip(plain_tip(self._actions.tip(ident)))
        name, role = ("square", "text") if busy else ("feather", "on_accent")
        self.write.setIcon(icon(name, tokens, role))
        if self.write.property("busy") != busy:
            self.write.setProperty("busy", busy)
            self.write.style().unpolish(self.write)
            self.write.style().polish(self.write)

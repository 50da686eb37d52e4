"""A row of buttons of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.theme import Theme


@dataclass(frozen=True)
class Segment:
    """One of the buttons: its value, its words, and an icon where that says enough."""

    value: str
    title: str
    icon: str = ""


class _Button(QToolButton):
    """One of the buttons, never narrower than its words.

    Parameters
    ----------
    least : int
        Pixels that it is wide at least, however short its words are.
    """

    def __init__(self, least: int) -> None:
        super().__init__()
        self._least = least

    def sizeHint(self) -> QSize:
        """What its words and its icon need."""
        return super().sizeHint().expandedTo(QSize(self._least, 0))


class Segmented(QWidget):
    """Buttons side by side; `chosen` tells the value that the user picked."""

    chosen = Signal(str)

    def __init__(
        self, name: str, choices: Sequence[Segment], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._choices = theme, tuple(choices)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for number, choice in enumerate(self._choices):
            button = _Button(theme.px(4.5))
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {choice.title}")
            button.setToolTip(plain_tip(choice.title))
            if not choice.icon:
                button.setText(choice.title)
            button.setIconSize(QSize(18, 18))
            self._group.addButton(button, number)
            self.buttons[choice.value] = button
            row.addWidget(button, 0 if choice.icon else 1)
        row.addStretch()
        self._group.idClicked.connect(lambda i: self.chosen.emit(self._choices[i].value))
        theme.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        for choice in self._choices:
            if choice.icon:
                self.buttons[choice.value].setIcon(icon(choice.icon, self._theme.tokens))

    def show_value(self, value: str) -> None:
        """Mark a value as chosen without telling anybody."""
        if value in self.buttons:
            self.buttons[value].setChecked(True)

    def retitle(self, value: str, title: str) -> None:
        """Call a choice something else."""
        button = self.buttons[value]
        button.setText(title)
        button.setToolTip(plain_tip(title))
        button.setAccessibleName(f"{self.accessibleName()}: {title}")

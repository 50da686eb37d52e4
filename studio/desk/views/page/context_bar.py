"""The bar over what is selected on a page: reroll, candidates, lock, edit, delete."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from studio.desk.actions import ActionModel
from studio.desk.views.menus import Menus
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.document.selection import Reach

FINE = "selection.fine"
"""Which is shown only where a word may be misread."""
WRITTEN = (
    "selection.reroll",
    "selection.candidates",
    "selection.previous",
    FINE,
    "selection.edit",
    "selection.lock",
)
"""What can be done with what the hand wrote."""
PLACED = ("selection.duplicate",)
"""What can be done with a text box or a drawing."""
ACTIONS = (*WRITTEN, *PLACED, "selection.delete")


class ContextBar(QFrame):
    """Floats above the selection; says what is meant, and holds what can be done with that."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("floating")
        self._theme = theme
        self._what, self._busy = "", False
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(1.5), theme.px(0.25), theme.px(0.5), theme.px(0.25))
        row.setSpacing(0)
        self._buttons: dict[str, QToolButton] = {}
        self.label = PlainLabel()
        self.label.setObjectName("muted")
        row.addWidget(self.label)
        row.addSpacing(theme.px(1))
        self.hide()

    def fill(self, actions: ActionModel, menus: Menus) -> None:
        """Take a button for each of the bar's actions."""
        for ident in ACTIONS:
            button = QToolButton()
            button.setDefaultAction(menus.action(ident))
            button.setIconSize(QSize(18, 18))
            button.setAccessibleName(actions[ident].title)
            self._row.addWidget(button)
            self._buttons[ident] = button
        menus.action(FINE).changed.connect(self._show_fine)

    def _show_fine(self) -> None:
        """Show the button only where a word may be misread."""
        button = self._buttons[FINE]
        button.setVisible(button.defaultAction().isEnabled())
        self.adjustSize()

    def show_busy(self, on: bool) -> None:
        """Say that something is being written again, or what is selected."""
        self._busy = on
        self.label.setText("Writing …" if on else self._what)
        self.adjustSize()

    def show_above(self, what: Reach, area: QRectF) -> None:
        """Stand above the area of the view, or below it where there is no room."""
        self._what = what.value.capitalize()
        self.show_busy(self._busy)
        for ident, button in self._buttons.items():
            foreign = WRITTEN if what is Reach.DRAWING else () if what.placed else PLACED
            button.setVisible(ident not in foreign and (ident != FINE or button.isEnabled()))
        self.adjustSize()
        parent = self.parentWidget()
        assert parent is not None
        gap = self._theme.px(1.5)
        left = min(
            max(area.center().x() - self.width() / 2, gap), parent.width() - self.width() - gap
        )
        top = area.top() - self.height() - gap
        if top < gap:
            top = area.bottom() + gap
        inside = -self.height() < top < parent.height()
        self.move(round(left), round(top))
        self.setVisible(inside)
        self.raise_()

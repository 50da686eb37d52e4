"""The small bar on the page view's edge: smaller, the zoom, larger, width, whole page."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from studio.desk.actions import ActionModel
from studio.desk.views.menus import Menus
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme


class ZoomBar(QFrame):
    """Buttons made from the zoom actions, floating over the desk."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("floating")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(0.5), theme.px(0.25), theme.px(0.5), theme.px(0.25))
        row.setSpacing(0)
        self.label = PlainLabel("100 %")
        self.label.setMinimumWidth(theme.px(6))
        self.label.setAlignment(self.label.alignment().AlignCenter)
        self.label.setAccessibleName("Zoom")

    def fill(self, actions: ActionModel, menus: Menus) -> None:
        """Take a button for each of the zoom actions."""
        for ident in ("view.smaller", "", "view.larger", "view.fit_width", "view.fit_page"):
            if not ident:
                self._row.addWidget(self.label)
                continue
            button = QToolButton()
            button.setDefaultAction(menus.action(ident))
            button.setIconSize(QSize(16, 16))
            button.setAccessibleName(actions[ident].title)
            self._row.addWidget(button)

    def show_zoom(self, zoom: float) -> None:
        """Show the zoom in percent."""
        self.label.setText(f"{round(100 * zoom)} %")

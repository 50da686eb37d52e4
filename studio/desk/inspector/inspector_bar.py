"""The inspector's bar: which views are open, what colours the ink, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from engine.sampling.step_metrics import STEP_METRICS
from studio.desk.actions import Action, ActionModel
from studio.desk.inspector.flow_layout import FlowLayout
from studio.desk.inspector.inspector_actions import BUTTONS
from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.dropdown import Dropdown
from studio.desk.widgets.icons import icon
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme

MOST_ROWS = 2
"""Rows that buttons may take; where they need more they stand in menus."""


class InspectorBar(QFrame):
    """Buttons in as many rows as they need, and a line of words in what room they leave.

    Parameters
    ----------
    views : sequence of str
        Their names, in the order of their buttons.
    actions : ActionModel
        Has those of `inspector_actions`.
    theme : Theme
    """

    views_chosen = Signal()
    """Another view is open, or one is closed."""
    colour_chosen = Signal(str)
    """The trace that is to colour the ink; "" for none."""

    def __init__(
        self, views: Sequence[str], actions: ActionModel, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme, self._actions = theme, actions
        self._marks: dict[str, QAction] = {}
        self._entries: dict[str, QAction] = {}
        px = theme.px
        flow = FlowLayout(self, px(0.5))
        flow.setContentsMargins(px(1), px(0.5), px(1), px(0.5))
        self.chips = {name: self._chip(name) for name in views}
        for chip in self.chips.values():
            flow.addWidget(chip)
        self.colouring = Dropdown(theme, steps=0)
        self._colours = self._colour_row()
        flow.addWidget(self._colours)
        self.buttons = {ident.split(".")[1]: self._button(actions[ident]) for ident in BUTTONS}
        self._tools = self._row(list(self.buttons.values()))
        flow.addWidget(self._tools)
        self.views_menu, self.tools_menu = self._menus()
        flow.addWidget(self.views_menu)
        flow.addWidget(self.tools_menu)
        self.caption = Caption(px(24))
        flow.addWidget(self.caption)
        self._flow = flow
        self._compact = False
        self.dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons into menus where they would take more rows than there is room for."""
        super().resizeEvent(event)
        parts = [*self.chips.values(), self._colours, self._tools]
        compact = self._flow.rows_of(parts, self.width()) > MOST_ROWS
        if compact == self._compact:
            return
        self._compact = compact
        for part in (*self.chips.values(), self._tools):
            part.setVisible(not compact)
        for menu in (self.views_menu, self.tools_menu):
            menu.setVisible(compact)

    def _menus(self) -> tuple[QToolButton, QToolButton]:
        """What stands for the buttons in a narrow bar: the views, and what can be done."""
        views, tools = QMenu(self), QMenu(self)
        for name, chip in self.chips.items():
            view = views.addAction(chip.text())
            view.setCheckable(True)
            view.triggered.connect(chip.setChecked)
            self._marks[name] = view
        for ident in BUTTONS:
            tool = tools.addAction(self._actions[ident].title)
            tool.triggered.connect(partial(self._pressed, ident))
            self._entries[ident.split(".")[1]] = tool
        views.aboutToShow.connect(self._mark_views)
        made = []
        for menu, words, name in ((views, "Views", "Views"), (tools, "More", "More to do here")):
            button = QToolButton()
            button.setText(words)
            button.setAccessibleName(name)
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(16, 16))
            button.hide()
            made.append(button)
        return made[0], made[1]

    def _mark_views(self) -> None:
        for name, chip in self.chips.items():
            self._marks[name].setChecked(chip.isChecked())

    @property
    def shown(self) -> tuple[str, ...]:
        """The views whose buttons are on."""
        return tuple(name for name, chip in self.chips.items() if chip.isChecked())

    def show_open(self, names: Sequence[str]) -> None:
        """Show these views' buttons as on, and say nothing of it."""
        for name, chip in self.chips.items():
            chip.blockSignals(True)
            chip.setChecked(name in names)
            chip.blockSignals(False)

    def show_colouring(self, trace: str) -> None:
        """Show which trace colours the ink."""
        self.colouring.setCurrentIndex(self.colouring.findData(trace))

    def dress(self) -> None:
        """Tint the icons for the theme."""
        for menu in (self.views_menu, self.tools_menu):
            menu.setIcon(icon("chevron-down", self._theme.tokens))
        for name, button in self.buttons.items():
            image = icon(self._actions[f"inspector.{name}"].icon, self._theme.tokens)
            button.setIcon(image)
            self._entries[name].setIcon(image)

    def _chip(self, name: str) -> QToolButton:
        chip = QToolButton()
        chip.setText(name.capitalize())
        chip.setCheckable(True)
        chip.setAccessibleName(f"Show the view {name}")
        chip.toggled.connect(lambda _: self.views_chosen.emit())
        return chip

    def _button(self, action: Action) -> QToolButton:
        button = QToolButton()
        button.setToolTip(plain_tip(f"{action.title}: {action.tip[0].lower()}{action.tip[1:]}"))
        button.setAccessibleName(action.title)
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(partial(self._pressed, action.id))
        return button

    def _pressed(self, ident: str, _checked: bool = False) -> None:
        self._actions.trigger(ident)

    def _colour_row(self) -> QWidget:
        label = PlainLabel("Ink by")
        label.setObjectName("muted")
        label.setBuddy(self.colouring)
        combo = self.colouring
        combo.setAccessibleName("What the ink's colour shows")
        combo.addItem("its own colour", "")
        for trace in STEP_METRICS:
            title = trace.title if trace.title[0] == "ρ" else trace.title.lower()
            combo.addItem(title, trace.key)
        combo.setMinimumWidth(combo.sizeHint().width())
        combo.currentIndexChanged.connect(lambda _: self.colour_chosen.emit(combo.currentData()))
        return self._row([label, combo])

    def _row(self, widgets: Sequence[QWidget]) -> QWidget:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(0.25))
        for widget in widgets:
            row.addWidget(widget)
        return group


class Caption(PlainLabel):
    """A line of words, as many as there is room for; all of them in the tooltip.

    Parameters
    ----------
    least : int
        Pixels below which it rather goes to a row of its own.
    """

    def __init__(self, least: int) -> None:
        super().__init__("")
        self._all = ""
        self.setObjectName("muted")
        self.setMinimumWidth(least)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        """No wider than need be: what it says is cut to the room that there is."""
        return QSize(self.minimumWidth(), super().sizeHint().height())

    def say(self, text: str) -> None:
        """Say something else."""
        self._all = text
        self.setToolTip(plain_tip(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room that there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(0, self.width() - 4)
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(self._all, Qt.TextElideMode.ElideRight, room))

"""A panel: one view on the desk, with its menu of options in the corner."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget
from shiboken6 import delete

from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.plot_colours import PlotColours
from studio.desk.inspector.plot_view import PlotView
from studio.desk.inspector.view_options import ViewOptions
from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.theme import Theme

_BUTTONS = (("maximize", "Show this view alone, or all again"), ("download", "Save as a figure…"))
NARROW = 44
"""Steps of the grid below which a view's buttons are in its menu alone."""


class PlotCanvas(pg.GraphicsLayoutWidget):
    """Where a view is drawn; knows how long the last drawing took."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.seconds = 0.0
        self.ci.layout.setContentsMargins(0, 0, 0, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumSize(120, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, and look at the clock."""
        clock = time.perf_counter()
        super().paintEvent(event)
        self.seconds = time.perf_counter() - clock


class ViewPanel(QFrame):
    """One view, or a plain widget that is refreshed like one.

    Parameters
    ----------
    kind : a subclass of PlotView
    choices : ViewOptions
        The view's options.
    """

    alone_wanted = Signal(str)
    saving_wanted = Signal(str)

    def __init__(
        self,
        kind: type[PlotView],
        choices: ViewOptions,
        model: InspectorModel,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind, self.choices, self.model = kind, choices, model
        self._theme = theme
        self.key = kind.title.lower()
        self.setAccessibleName(kind.title)
        self.canvas = PlotCanvas(self)
        self.canvas.setAccessibleName(f"{kind.title}, a plot")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.canvas)
        self.corner = QWidget(self)
        row = QHBoxLayout(self.corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.buttons: dict[str, QToolButton] = {}
        for name, tip in (("settings", f"Options of {kind.title}"), *_BUTTONS):
            button = QToolButton()
            button.setToolTip(plain_tip(tip))
            button.setAccessibleName(f"{kind.title}: {tip}")
            button.setIconSize(QSize(14, 14))
            button.setAutoRaise(True)
            button.setStyleSheet("padding: 3px;")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.buttons[name] = button
            row.addWidget(button)
        self._wants: dict[str, Callable[[], None]] = {
            "maximize": lambda: self.alone_wanted.emit(self.key),
            "download": lambda: self.saving_wanted.emit(self.key),
        }
        for name, want in self._wants.items():
            self.buttons[name].clicked.connect(want)
        self.menu = QMenu(self)
        self.buttons["settings"].setMenu(self.menu)
        self.buttons["settings"].setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._fill_menu()
        self.view = self._made()
        self.canvas.addItem(self.view)
        self._dress()

    def _made(self) -> PlotView:
        return self.kind(self.model, colours_of(self._theme), **self.choices.values)

    def dress(self) -> None:
        """Draw the view again in the colours that the theme has now."""
        self.view.leave()
        self.canvas.removeItem(self.view)
        # Qt is to take it apart now, before Python does so piece by piece.
        delete(self.view)
        self.view = self._made()
        self.canvas.addItem(self.view)
        self._dress()

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.canvas.setBackground(tokens.panel)
        self._fit()
        for name, button in self.buttons.items():
            button.setIcon(icon(name, tokens, "muted"))

    def _fill_menu(self) -> None:
        for choice in self.choices:
            if not choice.values:
                action = QAction(choice.title, self.menu, checkable=True)
                action.setChecked(bool(self.choices[choice.name]))
                action.toggled.connect(self._setter(choice.name))
                self.menu.addAction(action)
                continue
            under = self.menu.addMenu(choice.title)
            group = QActionGroup(under)
            group.setExclusive(not choice.several)
            for value, title in choice.values.items():
                action = QAction(title, under, checkable=True)
                chosen = self.choices[choice.name]
                action.setChecked(value in chosen if choice.several else value == chosen)
                if choice.several:
                    action.toggled.connect(self._toggler(choice.name, value))
                else:
                    group.addAction(action)
                    action.triggered.connect(self._setter(choice.name, value))
                under.addAction(action)
        self.menu.addSeparator()
        for name, title in _BUTTONS:
            self.menu.addAction(title, self._wants[name])

    def _setter(self, name: str, value: Any = None) -> Callable[[bool], None]:
        def take(on: bool) -> None:
            self.choose(name, on if value is None else value)

        return take

    def _toggler(self, name: str, value: Any) -> Callable[[bool], None]:
        def take(on: bool) -> None:
            kept = [v for v in self.choices[name] if v != value]
            self.choose(name, tuple([*kept, value] if on else kept))

        return take

    def choose(self, name: str, value: Any) -> None:
        """Set an option of the view."""
        self.choices.values[name] = value
        self.choices.apply(self.view)
        self._fit()

    @property
    def stale(self) -> bool:
        """Whether there is something to be drawn that is seen."""
        return self.view.stale and self.isVisible()

    @property
    def seconds(self) -> float:
        """How long it took to draw the view the last time."""
        return self.canvas.seconds

    def refresh(self) -> None:
        """Draw it."""
        self.view.refresh()
        # Else plots find out what they are to show when they are painted, and are painted twice.
        self.canvas.scene().prepareForPaint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons in the corner."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Let neither the buttons nor the view have less room than they need."""
        for name in self._wants:
            self.buttons[name].setVisible(self.width() >= self._theme.px(NARROW))
        size = self.corner.sizeHint()
        self.corner.setGeometry(self.width() - size.width() - 4, 1, size.width(), size.height())
        self.corner.raise_()
        self.view.head.keep_free(size.width() + 8)
        self.setMinimumHeight(round(self.view.least_height))


def colours_of(theme: Theme) -> PlotColours:
    """The plots' colours in a theme."""
    return PlotColours(theme.tokens, scale=theme.px(1) / 8)

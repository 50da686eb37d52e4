"""Controls that leave the wheel to what scrolls: only what has the focus is turned by it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QSizePolicy,
    QSpinBox,
    QTabBar,
    QTabWidget,
    QWidget,
)

from studio.desk.widgets.theme import Theme


def without_wheel_focus(control: QWidget) -> None:
    """Let a control take the focus by a click or the Tab key, and not from who scrolls past it."""
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def wheel_when_focused(
    control: QWidget, event: QWheelEvent, turn: Callable[[QWheelEvent], None]
) -> None:
    """Turn a control that has the focus; else the event goes on to what the control stands in.

    Parameters
    ----------
    control : QWidget
    event : QWheelEvent
    turn : callable
        The `wheelEvent` of Qt's own class.
    """
    if control.hasFocus():
        turn(event)
    else:
        event.ignore()


class SpinBox(QSpinBox):
    """A spin box for whole numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        without_wheel_focus(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it where it has the focus."""
        wheel_when_focused(self, event, super().wheelEvent)


class DoubleSpinBox(QDoubleSpinBox):
    """A spin box for numbers with decimals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        without_wheel_focus(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it where it has the focus."""
        wheel_when_focused(self, event, super().wheelEvent)


class EvenSpinBox(DoubleSpinBox):
    """A spin box as wide as others of its kind, whatever their numbers; wider where it must be.

    Parameters
    ----------
    theme : Theme
    steps : float
        Its least width, in steps of the grid.
    """

    def __init__(self, theme: Theme, steps: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._steps = theme, steps
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """At the interface's scale."""
        least = QSize(self._theme.px(self._steps), 0)
        return super().minimumSizeHint().expandedTo(least)

    def minimumSizeHint(self) -> QSize:
        """No less than that."""
        return self.sizeHint()


class Tabs(QTabWidget):
    """Pages with tabs, which are changed by a click or by keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabBar(_TabBar())


class _TabBar(QTabBar):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls."""
        event.ignore()

"""Controls that leave the wheel to what scrolls: only what has the focus is turned by it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QTabBar, QTabWidget, QWidget


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


class Tabs(QTabWidget):
    """Pages with tabs, which are changed by a click or by keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabBar(_TabBar())


class _TabBar(QTabBar):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls."""
        event.ignore()

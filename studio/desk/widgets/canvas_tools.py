"""The buttons beside a canvas: undo and redo with their icons, and the eraser."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.theme import Theme


def tool(name: str, tip: str, theme: Theme) -> QToolButton:
    """A button with an icon, named by what its tip says before the keys."""
    button = QToolButton()
    button.setIcon(icon(name, theme.tokens))
    button.setIconSize(QSize(18, 18))
    button.setToolTip(plain_tip(tip))
    button.setAccessibleName(tip.split(" (", maxsplit=1)[0])
    return button


def eraser() -> QToolButton:
    """The button that makes the pen take strokes away."""
    button = QToolButton()
    button.setText("Eraser")
    button.setCheckable(True)
    button.setToolTip("Erase whole strokes; the other end of the pen does so, too")
    return button

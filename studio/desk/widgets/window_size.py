"""The size of windows: no larger than the screen that they are shown on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

#: Pixels that frame, title and the desktop's own bars may take.
ACROSS, DOWN = 40, 60


def resize_on_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window a size in pixels, or what of it the screen has room for."""
    room = window.screen().availableGeometry()
    window.resize(min(width, room.width() - ACROSS), min(height, room.height() - DOWN))

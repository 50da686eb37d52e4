"""Labels and names that show text as it is: what comes from a file is never markup.

Qt takes any text that looks like HTML for HTML, with its links and pictures.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label whose text is never markup."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


def plain_name(text: str) -> str:
    """The name of a menu's entry or a button that shows this text as it is, `&` included."""
    return text.replace("&", "&&")

"""The head of a window: its heading, and what is to be said of it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme


def headed(widget: QWidget, theme: Theme, title: str, words: str) -> tuple[QVBoxLayout, QLabel]:
    """The column of a window, begun with its head.

    Returns
    -------
    QVBoxLayout
        What follows below the head is added to it.
    QLabel
        The words below the heading.
    """
    px = theme.px
    heading, said = PlainLabel(title), PlainLabel(words)
    heading.setObjectName("heading")
    said.setWordWrap(True)
    column = QVBoxLayout(widget)
    column.setContentsMargins(px(3), px(2.5), px(3), px(2.5))
    column.setSpacing(px(1.5))
    column.addWidget(heading)
    column.addWidget(said)
    return column, said

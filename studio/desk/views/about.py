"""About: what this is, which hand writes, and what its licence allows."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.desk.models.hand_model import HandModel
from studio.desk.widgets.icons import application_icon
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme


class About(QDialog):
    """Version, hand, and the licence of its data in a sentence."""

    def __init__(self, hands: HandModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Scriptorium")
        px = theme.px
        picture = PlainLabel()
        picture.setPixmap(application_icon().pixmap(px(12), px(12)))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(1))
        title = PlainLabel("Scriptorium")
        title.setObjectName("heading")
        words.addWidget(title)
        words.addWidget(_line(f"Version {program_version()}. A handwriting studio.", "muted"))
        hand = hands.hand
        if hand is None:
            words.addWidget(_line(hands.error or "The hand is still being loaded."))
        else:
            card = hand.card
            words.addWidget(_line(f"The hand “{card.name}” of {card.date} writes."))
            words.addWidget(_line(f"It learnt from {card.trained_on.rstrip('.')}."))
            words.addWidget(_line(card.commercial_use))
        words.addWidget(_line("Ink and text never leave this machine.", "muted"))
        words.addWidget(
            _line(
                "Program: Apache License 2.0. Icons: Lucide, ISC licence.",
                "muted",
            )
        )
        words.addStretch()
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        words.addSpacing(px(1))
        words.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(3), px(3), px(3), px(3))
        row.setSpacing(px(3))
        row.addWidget(picture)
        row.addLayout(words, 1)
        self.setFixedWidth(px(68))


def program_version() -> str:
    """The program's version."""
    try:
        return version("scriptorium")
    except PackageNotFoundError:
        return "from a checkout"


def _line(text: str, name: str = "") -> QLabel:
    label = PlainLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

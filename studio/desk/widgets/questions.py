"""Questions: what the user is asked in a box of its own, with an answer on each button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def confirm(parent: QWidget | None, question: str, answer: str) -> bool:
    """Ask before something that cannot be taken back; whether `answer` was given."""
    return ask(parent, question, [answer], safe=False) == answer


def ask(parent: QWidget | None, question: str, answers: Sequence[str], safe: bool = True) -> str:
    """Ask something; the answer, or an empty string where the user would rather do nothing.

    Parameters
    ----------
    parent : QWidget or None
    question : str
        Plain text, whatever it holds.
    answers : sequence of str
        One a button, the safe one first: it has the focus. *Cancel* stands beside them.
    safe : bool
        Whether there is a safe one; else *Cancel* has the focus.
    """
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Scriptorium")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    buttons = [box.addButton(answer, QMessageBox.ButtonRole.ActionRole) for answer in answers]
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setEscapeButton(cancel)
    box.setDefaultButton(buttons[0] if safe else cancel)
    box.exec()
    pressed = box.clickedButton()
    box.deleteLater()
    return next((a for a, b in zip(answers, buttons, strict=True) if b == pressed), "")

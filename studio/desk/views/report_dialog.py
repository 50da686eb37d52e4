"""The dialog of an unexpected error: the note is safe, and here is a report to copy."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.views.about import program_version
from studio.desk.widgets.theme import Theme


def report_text(trace: str, device: str) -> str:
    """What a developer needs to know: versions, device and the traceback; nothing of the note."""
    return (
        f"Scriptorium {program_version()}\n"
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}, "
        f"{platform.platform()}\nDevice: {device}\n\n{trace}"
    )


class ReportDialog(QDialog):
    """Says that something went wrong, and that the note is safe, and shows the report."""

    def __init__(self, report: str, safe: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        px = theme.px
        title = QLabel("Something went wrong that should not have.")
        title.setObjectName("heading")
        title.setWordWrap(True)
        words = QLabel(f"{safe} You can go on; please send this report to the developers.")
        words.setWordWrap(True)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Report")
        copy = QPushButton("Copy the report")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        close = QPushButton("Go on")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(copy)
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(3), px(3), px(3), px(2))
        column.setSpacing(px(1.5))
        column.addWidget(title)
        column.addWidget(words)
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        self.resize(px(80), px(56))

"""The dialog of an unexpected error: the note is safe, and here is a report to copy."""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import PySide6
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.views.about import program_version
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.window_size import resize_on_screen


@dataclass(frozen=True)
class CrashReport:
    """What a developer needs to know of an unexpected error: versions, device, and where it was.

    Parameters
    ----------
    error : BaseException
    device : str
    """

    error: BaseException
    device: str

    def text(self, whole: bool = False) -> str:
        """The report.

        Parameters
        ----------
        whole : bool
            With what the errors say and the whole paths of the program's files: these may hold text
            of the note, and names of the user's files and folders.
        """
        trace = "".join(
            traceback.format_exception(self.error) if whole else _bare(self.error, frozenset())
        )
        return (
            f"Scriptorium {program_version()}\n"
            f"Python {platform.python_version()}, PySide6 {PySide6.__version__}, "
            f"{platform.platform()}\nDevice: {self.device}\n\n{trace}"
        )


def _bare(error: BaseException, seen: frozenset[int]) -> Iterator[str]:
    """The lines of a traceback without what the errors say, and with a module's own path alone."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _bare(before, seen | {id(error)})
        yield "\nThen, because of it or meanwhile:\n\n"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {_module_path(frame.filename)}, line {frame.lineno}, in {frame.name}\n"
        if frame.line:
            yield f"    {frame.line}\n"
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"


def _module_path(name: str) -> str:
    """A file's path below the folder that its package is imported from; else its name alone."""
    path = Path(name)
    above = (Path(entry or ".").absolute() for entry in sys.path)
    below = [path.relative_to(folder) for folder in above if path.is_relative_to(folder)]
    return str(min(below, key=lambda short: len(short.parts), default=Path(path.name)))


class ReportDialog(QDialog):
    """Says that something went wrong, and that the note is safe, and shows the report."""

    def __init__(
        self, report: CrashReport, safe: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        px = theme.px
        title = PlainLabel("An internal error occurred.")
        title.setObjectName("heading")
        title.setWordWrap(True)
        words = PlainLabel(f"{safe} You can go on; please send this report to the developers.")
        words.setWordWrap(True)
        self.text = QPlainTextEdit(report.text())
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Report")
        self.whole = QCheckBox("With what the errors say, and whole paths")
        self.whole.setToolTip(
            "They may hold text of your note, and names of your files and folders."
        )
        self.whole.toggled.connect(lambda on: self.text.setPlainText(report.text(on)))
        copy = QPushButton("Copy the report")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
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
        column.addWidget(self.whole)
        column.addLayout(foot)
        resize_on_screen(self, px(80), px(56))

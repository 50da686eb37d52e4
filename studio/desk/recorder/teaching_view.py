"""The view of a lesson: which lines, how far it is, and a sample that gets better."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.recorder.teaching_process import TeachingProcess
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.writing.time_left import FEW, in_words

#: Lines that a lesson needs; from how many on it goes well.
FEWEST, WELL = 3, 12


class TeachingView(QWidget):
    """Shows a lesson; what is pressed goes out as signals."""

    start_wanted = Signal(str)
    """Begin, or go on, with a hand of this name."""

    def __init__(
        self,
        lesson: TeachingProcess,
        name: str,
        lines: int,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lesson, self._theme = lesson, theme
        self._lines = lines
        px = theme.px
        title = PlainLabel("The network learns to write like you.")
        title.setObjectName("heading")
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.name.setAccessibleName("Name of the hand")
        row = QHBoxLayout()
        row.addWidget(PlainLabel("Name"))
        row.addWidget(self.name, 1)
        self.sample = PlainLabel("A sample of the hand appears here as it learns.")
        self.sample.setObjectName("muted")
        self.sample.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sample.setMinimumSize(QSize(px(70), px(24)))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.told = PlainLabel()
        self.told.setObjectName("muted")
        self.told.setWordWrap(True)
        self.button = QPushButton()
        self.button.setObjectName("primary")
        self.button.clicked.connect(self._pressed)
        foot = QHBoxLayout()
        foot.addWidget(self.told, 1)
        foot.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(3), px(3), px(3), px(2.5))
        column.setSpacing(px(2))
        column.addWidget(title)
        column.addWidget(self.words)
        column.addLayout(row)
        column.addWidget(self.sample, 1)
        column.addWidget(self.bar)
        column.addLayout(foot)
        lesson.changed.connect(self.show_lesson)
        lesson.failed.connect(self._show_failure)
        lesson.done.connect(self._show_end)
        self.prepare(name, lines)

    def prepare(self, name: str, lines: int) -> None:
        """Show what a lesson would be made of: the recording's name, and how many lines it has."""
        self._lines = lines
        few = "" if lines >= WELL else f" More than {WELL} lines would make a better hand."
        self.words.setText(
            f"It learns from your {lines} lines, on this computer: nothing is sent anywhere."
            f"{few} It takes some minutes; you can stop it and go on later, and write meanwhile."
            if lines >= FEWEST
            else "Record at least three lines first; twenty make a good hand."
        )
        lesson = self._lesson.lesson
        if lesson is not None and (self._lesson.running or self._lesson.stopped):
            self.name.setText(lesson.name)
        else:
            self.name.setText(name)
            self.told.clear()
        self.show_lesson()

    def _pressed(self) -> None:
        if self._lesson.running:
            self._lesson.stop()
        else:
            self.start_wanted.emit(" ".join(self.name.text().split()) or "My hand")

    def show_lesson(self) -> None:
        """Show how far it is."""
        lesson = self._lesson
        self.bar.setValue(round(1000 * lesson.share))
        self.name.setEnabled(not lesson.running and not lesson.stopped)
        able = lesson.running or lesson.stopped or self._lines >= FEWEST
        self.button.setEnabled(able)
        if lesson.running:
            self.button.setText("Stop")
            self.told.setText(_told(lesson.share, lesson.left, lesson.running_for))
        elif lesson.stopped:
            self.button.setText("Go on")
            self.told.setText("Stopped. What was learnt is kept.")
        else:
            self.button.setText("Teach")
        if lesson.sample is not None and lesson.sample.exists():
            picture = QPixmap(str(lesson.sample))
            if not picture.isNull():
                size = self.sample.size() * self.devicePixelRatioF()
                picture = picture.scaled(
                    size,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
                picture.setDevicePixelRatio(self.devicePixelRatioF())
                self.sample.setPixmap(picture)

    def _show_failure(self, sentence: str) -> None:
        self.told.setText(sentence)

    def _show_end(self) -> None:
        self.bar.setValue(1000)
        self.told.setText("Done: the hand is among your styles and hands.")


def _told(share: float, left: float | None, passed: float) -> str:
    """How long it still takes, in words; before that is known, what is done and for how long."""
    if left is None:
        so_far = f", {in_words(passed)} so far" if passed >= FEW else ""
        what = "Trying the first steps on your lines" if share else "Reading your lines"
        return f"{what}{so_far}; the time left is told after the first steps …"
    if left < 90:
        return f"{100 * share:.0f} %, about {max(5, 5 * round(left / 5))} seconds left"
    return f"{100 * share:.0f} %, about {round(left / 60)} minutes left"

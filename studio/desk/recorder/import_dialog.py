"""The dialog in which imported ink gets its words, line by line: typed, or guessed and checked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from engine.ink.recorded_line import RecordedLine
from studio.desk.recorder.line_list import thumbnail
from studio.desk.recorder.window_heading import headed
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.window_size import resize_on_screen
from studio.importing.foreign_ink import InkPiece
from studio.importing.reading import recorded

TYPED = "Type the words of each line exactly as they are written. A line without words is left out."
GUESSED = (
    "The text in italics was guessed from the ink: correct it until it is exactly what is "
    "written. A line without words is left out."
)


class ImportDialog(QDialog):
    """Shows each line of ink with a field for its words; lines without words are left out.

    Parameters
    ----------
    pieces : sequence of InkPiece
    source : str
        The file's name.
    theme : Theme
    parent : QWidget, optional
    notices : sequence of str
        What is to be said of the file.
    """

    turn_wanted = Signal()

    def __init__(
        self,
        pieces: Sequence[InkPiece],
        source: str,
        theme: Theme,
        parent: QWidget | None = None,
        notices: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self._source, self._theme = source, theme
        self.setWindowTitle("Import ink")
        px = theme.px
        column, self._words = headed(self, theme, "What is written here?", TYPED)
        self.notices = PlainLabel()
        self.notices.setWordWrap(True)
        column.addWidget(self.notices)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        self.turn = QPushButton("Turn upside down")
        self.turn.setToolTip("In some programs y points upwards")
        self.turn.clicked.connect(self.turn_wanted)
        self.take = QPushButton()
        self.take.setDefault(True)
        self.take.clicked.connect(self.accept)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.turn)
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self.take)
        column.addWidget(area, 1)
        column.addLayout(foot)
        resize_on_screen(self, px(100), px(60))
        self.show_ink(pieces, notices)

    def show_ink(self, pieces: Sequence[InkPiece], notices: Sequence[str] = ()) -> None:
        """Show the lines of a file, in place of those that are shown."""
        px = self._theme.px
        self._pieces = tuple(pieces)
        self._words.setText(TYPED)
        self.notices.setText(" ".join(notices))
        self.notices.setVisible(bool(notices))
        self.fields: list[QLineEdit] = []
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setHorizontalSpacing(px(2))
        grid.setVerticalSpacing(px(1.5))
        size = QSize(px(46), px(7))
        for row, piece in enumerate(self._pieces):
            picture = PlainLabel()
            picture.setPixmap(thumbnail(piece.ink, size, self.devicePixelRatioF()))
            field = QLineEdit(piece.text)
            field.setPlaceholderText("The words of this line")
            field.setAccessibleName(f"Words of line {row + 1}")
            field.setMinimumWidth(px(36))
            field.textChanged.connect(self._count)
            field.textEdited.connect(partial(_emphasise, field, False))
            self.fields.append(field)
            grid.addWidget(picture, row, 0)
            grid.addWidget(field, row, 1)
        grid.setRowStretch(len(self._pieces), 1)
        self._area.setWidget(inside)
        self.turn.setEnabled(True)
        self._count()

    def suggest(self, guesses: Sequence[str]) -> None:
        """Put what each line may say into the fields in which nothing stands yet."""
        for field, guess in zip(self.fields, guesses, strict=True):
            if guess and not field.text() and not field.isModified():
                field.setText(guess)
                _emphasise(field, True)
                self._words.setText(GUESSED)

    def lines(self) -> list[RecordedLine]:
        """The lines that were given words."""
        return [
            recorded(piece, " ".join(field.text().split()), self._source)
            for piece, field in zip(self._pieces, self.fields, strict=True)
            if field.text().strip()
        ]

    def _count(self) -> None:
        count = sum(bool(field.text().strip()) for field in self.fields)
        self.take.setText(f"Import {count} {'line' if count == 1 else 'lines'}")
        self.take.setEnabled(count > 0)


def _emphasise(field: QLineEdit, guessed: bool, *_: object) -> None:
    font = field.font()
    font.setItalic(guessed)
    field.setFont(font)

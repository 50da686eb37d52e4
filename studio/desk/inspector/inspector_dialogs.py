"""What the inspector asks: which ink to feed, how to steer, how a figure is to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ScriptoriumError
from engine.ink.ink import Ink
from engine.ink.timing import timed
from engine.sampling.request import MOST_BIAS, checked_seed
from engine.sampling.steering import Steering
from engine.style.style import Style
from studio.desk.inspector.inspector_commands import Other
from studio.desk.inspector.view_options import KINDS
from studio.desk.widgets.dropdown import Dropdown
from studio.desk.widgets.file_dialogs import ask_open
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import DoubleSpinBox, SpinBox
from studio.importing.foreign_ink import InkPiece
from studio.importing.line_reader import lines
from studio.inspection.publication_figure import (
    COLUMN_MM,
    LARGEST_MM,
    LEAST_DPI,
    MOST_DPI,
    SMALLEST_MM,
    PublicationFigure,
)
from studio.inspection.run_recording import RunRecording

FILES = "Ink (*.inkml *.xopp *.xoj *.svg *.csv *.tsv *.txt *.xml *.json)"


class _Asking(QDialog):
    """A form with a sentence for what is wrong, and two buttons."""

    def __init__(self, title: str, word: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.form = QFormLayout()
        self.form.setSpacing(theme.px(1))
        self.wrong = PlainLabel("")
        self.wrong.setObjectName("error")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        self.buttons = QDialogButtonBox()
        cancel = self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        self.go = self.buttons.addButton(word, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.take)
        self.buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        margin = theme.px(2)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(1.5))
        # A least width of the dialog's own would count in place of what its parts need.
        box.addItem(QSpacerItem(theme.px(56) - 2 * margin, 0))
        box.addLayout(self.form)
        box.addWidget(self.wrong)
        box.addWidget(self.buttons)
        # Now that the buttons are the dialog's own.
        self.go.setDefault(True)

    def say(self, sentence: str) -> None:
        """Say what is wrong; nothing where the sentence is empty."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    def take(self) -> None:
        """Check what is asked for, and accept it."""
        raise NotImplementedError


class FeedDialog(_Asking):
    """Which ink, and what it says."""

    chosen = Signal(Ink, str, str)
    """The ink, its text, and where it is from."""

    def __init__(self, styles: Mapping[str, Style], theme: Theme, parent: QWidget) -> None:
        super().__init__("Teacher forcing", "Feed", theme, parent)
        self._styles = styles
        self._pieces: list[InkPiece] = []
        self._path = Path()
        self.source = Dropdown(theme)
        self.source.setAccessibleName("Where the ink is from")
        for name in styles:
            self.source.addItem(f"Style {name}", name)
        self.source.addItem("A file …", None)
        self.line = Dropdown(theme)
        self.line.setAccessibleName("Line of the file")
        browse = QPushButton("Choose …")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.source, 1)
        row.addWidget(browse)
        self.text = QLineEdit()
        self.text.setPlaceholderText("what the ink says")
        self.text.setAccessibleName("What the ink says")
        self.form.addRow("Ink", row)
        self.form.addRow("Line", self.line)
        self.form.addRow("Text", self.text)
        self.source.currentIndexChanged.connect(self._show_source)
        self.line.currentIndexChanged.connect(self._show_line)
        self._show_source()

    def _browse(self) -> None:
        path = ask_open(self, "ink", "Ink to feed", FILES)
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Take the lines of a file."""
        try:
            pieces = lines(path)
        except ScriptoriumError as error:
            self.say(str(error))
            return
        self.say("")
        self._path = path
        self.text.setFocus()
        last = self.source.count() - 1
        self.source.blockSignals(True)
        self.source.setItemText(last, path.name)
        self.source.setCurrentIndex(last)
        self.source.blockSignals(False)
        self._offer(pieces)

    def _show_source(self) -> None:
        name = self.source.currentData()
        if name is None:
            self._offer([])
            return
        style = self._styles[name]
        self._offer([InkPiece(style.ink, style.text)])

    def _offer(self, pieces: Sequence[InkPiece]) -> None:
        self._pieces = list(pieces)
        self.line.clear()
        for number, piece in enumerate(pieces, 1):
            self.line.addItem(f"{number}: {piece.text or f'{piece.ink.points} points'}")
        self.line.setEnabled(len(pieces) > 1)
        self._show_line()

    def _show_line(self) -> None:
        number = self.line.currentIndex()
        if 0 <= number < len(self._pieces):
            self.text.setText(self._pieces[number].text)

    def take(self) -> None:
        """Hand the ink over."""
        number, text = self.line.currentIndex(), self.text.text().strip()
        if not 0 <= number < len(self._pieces):
            self.say("There is no ink yet; choose a style or a file.")
        elif not text:
            self.say("The text is missing; type what the ink says.")
        else:
            piece = self._pieces[number]
            name = self.source.currentText()
            self.chosen.emit(timed(piece.ink, text, piece.sampled), text, name)
            self.accept()


class SteerDialog(_Asking):
    """What is to be different from a point on."""

    chosen = Signal(object)
    """A `Steering`."""

    def __init__(self, recording: RunRecording, point: int, theme: Theme, parent: QWidget) -> None:
        super().__init__("Steer", "Write on", theme, parent)
        self.first = SpinBox()
        self.first.setRange(0, len(recording) - 1)
        self.first.setValue(point)
        self.points = SpinBox()
        self.points.setRange(1, 10_000)
        self.points.valueChanged.connect(
            lambda count: self.points.setSuffix(" point" if count == 1 else " points")
        )
        self.points.setSuffix(" point")
        self.move_by = DoubleSpinBox()
        self.move_by.setRange(-len(recording.text), len(recording.text))
        self.move_by.setDecimals(1)
        self.move_by.setSingleStep(0.5)
        self.move_by.setSuffix(" characters")
        self.freeze = QCheckBox("The window stands still")
        self.component = Dropdown(theme)
        self.component.addItem("drawn by π", None)
        for number, weight in enumerate(recording["pi"][point]):
            self.component.addItem(f"{number} (π {weight:.3f} here)", number)
        for label, field in (
            ("From point", self.first),
            ("For", self.points),
            ("Move the window by", self.move_by),
            ("", self.freeze),
            ("Component", self.component),
        ):
            self.form.addRow(label, field)
            field.setAccessibleName(label or "The window stands still")
        note = PlainLabel(
            "All points before it stay the same; the original line is kept for comparison."
        )
        note.setObjectName("muted")
        note.setWordWrap(True)
        self.form.addRow(note)

    def take(self) -> None:
        """Hand the steering over."""
        try:
            steering = Steering(
                self.first.value(),
                self.points.value(),
                self.move_by.value(),
                self.freeze.isChecked(),
                self.component.currentData(),
            )
        except ScriptoriumError as error:
            self.say(str(error))
            return
        self.chosen.emit(steering)
        self.accept()


class CompareDialog(_Asking):
    """Which other run a line is set beside: another bias, seed, style or hand."""

    chosen = Signal(object)
    """A `bench.Other`."""

    def __init__(
        self, recording: RunRecording, styles: Mapping[str, Style], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__("Another run beside this one", "Write it", theme, parent)
        settings = recording.settings
        self._path = Path()
        self.hand = Dropdown(theme)
        self.hand.addItem(f"{settings.hand or 'The hand'} in use", "own")
        self.hand.addItem("The hand that ships", "ships")
        self.hand.setAccessibleName("Hand of the other run")
        browse = QPushButton("Choose …")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.hand, 1)
        row.addWidget(browse)
        self.style_name = Dropdown(theme)
        self.style_name.addItem("no style", None)
        for name in styles:
            self.style_name.addItem(name, name)
        self.style_name.setCurrentIndex(max(self.style_name.findData(settings.style), 0))
        self.bias = DoubleSpinBox()
        self.bias.setRange(0, MOST_BIAS)
        self.bias.setSingleStep(0.25)
        # That of a further sample of a line is too large for a spin box.
        self.seed = QLineEdit("0")
        self.seed.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{1,19}")))
        given = settings.bias is None
        if not given:
            self.bias.setValue(settings.bias or 0.0)
            self.seed.setText(str(settings.seed or 0))
        self.form.addRow("Hand", row)
        for label, field in (
            ("Style", self.style_name),
            ("Bias", self.bias),
            ("Seed", self.seed),
        ):
            field.setAccessibleName(f"{label} of the other run")
            field.setEnabled(not given)
            self.form.addRow(label, field)
        note = PlainLabel(
            "The ink was given: another hand is fed the same ink."
            if given
            else "The text is written once more; the two are aligned on its characters."
        )
        note.setObjectName("muted")
        note.setWordWrap(True)
        self.form.addRow(note)
        self._same = (settings.style, settings.bias, settings.seed)
        self._given = given

    def _browse(self) -> None:
        path = ask_open(self, "hands", "Another hand", "Hand (*.safetensors)")
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Take another hand's file."""
        self._path = path
        place = self.hand.findData("file")
        if place < 0:
            self.hand.addItem("", "file")
            place = self.hand.count() - 1
        self.hand.setItemText(place, path.name)
        self.hand.setCurrentIndex(place)

    def take(self) -> None:
        """Hand over what it is compared to."""
        kind, style = self.hand.currentData(), self.style_name.currentData()
        try:
            asked = (style, self.bias.value(), checked_seed(int(self.seed.text() or 0)))
        except ScriptoriumError as error:
            self.say(str(error))
            return
        if kind == "own" and (self._given or asked == self._same):
            what = "hand" if self._given else "bias, seed, style or hand"
            self.say(f"That is the line itself; choose another {what}.")
            return
        path = self._path if kind == "file" else None
        self.chosen.emit(Other(path, kind == "ships", *asked))
        self.accept()


class FigureDialog(_Asking):
    """Which views, how wide, how fine."""

    chosen = Signal(object)
    """A `PublicationFigure`."""

    def __init__(
        self,
        shown: Sequence[str],
        options: Mapping[str, Mapping[str, object]],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__("Save figure or numbers", "Save …", theme, parent)
        self._options = options
        self.views: dict[str, QCheckBox] = {}
        row = QHBoxLayout()
        for name in KINDS:
            box = QCheckBox(name.capitalize())
            box.setChecked(name in shown)
            self.views[name] = box
            row.addWidget(box)
        self.column = Dropdown(theme)
        for name, width in COLUMN_MM.items():
            self.column.addItem(f"{name.capitalize()} ({width:g} mm)", width)
        self.column.addItem("Another width", None)
        self.width_mm = DoubleSpinBox()
        self.width_mm.setRange(SMALLEST_MM, LARGEST_MM)
        self.width_mm.setSuffix(" mm")
        self.width_mm.setDecimals(0)
        self.width_mm.setAccessibleName("Width of the figure")
        self.dpi = SpinBox()
        self.dpi.setRange(LEAST_DPI, MOST_DPI)
        self.dpi.setValue(300)
        self.dpi.setSuffix(" dpi")
        self.caption = QCheckBox("A line below with hand, text, style, bias and seed")
        self.caption.setChecked(True)
        self.column.currentIndexChanged.connect(self._take_width)
        self.column.setCurrentIndex(len(COLUMN_MM) - 1)
        self.form.addRow("Views", row)
        wide = QHBoxLayout()
        wide.addWidget(self.column, 1)
        wide.addWidget(self.width_mm)
        self.form.addRow("Width", wide)
        self.form.addRow("Fineness", self.dpi)
        self.form.addRow("Caption", self.caption)
        note = PlainLabel(
            "PDF, SVG or PNG by the file's name; .npz and .csv hold all steps' numbers."
        )
        note.setObjectName("muted")
        note.setWordWrap(True)
        self.form.addRow(note)

    def _take_width(self) -> None:
        width = self.column.currentData()
        self.width_mm.setEnabled(width is None)
        if width is not None:
            self.width_mm.setValue(width)

    def take(self) -> None:
        """Hand the figure over."""
        views = tuple(name for name, box in self.views.items() if box.isChecked())
        try:
            figure = PublicationFigure(
                views,
                self.width_mm.value(),
                self.dpi.value(),
                self.caption.isChecked(),
                self._options,
            )
        except ScriptoriumError as error:
            self.say(str(error))
            return
        self.chosen.emit(figure)
        self.accept()

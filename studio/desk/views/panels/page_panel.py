"""The settings of the sheet: paper, margins, ruling and page numbers."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QWidget,
)

from engine.errors import SettingError
from studio.desk.widgets.dropdown import Dropdown
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.segmented import Segment, Segmented
from studio.desk.widgets.settings_column import SettingsColumn, rule, section
from studio.desk.widgets.swatches import Swatches
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import DoubleSpinBox, EvenSpinBox, SpinBox
from studio.document.note import MOST_COLUMNS, Note, VerticalAlignment
from studio.document.paper import LARGEST, PAPERS, SMALLEST, Margins, RulingKind

CUSTOM = "Custom"
ORIENTATIONS = (Segment("portrait", "Upright"), Segment("landscape", "Across"))
PAPER_COLOURS = (
    ("White", "#ffffff"),
    ("Ivory", "#fbf7ea"),
    ("Cream", "#f6ecd2"),
    ("Grey", "#eeeeec"),
    ("Sky", "#e6eef6"),
    ("Rose", "#f8e9e8"),
    ("Mint", "#e8f2ea"),
)
VERTICALS = (
    Segment(VerticalAlignment.TOP, "Top"),
    Segment(VerticalAlignment.MIDDLE, "Middle"),
    Segment(VerticalAlignment.BOTTOM, "Foot"),
)
UNKNOWN: tuple[tuple[str, str | None], ...] = (
    ("Ask what to do", None),
    ("Leave it out", ""),
    ("Write ? for it", "?"),
)
"""What becomes of characters that the hand does not know."""
RULINGS = (
    Segment(RulingKind.PLAIN, "Plain"),
    Segment(RulingKind.LINED, "Lined"),
    Segment(RulingKind.SQUARED, "Squared"),
    Segment(RulingKind.DOTTED, "Dotted"),
)


class PagePanel(SettingsColumn):
    """Shows a note's sheet and tells what the user changes of it."""

    chosen = Signal(str, dict)
    """The name of the step, and the fields of the note with their new values."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, theme.px(1.5), theme.px(2), theme.px(2), parent)
        self._theme = theme
        self._note = Note.from_text("")
        self.paper = Dropdown(theme)
        self.paper.setAccessibleName("Paper")
        self.paper.addItems([*PAPERS, CUSTOM])
        self.orientation = Segmented("Orientation", ORIENTATIONS, theme)
        self.colours = Swatches("Colour of the paper", PAPER_COLOURS, theme)
        self.width_box = self._millimetres("Width of the paper", SMALLEST, LARGEST)
        self.height_box = self._millimetres("Height of the paper", SMALLEST, LARGEST)
        self.ruling = Dropdown(theme)
        self.ruling.setAccessibleName("Ruling")
        for choice in RULINGS:
            self.ruling.addItem(choice.title, choice.value)
        self.spacing = self._millimetres("Distance of the rules", 2.0, 40.0)
        self.printed = QCheckBox("Print the ruling")
        self.columns = SpinBox()
        self.columns.setRange(1, MOST_COLUMNS)
        self.columns.setAccessibleName("Columns of the text")
        self.columns.setKeyboardTracking(False)
        self.vertical = Segmented("Vertical position of the text on a page", VERTICALS, theme)
        self.hyphens = QCheckBox("Divide words at the ends of lines")
        self.hyphens.setToolTip("Otherwise only where a line would be too loose or too narrow.")
        self.fitted = QCheckBox("Keep the text of each page on it")
        self.fitted.setToolTip(
            "Text that begins a page and does not fit on it is written smaller, as on place cards."
        )
        self.together = QCheckBox("Keep lines that belong together")
        self.together.setToolTip(
            "Two lines of a paragraph, a heading and its text, a closing and its signature."
        )
        self.numbers = QCheckBox("Page numbers, in the hand's ink")
        self.unknown = Dropdown(theme)
        self.unknown.setAccessibleName("Unknown characters")
        self.unknown.setToolTip("Characters such as 漢 that the network never learnt.")
        for title, character in UNKNOWN:
            self.unknown.addItem(title, character)
        self.margins = {
            side: self._millimetres(f"{side.title()} margin", 0.0, 200.0)
            for side in ("left", "top", "right", "bottom")
        }
        self.error = PlainLabel()
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.error.hide()
        self._build()
        self._connect()
        self.show_note(self._note)

    def _millimetres(self, name: str, low: float, high: float) -> DoubleSpinBox:
        box = EvenSpinBox(self._theme, 12)
        box.setRange(low, high)
        box.setDecimals(1)
        box.setSuffix(" mm")
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setAccessibleName(name)
        box.setKeyboardTracking(False)
        return box

    def _build(self) -> None:
        size = QFormLayout()
        size.addRow("Width", self.width_box)
        size.addRow("Height", self.height_box)
        grid = QGridLayout()
        for place, (side, box) in enumerate(self.margins.items()):
            label = PlainLabel(side.title())
            label.setBuddy(box)
            grid.addWidget(label, place // 2 * 2, place % 2)
            grid.addWidget(box, place // 2 * 2 + 1, place % 2)
        form = QFormLayout()
        form.addRow("Every", self.spacing)
        text = QFormLayout()
        text.addRow("Columns", self.columns)
        text.addRow("Stands", self.vertical)
        self.fill(
            *(section("Paper"), self.paper, self.orientation, self.colours, size, rule()),
            *(section("Margins"), grid, rule()),
            *(section("Ruling"), self.ruling, form, self.printed, rule()),
            *(section("Text"), text, self.hyphens, self.together, self.fitted),
            *(self.numbers, section("Unknown characters"), self.unknown),
            self.error,
        )

    def _connect(self) -> None:
        self.paper.activated.connect(self._paper_chosen)
        self.orientation.chosen.connect(self._turned)
        self.colours.chosen.connect(
            lambda c: self._choose(
                "Change the paper's colour", paper=replace(self._note.paper, colour=c)
            )
        )
        for box in (self.width_box, self.height_box):
            box.valueChanged.connect(self._sized)
        for box in self.margins.values():
            box.valueChanged.connect(self._margins_changed)
        self.ruling.activated.connect(self._ruling_changed)
        self.spacing.valueChanged.connect(self._ruling_changed)
        self.printed.clicked.connect(lambda on: self._choose("Print the ruling", ruling_printed=on))
        self.columns.valueChanged.connect(
            lambda count: self._choose("Change the columns", columns=count)
        )
        self.vertical.chosen.connect(
            lambda where: self._choose("Move the text", vertical=VerticalAlignment(where))
        )
        self.hyphens.clicked.connect(lambda on: self._choose("Divide words", hyphenate=on))
        self.fitted.clicked.connect(lambda on: self._choose("Fit the pages", fit_pages=on))
        self.together.clicked.connect(
            lambda on: self._choose("Keep lines together", keep_together=on)
        )
        self.numbers.clicked.connect(lambda on: self._choose("Number the pages", page_numbers=on))
        self.unknown.activated.connect(
            lambda row: self._choose("Replace unknown", replace_unknown=UNKNOWN[row][1])
        )

    def show_note(self, note: Note) -> None:
        """Show the sheet of a note."""
        self._note = note
        controls = (
            self.paper,
            self.width_box,
            self.height_box,
            self.ruling,
            self.spacing,
            self.columns,
            self.unknown,
        )
        blockers = [QSignalBlocker(c) for c in (*controls, *self.margins.values())]
        known = note.paper.name if note.paper.name in PAPERS else CUSTOM
        self.paper.setCurrentText(known)
        across = note.paper.width > note.paper.height
        self.orientation.show_value("landscape" if across else "portrait")
        self.colours.show_value(note.paper.colour)
        self.width_box.setValue(note.paper.width)
        self.height_box.setValue(note.paper.height)
        for side, box in self.margins.items():
            box.setValue(getattr(note.margins, side))
        self.ruling.setCurrentIndex(self.ruling.findData(note.ruling.kind.value))
        self.spacing.setValue(note.ruling.spacing)
        ruled = note.ruling.kind is not RulingKind.PLAIN
        self.spacing.setEnabled(ruled)
        self.printed.setEnabled(ruled)
        self.printed.setChecked(note.ruling_printed)
        self.columns.setValue(note.columns)
        self.vertical.show_value(note.vertical)
        self.hyphens.setChecked(note.hyphenate)
        self.fitted.setChecked(note.fit_pages)
        self.together.setChecked(note.keep_together)
        self.numbers.setChecked(note.page_numbers)
        kept = [character for _, character in UNKNOWN]
        place = kept.index(note.replace_unknown) if note.replace_unknown in kept else -1
        self.unknown.setCurrentIndex(place)
        self.unknown.setPlaceholderText(f"Written as {note.replace_unknown}")
        self.error.hide()
        del blockers

    def _choose(self, step: str, **values: object) -> None:
        try:
            replace(self._note, **values)  # type: ignore[arg-type]
        except SettingError as error:
            self.error.setText(str(error))
            self.error.show()
            return
        self.error.hide()
        self.chosen.emit(step, values)

    def _paper_chosen(self) -> None:
        name = self.paper.currentText()
        if name == CUSTOM:
            paper = replace(self._note.paper, name="custom")
        else:
            paper = PAPERS[name]
            if self._note.paper.width > self._note.paper.height:
                paper = paper.landscape
        paper = replace(paper, colour=self._note.paper.colour)
        # Small cards need small margins to be of use.
        side = 20.0 if min(paper.width, paper.height) > 140 else 12.0
        self._choose("Change the paper", paper=paper, margins=Margins(side, side, side, side))

    def _turned(self, way: str) -> None:
        paper = self._note.paper
        self._choose(
            "Turn the paper", paper=paper.landscape if way == "landscape" else paper.portrait
        )

    def _sized(self) -> None:
        width, height = self.width_box.value(), self.height_box.value()
        paper = replace(self._note.paper, name="custom", width=width, height=height)
        self._choose("Change the paper", paper=paper)

    def _margins_changed(self) -> None:
        margins = Margins(**{side: box.value() for side, box in self.margins.items()})
        ruling = replace(self._note.ruling, first=max(margins.top, 1.0))
        self._choose("Change the margins", margins=margins, ruling=ruling)

    def _ruling_changed(self) -> None:
        kind = RulingKind(self.ruling.currentData())
        ruling = replace(self._note.ruling, kind=kind, spacing=self.spacing.value())
        self._choose("Change the ruling", ruling=ruling)

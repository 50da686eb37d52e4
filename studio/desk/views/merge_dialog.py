"""The merge dialog: a table, its fields, each letter as it will look, and all of them written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.exporting.page_preview import PagePreview
from studio.desk.views.letter_list import LetterList
from studio.desk.widgets.dropdown import Dropdown
from studio.desk.widgets.icons import icon
from studio.desk.widgets.item_list import ItemList
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import SpinBox
from studio.desk.widgets.window_size import resize_on_screen
from studio.document.label_sheets import sheet_named, sheets_for
from studio.document.page import Page
from studio.merge.preview import FieldSeen, MergePreview

FORMS = {
    "A PDF for each letter": ("pdf",),
    "One PDF of all letters": (),
    "An SVG for each page": ("svg",),
    "A PNG for each page": ("png",),
    "A PDF and a note for each letter": ("pdf", "scriptorium"),
}
"""What is written, and the formats of it; none for one PDF."""

ALONE = "Each letter on a page of its own"

MANUAL = (
    "A letter is written for each row of a table. In the note, {{ name }} stands for the field of "
    "the column “name”: Dear {{ name }}."
)


class MergeDialog(QDialog):
    """Shows what the controller finds out, and tells it what is asked for."""

    table_asked = Signal()
    field_asked = Signal(str)
    """The tag of a field that is to be put into the note."""
    letter_asked = Signal(int)
    """The place of a row whose letter is to be shown."""
    ink_asked = Signal(int)
    """The place of a row whose letter is to be written and shown."""
    write_asked = Signal()
    stop_asked = Signal()
    open_asked = Signal(int)
    """The place of a row whose file is to be opened."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Merge")
        self._preview: MergePreview | None = None
        self._place = 0
        self._busy = False
        self.letters = LetterList(theme)
        self.table_name = PlainLabel("No table is chosen.")
        self.table_name.setObjectName("muted")
        self.choose = QPushButton("Choose a table …")
        self.choose.setToolTip("CSV, TSV, JSON lines or a workbook (.xlsx)")
        self.fields = ItemList()
        self.fields.setAccessibleName("Fields of the table")
        self.fields.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.insert = QPushButton("Put into the note")
        self.insert.setToolTip("At the cursor in the text")
        self.rows = QTableView()
        self.rows.setModel(self.letters)
        self.rows.setAccessibleName("Letters")
        self.rows.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.rows.verticalHeader().hide()
        self.rows.setShowGrid(False)
        head = self.rows.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.form = Dropdown(theme)
        self.form.addItems(list(FORMS))
        self.form.setAccessibleName("What is written")
        self.sheet = Dropdown(theme)
        self.sheet.setAccessibleName("Sheets that the letters stand on")
        self.first = SpinBox()
        self.first.setAccessibleName("The first free label of the sheet")
        self.first.setToolTip("Labels before it are used already; they are counted row by row")
        self.first_row = QWidget()
        self.page = PagePreview(theme)
        self.back = self._arrow("chevron-left", "The letter before", theme)
        self.on = self._arrow("chevron-right", "The next letter", theme)
        self.caption = PlainLabel()
        self.check = QPushButton("Next to look at")
        self.ink = QPushButton("Write this letter")
        self.ink.setToolTip("To see it in ink before all are written")
        self.open_file = QPushButton("Open its file")
        self.words = PlainLabel()
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.error = PlainLabel()
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.close_button = QPushButton("Close")
        self.go = QPushButton("Write all …")
        self.go.setDefault(True)
        self._build(theme)
        self._connect()
        self.show_preview(None)

    def _arrow(self, image: str, name: str, theme: Theme) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(image, theme.tokens))
        button.setAccessibleName(name)
        button.setToolTip(plain_tip(name))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _build(self, theme: Theme) -> None:
        px = theme.px
        left = QVBoxLayout()
        left.setSpacing(px(1))
        heading = PlainLabel("Merge")
        heading.setObjectName("heading")
        manual = PlainLabel(MANUAL)
        manual.setObjectName("muted")
        manual.setWordWrap(True)
        left.addWidget(heading)
        left.addWidget(manual)
        left.addLayout(_row(self.choose, self.table_name))
        left.addWidget(_section("Fields"))
        # As high as two fields and two letters, for small and for much enlarged screens.
        self.fields.setMinimumHeight(px(6))
        self.fields.setMaximumHeight(px(20))
        self.rows.setMinimumHeight(px(9))
        self.rows.setMinimumWidth(px(46))
        left.addWidget(self.fields, 1)
        left.addLayout(_row(self.insert, None))
        left.addWidget(_section("Letters"))
        left.addWidget(self.rows, 3)
        left.addWidget(self.words)
        left.addWidget(self.error)
        left.addWidget(self.progress)
        left.addWidget(self.form)
        left.addWidget(self.sheet)
        first = QHBoxLayout(self.first_row)
        first.setContentsMargins(0, 0, 0, 0)
        label = PlainLabel("First free label")
        label.setBuddy(self.first)
        first.addWidget(label)
        first.addWidget(self.first)
        first.addStretch()
        left.addWidget(self.first_row)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.go)
        left.addLayout(buttons)
        right = QVBoxLayout()
        right.addWidget(self.page, 1)
        turning = QHBoxLayout()
        for part in (self.back, self.on):
            turning.addWidget(part)
        # However a row is called, the window stays as wide as it is.
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        turning.addWidget(self.caption, 1)
        right.addLayout(turning)
        doing = QHBoxLayout()
        doing.addStretch()
        for button in (self.check, self.open_file, self.ink):
            doing.addWidget(button)
        right.addLayout(doing)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(3), px(3), px(3), px(3))
        row.setSpacing(px(3))
        row.addLayout(left, 2)
        row.addLayout(right, 3)
        resize_on_screen(self, px(132), px(90))

    def _connect(self) -> None:
        self.choose.clicked.connect(self.table_asked)
        self.insert.clicked.connect(self._insert)
        self.fields.itemActivated.connect(lambda _: self._insert())
        self.fields.itemSelectionChanged.connect(self.refresh)
        self.rows.selectionModel().currentRowChanged.connect(
            lambda now, _: self._turn_to(now.row()) if now.isValid() else None
        )
        self.form.currentIndexChanged.connect(self.refresh)
        self.sheet.currentIndexChanged.connect(self.refresh)
        self.back.clicked.connect(lambda: self.show_row(self._place - 1))
        self.on.clicked.connect(lambda: self.show_row(self._place + 1))
        self.check.clicked.connect(self._to_check)
        self.ink.clicked.connect(lambda: self.ink_asked.emit(self._place))
        self.open_file.clicked.connect(lambda: self.open_asked.emit(self._place))
        self.close_button.clicked.connect(self.close)
        self.go.clicked.connect(self._go)

    # What is shown ---------------------------------------------------------------------------

    @property
    def place(self) -> int:
        """The row whose letter is shown, from 0."""
        return self._place

    @property
    def formats(self) -> tuple[str, ...]:
        """What is to be written; empty for one PDF of all letters."""
        return FORMS[self.form.currentText()]

    @property
    def label_sheet(self) -> str:
        """The sheet of labels that all letters stand on; empty where each has its page."""
        return "" if self.formats else self.sheet.currentData() or ""

    @property
    def first_label(self) -> int:
        """The label of that sheet that the first letter stands on, from 1."""
        return self.first.value() if self.label_sheet else 1

    def show_table(self, path: Path) -> None:
        """Name the table."""
        self.table_name.setText(path.name)
        self.table_name.setToolTip(plain_tip(str(path)))

    def show_preview(self, preview: MergePreview | None) -> None:
        """Show the letters of another table, or of a note that has changed."""
        place = self._place
        self._preview = preview
        self.letters.show_preview(preview)
        self._show_fields(() if preview is None else preview.fields)
        self._show_sheets({} if preview is None else sheets_for(preview.file.note.paper))
        count = self.letters.rowCount()
        self._place = min(place, max(count - 1, 0))
        if count:
            self.show_row(self._place)
        else:
            self.show_pages(())
            self.caption.setText("")
        self.refresh()

    def _show_fields(self, fields: Sequence[FieldSeen]) -> None:
        chosen = self.fields.currentRow()
        self.fields.clear()
        for one in fields:
            item = QListWidgetItem(f"{one.tag}   {one.example}".splitlines()[0][:80])
            item.setData(Qt.ItemDataRole.UserRole, one.tag)
            item.setToolTip(plain_tip("The note asks for it." if one.used else "Not used yet."))
            font = item.font()
            font.setBold(one.used)
            item.setFont(font)
            self.fields.addItem(item)
        self.fields.setCurrentRow(min(chosen, self.fields.count() - 1))

    def _show_sheets(self, sheets: Mapping[str, str]) -> None:
        """Offer the sheets that letters of the note's size stand on; what is chosen stays."""
        chosen = self.sheet.currentData()
        self.sheet.clear()
        self.sheet.addItem(ALONE, "")
        for title, name in sheets.items():
            self.sheet.addItem(title, name)
        self.sheet.setCurrentIndex(max(self.sheet.findData(chosen), 0))

    def show_row(self, place: int) -> None:
        """Turn to a row, and let its letter be shown."""
        if not 0 <= place < self.letters.rowCount():
            return
        index = self.letters.index(place, 0)
        flags = QItemSelectionModel.SelectionFlag
        model = self.rows.selectionModel()
        same = model.currentIndex().row() == place
        model.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows | flags.Current)
        self.rows.scrollTo(index)
        if same:
            # Qt tells only of another row.
            self._turn_to(place)

    def _turn_to(self, place: int) -> None:
        preview = self._preview
        if preview is None:
            return
        self._place = place
        count = self.letters.rowCount()
        self.caption.setText(f"{place + 1:,} of {count:,}: {preview.called(place)}"[:60])
        self.refresh()
        self.letter_asked.emit(place)

    def _to_check(self) -> None:
        found = self.letters.next_to_check(self._place)
        if found is not None:
            self.show_row(found)

    def show_pages(self, pages: Sequence[Page]) -> None:
        """Show a letter."""
        self.page.show_pages(pages, True)

    def show_words(self, words: str, error: str = "") -> None:
        """Say something of the letter, or why it cannot be written."""
        self.words.setText(words)
        self.error.setText(error)
        self.error.setVisible(bool(error))

    def show_progress(self, done: int, count: int, *, running: bool) -> None:
        """Show how far writing is; where it does not run, let it be begun."""
        self._busy = running
        self.progress.setVisible(running)
        self.progress.setRange(0, max(count, 1))
        self.progress.setValue(done)
        self.refresh()

    def refresh(self) -> None:
        """Let what can be done follow what is known."""
        there, count = self._preview is not None, self.letters.rowCount()
        self.insert.setEnabled(self.fields.currentItem() is not None)
        self.back.setEnabled(there and self._place > 0)
        self.on.setEnabled(there and self._place < count - 1)
        self.ink.setEnabled(there and count > 0)
        self.open_file.setEnabled(there and self.letters.result(self._place) is not None)
        self.check.setEnabled(there and self.letters.next_to_check(self._place) is not None)
        self.choose.setEnabled(not self._busy)
        self.form.setEnabled(not self._busy)
        self.sheet.setEnabled(not self._busy)
        self.sheet.setVisible(not self.formats and self.sheet.count() > 1)
        self.first.setEnabled(not self._busy)
        self.first_row.setVisible(bool(self.label_sheet))
        if self.label_sheet:
            count = sheet_named(self.label_sheet).count
            if count != self.first.maximum():
                # Otherwise what is being typed would be taken away.
                self.first.setRange(1, count)
                self.first.setSuffix(f" of {count}")
        self.go.setText("Stop" if self._busy else "Write all …")
        self.go.setEnabled(self._busy or (there and count > 0))

    def _go(self) -> None:
        if self._busy:
            self.stop_asked.emit()
        else:
            self.write_asked.emit()

    def _insert(self) -> None:
        item = self.fields.currentItem()
        if item is not None:
            self.field_asked.emit(item.data(Qt.ItemDataRole.UserRole))


def _row(button: QPushButton, label: PlainLabel | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(button)
    if label is not None:
        row.addWidget(label, 1)
    else:
        row.addStretch()
    return row


def _section(title: str) -> PlainLabel:
    label = PlainLabel(title)
    label.setObjectName("section")
    return label

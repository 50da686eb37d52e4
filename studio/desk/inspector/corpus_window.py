"""Lines of a corpus fed to the hand: their figures in a table, and each a click away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ScriptoriumError
from studio.desk.inspector.corpus_list import HEADS, CorpusList, SortedLines
from studio.desk.inspector.inspector_commands import Surroundings
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.dropdown import Dropdown
from studio.desk.widgets.file_dialogs import ask_folder, ask_open, ask_save
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import SpinBox
from studio.desk.widgets.window_size import resize_on_screen
from studio.inspection.corpus_figures import (
    BY_KEY,
    MOST_LINES,
    PREPARED,
    LineCorpus,
    LineFigures,
    figures_of,
    open_corpus,
    save_figures,
)

MANUAL = (
    "Lines of a corpus are fed to the hand (teacher forcing). A click on a head sorts them; a "
    "double click, or the Enter key, shows a line in the inspector."
)


class CorpusWindow(QDialog):
    """Shows figures of many lines, and asks for one of them to be shown.

    Parameters
    ----------
    model : InspectorModel
        Has the hand.
    around : Surroundings
        Runs what takes long.
    theme : Theme
    parent : QWidget
    """

    line_wanted = Signal(object, object)
    """A `LineCorpus`, and the `CorpusLine` of the line in it."""

    def __init__(
        self, model: InspectorModel, around: Surroundings, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Lines of a corpus")
        self._model, self._around = model, around
        self._corpus: LineCorpus | None = None
        self._busy = False
        self.lines = CorpusList()
        self.sorted = SortedLines(self.lines)
        self.name = PlainLabel("No corpus is chosen.")
        self.name.setObjectName("muted")
        self.file = _button("Choose a corpus …", "A file that `scriptorium train prepare` wrote")
        self.folder = _button("Choose a folder …", "Files of ink: IAM-OnDB's, InkML, recordings")
        self.split = Dropdown(theme)
        self.split.setAccessibleName("Part of the corpus")
        self.count = SpinBox()
        self.count.setRange(1, 100_000)
        self.count.setValue(MOST_LINES)
        self.count.setSuffix(" lines")
        self.count.setAccessibleName("Number of lines")
        self.count.setToolTip("They are spread evenly over the corpus")
        self.go = QPushButton("Feed them")
        self.go.setDefault(True)
        self.table = QTableView()
        self.words = PlainLabel(MANUAL)
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.wrong = PlainLabel()
        self.wrong.setObjectName("error")
        self.wrong.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self.save = _button("Save the table …", "All lines with their figures, as CSV")
        self.show_line = _button("Show the line", "In the inspector")
        self.close_button = _button("Close", "")
        self._build(theme)
        self._connect()
        self._show_splits()
        self._refresh()

    def _build(self, theme: Theme) -> None:
        px = theme.px
        self.table.setModel(self.sorted)
        self.table.setAccessibleName("Lines with their figures")
        self.table.setSortingEnabled(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        # As wide as figures are, not as what stands in all rows of a long table.
        head = self.table.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        letters = self.fontMetrics()
        for place in range(self.lines.columnCount()):
            if place < len(HEADS):
                wide = px((12, 30)[place])
            else:
                words = str(self.lines.headerData(place, Qt.Orientation.Horizontal))
                wide = px(3) + max(map(letters.horizontalAdvance, words.splitlines()))
            head.resizeSection(place, wide)
        loss = len(HEADS) + list(BY_KEY).index("loss")
        self.table.sortByColumn(loss, Qt.SortOrder.DescendingOrder)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(2), px(2), px(2), px(2))
        column.setSpacing(px(1))
        column.addWidget(self.words)
        for parts, stretched in (
            ((self.file, self.folder, self.name), self.name),
            ((self.split, self.count, self.go, self.bar), self.bar),
        ):
            row = QHBoxLayout()
            for part in parts:
                row.addWidget(part, 1 if part is stretched else 0)
            column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.wrong)
        buttons = QHBoxLayout()
        buttons.addStretch()
        for button in (self.save, self.show_line, self.close_button):
            buttons.addWidget(button)
        column.addLayout(buttons)
        resize_on_screen(self, px(120), px(70))

    def _connect(self) -> None:
        self.file.clicked.connect(self._ask_file)
        self.folder.clicked.connect(self._ask_folder)
        self.go.clicked.connect(self._go)
        self.table.activated.connect(self._want)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._refresh())
        self.save.clicked.connect(self._save)
        self.show_line.clicked.connect(lambda: self._want(self.table.currentIndex()))
        self.close_button.clicked.connect(self.close)

    # The corpus ------------------------------------------------------------------------------

    def _ask_file(self) -> None:
        path = ask_open(self, "corpora", "Choose a corpus", f"Prepared corpora (*{PREPARED})")
        if path is not None:
            self.open_corpus(path)

    def _ask_folder(self) -> None:
        path = ask_folder(self, "corpora", "Choose a folder of ink")
        if path is not None:
            self.open_corpus(path)

    def open_corpus(self, path: Path) -> None:
        """Take another corpus."""
        self._say("")
        self._around.run(lambda: open_corpus(path), self._opened, self._fail)

    def _opened(self, corpus: LineCorpus) -> None:
        self._corpus = corpus
        self.name.setText(corpus.path.name)
        self.name.setToolTip(plain_tip(str(corpus.path)))
        self._show_splits()
        self._refresh()

    def _show_splits(self) -> None:
        self.split.clear()
        self.split.addItem("All of it", "")
        for name in () if self._corpus is None else self._corpus.splits:
            self.split.addItem(f"Split {name}", name)

    # Its lines -------------------------------------------------------------------------------

    def _go(self) -> None:
        if self._busy:
            self._around.stop_long()
            self._end()
            return
        corpus, hand = self._corpus, self._model.hand
        if corpus is None:
            self._say("There are no lines yet; choose a corpus or a folder.")
            return
        if hand is None:
            self._say("The hand is still being loaded; try again in a moment.")
            return
        most, split = self.count.value(), self.split.currentData() or ""
        self._say("")
        self.lines.clear()
        self.bar.setRange(0, most)
        self.bar.setValue(0)
        self._busy = True
        self._refresh()

        def work() -> Iterator[LineFigures]:
            yield from figures_of(hand, corpus, most, split)

        self._around.run_long(work, self._take, lambda _: self._end(), self._fail)

    def _take(self, line: LineFigures) -> None:
        self.lines.add(line)
        self.bar.setValue(len(self.lines.lines))
        self._refresh()

    def _end(self) -> None:
        self._busy = False
        faults = [line.fault for line in self.lines.lines if line.fault]
        if faults:
            count = len(self.lines.lines)
            self._say(f"{len(faults)} of {count} lines could not be fed: {faults[0]}")
        self._refresh()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self._busy = False
        self._say(str(error))
        self._refresh()

    def _want(self, index: QModelIndex) -> None:
        if self._corpus is None or not index.isValid():
            return
        line = self.lines.lines[self.sorted.mapToSource(index).row()]
        if line.fault:
            self._say(line.fault)
            return
        self._say("")
        self.line_wanted.emit(self._corpus, line.place)

    def _save(self) -> None:
        corpus = self._corpus
        name = "lines.csv" if corpus is None else f"{corpus.path.stem}-lines.csv"
        path, _ = ask_save(self, "figures", "Save the table", name, "Table (*.csv)")
        if path is None:
            return
        rows = range(self.sorted.rowCount())
        places = (self.sorted.mapToSource(self.sorted.index(row, 0)).row() for row in rows)
        try:
            save_figures([self.lines.lines[place] for place in places], path.with_suffix(".csv"))
        except ScriptoriumError as error:
            self._say(str(error))

    # What is said ----------------------------------------------------------------------------

    def _say(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    def _refresh(self) -> None:
        """Let what can be done follow what is known."""
        self.go.setText("Stop" if self._busy else "Feed them")
        self.go.setEnabled(self._busy or self._corpus is not None)
        for control in (self.file, self.folder, self.split, self.count):
            control.setEnabled(not self._busy)
        if not self.split.count() > 1:
            self.split.setEnabled(False)
        self.bar.setVisible(self._busy)
        self.save.setEnabled(bool(self.lines.lines))
        self.show_line.setEnabled(self.table.currentIndex().isValid())


def _button(words: str, tip: str) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.setToolTip(plain_tip(tip))
    return button

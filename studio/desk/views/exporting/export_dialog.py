"""The export dialog: format, pages and ground on the left, what comes of it on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ScriptoriumError, SettingError
from studio.desk.views.exporting.export_choices import (
    FORMATS,
    ON_PAPER,
    PRINT_INKS,
    SHEETS,
    WORDS,
    ExportChoices,
    pages_meant,
)
from studio.desk.views.exporting.page_preview import PagePreview
from studio.desk.widgets.dropdown import Dropdown
from studio.desk.widgets.file_dialogs import ask_save
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.segmented import Segmented
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import SpinBox
from studio.desk.widgets.window_size import resize_on_screen
from studio.desk.worker import Urgency, Worker
from studio.document.page import Pages
from studio.exporting.formats import DEFAULT_DPI, export
from studio.exporting.print_shop import PrintShop

LOOK = 50
"""Milliseconds between two looks at how far an export is."""


class _StoppedError(Exception):
    """The user wants no more of it."""


class _Progress:
    """How far an export is, written by the worker and read by the window; and whether to go on."""

    def __init__(self) -> None:
        self.done, self.wanted = 0, True

    def tell(self, done: int) -> None:
        """So many pages are done."""
        self.done = done
        if not self.wanted:
            raise _StoppedError


class ExportDialog(QDialog):
    """Asks how, shows what, and has it written in the worker."""

    exported = Signal(Path, list)
    """The path that was asked for, and those written."""

    def __init__(
        self,
        pages: Pages,
        start: Path,
        theme: Theme,
        worker: Worker,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._pages, self._start, self._worker = pages, start, worker
        self._running: _Progress | None = None
        px = theme.px
        self.form = Segmented("Format", FORMATS, theme)
        self.words = PlainLabel()
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(px(5))
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.range = QLineEdit()
        self.range.setPlaceholderText(f"all {len(pages)} pages" if len(pages) > 1 else "the page")
        self.range.setAccessibleName("Pages, such as 1-3, 5")
        self.range.setToolTip("Such as 1-3, 5")
        self.ruling = QCheckBox("With the ruling")
        self.ruling.setChecked(pages.pages[0].ruling_printed)
        self.paper = QCheckBox("With the paper's colour")
        self.paper.setToolTip("Otherwise the background is transparent.")
        self.paper.setChecked(True)
        self.dpi = SpinBox()
        self.dpi.setRange(50, 1200)
        self.dpi.setValue(DEFAULT_DPI)
        self.dpi.setSuffix(" dpi")
        self.dpi.setAccessibleName("Resolution")
        self.shop = QCheckBox("For a print shop, with bleed and crop marks")
        self.shop.setToolTip("PDF/X-1a, in printing inks instead of RGB; otherwise PDF/A-2u")
        self.ink = Dropdown(theme)
        self.ink.setEditable(True)
        self.ink.addItems(list(PRINT_INKS))
        self.ink.setAccessibleName("Ink for print")
        self.ink.setToolTip("Or the name of a spot colour, such as PANTONE 286 C")
        self.sheet = Dropdown(theme)
        self.sheet.addItems([title for title, _ in SHEETS])
        self.sheet.setAccessibleName("Pages on a sheet")
        self.sheet.setToolTip("Cards side by side, to be cut")
        self.preview = PagePreview(theme)
        self.error = PlainLabel()
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.cancel = QPushButton("Cancel")
        self.go = QPushButton("Export …")
        self.go.setDefault(True)
        self._look = QTimer(self)
        self._look.setInterval(LOOK)
        self._look.timeout.connect(self._show_progress)
        self._build(theme)
        self.form.show_value("pdf")
        self._form = "pdf"
        self.form.chosen.connect(self._form_chosen)
        self.range.textChanged.connect(self._refresh)
        for box in (self.ruling, self.paper, self.shop):
            box.toggled.connect(self._refresh)
        self.shop.toggled.connect(self._enable)
        self.sheet.currentIndexChanged.connect(lambda _: self._refresh())
        self.ink.editTextChanged.connect(self._refresh)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._ask)
        self._form_chosen("pdf")

    def _build(self, theme: Theme) -> None:
        px = theme.px
        left = QVBoxLayout()
        left.setSpacing(px(1.5))
        heading = PlainLabel("Export")
        heading.setObjectName("heading")
        left.addWidget(heading)
        left.addWidget(self.form)
        left.addWidget(self.words)
        rows = (
            ("Pages", self.range),
            ("Sheet", self.sheet),
            ("Resolution", self.dpi),
            ("Print ink", self.ink),
        )
        for title, control in rows:
            row = QHBoxLayout()
            label = PlainLabel(title)
            label.setBuddy(control)
            label.setMinimumWidth(px(10))
            row.addWidget(label)
            row.addWidget(control, 1)
            left.addLayout(row)
        left.addWidget(self.ruling)
        left.addWidget(self.paper)
        left.addWidget(self.shop)
        left.addStretch()
        left.addWidget(self.error)
        left.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        left.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(3), px(3), px(3), px(3))
        row.setSpacing(px(3))
        row.addLayout(left, 1)
        row.addWidget(self.preview, 1)
        resize_on_screen(self, px(104), px(70))

    # What is chosen --------------------------------------------------------------------------

    def choices(self) -> ExportChoices:
        """What is chosen now.

        Raises
        ------
        ValueError
            If the pages are none that there are.
        SettingError
            If the ink is none.
        """
        pages = pages_meant(self.range.text(), len(self._pages))
        return ExportChoices(
            self._form,
            tuple(pages),
            self.ruling.isChecked() and self._form != "inkml",
            self.paper.isChecked() and self._form in ON_PAPER,
            self.dpi.value(),
            self._print_shop(),
            SHEETS[self.sheet.currentIndex()][1] if self._form != "inkml" else None,
        )

    def _print_shop(self) -> PrintShop | None:
        if self._form != "pdf" or not self.shop.isChecked():
            return None
        ink = self.ink.currentText()
        return PrintShop(ink=PRINT_INKS.get(ink, ink))

    def _form_chosen(self, form: str) -> None:
        self._form = form
        self.words.setText(WORDS[form])
        self._enable()
        self._refresh()

    def _enable(self) -> None:
        """Let be chosen what can be: nothing while an export is running."""
        idle = self._running is None
        self.form.setEnabled(idle)
        self.range.setEnabled(idle)
        self.sheet.setEnabled(idle and self._form != "inkml")
        self.dpi.setEnabled(idle and self._form == "png")
        self.paper.setEnabled(idle and self._form in ON_PAPER)
        self.ruling.setEnabled(idle and self._form != "inkml")
        self.shop.setEnabled(idle and self._form == "pdf")
        self.ink.setEnabled(idle and self._form == "pdf" and self.shop.isChecked())
        self.go.setEnabled(idle)
        self.progress.setVisible(not idle)
        self.cancel.setText("Cancel" if idle else "Stop")

    def _refresh(self) -> None:
        try:
            choices = self.choices()
            meant = choices.of(self._pages)
        except SettingError as error:
            self._refuse(str(error))
            return
        except ValueError as error:
            sentence = str(error)
            known = sentence.startswith("There are")
            self._refuse(sentence if known else "Give pages as in 1-3, 5.")
            return
        self.error.hide()
        self.go.setEnabled(True)
        pages = [choices.seen(page) for page in meant]
        self.preview.show_pages(pages, choices.paper)

    def _refuse(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.show()
        self.go.setEnabled(False)

    # Writing ---------------------------------------------------------------------------------

    def _ask(self) -> None:
        choices = self.choices()
        proposed = self._start.with_suffix(choices.suffix).name
        form = f"*{choices.suffix}"
        path, _ = ask_save(self, "exports", "Export", proposed, form, self._start.parent)
        if path is not None:
            self.write(path if path.suffix else path.with_suffix(choices.suffix))

    def write(self, path: Path) -> None:
        """Write the files in the worker."""
        choices, progress = self.choices(), _Progress()
        pages = choices.of(self._pages)
        self.error.hide()
        self.progress.setRange(0, len(pages))
        self.progress.setValue(0)
        self._begin(progress)
        self._worker.request(
            "export",
            Urgency.SAMPLE,
            lambda: export(pages, path, choices.options, progress.tell),
            lambda written: self._written(path, written),
            self._failed,
        )

    def _begin(self, progress: _Progress) -> None:
        self._running = progress
        self._look.start()
        self._enable()
        self.cancel.setFocus()

    def _end(self) -> None:
        self._running = None
        self._look.stop()
        self._enable()

    def _show_progress(self) -> None:
        if self._running is not None:
            self.progress.setValue(self._running.done)

    def _written(self, path: Path, written: list[Path]) -> None:
        self._end()
        self.exported.emit(path, written)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._end()
        if not isinstance(error, ScriptoriumError):
            raise error
        self.error.setText(str(error))
        self.error.show()

    def reject(self) -> None:
        """Stop what is being written, and stay; close where nothing is."""
        if self._running is None:
            super().reject()
            return
        self._running.wanted = False
        self._worker.cancel("export")
        self._end()
        self.error.setText("Stopped; nothing was written.")
        self.error.show()

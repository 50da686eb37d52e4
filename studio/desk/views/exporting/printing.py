"""Printing: each page on a sheet of its own size, in vectors; shown first, in a dialog."""

from __future__ import annotations

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ScriptoriumError
from studio.desk.views.exporting.export_choices import ExportChoices, pages_meant
from studio.desk.views.exporting.page_preview import PagePreview
from studio.desk.views.page.background_picture import (
    PICTURES,
    draw_background,
    paint_background,
)
from studio.desk.views.page.ink_picture import picture
from studio.desk.views.page.tiles import paint_ruling
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.window_size import resize_on_screen
from studio.document.page import Page, Pages

MM_PER_INCH = 25.4


class PrintDialog(QDialog):
    """Shows what will be printed; the system's own dialog then asks where."""

    def __init__(self, pages: Pages, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Print")
        self._pages = pages
        self.range = QLineEdit()
        self.range.setPlaceholderText(f"all {len(pages)} pages" if len(pages) > 1 else "the page")
        self.range.setAccessibleName("Pages, such as 1-3, 5")
        self.range.setToolTip("Such as 1-3, 5")
        self.ruling = QCheckBox("With the ruling")
        self.ruling.setChecked(pages.pages[0].ruling_printed)
        self.error = PlainLabel()
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.preview = PagePreview(theme)
        self.cancel = QPushButton("Cancel")
        self.go = QPushButton("Print …")
        self.go.setDefault(True)
        self._build(theme)
        self.range.textChanged.connect(self._refresh)
        self.ruling.toggled.connect(self._refresh)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._ask)
        self._refresh()

    def _build(self, theme: Theme) -> None:
        px = theme.px
        heading = PlainLabel("Print")
        heading.setObjectName("heading")
        paper = self._pages.pages[0].paper
        words = PlainLabel(
            f"Sheets of {paper.width:g} x {paper.height:g} mm; the paper's colour is not printed."
        )
        words.setObjectName("muted")
        words.setWordWrap(True)
        label = PlainLabel("Pages")
        label.setBuddy(self.range)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.range, 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        left = QVBoxLayout()
        left.setSpacing(px(1.5))
        left.addWidget(heading)
        left.addWidget(words)
        left.addLayout(row)
        left.addWidget(self.ruling)
        left.addStretch()
        left.addWidget(self.error)
        left.addLayout(buttons)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(px(3), px(3), px(3), px(3))
        whole.setSpacing(px(3))
        whole.addLayout(left, 1)
        whole.addWidget(self.preview, 1)
        resize_on_screen(self, px(92), px(66))

    def chosen(self) -> Pages:
        """The pages that are to be printed.

        Raises
        ------
        ValueError
            If they are none that there are.
        """
        meant = pages_meant(self.range.text(), len(self._pages))
        return ExportChoices("pdf", tuple(meant), self.ruling.isChecked()).of(self._pages)

    def _refresh(self) -> None:
        try:
            pages = self.chosen()
        except ValueError:
            self.error.setText(f"Name pages from 1 to {len(self._pages)}, as in 1-3, 5.")
            self.go.setEnabled(False)
            return
        self.error.setText("")
        self.go.setEnabled(True)
        self.preview.show_pages(pages.pages, True)

    def _ask(self) -> None:
        pages = self.chosen()
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(pages.title or "Scriptorium")
        set_sheet(printer, pages.pages[0])
        if not QPrinterInfo.availablePrinters() and not printer.outputFileName():
            # The system's dialog then offers a file.
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        asking = QPrintDialog(printer, self)
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.setWindowModality(Qt.WindowModality.WindowModal)
        asking.accepted.connect(lambda: self._print(pages, printer))
        asking.show()

    def _print(self, pages: Pages, printer: QPrinter) -> None:
        try:
            done = paint(pages, printer)
        except ScriptoriumError as error:
            self.error.setText(str(error))
            return
        if done:
            self.accept()
        else:
            self.error.setText("The printer cannot be used; choose another one, or export a PDF.")


def set_sheet(printer: QPrinter, page: Page) -> None:
    """Ask the printer for the page's sheet, without margins: the page has its own."""
    size = QPageSize(QSizeF(page.paper.width, page.paper.height), QPageSize.Unit.Millimeter)
    printer.setPageLayout(
        QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    printer.setFullPage(True)


def paint(pages: Pages, printer: QPrinter) -> bool:
    """Draw all pages, a sheet each; return whether the printer took them.

    Raises
    ------
    FileError, SettingError
        If a background cannot be drawn.
    """
    painter = QPainter()
    if not painter.begin(printer):
        return False
    try:
        _paint(painter, pages, printer)
    finally:
        # A painter that is left to itself takes the program down with it.
        done = painter.end()
    return done


def _paint(painter: QPainter, pages: Pages, printer: QPrinter) -> None:
    for number, page in enumerate(pages):
        if number:
            printer.newPage()
        painter.save()
        scale = printer.resolution() / MM_PER_INCH
        painter.scale(scale, scale)
        for placed in page.printed_backgrounds:
            if placed not in PICTURES:
                PICTURES.keep(placed, draw_background(placed))
        paint_background(painter, page, printed_only=True)
        if page.ruling_printed:
            paint_ruling(painter, page)
        area = QRectF(0, 0, page.paper.width, page.paper.height)
        for line in page.inked:
            picture(line).paint(painter, area)
        painter.restore()

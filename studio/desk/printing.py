"""Printing, with a preview: each page on a sheet of its own size, in vectors."""

from __future__ import annotations

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QWidget

from studio.desk.ink_picture import picture
from studio.desk.tiles import paint_ruling
from studio.note.page import Page, Pages

MM_PER_INCH = 25.4


def preview(pages: Pages, parent: QWidget) -> None:
    """Show what will be printed, and print it where the user says so."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(pages.title or "Scriptorium")
    set_sheet(printer, pages.pages[0])
    dialog = QPrintPreviewDialog(printer, parent)
    dialog.setWindowTitle("Print")
    dialog.paintRequested.connect(lambda to: paint(pages, to))
    dialog.exec()
    dialog.deleteLater()


def set_sheet(printer: QPrinter, page: Page) -> None:
    """Ask the printer for the page's sheet, without margins: the page has its own."""
    size = QPageSize(QSizeF(page.paper.width, page.paper.height), QPageSize.Unit.Millimeter)
    printer.setPageLayout(
        QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    printer.setFullPage(True)


def paint(pages: Pages, printer: QPrinter) -> None:
    """Draw all pages, a sheet each."""
    painter = QPainter(printer)
    for number, page in enumerate(pages):
        if number:
            printer.newPage()
        painter.save()
        scale = printer.resolution() / MM_PER_INCH
        painter.scale(scale, scale)
        if page.ruling_printed:
            paint_ruling(painter, page)
        area = QRectF(0, 0, page.paper.width, page.paper.height)
        for line in page.inked:
            picture(line).paint(painter, area)
        painter.restore()
    painter.end()

"""Exporting, printing and copying from the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from studio.desk.views.exporting import printing
from studio.desk.views.exporting.export_dialog import ExportDialog
from studio.document.note import Note
from studio.document.selection import Reach, Selected


@pytest.fixture
def pages(studio, qtbot, write):
    studio.document.open(Note.from_text("the boats are out\n\fYours"))
    write(studio)
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    return studio.session.draft.inked


def test_without_ink_it_says_what_to_do(studio, qtbot):
    studio.actions.trigger("file.export")
    assert "press Write first" in studio.window.notice.label.text()
    assert studio.window.findChild(ExportDialog) is None


def test_lines_that_are_not_written_are_left_out_and_told_of(studio, qtbot, pages):
    studio.document.edit("Type", studio.document.note.with_text("the boats are out\nsoon\n\fYours"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    written = studio.outputs.written()
    assert [line.text for line in written.lines] == ["the boats are out", "Yours"]
    assert "One line is not written yet" in studio.window.notice.label.text()


def test_a_word_is_copied_as_svg_and_as_a_picture(studio, pages):
    key = pages.pages[0].lines[0].key
    studio.selection.select(Selected(Reach.WORD, key, 1))
    studio.actions.trigger("edit.copy_svg")
    clipboard = QGuiApplication.clipboard()
    svg = bytes(clipboard.mimeData().data("image/svg+xml").data()).decode()
    assert "<path" in svg
    studio.selection.select(None)
    studio.actions.trigger("edit.copy_svg")
    whole = bytes(clipboard.mimeData().data("image/svg+xml").data()).decode()
    assert whole.count("<path") >= svg.count("<path")
    studio.actions.trigger("edit.copy_png")
    assert not clipboard.image().isNull()


def test_every_page_is_printed_on_a_sheet_of_its_size(qapp, pages, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "n.pdf"))
    printing.set_sheet(printer, pages.pages[0])
    assert printing.paint(pages, printer)
    from pypdf import PdfReader

    sheets = PdfReader(tmp_path / "n.pdf").pages
    assert len(sheets) == 2
    size = [float(v) * 25.4 / 72 for v in sheets[0].mediabox[2:]]
    assert size == pytest.approx([210, 297], abs=0.5)


def test_what_is_to_be_printed_is_shown_and_chosen_first(studio, pages):
    studio.actions.trigger("file.print")
    dialog = studio.window.findChild(printing.PrintDialog)
    assert dialog.preview.words.text() == "Page 1"
    assert len(dialog.chosen()) == 2
    QTest.keyClicks(dialog.range, "3")
    assert not dialog.go.isEnabled()
    assert "from 1 to 2" in dialog.error.text()
    dialog.range.clear()
    QTest.keyClicks(dialog.range, "2")
    assert [page.number for page in dialog.chosen()] == [2]
    assert dialog.go.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()

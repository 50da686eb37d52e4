"""The export dialog: what is chosen, seen, written, stopped, and left over."""

from __future__ import annotations

import threading

import pikepdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.desk.views.exporting import export_dialog
from studio.desk.views.exporting.export_choices import ExportChoices, pages_meant
from studio.desk.views.exporting.export_dialog import ExportDialog
from studio.desk.views.exporting.page_preview import PagePreview
from studio.document.note import Note
from studio.exporting.formats import export
from studio.exporting.print_shop import PrintShop


@pytest.mark.parametrize(
    ("text", "meant"), [("", [0, 1, 2]), ("2", [1]), ("1-2, 2,3", [0, 1, 2]), ("3–3", [2])]
)
def test_pages_are_named_as_people_name_them(text, meant):
    assert pages_meant(text, 3) == meant


@pytest.mark.parametrize("text", ["0", "4", "2-1", "a", "1-", ","])
def test_pages_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r"."):
        pages_meant(text, 3)


@pytest.fixture
def pages(studio, qtbot, write):
    studio.document.open(Note.from_text("one\n\ftwo\n\fthree"))
    write(studio)
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    return studio.session.draft.inked


@pytest.fixture
def dialog(studio, qtbot, pages, tmp_path):
    shown = ExportDialog(pages, tmp_path / "n", studio.theme, studio.worker)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_dialog_writes_what_it_shows(dialog, qtbot, tmp_path):
    click(dialog.form.buttons["png"])
    QTest.keyClicks(dialog.range, "1, 9")
    assert not dialog.go.isEnabled()
    assert "1 to 3" in dialog.error.text()
    dialog.range.clear()
    QTest.keyClicks(dialog.range, "1, 3")
    dialog.dpi.setValue(50)
    assert dialog.choices() == ExportChoices("png", (0, 2), dpi=50)
    with qtbot.waitSignal(dialog.exported):
        dialog.write(tmp_path / "n.png")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["n-1.png", "n-3.png"]


def test_a_pdf_for_a_print_shop(dialog, qtbot, tmp_path):
    assert dialog.choices().shop is None
    assert not dialog.ink.isEnabled()
    click(dialog.form.buttons["png"])
    assert not dialog.shop.isEnabled()
    click(dialog.form.buttons["pdf"])
    dialog.shop.setChecked(True)
    assert dialog.choices().shop == PrintShop()
    dialog.ink.setCurrentText("Black (K) alone")
    assert dialog.choices().shop == PrintShop(ink="black")
    dialog.ink.setCurrentText("")
    assert not dialog.go.isEnabled()
    assert "name of a spot colour" in dialog.error.text()
    dialog.ink.setCurrentText("PANTONE 286 C")
    with qtbot.waitSignal(dialog.exported):
        dialog.write(tmp_path / "card.pdf")
    with pikepdf.open(tmp_path / "card.pdf") as pdf:
        assert str(pdf.docinfo["/GTS_PDFXVersion"]) == "PDF/X-1a:2003"
        assert str(pdf.pages[0].Resources.ColorSpace.Spot[1]) == "/PANTONE 286 C"


def test_the_preview_turns_its_pages_and_shows_lines_as_lines(dialog, studio, pages):
    preview = dialog.findChild(PagePreview)
    assert preview.words.text() == "Page 1"
    assert not preview.back.isEnabled()
    seen = [preview.sheet.grab().toImage()]
    click(preview.on)
    click(preview.on)
    assert preview.words.text() == "Page 3"
    assert not preview.on.isEnabled()
    assert preview.sheet.grab().toImage() != seen[0]
    click(dialog.paper)
    assert preview.words.text() == "Page 3", "the page that is looked at stays"
    QTest.keyClicks(dialog.range, "2")
    assert not preview.words.isVisible()


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_nothing_can_be_chosen_while_it_is_written_and_a_stop_leaves_nothing(
    dialog, qtbot, tmp_path, monkeypatch, form
):
    at_page, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slowly(pages, path, options, tell):
        def held(done):
            at_page.set()
            go_on.wait(60)
            tell(done)

        try:
            return export(pages, path, options, held)
        finally:
            ended.set()

    monkeypatch.setattr(export_dialog, "export", slowly)
    click(dialog.form.buttons[form])
    dialog.dpi.setValue(50)
    dialog.write(tmp_path / f"n.{form}")
    assert at_page.wait(60)
    chosen = (dialog.form, dialog.range, dialog.ruling, dialog.paper, dialog.dpi, dialog.go)
    assert not any(part.isEnabled() for part in chosen)
    assert dialog.progress.isVisible()
    assert dialog.cancel.text() == "Stop"
    click(dialog.cancel)
    go_on.set()
    assert ended.wait(60)
    assert dialog.isVisible()
    assert dialog.error.text() == "Stopped; nothing was written."
    assert dialog.go.isEnabled()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    with qtbot.waitSignal(dialog.exported):
        dialog.write(tmp_path / f"n.{form}")
    assert list(tmp_path.iterdir())


def test_sheets_of_a_longer_export_are_told_of_and_deleted_if_the_user_says_so(
    studio, qtbot, pages, tmp_path
):
    foreign = tmp_path / "n-7.svg"
    foreign.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    export(pages, tmp_path / "n.svg")
    studio.document.edit("Type", studio.document.note.with_text("one\n\ftwo"))
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))
    studio.actions.trigger("file.export")
    dialog = studio.window.findChild(ExportDialog)
    click(dialog.form.buttons["svg"])
    with qtbot.waitSignal(dialog.exported):
        dialog.write(tmp_path / "n.svg")
    notice = studio.window.notice
    assert notice.label.text().startswith("n-3.svg of an earlier export is still there")
    assert notice.button.text() == "Delete it"
    assert (tmp_path / "n-3.svg").exists()
    click(notice.button)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["n-1.svg", "n-2.svg", "n-7.svg"]


def test_sheets_of_pages_that_were_not_chosen_are_not_called_left_over(
    studio, dialog, qtbot, pages, tmp_path
):
    export(pages, tmp_path / "n.svg")
    dialog.exported.connect(studio.outputs._exported)
    click(dialog.form.buttons["svg"])
    QTest.keyClicks(dialog.range, "2-3")
    with qtbot.waitSignal(dialog.exported):
        dialog.write(tmp_path / "n.svg")
    assert not studio.window.notice.isVisible()

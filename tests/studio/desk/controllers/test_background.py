"""A background in the window: chosen, seen, saved, exported, taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog

from studio.desk.views.exporting.printing import paint, set_sheet
from studio.desk.views.page import background_picture
from studio.document.note import Note
from studio.storage.note_file import load

RED, GREEN = (200, 30, 30), (30, 160, 60)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297">'
    '<rect width="210" height="297" fill="rgb(200,30,30)"/></svg>'
)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A picture of one colour, an SVG of one, and a PDF with a page of each."""
    size = (210, 297)
    found = {kind: tmp_path / f"ground.{kind}" for kind in ("png", "svg", "pdf")}
    first, second = Image.new("RGB", size, RED), Image.new("RGB", size, GREEN)
    first.save(found["png"])
    found["svg"].write_text(SVG, encoding="utf-8")
    first.save(found["pdf"], save_all=True, append_images=[second], resolution=25.4)
    return found


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture of another test is there."""
    monkeypatch.setattr(
        background_picture.PICTURES, "_known", type(background_picture.PICTURES._known)()
    )


def colour(studio, page: int) -> tuple[int, int, int]:
    """Of a place of a page without ink, as it is painted."""
    view = studio.window.pages
    view.fit_to("page")
    view.budget = float("inf")
    view.go_to_page(page)
    sheet = view._sheet(page)
    shot = view.viewport().grab().toImage()
    ratio = shot.devicePixelRatio()
    at = shot.pixelColor(
        round((sheet.left() + sheet.width() * 0.5) * ratio),
        round((sheet.top() + sheet.height() * 0.8) * ratio),
    )
    return at.red(), at.green(), at.blue()


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def quiet(studio) -> bool:
    channels = ("layout", "read background", "draw background")
    return not any(studio.worker.pending(channel) for channel in channels)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_file_lies_under_the_pages_until_it_is_taken_away(
    make_studio, qtbot, monkeypatch, files, tmp_path, kind
):
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text("one\n\fother"))
    for name in ("first", "printed", "remove"):
        assert not studio.actions.enabled(f"insert.background_{name}")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(files[kind]), ""))
    studio.actions.trigger("insert.background")
    qtbot.waitUntil(lambda: studio.document.note.background is not None and quiet(studio))
    second = GREEN if kind == "pdf" else RED
    assert near(colour(studio, 0), RED)
    qtbot.waitUntil(lambda: near(colour(studio, 1), second))
    studio.actions.trigger("insert.background_first")
    qtbot.waitUntil(lambda: quiet(studio))
    assert near(colour(studio, 0), RED)
    assert near(colour(studio, 1), (255, 255, 255))
    assert studio.actions.checked("insert.background_first")
    path = tmp_path / "a.scriptorium"
    assert studio.files.save_to(path)
    files[kind].unlink()
    kept = load(path).note.background
    assert kept == studio.document.note.background
    assert kept.first_only

    again = make_studio(hand=False)
    background_picture.PICTURES._known.clear()
    assert again.files.open(path)
    qtbot.waitUntil(lambda: quiet(again) and near(colour(again, 0), RED))
    again.actions.trigger("insert.background_remove")
    qtbot.waitUntil(lambda: quiet(again))
    assert near(colour(again, 0), (255, 255, 255))
    again.actions.trigger("edit.undo")
    qtbot.waitUntil(lambda: quiet(again))
    assert near(colour(again, 0), RED)


def test_what_cannot_be_drawn_is_refused_and_the_note_stays(make_studio, qtbot, tmp_path):
    studio = make_studio(hand=False)
    for name, data in (("bad.pdf", b"%PDF-1.4 rubbish"), ("bad.txt", b"text"), ("gone.png", None)):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        studio.notices.clear()
        studio.background.read(path)
        qtbot.waitUntil(lambda: quiet(studio))
        assert name in studio.window.notice.label.text()
        assert studio.document.note.background is None
    assert not studio.document.modified


def test_what_is_on_the_paper_already_is_seen_and_not_printed(make_studio, qtbot, files, tmp_path):
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text("one"))
    studio.background.read(files["png"])
    qtbot.waitUntil(lambda: studio.document.note.background is not None and quiet(studio))

    def printed() -> bytes:
        draft = studio.session.up_to_date()
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "out.pdf"))
        pages = draft.inked
        set_sheet(printer, pages.pages[0])
        assert paint(pages, printer)
        return (tmp_path / "out.pdf").read_bytes()

    assert b"/Subtype /Image" in printed()
    studio.actions.trigger("insert.background_printed")
    qtbot.waitUntil(lambda: quiet(studio))
    assert near(colour(studio, 0), RED)
    assert b"/Subtype /Image" not in printed()


def test_a_background_that_comes_late_is_not_another_notes(make_studio, qtbot, files):
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text("one"))
    studio.background.read(files["png"])
    studio.files.new()
    qtbot.waitUntil(lambda: quiet(studio))
    assert studio.document.note.background is None

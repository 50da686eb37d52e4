"""Small pictures of the pages, and what is done with pages as a whole."""

from __future__ import annotations

import pytest

from studio.desk.views.panels.pages_panel import EDGE
from studio.document.note import Note, VerticalAlignment
from studio.document.paper import PAPERS, Margins


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


@pytest.fixture
def pages(studio, qtbot, write):
    """Three written cards, their panel in sight."""
    note = Note.from_text(
        "first card\n\fsecond card\n\fthird card",
        paper=PAPERS["A6"].landscape,
        margins=Margins(10, 10, 10, 10),
    )
    studio.document.open(note)
    write(studio)
    settle(studio, qtbot)
    studio.window.side.setCurrentWidget(studio.sheets.panel)
    qtbot.waitUntil(lambda: studio.sheets.panel.list.count() == 3)
    return studio


def test_every_page_has_its_picture(pages, qtbot):
    shown = pages.sheets.panel.list
    size = shown.iconSize()
    drawn = [shown.item(k).icon().pixmap(size).toImage() for k in range(3)]
    assert drawn[0] != drawn[1] != drawn[2]
    assert shown.item(2).text() == "Page 3"
    # White paper on a white list is seen by its edge.
    middle = drawn[0].height() // 2
    row = [drawn[0].pixelColor(x, middle).name() for x in range(drawn[0].width())]
    assert (EDGE in row[:4], EDGE in row[-4:]) == (True, True)
    before = drawn[0]
    pages.document.edit("Type", pages.document.note.with_text("other\n\fsecond card\n\fthird card"))
    settle(pages, qtbot)
    qtbot.waitUntil(lambda: shown.item(0).icon().pixmap(size).toImage() != before)
    assert shown.item(1).icon().pixmap(size).toImage() == drawn[1]


def test_pages_are_moved_with_their_ink(pages, qtbot):
    panel = pages.sheets.panel
    before = [page.lines[0].ink for page in pages.session.draft.layout.pages]
    panel.list.setCurrentRow(2)
    panel.tools["up"].click()
    settle(pages, qtbot)
    assert pages.document.note.text == "first card\n\fthird card\n\fsecond card"
    draft = pages.session.draft
    assert not draft.missing
    after = [page.lines[0].ink for page in draft.layout.pages]
    assert [len(ink.strokes) for ink in after] == [len(before[k].strokes) for k in (0, 2, 1)]
    pages.actions.trigger("edit.undo")
    assert pages.document.note.text == "first card\n\fsecond card\n\fthird card"


def test_a_page_is_deleted(pages, qtbot):
    pages.sheets.panel.list.setCurrentRow(0)
    pages.sheets.panel.tools["delete"].click()
    settle(pages, qtbot)
    assert pages.document.note.text == "second card\n\fthird card"
    qtbot.waitUntil(lambda: pages.sheets.panel.list.count() == 2)


def test_a_page_is_gone_to(pages, qtbot):
    panel = pages.sheets.panel
    panel.list.setCurrentRow(2)
    panel.list.itemClicked.emit(panel.list.item(2))
    assert pages.window.pages.current_page >= 1


def test_fitting_can_be_stopped(pages, qtbot):
    before = pages.document.note
    pages.actions.trigger("note.fit_page")
    notice = pages.notices.urgent
    assert notice is not None
    assert notice.topic == "fit"
    ((name, stop),) = notice.choices
    assert name == "Cancel"
    stop()
    assert not pages.worker.pending("fit page")
    assert pages.notices.urgent is None or pages.notices.urgent.topic != "fit"
    qtbot.wait(100)
    assert pages.document.note is before


def test_text_is_fitted_and_centred(pages, qtbot):
    pages.actions.trigger("note.fit_page")
    qtbot.waitUntil(lambda: not pages.worker.pending("fit page"))
    settle(pages, qtbot)
    note = pages.document.note
    assert note.look.x_height > 5
    assert note.look.pen.width > 0.5
    assert pages.session.draft.layout.plan.pages == 3
    assert pages.document.undo_name == "Fit to the page"
    pages.actions.trigger("note.centre_page")
    assert pages.document.note.vertical is VerticalAlignment.MIDDLE
    settle(pages, qtbot)
    assert pages.actions.checked("note.centre_page")
    assert pages.window.page_panel.vertical.buttons["middle"].isChecked()
    pages.actions.trigger("note.centre_page")
    assert pages.document.note.vertical is VerticalAlignment.TOP

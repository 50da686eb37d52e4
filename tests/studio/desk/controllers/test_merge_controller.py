"""Merging in the window: a table, its letters, all of them written in the background."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.desk.models.merge_process import MergeProcess
from studio.document.note import Note
from studio.document.paper import Margins, Paper
from studio.merge.letter_writer import IN_WORK
from studio.merge.results import LetterResult, read_results

TABLE = "first name,town\nAda,York\n,Rome\nBo,\n"


@pytest.fixture
def merging(studio, qtbot, tmp_path, tiny_hand_path):
    """The dialog with a note and a table, all rows checked."""
    studio.hands.load(tiny_hand_path)
    qtbot.waitUntil(lambda: studio.hands.ready)
    path = tmp_path / "guests.csv"
    path.write_text(TABLE, "utf-8")
    studio.document.open(
        Note.from_text("Dear {{ first_name }},\n{% if town %}from {{ town }}{% endif %}")
    )
    studio.actions.trigger("note.merge")
    studio.merging.open_table(path)
    qtbot.waitUntil(lambda: "rows can be written" in studio.merging.dialog.words.text())
    return studio.merging


def click(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def state(merging: Any, place: int) -> str:
    return merging.dialog.letters.index(place, 2).data()


def test_fields_and_letters_are_shown(merging, qtbot):
    dialog = merging.dialog
    assert dialog.table_name.text() == "guests.csv"
    assert [dialog.fields.item(k).data(Qt.ItemDataRole.UserRole) for k in range(2)] == [
        "{{ first_name }}",
        "{{ town }}",
    ]
    assert "Ada" in dialog.fields.item(0).text()
    assert dialog.fields.item(0).font().bold()
    assert dialog.words.text() == (
        "2 of 3 rows can be written. The others are marked, and say why."
    )
    assert [state(merging, place) for place in range(3)] == ["", "Left out", ""]
    qtbot.waitUntil(lambda: dialog.page.sheet._page is not None)
    assert [line.text for line in dialog.page.sheet._page.lines] == ["Dear Ada,", "from York"]


def test_letters_are_paged_through(merging, qtbot):
    dialog = merging.dialog
    assert dialog.caption.text() == "1 of 3: Ada"
    assert not dialog.back.isEnabled()
    click(dialog.on)
    qtbot.waitUntil(lambda: "has no first name" in dialog.error.text())
    assert dialog.page.sheet._page is None
    click(dialog.on)
    assert dialog.caption.text() == "3 of 3: Bo"
    qtbot.waitUntil(lambda: dialog.page.sheet._page is not None)
    assert [line.text for line in dialog.page.sheet._page.lines] == ["Dear Bo,"]
    assert not dialog.on.isEnabled()
    click(dialog.check)
    assert dialog.place == 1


def test_a_row_that_is_turned_to_is_asked_for_once(merging):
    asked: list[int] = []
    merging.dialog.letter_asked.connect(asked.append)
    click(merging.dialog.on)
    merging.dialog.show_row(1)
    click(merging.dialog.back)
    assert asked == [1, 1, 0]


def test_a_letter_is_written_on_demand_as_it_will_be(merging, qtbot, tmp_path):
    dialog = merging.dialog
    qtbot.waitUntil(lambda: dialog.page.sheet._page is not None)
    ghost = dialog.page.sheet._page.lines[0].ink
    click(dialog.ink)
    qtbot.waitUntil(lambda: 0 in merging._inks)
    shown = dialog.page.sheet._page.lines[0].ink
    assert shown.points > ghost.points
    dialog.show_row(2)
    dialog.show_row(0)
    assert dialog.page.sheet._page.lines[0].ink is shown


def test_a_field_goes_where_the_cursor_is_and_the_letters_follow(merging, studio, qtbot):
    dialog = merging.dialog
    studio.window.editor.go_to(0, 0)
    dialog.fields.setCurrentRow(1)
    click(dialog.insert)
    assert studio.document.note.blocks[0].text == "{{ town }}Dear {{ first_name }},"
    qtbot.waitUntil(lambda: state(merging, 2) == "Left out")
    studio.document.type_text("Dear {{ nobody }}", 17)
    qtbot.waitUntil(lambda: "no such column" in dialog.error.text())


def test_all_are_written_in_the_background_and_marked(merging, studio, qtbot, tmp_path):
    dialog, out = merging.dialog, tmp_path / "letters"
    with qtbot.waitSignal(merging.process.ended) as ended:
        merging.write(out)
        assert dialog.go.text() == "Stop"
        dialog.close()
    assert ended.args == [""]
    results = read_results(out / "results.jsonl")
    assert [one.files for one in results] == [("Ada.pdf",), ("Bo.pdf",)]
    assert (out / "template.scriptorium").exists()
    # What the tiny hand scribbles no reader lets pass.
    assert [state(merging, place) for place in range(3)] == ["Look at it", "Left out", "Look at it"]
    assert "is read as" in dialog.letters.words(0)
    assert "2 letters are in" in studio.notices.urgent.sentence
    studio.notices.urgent.choices[0][1]()
    assert dialog.isVisible()
    assert dialog.go.text() == "Write all …"
    assert dialog.open_file.isEnabled()


def test_cards_of_one_pdf_stand_on_a_sheet(merging, studio, qtbot, tmp_path):
    dialog, out = merging.dialog, tmp_path / "cards.pdf"
    dialog.form.setCurrentText("One PDF of all letters")
    # A page of A4 has its sheet to itself.
    assert not dialog.sheet.isVisible()
    card = Note.from_text("Dear {{ first_name }}", paper=Paper("custom", 88.9, 50.8))
    studio.document.open(replace(card, margins=Margins(4, 4, 4, 4), fit_pages=True))
    qtbot.waitUntil(lambda: dialog.sheet.count() == 4)
    assert dialog.sheet.isVisible()
    assert [dialog.sheet.itemText(k) for k in range(4)] == [
        "Each letter on a page of its own",
        "Avery 5371",
        "10 on A4, with lines to cut along",
        "12 on Letter, with lines to cut along",
    ]
    assert not dialog.first.isVisible()
    dialog.sheet.setCurrentIndex(2)
    assert dialog.first.isVisible()
    assert (dialog.first.minimum(), dialog.first.maximum()) == (1, 10)
    # Nine labels are used: the second letter begins another sheet.
    dialog.first.setValue(10)
    qtbot.waitUntil(lambda: "2 of 3 rows" in dialog.words.text())
    with qtbot.waitSignal(merging.process.ended) as ended:
        merging.write(out)
    assert ended.args == [""]
    sheets = PdfReader(out).pages
    assert [round(float(sheet.mediabox.width) * 25.4 / 72) for sheet in sheets] == [210, 210]
    assert [sheet.extract_text().split() for sheet in sheets] == [["Dear", "Ada"], ["Dear", "Bo"]]


def test_writing_is_stopped_and_gone_on_with(merging, qtbot, tmp_path):
    path, out = tmp_path / "many.csv", tmp_path / "letters"
    path.write_text("first name,town\n" + "".join(f"G{n},York\n" for n in range(60)), "utf-8")
    merging.open_table(path)
    qtbot.waitUntil(lambda: merging.dialog.words.text() == "60 of 60 rows can be written.")
    with qtbot.waitSignal(merging.process.ended) as ended:
        merging.write(out)
        merging.process.stop()
    assert ended.args == [""]
    with qtbot.waitSignal(merging.process.ended):
        merging.write(out)
    assert len(read_results(out / "results.jsonl")) == 60
    assert merging.process.done == 60


def test_a_table_that_cannot_be_read_is_told(merging, qtbot, tmp_path):
    path: Path = tmp_path / "wrong.csv"
    path.write_text("a,a\n1,2\n")
    merging.open_table(path)
    qtbot.waitUntil(lambda: "two columns" in merging.dialog.error.text())
    assert merging.dialog.table_name.text() == "guests.csv"


def test_the_time_left_is_told_when_those_that_are_written_together_are_there(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(MergeProcess, "running", True)
    process = MergeProcess()
    process.count = 3 * IN_WORK
    results = [LetterResult(str(n), n, (), (), 1) for n in range(IN_WORK)]
    process.results = results[:-1]
    assert process.left is None
    process.results = results
    assert process.left > 0

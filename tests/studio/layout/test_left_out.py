"""What is left out of the ink stays in the texts of exported files, beside what was written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from studio.document.label_sheets import SHEETS
from studio.document.note import Block, LineEdit, Note, TextBox, WordEdit
from studio.document.page import Pages
from studio.document.paper import Margins
from studio.exporting.formats import export
from studio.layout.card_sheets import on_label_sheets
from studio.layout.layout import lay_out

#: A text, then the lines of it: what was written, and what was typed for that.
TEXTS = [
    ("one 日 two", [("one two", "one 日 two")]),
    ("日 one two", [("one two", "日 one two")]),
    ("one two 日", [("one two", "one two 日")]),
    ("one 日two", [("one two", "one 日two")]),
    ("one日 two", [("one two", "one日 two")]),
    ("日one 日 月 火two 水", [("one two", "日one 日 月 火two 水")]),
    ("one 日 & Zoë", [("one & Zoe", "one 日 & Zoë")]),
    ("one\n日\ntwo", [("one", "one\n日"), ("two", None)]),
    ("日\none two", [("one two", "日\none two")]),
    ("one 👨‍👩‍👧 two", [("one two", "one 👨‍👩‍👧 two")]),
    ("one two", [("one two", None)]),
    ("one — “two”", [('one - "two"', "one — “two”")]),
]


def annotations(pages: Pages, folder: Path) -> list[tuple[str | None, str | None]]:
    """What the lines of the pages' InkML are said to be: written, and typed where that is other."""
    (path,) = export(pages, folder / "note.inkml")
    names = {"i": "http://www.w3.org/2003/InkML"}
    groups = etree.parse(path).xpath("//i:traceGroup[i:annotation/@type='truth']", namespaces=names)
    return [
        (
            group.findtext("i:annotation[@type='truth']", None, names),
            group.findtext("i:annotation[@type='typed']", None, names),
        )
        for group in groups
    ]


def note_of(*texts: str) -> Note:
    blocks = tuple(Block(text, id=number) for number, text in enumerate(texts, 1))
    return Note(blocks, replace_unknown="")


@pytest.mark.parametrize(("text", "lines"), TEXTS)
def test_what_is_left_out_stays_in_what_was_typed(
    text: str,
    lines: list[tuple[str, str | None]],
    loop_writer: Callable[..., Any],
    tmp_path: Path,
) -> None:
    assert annotations(lay_out(note_of(text), loop_writer()).pages, tmp_path) == lines
    # The same lines as paragraphs of their own.
    layout = lay_out(note_of(*text.split("\n")), loop_writer())
    assert annotations(layout.pages, tmp_path) == lines


def test_it_stays_in_lines_that_the_text_is_broken_into(
    loop_writer: Callable[..., Any], tmp_path: Path
) -> None:
    text = " ".join(f"word{number} ☃" for number in range(30))
    found = annotations(lay_out(note_of(text), loop_writer()).pages, tmp_path)
    assert len(found) > 2
    assert " ".join(typed or "" for _, typed in found) == text
    assert " ".join(written or "" for written, _ in found) == text.replace(" ☃", "")


def test_it_stays_in_text_boxes_and_beside_deleted_words(
    loop_writer: Callable[..., Any], tmp_path: Path
) -> None:
    note = note_of("one 日 two 月 three")
    note = replace(note, boxes=(TextBox(Block("☃ a box", id=9)),))
    layout = lay_out(note, loop_writer())
    key = layout.plan.lines[0].key
    edit = LineEdit(words=((1, WordEdit(deleted=True)),))
    layout = lay_out(replace(note, edits={key: edit}), loop_writer(), layout)
    assert annotations(layout.pages, tmp_path) == [
        ("one three", "one 日 three"),
        ("a box", "☃ a box"),
    ]


def test_it_stays_when_text_before_and_behind_changes(
    loop_writer: Callable[..., Any], tmp_path: Path
) -> None:
    writer = loop_writer()
    layout = lay_out(note_of("one", "two"), writer)
    layout = lay_out(note_of("one", "two", "日"), writer, layout)
    assert annotations(layout.pages, tmp_path) == [("one", None), ("two", "two\n日")]
    layout = lay_out(note_of("one", "two"), writer, layout)
    assert annotations(layout.pages, tmp_path) == [("one", None), ("two", None)]


def test_it_stays_on_sheets_of_several_cards(
    loop_writer: Callable[..., Any], tmp_path: Path
) -> None:
    sheet = SHEETS["Avery L7160"]
    small = {"paper": sheet.front, "margins": Margins(3, 3, 3, 3), "fit_pages": True}
    pages, other = (
        lay_out(replace(note_of(text), **small), loop_writer()).pages
        for text in ("Emma ☃ Zoë", "Emma Zoë ☃")
    )
    # Lines of several letters have one key.
    both = replace(pages, pages=(*pages.pages, *other.pages))
    assert [typed for _, typed in annotations(on_label_sheets(both, sheet), tmp_path)] == [
        "Emma ☃ Zoë",
        "Emma Zoë ☃",
    ]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs Poppler's pdftotext")
def test_it_is_found_in_a_pdf_and_named_in_an_svg(
    loop_writer: Callable[..., Any], tmp_path: Path
) -> None:
    pages = lay_out(note_of("one 日 two\n月"), loop_writer()).pages
    (path,) = export(pages, tmp_path / "note.pdf")
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    assert text.split() == ["one", "日", "two", "月"]
    (path,) = export(pages, tmp_path / "note.svg")
    labels = etree.parse(path).xpath("//@aria-label")
    assert "one 日 two\n月" in labels

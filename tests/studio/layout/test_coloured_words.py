"""Coloured words of a line are ink of their own colour in every picture and file."""

from __future__ import annotations

import numpy as np
import pytest
from lxml import etree
from pypdf import PdfReader

from engine.ink import inkml
from studio.document.editing import Span
from studio.document.note import Look, Note
from studio.document.rich_editing import toggle_mark
from studio.document.text_marks import MarkKind
from studio.exporting.formats import ExportOptions, export
from studio.exporting.png_exporter import draw
from studio.layout.layout import lay_out
from studio.storage.note_file import NoteFile, load, save

RED = "#ee0000"


@pytest.fixture
def pages(loop_writer):
    note = Note.from_text("one two three", look=Look(x_height=4.0, colour="#000000"))
    note = toggle_mark(note, [Span(0, 4, 7)], MarkKind.COLOURED, RED)
    return lay_out(note, loop_writer()).pages


def test_a_line_is_parted_by_its_colours(pages):
    (line,) = pages.lines
    base, red = line.parts
    assert (base.colour, red.colour) == ("#000000", RED)
    assert base.ink.points + red.ink.points == line.ink.points
    left, _, right, _ = line.words[1].box
    assert left - 1e-6 <= red.ink.bounds[0]
    assert red.ink.bounds[2] <= right + 1e-6
    assert line.parts is line.parts, "a painter knows them by their identity"
    assert pages.pages[0].inked == line.parts


def test_a_picture_shows_both(pages):
    shown = np.asarray(draw(pages.pages[0], dpi=100), dtype=int)
    red = (shown[..., 0] > 180) & (shown[..., 1] < 80)
    black = shown.max(axis=2) < 80
    assert red.sum() > 20
    assert black.sum() > 20


def test_files_have_the_colour_and_the_text_once(pages, tmp_path):
    for suffix in ("svg", "pdf", "inkml"):
        export(pages, tmp_path / f"a.{suffix}", ExportOptions())
    svg = (tmp_path / "a.svg").read_text()
    assert svg.count(f'stroke="{RED}"') == 1
    labels = etree.parse(tmp_path / "a.svg").xpath("//@aria-label")
    assert sorted(labels) == ["", "one two three"]
    (page,) = PdfReader(tmp_path / "a.pdf").pages
    assert page.extract_text().split() == ["one", "two", "three"]
    ((ink, text),) = inkml.read(tmp_path / "a.inkml")
    assert text == "one two three"
    assert ink.points == next(pages.lines).ink.points


def test_a_file_of_a_note_keeps_the_colour(tmp_path):
    note = toggle_mark(Note.from_text("one two"), [Span(0, 0, 3)], MarkKind.COLOURED, RED)
    save(NoteFile(note, {}), tmp_path / "a.scriptorium")
    assert load(tmp_path / "a.scriptorium").note == note

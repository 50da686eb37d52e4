"""Pages: what belongs together stays together, and columns stand side by side."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SettingError
from studio.document.note import Alignment, Look, Note
from studio.document.paper import PAPERS, Margins, Paper
from studio.layout.layout import Layout, lay_out

BODY = (
    "We drove home through the fog and talked about nothing else but your garden, the children ask "
    "every day when they may come again, and I told them that the summer is long and patience is a "
    "virtue which I never had myself."
)
SHEET = Paper("custom", 110.0, 118.0)


def pages_of(layout: Layout) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in layout.pages]


def laid(text: str, loop_writer, **settings) -> Layout:
    return lay_out(Note.from_text(text, **{"paper": SHEET, **settings}), loop_writer())


@pytest.mark.parametrize("blank", range(8))
def test_no_page_begins_or_ends_with_a_single_row_of_a_paragraph(blank, loop_writer) -> None:
    text = "\n".join(["Short one here, and another word or two", *[""] * blank, BODY, "", BODY])
    layout = laid(text, loop_writer)
    assert len(layout.pages) > 1
    for block, lines in groupby(layout.plan.lines, key=lambda line: line.key.block):
        pages = [line.page for line in lines]
        if len(pages) > 1:
            assert min(pages.count(page) for page in pages) >= 2, block


@pytest.mark.parametrize(
    "closing", ["Yours,\n\nAnn", "Herzlichst\nIhre Familie", "Bye\n\n\nTom\nand all"]
)
@pytest.mark.parametrize("blank", range(10))
def test_closing_and_signature_stand_under_two_rows_of_text(closing, blank, loop_writer) -> None:
    text = "\n".join(["Dear Tom,", *[""] * blank, BODY, "", closing])
    layout = laid(text, loop_writer)
    last = pages_of(layout)[-1]
    written = [line for line in closing.split("\n") if line]
    assert last[-len(written) :] == written
    assert len(last) >= len(written) + 2


@pytest.mark.parametrize("blank", range(12))
def test_a_salutation_is_on_the_page_of_its_letter(blank, loop_writer) -> None:
    text = "\n".join(["x", *[""] * blank, "Dear Margaret,", "", BODY])
    for page in pages_of(laid(text, loop_writer)):
        assert page[-1] != "Dear Margaret,"


@pytest.mark.parametrize("blank", range(6, 14))
def test_no_page_begins_with_a_blank_row_that_parted_paragraphs(blank, loop_writer) -> None:
    text = "\n".join([*["line"] * blank, "", "", BODY])
    layout = laid(text, loop_writer)
    tops = {}
    for line in layout.plan.lines:
        tops.setdefault(line.page, line.baseline)
    assert len(tops) >= 2
    assert np.ptp(list(tops.values())) < 1.0


def test_a_paragraph_longer_than_a_page_and_one_that_cannot_be_kept_go_on(loop_writer) -> None:
    layout = laid(BODY * 4, loop_writer)
    assert len(layout.pages) >= 3
    tiny = Paper("custom", 110.0, 40.0)
    layout = laid("Dear Ann,\n\n" + BODY, loop_writer, paper=tiny, margins=Margins(10, 10, 10, 10))
    assert all(pages_of(layout))


def test_pages_are_filled_to_the_foot_where_nothing_is_to_be_kept(loop_writer) -> None:
    note = Note.from_text("\n".join(["x"] * 6 + [BODY]), paper=SHEET, keep_together=False)
    counts = [len(page) for page in pages_of(lay_out(note, loop_writer()))]
    kept = [
        len(page) for page in pages_of(lay_out(replace(note, keep_together=True), loop_writer()))
    ]
    assert counts[0] >= kept[0]
    assert sum(counts) == sum(kept)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["", "a", "Dear Ann,", "two words", BODY[:90], BODY]), max_size=14),
    st.floats(45, 160),
    st.integers(1, 3),
)
def test_every_row_is_on_a_page_once_in_order(paragraphs, height, columns) -> None:
    from tests.studio.layout.conftest import LoopWriter

    margins = Margins(10.0, 10.0, 10.0, 10.0)
    paper = Paper("custom", 210.0, float(round(height)))
    note = Note.from_text("\n".join(paragraphs), paper=paper, margins=margins, columns=columns)
    layout = lay_out(note, LoopWriter())
    assert " ".join(line.text for line in layout.pages.lines).split() == note.text.split()
    spots = [(line.page, line.low, line.baseline) for line in layout.plan.lines]
    frames = [(page, round(low)) for page, low, _ in spots]
    assert frames == sorted(frames)
    for (page, low, y), (later, right, below) in pairwise(spots):
        assert (page, round(low)) < (later, round(right)) or below > y
    assert max((y for _, _, y in spots), default=0.0) < paper.height - 10.0


def test_columns_stand_side_by_side(loop_writer) -> None:
    text = "\n".join([BODY] * 5)
    note = Note.from_text(text, paper=PAPERS["A4"].landscape, columns=2, column_gap=12.0)
    layout = lay_out(note, loop_writer())
    assert " ".join(line.text for line in layout.pages.lines).split() == text.split()
    middle = note.paper.width / 2
    sides = [line.ink.bounds for line in layout.pages.pages[0].lines]
    left = [bounds for bounds in sides if bounds[2] <= middle - 6 + 1e-6]
    right = [bounds for bounds in sides if bounds[0] >= middle + 6 - 1e-6]
    assert len(left) + len(right) == len(sides)
    assert len(left) > 5
    assert len(right) > 5


def test_a_new_page_begins_in_its_first_column(loop_writer) -> None:
    note = Note.from_text("one\n\ftwo", paper=PAPERS["A4"], columns=3, page_numbers=True)
    layout = lay_out(note, loop_writer())
    one, two = layout.plan.lines
    assert (one.page, two.page) == (0, 1)
    assert one.low == pytest.approx(two.low)
    for folio in layout.plan.folios:
        assert (folio.low + folio.high) / 2 == pytest.approx(note.paper.width / 2)


@pytest.mark.parametrize(
    "settings", [{"columns": 0}, {"columns": 7}, {"columns": 3, "column_gap": 90.0}]
)
def test_columns_without_room_are_refused(settings) -> None:
    with pytest.raises(SettingError, match="columns"):
        Note.from_text("a", **settings)


def test_justified_lines_end_together_and_keep_their_letters(loop_writer) -> None:
    note = Note.from_text(BODY * 2, look=Look(alignment=Alignment.JUSTIFIED, variation=0.0))
    layout = lay_out(note, loop_writer(scatter=0.0))
    filled = [line for line in layout.plan.lines if line.filled]
    assert len(filled) > 4
    stretched = []
    for line in filled:
        placed = layout.placed[line]
        assert placed.ink.bounds[2] == pytest.approx(line.left + line.width, abs=0.05)
        # An l, an o and an M are as wide as in any other line, or narrower where it was too long.
        widths = {
            round(float(np.ptp(stroke.xy[:, 0])) / note.look.x_height, 2)
            for stroke in placed.ink.strokes
        }
        usual = {0.43, 0.86, 1.54}
        if layout.records[line.key].width * note.look.x_height <= line.width:
            assert widths <= usual
            stretched.append(line)
        assert max(widths) <= max(usual)
    assert stretched

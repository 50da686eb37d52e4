"""Text is fitted to its page, stands where it is wanted, and is found where a page begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import SettingError
from studio.document.note import Look, Note, VerticalAlignment
from studio.document.paper import PAPERS, Margins, Ruling, RulingKind
from studio.layout.layout import lay_out
from studio.layout.page_fitting import fit_to_pages, with_size
from studio.layout.page_starts import page_starts

LONG = " ".join(f"word{k} and some more of it" for k in range(30))


def fitted(note: Note, writer) -> Note:
    steps = fit_to_pages(note, writer, {})
    shares = []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as end:
            assert shares == sorted(shares)
            return end.value


def pages(note: Note, writer) -> int:
    return lay_out(note, writer).plan.pages


@pytest.mark.parametrize("text", ["Dear Anna,\nthe boats are out.", LONG])
def test_letters_are_as_large_as_the_page_allows(text, loop_writer):
    writer = loop_writer()
    note = Note.from_text(text, paper=PAPERS["A6"], margins=Margins(10, 10, 10, 10))
    made = fitted(note, writer)
    assert pages(made, writer) == 1
    larger = with_size(note, made.look.x_height * 1.15)
    plan = lay_out(larger, writer).plan
    assert plan.pages > 1 or any(w.goes_on for line in plan.lines for w in line.words)
    assert made.look.pen.width > 0


def test_letters_are_written_and_not_drawn_as_large_as_a_poster(loop_writer):
    note = Note.from_text("Hi", paper=PAPERS["A3"], margins=Margins(10, 10, 10, 10))
    assert 29.5 < fitted(note, loop_writer()).look.x_height <= 30.0


def test_pages_that_were_begun_by_hand_are_kept(loop_writer):
    writer = loop_writer()
    note = Note.from_text(f"{LONG}\n\fshort", paper=PAPERS["A6"], margins=Margins(10, 10, 10, 10))
    made = fitted(note, writer)
    assert pages(made, writer) == 2


def test_sizes_of_paragraphs_stay_in_proportion():
    note = Note.from_text("a\nb", look=Look(x_height=2.0))
    blocks = (note.blocks[0], replace(note.blocks[1], look={"x_height": 4.0}))
    made = with_size(replace(note, blocks=blocks), 3.0)
    assert made.blocks[1].look["x_height"] == pytest.approx(6.0)


def test_what_has_no_room_at_all_is_refused(loop_writer):
    note = Note.from_text("\n".join(["word"] * 4000), paper=PAPERS["A7"])
    with pytest.raises(SettingError, match="no room on its page"):
        fitted(note, loop_writer())


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("where", VerticalAlignment)
def test_text_stands_at_the_top_in_the_middle_or_at_the_foot(where, ruled, loop_writer):
    kind = RulingKind.LINED if ruled else RulingKind.PLAIN
    note = Note.from_text(
        "one\ntwo\nthree",
        look=Look(variation=0.0),
        ruling=Ruling(kind, 8.0, 20.0),
        vertical=where,
    )
    lines = lay_out(note, loop_writer()).plan.lines
    baselines = np.array([line.baseline for line in lines])
    unit = note.look.x_height
    top = baselines[0] - 2.6 * unit - note.margins.top
    foot = note.paper.height - note.margins.bottom - baselines[-1] - 1.5 * unit
    slack = 8.1 if ruled else 0.1
    if where is VerticalAlignment.TOP:
        assert top < slack
    elif where is VerticalAlignment.MIDDLE:
        assert abs(top - foot) < 2 * slack
    else:
        assert foot < slack
    if ruled:
        np.testing.assert_allclose((baselines - 20.0) / 8 % 1, 0, atol=1e-6)


def test_a_page_begins_where_its_first_line_does(loop_writer):
    writer = loop_writer()
    note = Note.from_text(
        f"{LONG}\n\fthird", paper=PAPERS["A7"], margins=Margins(8, 8, 8, 8), keep_together=False
    )
    layout = lay_out(note, writer)
    starts = page_starts(note, layout.plan, writer.alphabet)
    assert len(starts) == layout.plan.pages > 2
    for page, start in enumerate(starts):
        first = next(line for line in layout.plan.lines if line.page == page)
        there = note.blocks[start.block].text[start.place :]
        assert there.startswith(first.words[0].source.rstrip("\u00ad"))

"""The notes to start from, laid out: what each of them is made for is seen on its page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from studio.document.note import Note
from studio.document.page import Page
from studio.document.templates import (
    TEMPLATES,
    letter,
    like,
    notebook,
    place_cards,
    postcard,
    quotation,
    welcome,
)
from studio.layout.layout import lay_out


def page_of(note: Note, loop_writer) -> Page:
    (page,) = lay_out(note, loop_writer()).pages.pages
    return page


def ink_box(page: Page) -> tuple[float, float, float, float]:
    xy = np.concatenate([line.ink.xy for line in page.lines])
    return (*xy.min(axis=0), *xy.max(axis=0))


@pytest.mark.parametrize("make", [*(make for *_, make in TEMPLATES), welcome])
def test_the_text_of_a_template_stands_on_one_page_within_its_margins(make, loop_writer) -> None:
    note = make()
    page = page_of(note, loop_writer)
    left, top, right, bottom = ink_box(page)
    margins = note.margins
    assert margins.left <= left < right <= page.paper.width - margins.right
    assert margins.top <= top < bottom <= page.paper.height - margins.bottom
    assert " ".join(" ".join(line.text for line in page.lines).split()) == " ".join(
        note.text.split()
    )
    # The first note is called by its first words, which the user is about to replace.
    assert bool(note.title) == (make is not welcome)


def test_sheets_are_as_large_as_their_templates_say() -> None:
    sizes = [
        (make().paper.width, make().paper.height)
        for make in (letter, postcard, quotation, notebook)
    ]
    assert sizes == [(210, 297), (148, 105), (297, 210), (148, 210)]
    assert (place_cards("Ada").paper.width, place_cards("Ada").paper.height) == (90, 55)


def test_a_quotation_stands_in_the_middle_of_its_sheet(loop_writer) -> None:
    page = page_of(quotation(), loop_writer)
    for line in page.lines:
        xy = line.ink.xy
        middle = (xy[:, 0].min() + xy[:, 0].max()) / 2
        assert middle == pytest.approx(page.paper.width / 2, abs=2.0)
    _, top, _, bottom = ink_box(page)
    assert (top + bottom) / 2 == pytest.approx(page.paper.height / 2, abs=20.0)


def test_the_lines_of_a_notebook_stand_on_what_is_ruled(loop_writer) -> None:
    page = page_of(notebook(), loop_writer)
    assert page.ruling_printed
    ruled = page.ruling.lines(page.paper, page.margins)[:, 1]
    at = [int(np.abs(ruled - line.baseline).argmin()) for line in page.lines]
    assert at == [at[0], at[0] + 1, at[0] + 2]
    assert [line.baseline for line in page.lines] == pytest.approx(ruled[at], abs=0.5)


def test_each_name_has_a_card_on_which_it_stands_in_the_middle(loop_writer) -> None:
    pages = lay_out(place_cards("Ada\n\n  Grace Hopper \n"), loop_writer()).pages.pages
    assert [[line.text for line in page.lines] for page in pages] == [["Ada"], ["Grace Hopper"]]
    for page in pages:
        left, top, right, bottom = ink_box(page)
        assert (left + right) / 2 == pytest.approx(45, abs=2.0)
        assert 20 < (top + bottom) / 2 < 35


def test_a_note_like_another_has_its_looks_and_none_of_its_text() -> None:
    other = replace(quotation(), vertical=letter().vertical, columns=2)
    made = like(other)
    assert made.text == ""
    assert made.title == ""
    assert (made.look, made.paper, made.margins) == (other.look, other.paper, other.margins)
    assert made.columns == 2
    assert (made.edits, made.boxes, made.drawings) == ({}, (), ())

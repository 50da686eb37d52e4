"""Words are found as they are typed, in the text and in boxes."""

from __future__ import annotations

from studio.document.editing import Span
from studio.document.note import Block, Note, TextBox
from studio.document.search import Query, find_all

NOTE = Note.from_text("The boat\nboats and a Boat\n\fit’s “so”").with_box(
    TextBox(Block("a boat", 9))
)


def test_places_in_the_text_come_first_then_those_of_boxes():
    assert find_all(NOTE, Query("boat")) == (
        Span(0, 4, 8), Span(1, 0, 4), Span(1, 12, 16), Span(9, 2, 6),
    )  # fmt: skip


def test_capitals_and_whole_words_count_where_wanted():
    assert find_all(NOTE, Query("Boat", match_case=True)) == (Span(1, 12, 16),)
    assert Span(1, 0, 4) not in find_all(NOTE, Query("boat", whole_words=True))
    assert find_all(NOTE, Query("")) == ()
    assert find_all(NOTE, Query("a.*")) == (), "signs are signs"


def test_what_a_keyboard_has_finds_what_a_typesetter_makes():
    assert find_all(NOTE, Query('it\'s "so"')) == (Span(2, 0, 9),)

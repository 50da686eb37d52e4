"""What is written otherwise is found again in the text, wherever it stands."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.transliteration import UnwritableError
from studio.document.note import Block, Note, TextBox
from studio.layout.tokenise import tokenise
from studio.layout.written_otherwise import written_otherwise

ALPHABET = frozenset(string.ascii_letters + string.digits + " .,'\"()-?")


def marked(note: Note) -> list[tuple[str, str | None]]:
    """What is marked in the text, and what it is written as."""
    paragraphs = note.text.split("\n")
    found = written_otherwise(note, tokenise(note, ALPHABET).notices)
    return [
        (paragraphs[one.stretch.paragraph][one.stretch.start : one.stretch.stop], one.written)
        for one in found
        if one.stretch is not None
    ]


def test_places_are_found_behind_line_breaks_and_page_breaks():
    note = Note.from_text("Tea & cake\n\fZoë\u2028and é\u0301\nIt was 5 %")
    assert marked(note) == [
        ("&", "and"), ("ë", "e"), ("é\u0301", "e"), ("%", "percent"),
    ]  # fmt: skip


def test_a_box_has_no_place_in_the_text():
    box = TextBox(Block("Tea & cake", 7))
    note = Note.from_text("Zoë").with_box(box)
    first, second = written_otherwise(note, tokenise(note, ALPHABET).notices)
    assert (first.typed, first.word, first.line) == ("ë", "Zoë", 1)
    assert second.stretch is None
    assert "Tea & cake" in second.part
    assert second.how == "and"


def test_what_cannot_be_written_is_among_them():
    note = Note.from_text("one\nto 漢 and 字")
    with pytest.raises(UnwritableError) as told:
        tokenise(note, ALPHABET)
    found = written_otherwise(note, (), told.value.refused)
    assert [(one.typed, one.how, one.stretch) for one in found] == [
        ("漢", "cannot be written", (1, 3, 4)),
        ("字", "cannot be written", (1, 9, 10)),
    ]


@given(st.text(st.sampled_from("ab &éß%\n\u2028\f漢"), max_size=40))
def test_every_place_holds_the_character(text: str):
    note = Note.from_text(text, replace_unknown="")
    notices = tokenise(note, ALPHABET).notices
    found = written_otherwise(note, notices)
    assert len(found) == sum(len(notice.places) for notice in notices)
    paragraphs = note.text.split("\n")
    for one in found:
        paragraph, start, stop = one.stretch
        assert paragraphs[paragraph][start:stop] == one.typed

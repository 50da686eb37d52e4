"""Words and letters of lines are found in the text, however that is spelled."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from engine.hand import Hand
from studio.document.editing import in_text, replace_text
from studio.document.note import Note
from studio.document.page import LineKey
from studio.layout.draft_layout import make_draft
from studio.layout.line_writer import HandWriter
from studio.layout.plan import Plan
from studio.layout.text_places import find_letters, find_word


@pytest.fixture(scope="module")
def writer(tiny_hand_path) -> HandWriter:
    return HandWriter(Hand.load(tiny_hand_path), lambda name: pytest.fail(name))


def planned(note: Note, writer: HandWriter) -> Plan:
    return make_draft(note, writer, {}).layout.plan


def test_a_word_of_a_line_is_found_in_the_text(writer):
    note = Note.from_text("one two\n\fthe cat and the dog " + "and more " * 12)
    plan = planned(note, writer)
    key = plan.lines[1].key
    span = find_word(note, plan, key, 3, writer.alphabet)
    assert span is not None
    assert note.blocks[span.block].text[span.start : span.stop] == "the"
    assert span.start == 12
    changed = replace_text(note, span, "my")
    assert changed.blocks[1].text.startswith("the cat and my dog")
    assert changed.blocks[1].new_page
    paragraph, start, stop = in_text(note, span)
    assert note.text.split("\n")[paragraph][start:stop] == "the"
    assert find_word(note, plan, LineKey(99, "x", 0), 0, writer.alphabet) is None
    assert find_letters(note, plan, LineKey(99, "x", 0), writer.alphabet) == ()


STRANGE = "now—or never: é … 😀 ¿que? 3½ l'e\u0301te\u0301 and it goes on " + "and on " * 14 + "end"


@pytest.fixture
def note() -> Note:
    return replace(Note.from_text(STRANGE), replace_unknown="")


def test_words_are_found_where_the_hand_makes_more_or_fewer_of_them(note, writer):
    plan, text = planned(note, writer), note.blocks[0].text
    assert len(plan.lines) > 1
    for line in plan.lines:
        for number, word in enumerate(line.words):
            span = find_word(note, plan, line.key, number, writer.alphabet)
            assert text[span.start : span.stop] == word.source
    ends = find_word(note, plan, plan.lines[-1].key, len(plan.lines[-1].words) - 1, writer.alphabet)
    assert (ends.start, ends.stop) == (len(text) - 3, len(text))


def test_each_letter_of_a_line_has_its_place(note, writer):
    plan, text = planned(note, writer), note.blocks[0].text
    places = [p for line in plan.lines for p in find_letters(note, plan, line.key, writer.alphabet)]
    assert [p.start for p in places] == sorted(p.start for p in places)
    for line in plan.lines:
        letters = find_letters(note, plan, line.key, writer.alphabet)
        assert len(letters) == len(line.key.text)
        for written, place in zip(line.key.text, letters, strict=True):
            typed = text[place.start : place.stop]
            composed = unicodedata.normalize("NFC", typed)
            assert composed.startswith(written) or written == " " or typed in "—…"
    first = plan.lines[0].key.text
    assert first.startswith("now - or never: é ... ¿que?")
    letters = find_letters(note, plan, plan.lines[0].key, writer.alphabet)
    assert text[slice(*letters[first.index("été")][1:])] == "e\u0301"
    assert text[slice(*letters[first.index("¿") - 1][1:])] == " 😀 ", "what is not written"


def test_nothing_is_found_in_a_text_that_was_changed_since(note, writer):
    plan = planned(note, writer)
    for text in ("something else", "漢"):
        other = note.with_text(text)
        assert find_word(other, plan, plan.lines[0].key, 0, writer.alphabet) is None
    foreign = replace(note.with_text("漢"), replace_unknown=None)
    assert find_letters(foreign, plan, plan.lines[0].key, writer.alphabet) == ()

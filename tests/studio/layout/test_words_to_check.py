"""Which words are to be looked at, where they stand, and how that is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.sampling.misread_word import MisreadWord
from studio.document.editing import accept_word, delete_word, rewrite_lines
from studio.document.note import Look, Note
from studio.document.paper import PAPERS
from studio.layout.layout import Layout, lay_out
from studio.layout.words_to_check import NAMED, WordToCheck, describe, words_to_check
from studio.storage.note_file import NoteFile, load, save

TEXT = "Chapter LXIV begins\nand it ends in W3 4QZ, or near it, as far as anybody can tell us"


@pytest.fixture
def writer(loop_writer):
    """Writes capitals so that they are misread."""
    made = loop_writer()
    write = made.write

    def misreading(request):
        words = tuple(
            MisreadWord(place, word, word.lower(), -2.45678)
            for place, word in enumerate(request.text.split(" "))
            if len(word) > 1 and (word.isupper() or "Q" in word)
        )
        return replace(write(request), misread=words)

    made.write = misreading
    return made


@pytest.fixture
def layout(writer) -> Layout:
    note = Note.from_text(TEXT, look=Look(x_height=2.4), paper=PAPERS["A6"])
    return lay_out(note, writer)


def test_words_are_found_with_their_places(layout):
    found = words_to_check(layout)
    assert [(w.page, w.line, w.place, w.word, w.read) for w in found[:1]] == [
        (1, 1, 2, "LXIV", "lxiv")
    ]
    assert [w.word for w in found] == ["LXIV", "W3", "4QZ,"]
    lines = [line.text for line in layout.pages.lines]
    for word in found:
        assert lines[word.line - 1].split(" ")[word.place - 1] == word.word
    assert found[0].entry() == {
        "page": 1, "line": 1, "place": 2, "word": "LXIV", "read": "lxiv", "certainty": -2.457,
    }  # fmt: skip


def test_a_sentence_names_them(layout):
    found = words_to_check(layout)
    assert describe(found[:1], "write it again") == (
        "A word may be misread: 'LXIV' as 'lxiv' (page 1, line 1); write it again."
    )
    assert "3 words may be misread: 'LXIV' as 'lxiv' (page 1, line 1), " in describe(found, "x")
    unread = replace(found[0], read="")
    assert "'LXIV' not at all (page 1, line 1)" in describe([unread], "x")
    many: list[WordToCheck] = [found[0]] * (NAMED + 3)
    assert " and 3 more; x." in describe(many, "x")


def test_deleted_and_accepted_words_are_none_and_new_ink_is_looked_at_again(layout, writer):
    note = Note.from_text(TEXT, look=Look(x_height=2.4), paper=PAPERS["A6"])
    key = words_to_check(layout)[0].key
    gone = lay_out(delete_word(note, key, 1), writer, layout)
    assert [w.word for w in words_to_check(gone)] == ["W3", "4QZ,"]
    fine = accept_word(note, key, 1)
    accepted = lay_out(fine, writer, layout)
    assert [w.word for w in words_to_check(accepted)] == ["W3", "4QZ,"]
    again = lay_out(rewrite_lines(fine, {key: 5}), writer, accepted)
    assert [w.word for w in words_to_check(again)] == ["LXIV", "W3", "4QZ,"]


def test_a_file_keeps_what_is_misread_and_what_is_fine(layout, writer, tmp_path):
    note = Note.from_text(TEXT, look=Look(x_height=2.4), paper=PAPERS["A6"])
    note = accept_word(note, words_to_check(layout)[1].key, words_to_check(layout)[1].place - 1)
    laid = lay_out(note, writer, layout)
    path = tmp_path / "note.scriptorium"
    save(NoteFile(note, dict(laid.written), writer.name, writer.sha256, layout=laid), path)
    opened = load(path)
    again = lay_out(opened.note, writer, opened.layout, known=opened.lines)
    assert words_to_check(again) == words_to_check(laid)
    assert [w.word for w in words_to_check(again)] == ["LXIV", "4QZ,"]

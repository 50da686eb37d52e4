"""The open note: its steps, what no file holds of it, what it is called, and who hears of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.document.document_model import EMPTY, DocumentModel, file_stem, first_words
from studio.document.note import Note

PATH = Path("folder", "Spring.scriptorium")
ONE, TWO = Note.from_text("one"), Note.from_text("two")


class Heard:
    """What a document tells, in its order, and the note at that time."""

    def __init__(self, document: DocumentModel) -> None:
        self.events: list[str] = []
        self.changes: list[tuple[str, str]] = []
        document.opened.connect(lambda: self.events.append("opened"))
        document.history_changed.connect(lambda: self.events.append("history"))
        document.changed.connect(self._changed)

    def _changed(self, before: Note, after: Note) -> None:
        self.events.append("changed")
        self.changes.append((before.text, after.text))

    def since(self) -> list[str]:
        events, self.events = self.events, []
        return events


def test_listeners_hear_of_all_that_happens_and_of_nothing_else() -> None:
    document = DocumentModel()
    heard = Heard(document)
    document.open(ONE)
    assert heard.since() == ["opened", "changed", "history"]
    document.edit("Type", TWO)
    assert heard.since() == ["changed", "history"]
    document.edit("Type", TWO)
    document.redo()
    assert heard.since() == []
    document.undo()
    assert heard.since() == ["changed", "history"]
    document.undo()
    assert heard.since() == []
    document.redo()
    assert heard.since() == ["changed", "history"]
    assert heard.changes == [("", "one"), ("one", "two"), ("two", "one"), ("one", "two")]
    for on in (True, True, False, False):
        document.ink_unsaved(on)
    assert heard.since() == ["history", "history"]
    document.saved_to(PATH, TWO)
    assert heard.since() == ["history"]


def test_undo_and_redo_say_what_they_do() -> None:
    document = DocumentModel()
    document.open(ONE)
    document.edit("Type", TWO)
    assert (document.undo_name, document.redo_name, document.steps) == ("Type", None, ("Type",))
    document.undo()
    assert (document.undo_name, document.redo_name, document.steps) == (None, "Type", ())
    assert document.note == ONE


def test_a_note_is_modified_until_a_file_holds_it_and_its_ink() -> None:
    document = DocumentModel()
    document.open(ONE, PATH)
    assert not document.modified
    document.edit("Type", TWO)
    assert document.modified
    document.undo()
    assert not document.modified
    document.ink_unsaved(True)
    assert document.modified
    document.saved_to(PATH, ONE)
    assert not document.modified
    document.edit("Type", TWO)
    # The text went on while the file was written.
    document.saved_to(PATH, ONE)
    assert document.modified


def test_ink_that_nobody_asked_for_is_not_missed() -> None:
    document = DocumentModel()
    document.open(ONE, asked_for=False)
    document.ink_unsaved(True)
    assert not document.modified
    assert document.state.pristine
    document.edit("Type", TWO)
    assert document.modified
    assert not document.state.pristine


def test_a_note_that_no_file_holds_is_modified() -> None:
    document = DocumentModel()
    document.open(ONE, saved=False)
    assert document.modified
    assert not document.state.pristine
    document.open(EMPTY, saved=False)
    assert not document.modified


def test_what_nothing_was_done_to_is_pristine_and_empty() -> None:
    document = DocumentModel()
    assert document.state.pristine
    assert document.state.empty
    document.edit("Type", ONE)
    assert not document.state.pristine
    document.undo()
    # It can be done again.
    assert not document.state.pristine
    assert not document.state.empty
    document.open(EMPTY, PATH)
    assert not document.state.pristine
    assert not document.state.empty
    document.open(ONE)
    assert not document.state.pristine
    assert not document.state.empty


def test_another_note_is_shown_and_the_first_one_again() -> None:
    document = DocumentModel()
    document.open(ONE, PATH, read_only=True)
    document.edit("Type", TWO)
    document.undo()
    document.ink_unsaved(True)
    kept = document.state
    document.open(EMPTY)
    assert (document.path, document.read_only, document.modified) == (None, False, False)
    assert document.redo_name is None
    document.resume(kept)
    assert (document.path, document.read_only, document.modified) == (PATH, True, True)
    assert document.redo_name == "Type"
    # It is kept in a file of its own from now on.
    document.saved_to(Path("other.scriptorium"), ONE)
    assert (document.path, document.read_only) == (Path("other.scriptorium"), False)


def test_what_is_typed_into_another_note_is_a_step_of_its_own() -> None:
    now = 0.0
    document = DocumentModel(lambda: now)
    document.open(EMPTY)
    document.type_text("a", 1)
    kept = document.state
    document.open(EMPTY)
    document.type_text("a", 1)
    document.resume(kept)
    document.type_text("ab", 2)
    assert document.steps == ("Type", "Type")


@pytest.mark.parametrize("turn", [DocumentModel.close_step, DocumentModel.undo, DocumentModel.redo])
def test_typing_goes_on_until_something_else_is_done(turn) -> None:
    now = 0.0
    document = DocumentModel(lambda: now)
    document.type_text("a", 1)
    document.type_text("ab", 2)
    document.type_text("ab", 2)
    assert document.steps == ("Type",)
    turn(document)
    done = len(document.steps)
    text = f"{document.note.text}c"
    document.type_text(text, len(text))
    assert len(document.steps) == done + 1


@pytest.mark.parametrize(
    ("note", "path", "read_only", "name"),
    [
        (ONE, PATH, False, "Spring"),
        (ONE, PATH, True, "Spring (read only)"),
        (Note.from_text("\n \nthe boats are out again today"), None, False,
         "the boats are out again"),
        (Note.from_text("one", title="A letter"), None, False, "A letter"),
        (EMPTY, None, False, "New note"),
    ],
)  # fmt: skip
def test_a_note_is_called_by_its_file_its_title_or_its_first_words(
    note, path, read_only, name
) -> None:
    document = DocumentModel()
    document.open(note, path, read_only=read_only)
    assert document.state.name == name


def test_long_first_words_are_cut() -> None:
    assert first_words(Note.from_text("x" * 40)) == "x" * 40
    assert first_words(Note.from_text("x" * 41)) == "x" * 39 + "…"
    assert first_words(Note.from_text("x" * 38 + " " + "y" * 9)) == "x" * 38 + "…"
    assert first_words(Note.from_text("a soft\N{SOFT HYPHEN}hyphen")) == "a softhyphen"


def test_a_file_is_called_by_what_file_systems_take() -> None:
    assert file_stem(Note.from_text("Re: 1/2 of <it>_all - é?")) == "Re 12 of it_all -"
    assert file_stem(Note.from_text("?!")) == ""

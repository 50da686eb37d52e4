"""Which changes of a text are one step."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.document.note import Note
from studio.document.text_change import ChangeKind, TextChange, next_change


def steps(texts: Iterable[str]) -> list[tuple[str, str]]:
    """The steps that texts one after another come to: what each is called, and where it ends.

    The cursor is marked by "|" in each.
    """
    found: list[tuple[str, str]] = []
    change: TextChange | None = None
    before, *later = texts
    for text in later:
        plain = text.replace("|", "")
        change = next_change(change, before.replace("|", ""), plain, text.index("|"))
        if change.goes_on:
            found.pop()
        found.append((str(change.kind), plain))
        before = text
    return found


def typed(text: str, after: str = "", rest: str = "") -> list[str]:
    """The texts on the way while a text is typed between two others."""
    return [after + text[:end] + "|" + rest for end in range(len(text) + 1)]


def test_a_word_is_a_step_with_the_space_after_it():
    assert steps(typed("my dear  friend\nhello")) == [
        ("Type", "my "),
        ("Type", "my dear  "),
        ("Type", "my dear  friend\n"),
        ("Type", "my dear  friend\nhello"),
    ]


@pytest.mark.parametrize("rest", ["", "s and seals", "o", " go"])
def test_it_does_not_matter_what_stands_behind(rest):
    ends = [text for _, text in steps(typed("good food", "too ", rest))]
    assert ends == ["too good " + rest, "too good food" + rest]


def test_characters_deleted_one_after_another_are_a_step():
    assert steps(["a book|keeper", "a boo|keeper", "a bo|keeper", "a b|keeper"]) == [
        ("Delete", "a bkeeper")
    ]
    assert steps(["a |bookkeeper", "a |ookkeeper", "a |okkeeper", "a |kkeeper"]) == [
        ("Delete", "a kkeeper")
    ]


def test_what_is_deleted_or_pasted_as_a_whole_is_a_step_of_its_own():
    assert steps(["a|", "ab|", "ab and a line|", "ab|", "a|", "ab|", "abb|"]) == [
        ("Type", "ab"),
        ("Paste", "ab and a line"),
        ("Delete", "ab"),
        ("Delete", "a"),
        ("Type", "abb"),
    ]


def test_what_is_typed_over_a_selection_is_one_step_with_it():
    assert steps(["the boats| are", "the s| are", "the sh| are", "the shi| are"]) == [
        ("Type", "the shi are")
    ]


def test_typing_elsewhere_is_another_step():
    assert steps(["one| two", "onex| two", "onex twoy|"]) == [
        ("Type", "onex two"),
        ("Type", "onex twoy"),
    ]


def test_what_is_moved_is_a_step():
    assert steps(["one two |three", "two |one three"]) == [("Paste", "two one three")]


def test_a_letter_with_its_marks_and_an_emoji_are_one_character():
    thumb, accent = "\U0001f44d", "e\u0301"
    assert steps(["|", f"{accent}|", f"{accent}{thumb}|"]) == [("Type", accent + thumb)]
    assert steps([f"{thumb}{accent}|", f"{thumb}|", "|"]) == [("Delete", "")]


@given(st.text("ab \n", max_size=12), st.text("ab \n", max_size=12), st.text("ab", min_size=1))
def test_a_word_goes_on_wherever_it_is_typed(before, after, word):
    texts = typed(word, before, after)
    assert steps(texts) == [("Type", before + word + after)]
    assert steps(texts[::-1]) == [("Delete", before + after)]


@given(st.text("ab ", max_size=6), st.text("ab ", max_size=6), st.data())
def test_every_change_is_of_some_kind(old, new, data):
    cursor = data.draw(st.integers(0, len(new)))
    change = next_change(None, old, new, cursor)
    assert change.kind in ChangeKind
    assert not change.goes_on
    assert change.cursor == cursor


def test_blocks_that_are_not_edited_stay_what_they_are() -> None:
    note = Note.from_text("\n".join(f"Paragraph {n}" for n in range(9)) + "\n\fA page")
    edited = note.with_text(note.text.replace("Paragraph 4", "Paragraph four\nand more"))
    kept = [block for block in note.blocks if any(block is one for one in edited.blocks)]
    assert [block.text for block in kept] == [
        *(f"Paragraph {n}" for n in (0, 1, 2, 3, 5, 6, 7, 8)),
        "A page",
    ]
    assert edited.text == note.text.replace("Paragraph 4", "Paragraph four\nand more")

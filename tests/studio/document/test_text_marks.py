"""Marks stay with their characters while a text is edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingError
from studio.document.note import HEADING_SIZES, Block, Look, Note
from studio.document.text_marks import Mark, MarkKind, Role, Sign, marks_after_edit, merged_marks

UNDER, PRESSED = MarkKind.UNDERLINED, MarkKind.PRESSED


def marked(text: str, marks: tuple[Mark, ...]) -> list[str]:
    return [text[mark.start : mark.stop] for mark in marks]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("one two three", "one two three", ["two"]),
        ("one two three", "zero one two three", ["two"]),
        ("one two three", "one two three four", ["two"]),
        ("one two three", "one twofold three", ["twofold"]),
        ("one two three", "one tw three", ["tw"]),
        ("one two three", "one tree two three", ["two"]),
        ("one two three", "one three", []),
        ("one two three", "", []),
        ("one two three", "o", []),
        ("one two three", "one twox three", ["twox"]),
    ],
)
def test_marks_stay_with_their_words(old: str, new: str, kept: list[str]) -> None:
    assert marked(new, marks_after_edit([Mark(4, 7, UNDER)], old, new)) == kept


@given(st.text("ab ", max_size=12), st.text("ab ", max_size=12), st.data())
def test_marks_are_within_the_text_whatever_is_edited(old: str, new: str, data) -> None:
    marks = []
    for _ in range(3 if old else 0):
        start = data.draw(st.integers(0, len(old) - 1))
        stop = data.draw(st.integers(start + 1, len(old)))
        kind = data.draw(st.sampled_from(MarkKind))
        colours = ["#aa0000", "#0000aa"] if kind is MarkKind.COLOURED else [""]
        marks.append(Mark(start, stop, kind, data.draw(st.sampled_from(colours))))
    after = marks_after_edit(marks, old, new)
    assert all(0 <= mark.start < mark.stop <= len(new) for mark in after)
    assert marks_after_edit(after, new, new) == after


def test_marks_that_touch_are_one_and_none_reaches_beyond_the_text() -> None:
    marks = [Mark(5, 9, UNDER), Mark(0, 5, UNDER), Mark(2, 4, PRESSED), Mark(20, 30, UNDER)]
    assert merged_marks(marks, 8) == (Mark(0, 8, UNDER), Mark(2, 4, PRESSED))
    assert Block("short", marks=(Mark(2, 99, UNDER),)).marks == (Mark(2, 5, UNDER),)


@pytest.mark.parametrize("place", [(3, 3), (4, 2), (-1, 2)])
def test_no_characters_cannot_be_marked(place) -> None:
    with pytest.raises(SettingError, match="mark one at least"):
        Mark(*place, UNDER)


def test_an_edited_text_keeps_roles_and_marks() -> None:
    blocks = (
        Block("Title", 0, role=Role.HEADING, level=1),
        Block("buy milk", 1, role=Role.ITEM, sign=Sign.BOX, marks=(Mark(4, 8, PRESSED),)),
    )
    note = Note(blocks).with_text("Titles\nbuy more milk\nnew")
    title, item, new = note.blocks
    assert (title.role, title.text) == (Role.HEADING, "Titles")
    assert (item.role, item.sign, marked(item.text, item.marks)) == (Role.ITEM, Sign.BOX, ["milk"])
    assert (new.role, new.marks) == (Role.PARAGRAPH, ())


def test_headings_are_larger_but_for_a_size_of_their_own() -> None:
    note = Note((Block("a", 0, role=Role.HEADING, level=1), Block("b", 1)), look=Look(x_height=3.0))
    big, usual = note.blocks
    assert note.look_of(big).x_height == pytest.approx(3.0 * HEADING_SIZES[1])
    assert note.look_of(usual).x_height == 3.0
    own = Block("c", 2, {"x_height": 2.0}, role=Role.HEADING, level=1)
    assert note.look_of(own).x_height == 2.0
    huge = Note((big,), look=Look(x_height=90.0))
    assert huge.look_of(big).x_height == 100.0

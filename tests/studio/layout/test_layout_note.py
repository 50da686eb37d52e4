"""Notes: text to blocks and back, looks, and what an edit of the text leaves alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingError
from studio.document.note import Alignment, Block, Look, Note
from studio.document.paper import PAPERS, Margins

lines = st.lists(
    st.sampled_from(["", "one", "two", "three", "four\u2028five", "\fsix"]), max_size=9
)


@given(lines)
def test_text_survives_being_made_to_blocks(lines: list[str]) -> None:
    text = "\n".join(lines)
    note = Note.from_text(text)
    assert note.text == text
    assert [block.id for block in note.blocks] == list(range(len(note.blocks)))


@given(lines, lines)
def test_edited_text_keeps_ids_distinct_and_those_of_blocks_at_either_end(
    one: list[str], other: list[str]
) -> None:
    note = Note.from_text("\n".join(["first", *one, "last"]))
    edited = note.with_text("\n".join(["first", *other, "last"]))
    assert edited.text == "\n".join(["first", *other, "last"])
    ids = [block.id for block in edited.blocks]
    assert len(set(ids)) == len(ids)
    assert (ids[0], ids[-1]) == (note.blocks[0].id, note.blocks[-1].id)


def test_blocks_that_stay_keep_their_look_and_new_ones_take_that_of_the_block_before() -> None:
    note = Note.from_text("head\nbody\nfoot")
    red = replace(note.blocks[1], look={"colour": "#aa0000"})
    note = replace(note, blocks=(note.blocks[0], red, note.blocks[2]))
    edited = note.with_text("head\nbody, changed\nmore\nfoot")
    assert [(block.text, block.id) for block in edited.blocks] == [
        ("head", 0),
        ("body, changed", 1),
        ("more", 3),
        ("foot", 2),
    ]
    colours = [edited.look_of(block).colour for block in edited.blocks]
    assert colours == [note.look.colour, "#aa0000", "#aa0000", note.look.colour]


def test_block_taken_out_leaves_the_others_theirs() -> None:
    edited = Note.from_text("a\nb\nc\nd").with_text("a\nd")
    assert [(block.text, block.id) for block in edited.blocks] == [("a", 0), ("d", 3)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"bias": 11.0},
        {"bias": float("nan")},
        {"x_height": 0.1},
        {"line_spacing": float("inf")},
        {"seed": -1},
        {"colour": "blue"},
        {"alignment": "middle"},
        {"variation": 1.5},
        {"word_spacing": 0.0},
    ],
)
def test_look_out_of_range_is_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingError) as refusal:
        Look(**wrong)
    assert len(str(refusal.value).splitlines()) == 1


def test_alignment_may_be_given_by_its_word() -> None:
    assert Look(alignment="centred").alignment is Alignment.CENTRED  # type: ignore[arg-type]


def test_margins_must_leave_room_and_ids_be_distinct() -> None:
    with pytest.raises(SettingError, match="margins leave 5 x"):
        Note((), paper=PAPERS["A6"], margins=Margins(50.0, 5.0, 50.0, 150.0))
    with pytest.raises(SettingError, match="share an id"):
        Note((Block("a"), Block("b")))

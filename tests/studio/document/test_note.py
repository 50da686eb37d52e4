"""A note's values: their ranges, and what is found in it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine.errors import SettingError
from studio.document.note import (
    LARGEST_SEED,
    LIMITS,
    LOWEST_FIELD,
    Block,
    LineEdit,
    Look,
    Note,
    TextBox,
)
from studio.document.page import LineKey
from studio.document.paper import LARGEST, PAPERS, SMALLEST, Margins
from studio.document.placement import Placement
from studio.document.text_marks import DEEPEST, Role, Sign

A5 = PAPERS["A5"]


@pytest.mark.parametrize("name", LIMITS)
def test_numbers_of_a_look_may_be_anything_in_their_range(name: str) -> None:
    low, high = LIMITS[name]
    for value in (low, high, (low + high) / 2):
        assert getattr(Look(**{name: value}), name) == value
    for value in (low - 0.01, high + 0.01, math.inf, -math.inf, math.nan):
        with pytest.raises(SettingError, match=f"choose from {low:g} to {high:g}"):
            Look(**{name: value})


def test_the_other_values_of_a_look_are_checked() -> None:
    assert Look(seed=0).seed == 0
    assert Look(seed=LARGEST_SEED).seed == LARGEST_SEED
    for seed in (-1, LARGEST_SEED + 1):
        with pytest.raises(SettingError, match="The seed cannot be"):
            Look(seed=seed)
    with pytest.raises(SettingError, match="no alignment 'middle'; use one of left, right"):
        Look(alignment="middle")
    with pytest.raises(SettingError):
        Look(colour="blueish")
    assert Look(alignment="centred") == Look(alignment=Look(alignment="centred").alignment)


def test_a_block_has_the_levels_signs_and_roles_that_there_are() -> None:
    assert Block("a", level=DEEPEST).level == DEEPEST
    for level in (-1, DEEPEST + 1):
        with pytest.raises(SettingError, match=f"choose from 0 to {DEEPEST}"):
            Block("a", level=level)
    # Files and scripts name signs and roles.
    sign = next(iter(Sign))
    assert isinstance(Block("a", sign=str(sign.value)).sign, Sign)
    assert isinstance(Block("a", role="heading").role, Role)
    with pytest.raises(ValueError, match="nosign"):
        Block("a", sign="nosign")
    with pytest.raises(SettingError, match="no 'colours'; use the fields of a look"):
        Block("a", look={"colours": "#000000"})
    with pytest.raises(SettingError, match="bias"):
        Block("a", look={"bias": 11.0})


def test_a_text_box_has_room_for_a_line() -> None:
    for width in (SMALLEST, LARGEST):
        assert TextBox(Block("a"), width=width).width == width
    for width in (SMALLEST - 0.01, LARGEST + 1):
        with pytest.raises(SettingError, match="mm wide"):
            TextBox(Block("a"), width=width)
    for height in (LOWEST_FIELD, LARGEST):
        assert TextBox(Block("a"), height=height).height == height
    for height in (LOWEST_FIELD - 0.01, LARGEST + 1):
        with pytest.raises(SettingError, match="mm high"):
            TextBox(Block("a"), height=height)


def test_text_needs_five_millimetres_each_way() -> None:
    def note(left: float, top: float) -> Note:
        return Note.from_text("a", paper=A5, margins=Margins(left=left, right=0, top=top, bottom=0))

    assert note(A5.width - 5, 0).margins.left == A5.width - 5
    assert note(0, A5.height - 5).margins.top == A5.height - 5
    with pytest.raises(SettingError, match=r"The margins leave 4\.9 x"):
        note(A5.width - 4.9, 0)
    with pytest.raises(SettingError, match=r"x 4\.9 mm of the paper"):
        note(0, A5.height - 4.9)
    # Above and below count together, as do left and right.
    both = Margins(left=70, right=A5.width - 75, top=100, bottom=A5.height - 105)
    assert Note.from_text("a", paper=A5, margins=both).column_width == pytest.approx(5)
    for closer in ({"bottom": A5.height - 104.9}, {"right": A5.width - 74.9}):
        with pytest.raises(SettingError, match=r"4\.9"):
            Note.from_text("a", paper=A5, margins=replace(both, **closer))


def test_columns_share_the_width_with_their_gaps() -> None:
    margins = Margins(left=10, right=14, top=10, bottom=10)
    note = Note.from_text("a", paper=A5, margins=margins, columns=2, column_gap=4.0)
    assert note.column_width == pytest.approx((A5.width - 28) / 2)
    assert replace(note, column_gap=0.0).column_width == pytest.approx((A5.width - 24) / 2)
    assert replace(note, columns=6).column_width == pytest.approx((A5.width - 44) / 6)
    for wrong in (
        {"columns": 0}, {"columns": 7}, {"column_gap": -0.1}, {"column_gap": math.inf},
        {"column_gap": math.nan}, {"column_gap": A5.width - 28},
    ):  # fmt: skip
        with pytest.raises(SettingError, match="columns"):
            replace(note, **wrong)


def test_the_margins_of_backs_are_exchanged() -> None:
    note = Note.from_text("a", paper=A5, margins=Margins(left=30, right=10, top=9, bottom=8))
    assert note.margins_of(1) == note.margins
    assert note.duplex == ""
    both = replace(note, two_sided=True)
    assert both.margins_of(0) == both.margins_of(2) == note.margins
    assert both.margins_of(1) == Margins(left=10, right=30, top=9, bottom=8)
    assert both.duplex == "long-edge"
    assert replace(both, paper=A5.landscape).duplex == "short-edge"


def test_boxes_are_found_by_their_id_and_ids_are_distinct() -> None:
    first, second = TextBox(Block("one", id=4)), TextBox(Block("two", id=7), Placement(x=9.0))
    note = Note((Block("a", id=0),), boxes=(first, second))
    assert (note.box(4), note.box(7), note.box(0)) == (first, second, None)
    assert note.free_id == 8
    assert note.without(4).boxes == (second,)
    moved = replace(first, place=Placement(y=3.0))
    assert note.with_box(moved).boxes == (moved, second)
    with pytest.raises(SettingError, match="share an id"):
        Note((Block("a", id=4),), boxes=(first,))
    assert not note.blank
    assert Note((Block(" ", id=0),)).blank


def test_text_and_blocks_say_the_same() -> None:
    text = "Dear Ada,\nthe engine\u2028weaves.\n\fAnother page"
    note = Note.from_text(text)
    assert [block.text for block in note.blocks] == [
        "Dear Ada,", "the engine\nweaves.", "Another page",
    ]  # fmt: skip
    assert [block.new_page for block in note.blocks] == [False, False, True]
    assert note.text == text


def test_headings_are_larger_by_their_level() -> None:
    note = Note.from_text("a", look=Look(x_height=2.0))
    sizes = [note.look_of(Block("a", role=Role.HEADING, level=n)).x_height for n in range(1, 5)]
    assert sizes == [3.0, 2.5, 2.2, 2.0]
    assert note.look_of(Block("a", level=1)).x_height == 2.0
    own = Block("a", role=Role.HEADING, level=1, look={"x_height": 4.0})
    assert note.look_of(own).x_height == 4.0
    largest = LIMITS["x_height"][1]
    huge = Note.from_text("a", look=Look(x_height=largest))
    assert huge.look_of(Block("a", role=Role.HEADING, level=1)).x_height == largest


def test_a_note_s_values_are_its_own() -> None:
    block, key = Block("a", id=0), LineKey(0, "a", 0)
    blocks, edits, look = [block], {key: LineEdit(seed=5)}, {"bias": 0.5}
    note, styled = Note(blocks, edits=edits), Block("b", look=look)
    # What they were made of may go on being changed; they may not.
    blocks.clear()
    edits.clear()
    look["bias"] = 0.9
    assert note.blocks == (block,)
    assert note.edits == {key: LineEdit(seed=5)}
    assert styled.look == {"bias": 0.5}
    with pytest.raises(TypeError):
        note.edits[key] = LineEdit()
    with pytest.raises(TypeError):
        styled.look["bias"] = 1.0
    # Nothing was changed by hand on a line of which nothing is said.
    assert LineEdit() == LineEdit(None, 0, False, 0.0, 0.0, 1.0, False, (), None)


@pytest.mark.parametrize(
    ("before", "line", "after", "home"),
    [
        # Another block that says the same now takes nothing.
        ("one line\ntwo lines", (0, "one line"), "one line\ntwo lines and one line", 0),
        # Split, and joined with the block before.
        ("one\ntwo lines", (1, "lines"), "one\ntwo\nlines", 2),
        ("one\ntwo lines", (1, "two lines"), "one two lines", 0),
        # What is gone leaves its edit where it was.
        ("one\ntwo lines", (1, "two lines"), "one\nthree", 1),
    ],
)
def test_an_edit_goes_where_its_line_goes(before, line, after, home) -> None:
    note = Note.from_text(before)
    key = LineKey(note.blocks[line[0]].id, line[1], 0)
    edited = replace(note, edits={key: LineEdit(seed=5)}).with_text(after)
    ids = [block.id for block in edited.blocks]
    expected = ids[home] if home < len(ids) else key.block
    assert list(edited.edits) == [key._replace(block=expected)]

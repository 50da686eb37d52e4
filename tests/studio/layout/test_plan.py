"""What is known of a line before it is written: how it is broken, and where it will stand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from studio.document.note import Block, LineEdit, Look, Note, TextBox
from studio.document.paper import PAPERS
from studio.document.placement import Placement
from studio.layout.layout import lay_out
from studio.layout.plan import Break
from studio.layout.tokenise import Word

WORDS = tuple(Word(text, text) for text in ("the", "harbour", "lights"))


@pytest.mark.parametrize(
    ("broken", "texts"),
    [
        (Break(0, 3, 0.0), ["the", "harbour", "lights"]),
        (Break(0, 2, 0.0, tail=3, hyphen=True), ["the", "har-"]),
        (Break(0, 2, 0.0, tail=3), ["the", "har"]),
        (Break(1, 3, 0.0, head=3), ["bour", "lights"]),
        # A word so long that a line holds but a part of it.
        (Break(1, 2, 0.0, head=3, tail=5, hyphen=True), ["bo-"]),
    ],
)
def test_a_line_has_its_part_of_words_that_are_divided(broken, texts) -> None:
    assert broken.texts(WORDS) == texts


def test_a_line_has_its_area_on_the_page(loop_writer) -> None:
    flowing = Note.from_text("the harbour lights", look=Look(slant=0.0))
    (line,) = lay_out(flowing, loop_writer()).plan.lines
    left, right = line.left, line.left + line.width
    assert line.area == pytest.approx(
        (left, line.baseline - line.above, right, line.baseline + line.below)
    )
    # The same in a box that is turned to the right and is twice as large.
    place = Placement(0, 150.0, 40.0, math.radians(90), 2.0)
    boxed = replace(flowing, blocks=(), boxes=(TextBox(Block("the harbour lights", 7), place, 90),))
    layout = lay_out(boxed, loop_writer())
    (line,) = layout.plan.lines
    left, right = line.left, line.left + line.width
    top, bottom = line.baseline - line.above, line.baseline + line.below
    assert line.area == pytest.approx(
        (150 - 2 * bottom, 40 + 2 * left, 150 - 2 * top, 40 + 2 * right)
    )
    (placed,) = layout.pages.lines
    (low, high), (far, deep) = placed.ink.xy.min(axis=0), placed.ink.xy.max(axis=0)
    assert line.area[0] < low < far < line.area[2]
    assert np.allclose([high, deep], [line.area[1], line.area[3]], atol=6.0)


def test_a_plan_knows_its_lines_by_their_block_and_writes_each_once(loop_writer) -> None:
    note = Note.from_text("a\nb b\n\nc", page_numbers=True)
    plan = lay_out(note, loop_writer()).plan
    ids = [block.id for block in note.blocks]
    texts = {
        block: [line.key.text for line in lines] for block, lines in plan.lines_by_block.items()
    }
    assert texts == {ids[0]: ["a"], ids[1]: ["b b"], ids[3]: ["c"]}
    assert plan.everything == plan.lines + plan.folios
    assert [line.key.text for line in plan.folios] == ["- 1 -"]
    assert [request.text for request in plan.requests] == ["a", "b b", "c", "- 1 -"]


def test_a_plan_keeps_how_each_block_was_spelled(loop_writer) -> None:
    note = Note.from_text("a\nthe boats\n\nc d")
    spelled = lay_out(note, loop_writer()).plan.spelled
    assert {ident: block.text for ident, block in spelled.items()} == {
        block.id: block.text for block in note.blocks
    }
    ((the, boats),) = spelled[note.blocks[1].id].words
    assert (the.text, boats.source) == ("the", "boats")


def test_a_larger_line_has_larger_units(loop_writer) -> None:
    note = Note.from_text("harbour", look=Look(x_height=3.0))
    key = lay_out(note, loop_writer()).plan.lines[0].key
    larger = replace(note, edits={key: LineEdit(scale=1.5)})
    assert lay_out(larger, loop_writer()).plan.lines[0].unit == pytest.approx(4.5)


def test_a_text_box_that_reaches_over_the_end_of_its_sheet_goes_on_evenly(loop_writer) -> None:
    box = TextBox(Block("harbour lights " * 20, 7), Placement(0, 20.0, 20.0), 25.0)
    note = replace(Note.from_text("", look=Look(variation=0.0)), boxes=(box,))
    lines = lay_out(note, loop_writer()).plan.lines
    apart = np.diff([line.baseline for line in lines])
    assert lines[-1].baseline > 300
    assert {line.page for line in lines} == {0}
    np.testing.assert_allclose(apart, apart[0])


def test_a_plan_says_how_each_passage_was_broken(loop_writer) -> None:
    texts = [
        "the harbour lights are out again " * 4,
        "a short one",
        "the boats went out early " * 6,
    ]
    plan = lay_out(Note.from_text("\n".join(texts), paper=PAPERS["A6"]), loop_writer()).plan
    told = {
        " ".join(word.text for word in passage.words): [
            " ".join(one.texts(passage.words)) for one in breaks
        ]
        for passage, breaks in plan.breaks.items()
    }
    assert {*told} == {text.strip() for text in texts}
    lines = [line.key.text for line in plan.lines]
    assert [line for text in texts for line in told[text.strip()]] == lines


def test_what_a_field_has_no_room_for_goes_on_below_it(loop_writer) -> None:
    field = TextBox(Block("harbour lights " * 25, 7), Placement(0, 20.0, 20.0), 25.0, 9.0)
    note = replace(Note.from_text("", look=Look(variation=0.0)), boxes=(field,))
    baselines = np.array([line.baseline for line in lay_out(note, loop_writer()).plan.lines])
    first = int((baselines < 9.0).sum())
    assert 2 < first < len(baselines) / 2
    np.testing.assert_allclose(baselines[first:] - baselines[:-first], 9.0)

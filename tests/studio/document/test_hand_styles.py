"""Styles of a note where another hand than its own is to write it."""

from __future__ import annotations

from dataclasses import replace

from engine.style.style import bundled, default_style
from studio.document.hand_styles import for_hand, foreign_styles, ships_for_another
from studio.document.note import Block, Look, Note, TextBox
from studio.document.placement import Placement

PRINT, USUAL = "print", "default"
PRINTED, JOINED = next(iter(bundled(PRINT))), next(iter(bundled(USUAL)))


def test_a_style_belongs_to_the_hand_that_it_ships_for() -> None:
    assert ships_for_another(PRINTED, USUAL)
    assert ships_for_another(JOINED, PRINT)
    assert not ships_for_another(PRINTED, PRINT)
    assert not ships_for_another(JOINED, USUAL)
    # Of no style, and of one's own, no hand is known.
    assert not ships_for_another(None, PRINT)
    assert not ships_for_another("Mine", PRINT)


def test_each_style_of_another_hand_gives_way_and_the_others_stay() -> None:
    box = TextBox(Block("box", 9, {"style": JOINED}), Placement(0, 10.0, 10.0), 50.0)
    blocks = (
        Block("usual", 1),
        Block("joined", 2, {"style": JOINED}),
        Block("printed", 3, {"style": PRINTED}),
        Block("mine", 4, {"style": "Mine", "bias": 0.5}),
    )
    note = Note(blocks, look=Look(style=JOINED), boxes=(box,))
    assert list(foreign_styles(note, PRINT)) == [None, 2, 9]
    assert list(foreign_styles(note, USUAL)) == [3]
    made = for_hand(note, PRINT)
    usual = default_style(PRINT)
    assert usual in bundled(PRINT)
    assert made.look.style == usual
    assert [block.look.get("style") for block in made.blocks[2:]] == [PRINTED, "Mine"]
    of_blocks = [made.look_of(block).style for block in (*made.blocks, made.boxes[0].block)]
    assert of_blocks == [usual, usual, PRINTED, "Mine", usual]
    assert not list(foreign_styles(made, PRINT))
    plain = replace(note, blocks=blocks[:1], look=Look(style=PRINTED), boxes=())
    assert for_hand(plain, PRINT) is plain

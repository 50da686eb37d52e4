"""Underlined, pressed and crossed-out words, the signs of items, rules: drawn where they belong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from studio.document.note import Block, LineEdit, Look, Note, TextBox, WordEdit
from studio.document.page import PlacedLine
from studio.document.paper import PAPERS
from studio.document.placement import Placement
from studio.document.text_marks import Mark, MarkKind, Role, Sign
from studio.layout.draft_layout import make_draft
from studio.layout.layout import Layout, lay_out

LOOK = Look(variation=0.0)
TEXT = "Please bring the red book back before Friday, when the library closes for the summer."


def laid(*blocks: Block, loop_writer, **about) -> Layout:
    numbered = tuple(replace(block, id=k) for k, block in enumerate(blocks))
    return lay_out(Note(numbered, look=LOOK, paper=PAPERS["A5"], **about), loop_writer())


def drawn(line: PlacedLine) -> list[np.ndarray]:
    """The strokes after those of the words."""
    written = max((word.stop for word in line.words), default=0)
    at, found = 0, []
    for stroke in line.ink.strokes:
        if at >= written:
            found.append(stroke.xy)
        at += len(stroke)
    return found


def word_box(line: PlacedLine, text: str) -> tuple[float, float, float, float]:
    return next(word.box for word in line.words if word.text.strip(",.") == text)


def marks_of(text: str, words: str, kind: MarkKind) -> tuple[Mark, ...]:
    return (Mark(text.index(words), text.index(words) + len(words), kind),)


@pytest.mark.parametrize("words", ["red book", "back before Friday, when the library", "Please"])
def test_words_are_underlined_from_the_first_to_the_last_of_each_line(words, loop_writer) -> None:
    block = Block(TEXT, marks=marks_of(TEXT, words, MarkKind.UNDERLINED))
    layout = laid(block, loop_writer=loop_writer)
    wanted = words.replace(",", "").split()
    for line in layout.pages.lines:
        own = [
            w for w in line.words if w.text.strip(",.") in wanted and w.text.strip(",.") != "the"
        ]
        strokes = drawn(line)
        assert len(strokes) == bool(own)
        for stroke in strokes:
            assert stroke[:, 0].min() == pytest.approx(own[0].box[0], abs=0.5)
            assert stroke[:, 0].max() == pytest.approx(own[-1].box[2], abs=0.5)
            below = (stroke[:, 1] - line.baseline) / LOOK.x_height
            assert 0.25 < below.min() <= below.max() < 0.75


def test_crossed_out_words_have_a_line_through_their_middle(loop_writer) -> None:
    block = Block(TEXT, marks=marks_of(TEXT, "red", MarkKind.STRUCK))
    line = next(laid(block, loop_writer=loop_writer).pages.lines)
    (stroke,) = drawn(line)
    left, _, right, _ = word_box(line, "red")
    assert stroke[:, 0].min() < left + 0.2
    assert stroke[:, 0].max() > right - 0.2
    above = (line.baseline - stroke[:, 1]) / LOOK.x_height
    assert 0.3 < above.min() <= above.max() < 0.7


def test_pressed_words_are_gone_over_again(loop_writer) -> None:
    block = Block(TEXT, marks=marks_of(TEXT, "red book", MarkKind.PRESSED))
    line = next(laid(block, loop_writer=loop_writer).pages.lines)
    words = [w for w in line.words if w.text in ("red", "book")]
    own = [
        stroke.xy for stroke, at in _strokes_at(line)
        if any(w.start <= at < w.stop for w in words)
    ]  # fmt: skip
    again = drawn(line)
    assert len(own) == len(again) == len("redbook")
    for one, other in zip(own, again, strict=True):
        apart = np.hypot(*(one - other).T) / LOOK.pen.width
        assert 0.2 < apart.min() <= apart.max() < 0.8


def _strokes_at(line: PlacedLine):
    at = 0
    for stroke in line.ink.strokes:
        yield stroke, at
        at += len(stroke)


def test_a_part_of_a_word_is_marked_alone(loop_writer) -> None:
    block = Block(TEXT, marks=marks_of(TEXT, "brary", MarkKind.UNDERLINED))
    layout = laid(block, loop_writer=loop_writer)
    line = next(line for line in layout.pages.lines if "library" in line.text)
    (stroke,) = drawn(line)
    left, _, right, _ = word_box(line, "library")
    assert stroke[:, 0].min() > left + 1.5
    assert stroke[:, 0].max() == pytest.approx(right, abs=0.5)


def test_marks_reach_over_lines_that_are_divided(loop_writer) -> None:
    text = "These incomprehensibilities of intergovernmental recommendations notwithstanding it."
    block = Block(text, marks=marks_of(text, text[6:-4], MarkKind.UNDERLINED))
    layout = laid(block, loop_writer=loop_writer, hyphenate=True)
    for line in layout.pages.lines:
        assert len(drawn(line)) == 1
    assert any(word.goes_on for line in layout.pages.lines for word in line.words)


def test_headings_are_larger_underlined_and_on_the_page_of_their_text(loop_writer) -> None:
    heading = Block("My summer", role=Role.HEADING, level=1)
    layout = laid(heading, Block(TEXT), loop_writer=loop_writer)
    first, second, *_ = layout.pages.lines
    assert len(drawn(first)) == 1
    assert not drawn(second)
    sizes = [line.look.x_height for line in layout.plan.lines[:2]]
    assert sizes[0] == pytest.approx(1.5 * sizes[1])
    for blank in range(20):
        blocks = [*[Block("x")] * blank, heading, Block(TEXT * 2)]
        for page in laid(*blocks, loop_writer=loop_writer).pages:
            assert page.lines[-1].text != "My summer"


@pytest.mark.parametrize("sign", list(Sign))
def test_items_have_their_sign_and_hang_beside_it(sign, loop_writer) -> None:
    items = [Block(TEXT, role=Role.ITEM, sign=sign), Block("eggs", role=Role.ITEM, sign=sign)]
    layout = laid(*items, loop_writer=loop_writer)
    lines = list(layout.pages.lines)
    signed = [line for line in lines if line.sign is not None]
    assert [line.text.split()[0] for line in signed] == ["Please", "eggs"]
    assert [line.sign.text for line in signed] == [sign.text] * 2
    edges = [line.words[0].box[0] for line in lines]
    assert np.ptp(edges) < 0.5
    for line in signed:
        assert line.sign.box[2] < line.words[0].box[0] - 0.5
        assert line.sign.box[0] >= layout.plan.lines[0].left - 6.0
        assert next(word.text for word in line.readable) == sign.text


def test_items_within_items_stand_further_in(loop_writer) -> None:
    items = [Block("tea", role=Role.ITEM, sign=Sign.DOT, level=level) for level in (0, 1, 2)]
    edges = [line.words[0].box[0] for line in laid(*items, loop_writer=loop_writer).pages.lines]
    assert np.diff(edges) == pytest.approx([2 * LOOK.x_height] * 2, abs=0.3)


def test_an_empty_item_and_a_rule_are_drawn_without_words(loop_writer) -> None:
    blocks = [Block("a"), Block("", role=Role.RULE), Block("", role=Role.ITEM, sign=Sign.BOX)]
    layout = laid(*blocks, loop_writer=loop_writer)
    first, rule, item = layout.pages.lines
    assert (rule.text, rule.sign) == ("", None)
    left, _, right, _ = rule.ink.bounds
    paper, margins = PAPERS["A5"], Note(()).margins
    assert left == pytest.approx(margins.left, abs=0.5)
    assert right == pytest.approx(paper.width - margins.right, abs=0.5)
    assert item.sign.text == "☐"
    assert first.baseline < rule.baseline < item.baseline


def test_quotations_are_indented_on_both_sides(loop_writer) -> None:
    layout = laid(Block(TEXT), Block(TEXT, role=Role.QUOTE), loop_writer=loop_writer)
    usual = next(line for line in layout.plan.lines if line.key.block == 0)
    quoted = next(line for line in layout.plan.lines if line.key.block == 1)
    assert quoted.low - usual.low == pytest.approx(2.5 * LOOK.x_height)
    assert usual.high - quoted.high == pytest.approx(2.5 * LOOK.x_height)


def test_what_is_drawn_moves_with_its_line_and_goes_with_its_words(loop_writer) -> None:
    block = Block("one two three", marks=marks_of("one two three", "two", MarkKind.UNDERLINED))
    note = Note((block,), look=LOOK)
    before = lay_out(note, loop_writer())
    key = before.plan.lines[0].key
    moved = replace(note, edits={key: LineEdit(right=5.0, down=3.0)})
    line = next(lay_out(moved, loop_writer(), before).pages.lines)
    old = next(before.pages.lines)
    shift = drawn(line)[0] - drawn(old)[0]
    assert np.allclose(shift, [5.0, 3.0], atol=1e-6)
    gone = replace(note, edits={key: LineEdit(words=((1, WordEdit(deleted=True)),))})
    line = next(lay_out(gone, loop_writer(), before).pages.lines)
    assert not drawn(line)


def test_what_is_drawn_in_a_box_turns_with_it(loop_writer) -> None:
    block = Block("one", 1, role=Role.ITEM, sign=Sign.DOT, marks=(Mark(0, 3, MarkKind.STRUCK),))
    flat = TextBox(block, Placement(0, 50.0, 50.0), 60.0)
    turned = replace(flat, place=replace(flat.place, angle=1.0))
    inks = [
        next(lay_out(Note((), look=LOOK, boxes=(box,)), loop_writer()).pages.lines).ink
        for box in (flat, turned)
    ]
    c, s = np.cos(1.0), np.sin(1.0)
    around = inks[0].xy - 50.0
    assert np.allclose(around @ np.array([[c, s], [-s, c]]) + 50.0, inks[1].xy, atol=1e-6)


def test_nothing_that_is_only_drawn_waits_to_be_written(loop_writer) -> None:
    note = Note((Block("", 0, role=Role.RULE), Block("a", 1)), look=LOOK)
    writer = loop_writer()
    draft = make_draft(note, writer, {})
    assert [request.text for request in draft.missing] == ["a"]
    known = dict(zip(draft.missing, writer.write_lines(draft.missing), strict=True))
    whole = make_draft(note, writer, known, draft.settled)
    assert not whole.missing
    assert not whole.ghosts
    assert len(list(whole.inked.lines)) == 2


def test_ink_with_times_goes_on_with_them(hand_of_times) -> None:
    block = Block("one two", marks=marks_of("one two", "two", MarkKind.UNDERLINED))
    line = next(lay_out(Note((block,), look=LOOK), hand_of_times).pages.lines)
    times = np.concatenate([stroke.time for stroke in line.ink.strokes])
    assert (np.diff(times) >= 0).all()
    assert len(drawn(line)) == 1


@pytest.fixture
def hand_of_times(loop_writer):
    from engine.ink.ink import Ink, Stroke

    class Timed(loop_writer):
        def write(self, request):
            line = super().write(request)
            strokes = [
                Stroke(stroke.xy, k + np.linspace(0, 0.5, len(stroke)))
                for k, stroke in enumerate(line.ink.strokes)
            ]
            return replace(line, ink=Ink(tuple(strokes)))

    return Timed()

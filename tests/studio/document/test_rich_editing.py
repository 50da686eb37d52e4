"""Marks and roles stay with their words through every edit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.document.editing import Span
from studio.document.note import Alignment, Block, Note, TextBox
from studio.document.rich_editing import (
    TextRange,
    align,
    insert_blocks,
    is_marked,
    replace_spans,
    set_role,
    spans_of,
    text_of,
    toggle_mark,
)
from studio.document.text_marks import Mark, MarkKind, Role, Sign

UNDER, PRESSED = MarkKind.UNDERLINED, MarkKind.PRESSED


def marked(block: Block, kind: MarkKind = UNDER) -> str:
    return "|".join(block.text[m.start : m.stop] for m in block.marks if m.kind is kind)


def test_a_mark_is_set_taken_away_and_cut():
    note = Note.from_text("one two three")
    span = Span(0, 4, 7)
    under = toggle_mark(note, [span], UNDER)
    assert marked(under.blocks[0]) == "two"
    assert is_marked(under, [span], UNDER)
    assert not is_marked(under, [Span(0, 0, 7)], UNDER)
    more = toggle_mark(under, [Span(0, 0, 7)], UNDER)
    assert marked(more.blocks[0]) == "one two"
    assert marked(toggle_mark(more, [Span(0, 2, 5)], UNDER).blocks[0]) == "on|wo"
    assert toggle_mark(under, [span], UNDER) == note
    both = toggle_mark(under, [span], PRESSED)
    assert marked(both.blocks[0], PRESSED) == marked(both.blocks[0]) == "two"


def test_a_range_of_the_text_is_spans_of_blocks_with_and_without_a_page_break():
    note = Note.from_text("one two\n\fthree four\nfive")
    chosen = TextRange(0, 4, 1, 6)
    assert spans_of(note, chosen) == (Span(0, 4, 7), Span(1, 0, 5))
    under = toggle_mark(note, spans_of(note, chosen), UNDER)
    assert [marked(block) for block in under.blocks] == ["two", "three", ""]


def test_text_boxes_are_marked_and_aligned_too():
    note = Note.from_text("a").with_box(TextBox(Block("one two", 7)))
    note = toggle_mark(note, [Span(7, 4, 7)], PRESSED)
    assert marked(note.boxes[0].block, PRESSED) == "two"
    note = align(note, [0, 7], Alignment.RIGHT)
    assert [note.look_of(b).alignment for b in (note.blocks[0], note.boxes[0].block)] == [
        Alignment.RIGHT,
        Alignment.RIGHT,
    ]
    assert not align(note, [0], Alignment.LEFT).blocks[0].look, "as the note has it"


def test_words_have_one_colour_at_a_time():
    note = Note.from_text("one two three")
    red = toggle_mark(note, [Span(0, 0, 7)], MarkKind.COLOURED, "#aa0000")
    blue = toggle_mark(red, [Span(0, 4, 13)], MarkKind.COLOURED, "#0000aa")
    (block,) = blue.blocks
    assert [(block.text[m.start : m.stop], m.colour) for m in block.marks] == [
        ("one ", "#aa0000"),
        ("two three", "#0000aa"),
    ]
    typed = blue.with_text("one or two three").blocks[0]
    assert [m.colour for m in typed.marks] == ["#aa0000", "#0000aa"]
    assert toggle_mark(blue, [Span(0, 0, 13)], MarkKind.COLOURED, "").blocks == note.blocks
    assert toggle_mark(red, [Span(0, 0, 7)], MarkKind.COLOURED, "#aa0000") == note


def test_marks_around_replaced_words_stay():
    note = Note.from_text("one two three two")
    note = toggle_mark(note, [Span(0, 4, 13)], UNDER)
    changed = replace_spans(note, [(Span(0, 4, 7), "seven"), (Span(0, 14, 17), "2")])
    assert changed.blocks[0].text == "one seven three 2"
    assert marked(changed.blocks[0]) == "seven three"


RICH = (
    Block("Title", 0, role=Role.HEADING, level=1),
    Block("milk", 1, role=Role.ITEM, sign=Sign.DOT, marks=(Mark(0, 4, UNDER),)),
    Block("and so on", 2, marks=(Mark(0, 3, PRESSED),)),
)


def test_rich_text_goes_into_an_empty_note():
    note, place = insert_blocks(Note.from_text(""), TextRange(0, 0, 0, 0), RICH)
    assert [(b.text, b.role) for b in note.blocks] == [(b.text, b.role) for b in RICH]
    assert marked(note.blocks[1]) == "milk"
    assert place == (2, 9)


def test_rich_text_goes_between_two_words():
    note, place = insert_blocks(Note.from_text("before after"), TextRange(0, 7, 0, 7), RICH)
    assert [b.text for b in note.blocks] == ["before ", "Title", "milk", "and so onafter"]
    assert marked(note.blocks[3], PRESSED) == "and"
    assert place == (3, 9)
    assert len({b.id for b in note.blocks}) == 4


def test_what_stands_behind_a_heading_is_a_paragraph_with_an_id_of_its_own():
    title = Block("Title", role=Role.HEADING)
    note, _ = insert_blocks(
        Note.from_text("before after\nlast\nof all"), TextRange(0, 7, 0, 7), [title, title]
    )
    assert [block.text.strip() for block in note.blocks] == [
        "before", "Title", "Title", "after", "last", "of all",
    ]  # fmt: skip
    assert len({block.id for block in note.blocks}) == 6


def test_a_few_marked_words_go_into_a_line():
    start = toggle_mark(Note.from_text("one two"), [Span(0, 0, 3)], UNDER)
    note, place = insert_blocks(start, TextRange(0, 4, 0, 7), [Block("new", marks=RICH[2].marks)])
    assert note.blocks[0].text == "one new"
    assert (marked(note.blocks[0]), marked(note.blocks[0], PRESSED)) == ("one", "new")
    assert note.blocks[0].id == start.blocks[0].id
    assert place == (0, 7)


def test_what_is_selected_over_paragraphs_gives_way_and_a_page_stays_a_page():
    start = Note.from_text("\fone two\nthree\nfour five")
    note, _ = insert_blocks(start, TextRange(0, 5, 2, 5), [Block("new ")])
    assert note.text == "\fone new five"
    note, _ = insert_blocks(start, TextRange(0, 1, 2, 5), RICH)
    assert note.text == "\fTitle\nmilk\nand so onfive"


def test_roles_are_given_and_taken():
    note = set_role(Note.from_text("a\nb"), [1], Role.ITEM, 0, Sign.BOX)
    assert [b.role for b in note.blocks] == [Role.PARAGRAPH, Role.ITEM]
    assert text_of(note.blocks) == "a\n☐ b"
    assert set_role(note, [1], Role.PARAGRAPH) == Note.from_text("a\nb")


@given(st.text("ab \n\f", max_size=20), st.data())
def test_no_character_is_lost_or_made(text: str, data: st.DataObject):
    note = Note.from_text(text)
    lines = note.text.split("\n")
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, len(lines) - 1))
    start = data.draw(st.integers(0, len(lines[first])))
    stop = data.draw(st.integers(start if first == last else 0, len(lines[last])))
    made, place = insert_blocks(note, TextRange(first, start, last, stop), [Block("XYZ")])
    head, tail = note.blocks[first], note.blocks[last]
    before = head.text[: max(start - head.new_page, 0)]
    after = tail.text[max(stop - tail.new_page, 0) :]
    assert made.blocks[first].text == before + "XYZ" + after
    assert len(made.blocks) == len(note.blocks) - (last - first)
    assert made.text.split("\n")[place.paragraph][: place.place].endswith("XYZ")

"""Pages are moved and deleted whole, and no word is lost by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.ink.ink import Ink, Stroke
from studio.document.drawing import Drawing
from studio.document.note import Block, Note, TextBox
from studio.document.page_order import PageStart, delete_page, move_page
from studio.document.placement import Placement

LINE = Ink((Stroke([[0, 0], [20, 20]]),))


def note() -> Note:
    """Three pages: a paragraph goes over from the first to the second."""
    made = Note.from_text("one two three four\n\fthe third")
    made = made.with_box(TextBox(Block("a box", 7), Placement(1, 10, 10)))
    return made.with_drawing(Drawing(8, Placement(2, 10, 10), LINE))


STARTS = (PageStart(0, 0), PageStart(0, 8), PageStart(1, 0))


def test_a_page_in_the_middle_of_a_paragraph_is_moved():
    moved = move_page(note(), STARTS, 1, 2)
    assert moved.text == "one two\n\fthe third\n\fthree four"
    assert [box.place.page for box in moved.boxes] == [2]
    assert [drawing.place.page for drawing in moved.drawings] == [1]
    assert len({block.id for block in moved.blocks}) == 3
    first = move_page(note(), STARTS, 2, 0)
    assert first.text == "the third\n\fone two\n\fthree four"
    assert not first.blocks[0].new_page


def test_a_page_is_deleted_with_what_stands_on_it():
    left = delete_page(note(), STARTS, 1)
    assert left.text == "one two\n\fthe third"
    assert left.boxes == ()
    assert [drawing.place.page for drawing in left.drawings] == [1]
    assert delete_page(Note.from_text("a"), [PageStart(0, 0)], 0).text == ""


def test_a_page_that_only_holds_a_drawing_stays_one():
    only = Note.from_text("a").with_drawing(Drawing(8, Placement(1, 10, 10), LINE))
    starts = (PageStart(0, 0), PageStart(1, 0))
    moved = move_page(only, starts, 1, 0)
    assert moved.text == "\n\fa"
    assert moved.drawings[0].place.page == 0


@given(st.lists(st.sampled_from(["a", "b c", "", "d e f"]), min_size=1, max_size=6), st.data())
def test_no_word_is_lost_or_made(texts: list[str], data: st.DataObject):
    made = Note.from_text("\n".join(texts))
    places = sorted(
        data.draw(
            st.sets(
                st.integers(0, len(texts) - 1).flatmap(
                    lambda k: st.tuples(st.just(k), st.sampled_from([0, *_words(texts[k])]))
                ),
                max_size=4,
            )
        )
    )
    starts = [PageStart(0, 0), *(PageStart(*p) for p in places if p != (0, 0))]
    page = data.draw(st.integers(0, len(starts) - 1))
    to = data.draw(st.integers(0, len(starts) - 1))
    moved = move_page(made, starts, page, to)
    assert sorted(moved.text.split()) == sorted(made.text.split())
    assert sum(block.new_page for block in moved.blocks) == len(starts) - 1
    if page == to:
        assert moved.text.split() == made.text.split()


def _words(text: str) -> list[int]:
    return [k for k in range(1, len(text)) if text[k - 1] == " "]

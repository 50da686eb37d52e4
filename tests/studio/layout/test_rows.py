"""Indents, lists and tables: what was typed to stand below something stands below it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.document.note import Alignment, Look, Note
from studio.document.paper import PAPERS, Margins, Paper
from studio.layout.layout import Layout, lay_out
from studio.layout.plan import PlannedLine
from studio.layout.tables import find_tables, fraction, is_number
from studio.layout.text_places import find_word
from studio.layout.tokenise import tokenise

STEADY = Look(variation=0.0)
A5 = PAPERS["A5"]


ASCII = frozenset(map(chr, range(32, 127)))


def laid(text: str, loop_writer, look: Look = STEADY, **about) -> Layout:
    note = Note.from_text(text, look=look, **{"paper": A5, **about})
    return lay_out(note, loop_writer(ASCII | set("•●–")))


def left(layout: Layout, line: PlannedLine) -> float:
    return layout.placed[line].ink.bounds[0]


def right(layout: Layout, line: PlannedLine) -> float:
    return layout.placed[line].ink.bounds[2]


def by_row(layout: Layout) -> list[list[PlannedLine]]:
    """The lines of a layout without variation that share a baseline."""
    rows: dict[tuple[int, float], list[PlannedLine]] = {}
    for line in layout.plan.lines:
        rows.setdefault((line.page, round(line.baseline, 6)), []).append(line)
    return list(rows.values())


PRICES = "Item\tQty\tPrice\nPens\t12\t$18.00\nInk, blue\t3\t$27.50\nTotal\t\t$145.50"
PEOPLE = "Name:\tAnna Berg\nBorn:\t1987, in Hamburg\nTelephone:\t030 1234567\nChildren:\tnone"
SPORTS = "\tMon\tWed\tFri\nRowing\tyes\t\tyes\nChess\t\tyes\t\nRunning\tyes\tyes\tyes"


@pytest.mark.parametrize("text", [PRICES, PEOPLE, SPORTS], ids=["prices", "people", "sports"])
@pytest.mark.parametrize("variation", [0.0, 1.0])
def test_columns_stand_at_the_same_place_in_each_row(text, variation, loop_writer) -> None:
    layout = laid(text, loop_writer, Look(variation=variation))
    typed = [line.split("\t") for line in text.split("\n")]
    lines = iter(layout.plan.lines)
    edges: dict[int, list[float]] = {}
    rights: dict[int, list[float]] = {}
    for row in typed:
        baselines = []
        for column, cell in enumerate(row):
            if cell:
                line = next(lines)
                assert line.source == cell
                edges.setdefault(column, []).append(left(layout, line))
                rights.setdefault(column, []).append(right(layout, line))
                baselines.append(line.baseline)
        assert np.ptp(baselines) < 0.5
    assert next(lines, None) is None
    for column in edges:
        # A heading above amounts ends where they are expected to end.
        assert min(np.ptp(edges[column]), np.ptp(rights[column]) - 1.6) < 0.8, column
    for column in set(edges) - {0}:
        assert min(edges[column]) > max(rights[column - 1]) + 2.0


def test_amounts_stand_with_their_decimal_signs_below_each_other(loop_writer) -> None:
    text = "Flour\t3 kg\t1.5\nSugar\t12 kg\t10.25\nSalt\t100 g\t7\nRice\t2 kg\t1,200.75"
    layout = laid(text, loop_writer)
    points = []
    for line in layout.plan.lines:
        amount = line.key.text
        if amount in ("1.5", "10.25", "7", "1,200.75"):
            strokes = layout.placed[line].ink.strokes
            whole = amount.split(".")[0]
            points.append(strokes[len(whole) - 1].xy[:, 0].max())
    assert len(points) == 4
    assert np.ptp(points) < 0.3


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[
            (t, True)
            for t in ("12", "$18.00", "18,00 €", "-5", "(3.50)", "1'200.75", "3 kg", "100%")
        ],
        *[(t, True) for t in ("USD 45.50", "€ 7", "+3", "10\u202f000 €")],
        *[(t, False) for t in ("", "Qty", "4:45", "12 Main Street", "A4", "030/123456", "n/a")],
    ],
)
def test_amounts_are_told_from_words(text: str, number: bool) -> None:
    assert is_number(text) is number


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("18.00", ".00"),
        ("1,200", ""),
        ("3 kg", " kg"),
        ("7", ""),
        ("1.5 EUR", ".5 EUR"),
        ("2,5", ",5"),
    ],
)
def test_the_fraction_is_what_stands_behind_the_whole_part(text: str, behind: str) -> None:
    assert fraction(text) == behind


def test_an_indented_cell_moves_the_columns_behind_it(loop_writer) -> None:
    flush, indented = (
        laid(f"{spaces}Carrots and peas\tone\tx\nBeans\ttwo\ty", loop_writer)
        for spaces in ("", " " * 8)
    )
    (long, *others), (beans, *below) = by_row(flush)
    (moved, *further), (same, *deeper) = by_row(indented)
    indent = left(indented, moved) - left(flush, long)
    assert indent > 5.0
    assert left(indented, same) == pytest.approx(left(flush, beans))
    for one, other in zip([*others, *below], [*further, *deeper], strict=True):
        assert left(indented, other) - left(flush, one) == pytest.approx(indent, abs=0.6)


def test_a_long_cell_goes_on_below_its_beginning(loop_writer) -> None:
    text = (
        "Monday\twe walk along the river, through the wood and back over the hills\tall\n"
        "Tuesday\trest\tsome"
    )
    layout = laid(text, loop_writer)
    rows = by_row(layout)
    assert len(rows) > 3
    middle = [line for line in layout.plan.lines if line.origin.word in range(1, 13)]
    walk = [line for line in middle if line.key.block == 0 and line.source != "all"]
    assert len(walk) > 1
    assert np.ptp([left(layout, line) for line in walk]) < 0.5
    assert " ".join(line.source for line in walk) == text.split("\t")[1]
    assert len({line.page for line in layout.plan.lines}) == 1


def test_columns_without_room_are_told_and_written_as_gaps(loop_writer, lines_of) -> None:
    text = "x\n" + "\n".join(
        "incomprehensibilities\tnotwithstanding\textraordinarily" for _ in "ab"
    )
    paper = Paper("custom", 90.0, 200.0)
    layout = laid(text, loop_writer, paper=paper)
    (remark,) = layout.remarks
    assert remark.startswith("The columns of lines 2 to 3 have no room side by side")
    assert "smaller x-height" in remark
    joined = "".join(lines_of(layout)).replace("-", "").replace(" ", "")
    assert joined == text.replace("\t", "").replace("\n", "")
    assert not laid(text, loop_writer, paper=PAPERS["A3"].landscape).remarks


def test_several_lines_with_wide_gaps_make_a_table_and_one_alone_does_not(loop_writer) -> None:
    two = laid("tea        2.50\ncoffee     3.20", loop_writer)
    assert [len(row) for row in by_row(two)] == [2, 2]
    table = laid("tea        2.50\ncoffee     3.20\nwater      free", loop_writer)
    assert [len(row) for row in by_row(table)] == [2, 2, 2]
    assert len({round(left(table, row[0]), 1) for row in by_row(table)}) == 1
    alone = laid("Dear Tom,\nwe met     at last\nYours", loop_writer)
    assert [len(row) for row in by_row(alone)] == [1, 1, 1]


@pytest.mark.parametrize("alignment", [Alignment.CENTRED, Alignment.RIGHT])
def test_a_table_stands_where_its_text_does(alignment, loop_writer) -> None:
    plain = laid(PRICES, loop_writer)
    moved = laid(PRICES, loop_writer, replace(STEADY, alignment=alignment))
    shifts = [
        left(moved, new) - left(plain, old)
        for old, new in zip(plain.plan.lines, moved.plan.lines, strict=True)
    ]
    assert np.ptp(shifts) < 0.2
    assert min(shifts) > 10


def test_lines_are_told_by_their_numbers_when_the_text_behind_them_changes(loop_writer) -> None:
    text = "one\u2028two\nthree\n" + "\n".join(
        "incomprehensibilities\tnotwithstanding\textraordinarily" for _ in "ab"
    )
    note = Note.from_text(f"{text}\nYours", look=STEADY, paper=Paper("custom", 90.0, 200.0))
    writer = loop_writer(ASCII)
    before = lay_out(note, writer)
    (remark,) = before.remarks
    assert "lines 4 to 5" in remark
    assert lay_out(note.with_text(f"{text}\nYours,"), writer, before).remarks == (remark,)


def test_a_table_stays_where_it_stands_while_other_text_changes(loop_writer) -> None:
    note = Note.from_text("Dear Tom,\n" + PRICES + "\nYours", look=STEADY, paper=A5)
    before = lay_out(note, loop_writer())
    after = lay_out(note.with_text(note.text + ", Ann"), loop_writer(), before)
    for old, new in zip(before.plan.lines[:-1], after.plan.lines, strict=False):
        assert before.placed[old] is after.placed[new]


POEM = "Roses are red,\n    violets are blue,\n        sugar is sweet,\n    and so are you."
CODE = "def double(x):\n    if x:\n        return 2 * x\n    return 0"
LIST = "Plan\n  - milk\n    - from the farm\n  - eggs"


@pytest.mark.parametrize("text", [POEM, CODE.replace("*", "x"), LIST], ids=["poem", "code", "list"])
def test_leading_spaces_indent(text, loop_writer) -> None:
    layout = laid(text, loop_writer)
    edges = [left(layout, line) for line in layout.plan.lines]
    spaces = [len(line) - len(line.lstrip()) for line in text.split("\n")]
    slopes = np.array(edges) - edges[spaces.index(0)]
    assert np.allclose(slopes, np.array(spaces) * 0.7 * STEADY.x_height, atol=0.3)


LONG = "and this line is long enough to be broken where the room of the page ends, at least once."


def test_all_of_an_indented_line_is_indented_but_a_tab_indents_its_first_row(loop_writer) -> None:
    layout = laid("      " + LONG + "\n\t" + LONG, loop_writer)
    spaced = [left(layout, line) for line in layout.plan.lines if line.key.block == 0]
    tabbed = [left(layout, line) for line in layout.plan.lines if line.key.block == 1]
    assert np.ptp(spaced) < 0.5
    assert min(tabbed[1:]) < tabbed[0] - 8
    assert spaced[0] > min(tabbed[1:]) + 8


def test_a_single_space_before_a_text_is_a_slip(loop_writer) -> None:
    layout = laid("one\n two", loop_writer)
    one, two = layout.plan.lines
    assert one.left == pytest.approx(two.left)


def test_an_indent_without_room_is_told(loop_writer) -> None:
    layout = laid("a\n" + " " * 90 + "far out\n" + " " * 95 + "farther", loop_writer)
    assert [line.source for line in layout.plan.lines] == ["a", "far out", "farther"]
    (remark,) = layout.remarks
    assert remark.startswith("The indent of lines 2 to 3 has no room and is made narrower")


@pytest.mark.parametrize("mark", ["-", "•", "●", "1)", "(a)", "–"])
def test_items_of_lists_hang_below_their_text(mark, loop_writer) -> None:
    layout = laid(f"{mark} {LONG}\n{mark} {LONG}", loop_writer)
    for block in (0, 1):
        first, *others = [line for line in layout.plan.lines if line.key.block == block]
        assert others
        text = layout.placed[first].words[1].box[0]
        for line in others:
            assert left(layout, line) == pytest.approx(text, abs=1.0)


def test_a_number_hangs_in_a_list_and_not_in_a_date(loop_writer) -> None:
    listed = laid(f"1. {LONG}\n\n2. {LONG}", loop_writer)
    dated = laid(f"1. May {LONG}\nBut {LONG}", loop_writer)
    for layout, hangs in ((listed, True), (dated, False)):
        first, second, *_ = layout.plan.lines
        assert (left(layout, second) > left(layout, first) + 2) is hangs


def test_a_mark_and_a_tab_are_an_item_and_no_table(loop_writer) -> None:
    layout = laid(f"•\t{LONG}\n•\tshort", loop_writer)
    assert max(len(row) for row in by_row(layout)) == 1
    first, second, *_ = layout.plan.lines
    assert left(layout, second) > left(layout, first) + 2


def test_words_of_cells_are_found_in_the_text(loop_writer) -> None:
    note = Note.from_text("a\u2028" + PRICES.replace("\n", "\u2028"), paper=A5)
    writer = loop_writer(ASCII)
    layout = lay_out(note, writer)
    text = note.blocks[0].text
    spans = []
    for line in layout.plan.lines:
        for place, word in enumerate(line.words):
            span = find_word(note, layout.plan, line.key, place, writer.alphabet)
            assert text[span.start : span.stop] == word.source
            spans.append((span.start, span.stop))
    assert spans == sorted(set(spans))


cells = st.sampled_from(["", "a", "12", "$3.50", "two words", "a somewhat longer cell", "1,250.00"])
tables = st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(tables, st.floats(60, 250), st.sampled_from(Alignment), st.floats(0, 0.4))
def test_any_table_keeps_its_words_between_the_margins(rows, width, alignment, slant) -> None:
    from tests.studio.layout.conftest import LoopWriter

    text = "\n".join("\t".join(row) for row in rows)
    look = Look(alignment=alignment, slant=slant)
    paper = Paper("custom", float(round(width)), 200.0)
    note = Note.from_text(text, look=look, paper=paper, margins=Margins(10, 10, 10, 10))
    layout = lay_out(note, LoopWriter(ASCII))
    words = [w.source for line in layout.plan.lines for w in line.words]
    assert sorted(words) == sorted(text.split()) or any(w[-1:] == "\u00ad" for w in words)
    for line in layout.plan.lines:
        low, _, high, _ = layout.placed[line].ink.bounds
        assert 10 - 1e-6 <= low <= high <= paper.width - 10 + 1e-6
    if not layout.remarks:
        for row in by_row(layout):
            for one, other in pairwise(row):
                assert layout.placed[one].ink.bounds[2] < layout.placed[other].ink.bounds[0]


def test_tables_do_not_reach_over_a_page_that_was_begun() -> None:
    note = Note.from_text("a\tb\nc\td\n\fe\tf\ng\th\n\nx\ty")
    paragraphs = tokenise(note, frozenset("abcdefghxy ")).paragraphs
    assert [len(run) for run in find_tables(paragraphs)] == [2, 2, 1]


@pytest.mark.parametrize("end", ["\n", "\u2028"])
def test_flowing_text_parts_two_tables(end) -> None:
    note = Note.from_text(end.join(["a\tb", "c\td", "and then", "e\tf", "", "", "g\th"]))
    paragraphs = tokenise(note, frozenset("abcdefghnt ")).paragraphs
    found = [
        [paragraphs[place.paragraph].typed.lines[place.line].words[0].text for place in run]
        for run in find_tables(paragraphs)
    ]
    assert found == [["a", "c"], ["e"], ["g"]]

"""An edit costs what it changes, and comes to the layout that would be made without reuse."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.document.editing import delete_lines, lock_lines, rewrite_lines
from studio.document.note import Alignment, Block, Look, Note, TextBox
from studio.document.paper import PAPERS
from studio.document.placement import Placement
from studio.document.text_marks import Role, Sign
from studio.layout.draft_layout import DraftLayout, make_draft
from studio.layout.layout import Layout
from studio.layout.line_writer import LineRequest, Writer, WrittenLine

TEXT = (
    "Dear Margaret,\n\nthank you for the long evening by the lake, and for the jam, of which there "
    "is already nothing left. We drove home through the fog and talked about nothing but gardens.\n"
    "1. Milk and bread from the shop at the corner\n2. A letter to the bank\n"
    "Milk\t2.50\nBread and butter\t12.75\nA very long name of a thing that nobody buys\t3.10\n"
    "Patience is a virtue which I never had myself, nor Donaudampfschifffahrtsgesellschaft.\n"
    "\fOn another page it goes on as it was, quietly, and with few words.\nYours truly,\nJohn"
)


def without_reuse(layout: Layout) -> Layout:
    """A layout of which no paragraph is taken over."""
    return replace(layout, typesetting=None, blocks={}, pages=replace(layout.pages, pages=()))


def seen(draft: DraftLayout) -> tuple[object, ...]:
    """All that a draft comes to, but for where it was taken from."""
    layout = draft.layout
    return (
        layout.plan.lines,
        layout.plan.folios,
        layout.plan.pages,
        layout.plan.remarks,
        dict(layout.plan.breaks),
        dict(layout.plan.columns),
        dict(layout.records),
        list(layout.written),
        list(layout.placed),
        draft.missing,
        draft.ghosts,
        [(page.number, page.keys, page.folio, page.frames, page.margins) for page in layout.pages],
    )


def ink(draft: DraftLayout) -> list[tuple[object, ...]]:
    return [
        (page.number, line.key, line.text, line.ink.xy.tobytes(), line.baseline)
        for page in draft.layout.pages
        for line in page.written
    ]


keys = st.tuples(
    st.floats(0, 1), st.sampled_from(["a", " ", ", then ", "\n", "\t5", "\f", "1. ", ""])
)
others = st.sampled_from(["write", "write all", "look", "role", "lock", "delete", "seed", "box"])


def edited(note: Note, draft: DraftLayout, at: float, typed: str) -> Note:
    """The note with something typed at a place of its text, or a character deleted there."""
    text = note.text
    place = int(at * len(text))
    return note.with_text(text[:place] + typed + text[place + (not typed) :])


def changed(note: Note, draft: DraftLayout, kind: str, at: float) -> Note:
    """The note changed otherwise than by typing."""
    number = int(at * (len(note.blocks) - 1))
    block = note.blocks[number]
    lines = [line for line in draft.layout.plan.lines if line.key not in draft.ghosts]
    if kind == "look":
        block = replace(block, look={"alignment": Alignment.CENTRED, "word_spacing": 1.2})
    elif kind == "role":
        block = replace(block, role=Role.ITEM, sign=Sign.DOT)
    elif kind == "box":
        box = TextBox(Block("beside it, in a box", note.free_id), Placement(0, 20, 150), 60.0)
        return note.with_box(box)
    elif lines:
        line = lines[int(at * (len(lines) - 1))]
        if kind == "lock":
            return lock_lines(note, {line.key: line.look})
        if kind == "delete":
            return delete_lines(note, [line.key])
        if kind == "seed":
            return rewrite_lines(note, {line.key: 77})
    blocks = (*note.blocks[:number], block, *note.blocks[number + 1 :])
    return replace(note, blocks=blocks)


steps = st.one_of(keys, st.tuples(others, st.floats(0, 1)))
alignments = st.sampled_from([Alignment.LEFT, Alignment.JUSTIFIED, Alignment.CENTRED])


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=1, max_size=12), alignments, st.booleans(), st.booleans())
def test_a_layout_is_that_which_is_made_anew(loop_writer, steps, alignment, hyphens, numbers):
    look = Look(x_height=3.2, alignment=alignment, seed=5)
    settings = {"hyphenate": hyphens, "page_numbers": numbers}
    check(steps, Note.from_text(TEXT, look=look, paper=PAPERS["A6"], **settings), loop_writer)


@settings(max_examples=12, deadline=None)
@given(st.lists(steps, min_size=1, max_size=6), alignments)
@example([("write all", 0.0), (0.9, "a"), (0.1, "a"), ("write", 0.0), (0.1, "")], Alignment.LEFT)
def test_pages_that_are_fitted_are_those_that_are_made_anew(loop_writer, steps, alignment):
    text = (
        "Dear Margaret,\nthank you for the evening by the lake\n1. Milk and bread\n2. A letter\n"
        "\fMilk\t2.50\nBread\t12.75\nand nothing more.\n\fYours truly,\nJohn"
    )
    look = Look(x_height=4.5, alignment=alignment, seed=5)
    check(steps, Note.from_text(text, look=look, paper=PAPERS["A6"], fit_pages=True), loop_writer)


def check(
    steps: list[tuple[float | str, str | float]], note: Note, loop_writer: Callable[..., Writer]
) -> None:
    """After each step the layout is that which is made without reuse."""
    writer: Writer = loop_writer(scatter=0.15)
    known: dict[LineRequest, WrittenLine] = {}
    draft = make_draft(note, writer, known)
    for first, second in steps:
        if isinstance(first, float):
            note = edited(note, draft, first, str(second))
        elif first.startswith("write"):
            wanted = draft.missing if first == "write all" else draft.missing[:2]
            known = known | dict(zip(wanted, writer.write_lines(wanted), strict=True))
        else:
            note = changed(note, draft, first, float(second))
        anew = make_draft(note, writer, known, without_reuse(draft.settled))
        draft = make_draft(note, writer, known, draft.settled)
        assert seen(draft) == seen(anew)
    assert ink(draft) == ink(anew)


@settings(max_examples=40, deadline=None)
@given(st.lists(keys, min_size=1, max_size=8), st.booleans())
# Rows come in before pages that are taken over, twice.
@example(steps=[(0.8125, "\f"), (0.0, ", then "), (0.3125, "\t5")], hyphens=False)
def test_before_anything_is_written_it_is_that_of_a_note_just_opened(loop_writer, steps, hyphens):
    note = Note.from_text(TEXT, paper=PAPERS["A6"], look=Look(x_height=3.2), hyphenate=hyphens)
    writer: Writer = loop_writer()
    draft = make_draft(note, writer, {})
    for at, typed in steps:
        note = edited(note, draft, at, typed)
        draft = make_draft(note, writer, {}, draft.settled)
    assert seen(draft) == seen(make_draft(note, writer, {}))
    assert ink(draft) == ink(make_draft(note, writer, {}))


@contextmanager
def calls() -> Iterator[list[int]]:
    """Count the calls of Python functions."""
    counted = [0]

    def count(_frame: object, event: str, _argument: object) -> None:
        counted[0] += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(before)


def long_note(paragraphs: int) -> Note:
    paragraph = "It has been a quiet autumn here, and the boats were taken out of the water. " * 5
    return Note.from_text("\n".join([paragraph.strip()] * paragraphs), paper=PAPERS["A5"])


def written(note: Note, writer: Writer) -> tuple[DraftLayout, dict[LineRequest, WrittenLine]]:
    draft, known = make_draft(note, writer, {}), dict[LineRequest, WrittenLine]()
    while draft.missing:
        known |= zip(draft.missing, writer.write_lines(draft.missing), strict=True)
        draft = make_draft(note, writer, known, draft.settled)
    # Once more, by what is known of all lines now.
    return make_draft(note, writer, known, draft.settled), known


def cost_of_a_key(note: Note, writer: Writer, inked: bool) -> tuple[int, DraftLayout, int]:
    """The calls that a key in the middle of a note takes, what comes of it, and the pages."""
    draft, known = written(note, writer) if inked else (make_draft(note, writer, {}), {})
    text = note.text
    middle = text.index("quiet", len(text) // 2)
    typed = note.with_text(text[:middle] + "x" + text[middle:])
    with calls() as counted:
        after = make_draft(typed, writer, known, draft.settled)
    return counted[0], after, len(draft.layout.pages)


def with_tables(paragraphs: int) -> Note:
    table = "Milk\t2.50\nBread and butter\t12.75\nTea\t4.20"
    long = long_note(1).text
    texts = [f"{table}{k}" if k % 3 else long for k in range(paragraphs)]
    return Note.from_text("\n\n".join(texts), paper=PAPERS["A5"])


def with_fitted_pages(paragraphs: int) -> Note:
    note = long_note(paragraphs)
    blocks = [replace(block, new_page=k % 5 == 0) for k, block in enumerate(note.blocks)]
    return replace(note, blocks=tuple(blocks), fit_pages=True)


@pytest.mark.parametrize("inked", [False, True])
@pytest.mark.parametrize(
    ("make", "count", "anew"),
    [(long_note, 30, 1), (with_tables, 24, 1), (with_fitted_pages, 20, 5)],
)
def test_a_key_costs_what_it_changes(
    loop_writer: Callable[..., Writer],
    make: Callable[[int], Note],
    count: int,
    anew: int,
    inked: bool,
) -> None:
    few, short, pages = cost_of_a_key(make(count), loop_writer(), inked)
    many, long, more = cost_of_a_key(make(10 * count), loop_writer(), inked)
    assert more > 7 * pages
    for draft in (short, long):
        assert draft.layout.typesetting is not None
        assert draft.layout.typesetting.anew == anew, "only the paragraph, or page, typed in"
    # Paragraphs that are taken over are still looked through.
    assert many < 5 * few, "of ten times as many paragraphs"


def test_pages_that_nothing_changes_are_the_same_objects(loop_writer):
    note, writer = long_note(60), loop_writer()
    draft, known = written(note, writer)
    typed = note.with_text(note.text.replace("quiet", "quite", 1))
    after = make_draft(typed, writer, known, draft.settled)
    assert after.layout.pages.pages[1:] == draft.layout.pages.pages[1:]
    pairs = zip(after.layout.pages.pages[1:], draft.layout.pages.pages[1:], strict=True)
    assert all(one is other for one, other in pairs)
    assert after.layout.pages.pages[0] is not draft.layout.pages.pages[0]


def test_a_line_is_laid_into_its_place_when_it_is_looked_at(loop_writer):
    draft, _ = written(long_note(30), loop_writer())
    pages = draft.layout.pages.pages
    with calls() as counted:
        keys_of_all = [page.keys for page in pages]
    assert sum(map(len, keys_of_all)) == len(draft.layout.plan.lines)
    assert counted[0] < 5 * len(pages)
    line = pages[1].lines[0]
    assert line is pages[1].lines[0]
    assert draft.layout.placed[draft.layout.plan.lines_by_block[line.key.block][0]].ink

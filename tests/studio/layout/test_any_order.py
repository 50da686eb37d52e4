"""A note comes out the same, to the bit, in whatever order and pieces its lines are written."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.document.editing import rewrite_lines
from studio.document.note import Alignment, Block, Look, Note, TextBox
from studio.document.paper import PAPERS
from studio.document.placement import Placement
from studio.layout.draft_layout import make_draft
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.storage.note_file import NoteFile, compact, load, save

LETTER = (
    "Dear Margaret,\n\nthank you for the long evening by the lake, and for the jam, of which there "
    "is already nothing left. We drove home through the FOG AND RAIN OF THE NORTH and talked about "
    "nothing else but your garden, 0044 7700 900 118, and W3 4QZ.\n"
    "Milk\t2.50\nBread and butter\t12.75\nA very long name of a thing that nobody buys\t3.10\n"
    "Patience is a virtue which I never had myself, nor Donaudampfschifffahrtsgesellschaft.\n"
    "Yours truly,\nJohn"
)
Sheet = dict[str, object]


def exact(layout: Layout) -> list[tuple[object, ...]]:
    """All that is seen of a layout, to the bit."""
    return [
        (page.number, line.key, line.text, line.seed, line.ink.xy.tobytes(), line.baseline)
        for page in layout.pages
        for line in page.inked
    ]


def in_steps(note: Note, writer: Writer, choose: Callable[[int], int]) -> Layout:
    """The note as the pen writes it: some of the lines that are missing, time after time."""
    known: dict[LineRequest, WrittenLine] = {}
    draft = make_draft(note, writer, known)
    while draft.missing:
        place = choose(len(draft.missing))
        request = draft.missing[place]
        known |= zip([request], writer.write_lines([request]), strict=True)
        # At times a draft is made from nothing, as after another one failed.
        draft = make_draft(note, writer, known, draft.settled if choose(8) else None)
    return draft.layout


looks = st.builds(
    Look,
    seed=st.integers(0, 2**31),
    x_height=st.floats(1.8, 3.0),
    alignment=st.sampled_from(Alignment),
    word_spacing=st.floats(0.8, 1.3),
)
words = st.text("abcdeilmnopqrstuW MI.,-'", min_size=1, max_size=9)
texts = st.lists(st.lists(words, max_size=25).map(" ".join), min_size=1, max_size=4).map("\n".join)


@settings(max_examples=40, deadline=None)
@given(texts, looks, st.floats(0.0, 0.3), st.integers(0, 2**31), st.booleans())
def test_the_order_of_writing_changes_nothing(loop_writer, text, look, scatter, chance, hyphens):
    note = Note.from_text(text, look=look, paper=PAPERS["A6"], hyphenate=hyphens)
    writer = loop_writer(scatter=scatter)
    at_once = lay_out(note, writer)
    rng = random.Random(chance)
    assert exact(in_steps(note, writer, rng.randrange)) == exact(at_once)


@pytest.mark.parametrize("scatter", [0.02, 0.3])
@pytest.mark.parametrize("alignment", Alignment)
def test_a_letter_with_a_table_is_the_same_line_by_line(loop_writer, alignment, scatter):
    look = Look(alignment=alignment, x_height=2.4, seed=11)
    note = Note.from_text(LETTER, look=look, paper=PAPERS["A5"], page_numbers=True)
    block = Block("beside it, in a narrow box of its own", id=50)
    note = note.with_box(TextBox(block, Placement(0, 20, 150), 60.0))
    writer = loop_writer(scatter=scatter)
    at_once = lay_out(note, writer)
    assert exact(in_steps(note, writer, lambda _: 0)) == exact(at_once)
    assert exact(in_steps(note, writer, lambda count: count - 1)) == exact(at_once)


@pytest.mark.parametrize("scatter", [0.05, 0.2])
def test_cards_are_the_same_one_by_one(loop_writer, scatter):
    names = "Ada\n\fMr and Mrs Smith\n\fMaximilian Alexander von Habsburg-Lothringen\n\fLi Wei"
    note = Note.from_text(names, paper=PAPERS["A6"], fit_pages=True, look=Look(x_height=5.0))
    writer = loop_writer(scatter=scatter)
    assert exact(in_steps(note, writer, lambda _: 0)) == exact(lay_out(note, writer))


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_a_note_that_was_saved_half_written_goes_on_as_it_would_have(loop_writer, after, tmp_path):
    note = Note.from_text(LETTER, look=Look(seed=3, x_height=2.4), paper=PAPERS["A5"])
    writer = loop_writer(scatter=0.15)
    known: dict[LineRequest, WrittenLine] = {}
    draft = make_draft(note, writer, known)
    for _ in range(after):
        request = draft.missing[0]
        known[request] = compact(writer.write(request))
        draft = make_draft(note, writer, known, draft.settled)
    there = {r: known[r] for r in draft.layout.plan.requests if r in known}
    path = tmp_path / "half.scriptorium"
    save(NoteFile(note, there, writer.name, writer.sha256, layout=draft.settled), path)
    opened = load(path)
    lines = dict(opened.lines)
    draft = make_draft(opened.note, writer, lines, opened.layout)
    while draft.missing:
        lines[draft.missing[0]] = compact(writer.write(draft.missing[0]))
        draft = make_draft(opened.note, writer, lines, draft.settled)
    whole = lay_out(note, Compacting(writer))
    assert exact(draft.layout) == exact(whole)


@pytest.mark.parametrize("place", [1, 3])
def test_a_line_that_was_rerolled_and_does_not_fit_is_tried_again_as_others(loop_writer, place):
    note = Note.from_text(LETTER, look=Look(seed=3, x_height=2.4), paper=PAPERS["A5"])
    writer = loop_writer(scatter=0.2)
    layout = lay_out(note, writer)
    key = layout.plan.lines[place].key
    tried: list[int] = []
    for seed in range(25):
        other = rewrite_lines(note, {key: seed})
        known = dict(layout.written)
        draft = make_draft(other, writer, known, layout)
        while draft.missing:
            known |= zip(draft.missing, writer.write_lines(draft.missing), strict=True)
            draft = make_draft(other, writer, known, draft.settled)
        line = next(p for p in draft.layout.plan.lines if p.key == key)
        tried.append(draft.layout.records[key].tries)
        assert (line.requests[0].seed == seed) == (tried[-1] == 0)
        assert exact(draft.layout) == exact(lay_out(other, writer))
    assert any(tried)


def test_a_seed_that_was_changed_gives_what_it_gives_afresh(loop_writer):
    note = Note.from_text(LETTER, look=Look(seed=3, x_height=2.4), paper=PAPERS["A5"])
    other = replace(note, look=replace(note.look, seed=8))
    writer = loop_writer(scatter=0.15)
    changed = lay_out(other, writer, lay_out(note, writer))
    assert exact(changed) == exact(lay_out(other, writer))


class Compacting:
    """A writer whose ink is rounded as a hand's is."""

    def __init__(self, writer):
        self._writer = writer
        self.name, self.sha256, self.alphabet = writer.name, writer.sha256, writer.alphabet

    def examples(self, style, strength):
        return self._writer.examples(style, strength)

    def write_lines(self, requests):
        return [compact(line) for line in self._writer.write_lines(requests)]


def test_the_writers_here_write_lines_that_do_not_fit(loop_writer):
    """The writers above really disagree with what is expected: else nothing would be tested."""
    look = Look(alignment=Alignment.LEFT, x_height=2.4, seed=11)
    note = Note.from_text(LETTER, look=look, paper=PAPERS["A5"])
    asked: list[int] = []
    lay_out(
        note, loop_writer(scatter=0.3), planned=lambda plan, missing: asked.append(len(missing))
    )
    assert len(asked) > 3
    assert np.sum(asked[1:]) > 0

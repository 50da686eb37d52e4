"""A value of a note that comes back finds its lines as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from studio.document.note import Look, Note
from studio.layout import layout_history
from studio.layout.draft_layout import make_draft
from studio.layout.layout import Layout
from studio.layout.layout_history import LayoutHistory
from studio.layout.line_writer import LineRequest, Writer, WrittenLine

TEXT = "\n\n".join(
    (
        "We left the harbour early, with bread, cheese and two books in the bag. " * 2,
        "In the evening the wind rose, and we told of the fox that steals apples. " * 4,
        "It rained until three. We sat in the kitchen and read letters to each other. " * 3,
    )
)


class Uneven:
    """Writes a bar for each character; how wide, hangs on the style, and on chance."""

    name, sha256 = "uneven", "5c21be"
    alphabet = frozenset(map(chr, range(32, 127)))

    def examples(self, _style: str | None, _strength: float = 1.0) -> Sequence[tuple[str, float]]:
        return ()

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        return [self.write(request) for request in requests]

    def write(self, request: LineRequest) -> WrittenLine:
        chance = np.random.default_rng([request.seed, len(request.text)]).normal(0, 0.12)
        wide = (1.3 if request.style else 0.9) * (1 + chance)
        places = np.flatnonzero(np.array(list(request.text)) != " ")
        bars = [Stroke(np.array([(wide * k, -1.0), (wide * (k + 0.8), 0.0)])) for k in places]
        return WrittenLine(request.text, Ink(tuple(bars)), np.repeat(places, 2), request.seed)


@pytest.fixture
def writer() -> Writer:
    return Uneven()


Known = dict[LineRequest, WrittenLine]


def written(note: Note, writer: Writer, known: Known, before: Layout | None) -> Layout:
    """Write what a note lacks line by line, as the pen does."""
    draft = make_draft(note, writer, known, before)
    while draft.missing:
        known |= zip(draft.missing[:1], writer.write_lines(draft.missing[:1]), strict=True)
        draft = make_draft(note, writer, known, draft.settled)
    return draft.settled


def lines(layout: Layout) -> Mapping[object, object]:
    return {line.key: placed.ink for line, placed in layout.placed.items()}


def test_what_comes_back_is_broken_as_it_was(writer):
    first = Note.from_text(TEXT, look=Look(seed=1))
    other = replace(first, look=replace(first.look, style="Other"))
    known: Known = {}
    kept, layout = LayoutHistory(), written(first, writer, known, None)
    kept.keep(first, layout, True)
    changed = written(other, writer, known, layout)
    kept.keep(other, changed, True)
    again = make_draft(first, writer, known, kept.start(first, changed))
    assert not again.missing
    assert lines(again.layout) == lines(layout)
    kept.keep(first, again.settled, True)
    forth = make_draft(other, writer, known, kept.start(other, again.settled))
    assert not forth.missing
    assert lines(forth.layout) == lines(changed)


def test_what_was_not_left_and_what_is_new_go_on_from_what_is_there(writer):
    note = Note.from_text("a line")
    layout = written(note, writer, {}, None)
    kept = LayoutHistory()
    kept.keep(note, layout, True)
    assert kept.start(note, layout) is layout
    other = replace(note)
    assert kept.start(other, layout) is layout
    kept.keep(other, layout, True)
    assert kept.start(note, None) is None
    assert kept.start(note, layout) is not layout


def test_breaks_that_were_guessed_are_not_kept(writer):
    first = Note.from_text(TEXT, look=Look(seed=1))
    titled = replace(first, title="A harbour")
    known: Known = {}
    kept, draft = LayoutHistory(), make_draft(first, writer, known, None)
    kept.keep(first, draft.settled, whole=False)
    layout = written(titled, writer, known, draft.settled)
    kept.keep(titled, layout, True)
    assert kept.start(first, layout) is layout
    assert not make_draft(first, writer, known, layout).missing


def test_of_many_lines_the_latest_are_kept(writer, monkeypatch):
    monkeypatch.setattr(layout_history, "MOST", 3)
    notes = [Note.from_text(text) for text in ("one", "two\nlines", "three")]
    kept = LayoutHistory()
    for note in notes:
        layout = written(note, writer, {}, None)
        kept.keep(note, layout, True)
    elsewhere = Note.from_text("elsewhere")
    kept.keep(elsewhere, written(elsewhere, writer, {}, None), True)
    assert [kept.start(note, layout) is layout for note in notes] == [True, True, False]

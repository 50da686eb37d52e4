"""A note before all of it is written: ghosts that stay, and give way to ink."""

from __future__ import annotations

import numpy as np
import pytest

from engine.hand import Hand
from engine.sampling.policy import ONCE
from studio.document.note import Look, Note
from studio.layout.draft_layout import make_draft
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter

TEXT = "\n".join(f"line {word}" for word in ("one", "two", "three", "four", "five", "six", "seven"))


@pytest.fixture(scope="module")
def writer(tiny_hand_path) -> HandWriter:
    return HandWriter(
        Hand.load(tiny_hand_path),
        lambda name: pytest.fail(f"no style {name} is asked for"),
        policy=ONCE,
    )


def written(writer, requests):
    return dict(zip(requests, writer.write_lines(requests), strict=True))


def lines_of(draft):
    return {planned.key: placed for planned, placed in draft.layout.placed.items()}


def test_ghosts_of_lines_that_wait_stay_the_same_objects(writer):
    note = Note.from_text(TEXT)
    first = make_draft(note, writer, {})
    known = written(writer, first.missing[:1])
    second = make_draft(note, writer, known, first.settled)
    before, after = lines_of(first), lines_of(second)
    assert len(second.ghosts) == len(first.ghosts) - 1
    assert all(after[key] is before[key] for key in second.ghosts)


def test_a_line_that_is_written_takes_the_place_of_its_ghost(writer):
    note = Note.from_text(TEXT)
    before, known = make_draft(note, writer, {}), {}
    while before.missing:
        known |= written(writer, before.missing[:1])
        before = make_draft(note, writer, known, before.settled)
    at_once = make_draft(note, writer, known)
    assert not before.ghosts
    for key, line in lines_of(before).items():
        np.testing.assert_allclose(line.ink.xy, lines_of(at_once)[key].ink.xy, atol=1e-9)


def test_ghosts_are_as_wide_as_the_style_writes(tiny_hand_path):
    ghostly = {}
    for width in (20.0, 80.0):
        writer = HandWriter(Hand.load(tiny_hand_path), lambda name: pytest.fail(name))
        writer.examples = lambda style, strength, width=width: (("a" * 30, width),)
        draft = make_draft(Note.from_text("some words " * 30, look=Look(style="Any")), writer, {})
        lines = tuple(draft.layout.pages.lines)
        ghostly[width] = len(lines)
        room = lines[0].ink.bounds[2] - 20
        assert room > 0.8 * 170, "a full line's ghost fills the line"
    assert ghostly[80.0] > 2 * ghostly[20.0]


def test_ghosts_are_guessed_anew_once_more_is_known_of_a_style(tiny_hand_path, monkeypatch):
    # What other tests have found out of this hand.
    monkeypatch.setattr("engine.hand._PLAIN_WIDTHS", {})
    writer = HandWriter(Hand.load(tiny_hand_path), lambda name: pytest.fail(name), waits=False)
    note = Note.from_text("some words " * 30)
    first = make_draft(note, writer, {})
    writer.examples = lambda style, strength: (("some words", 40.0),)
    second = make_draft(note, writer, {}, first.settled)
    assert len(second.ghosts) > 1.5 * len(first.ghosts)
    writer.examples = lambda style, strength: ()
    third = make_draft(note, writer, {}, second.settled)
    assert [line.key for line in third.layout.plan.lines] == [
        line.key for line in first.layout.plan.lines
    ]


def test_another_text_gets_ghosts_of_its_own(writer):
    first = make_draft(Note.from_text("line one\nline two"), writer, {})
    second = make_draft(Note.from_text("line one\nline twelve"), writer, {}, first.settled)
    assert [line.text for line in second.layout.pages.lines] == ["line one", "line twelve"]
    assert {key.text for key in second.ghosts} == {"line one", "line twelve"}


def test_what_is_exported_and_what_the_next_draft_starts_from_has_no_ghosts(writer):
    note = Note.from_text(TEXT, page_numbers=True)
    first = make_draft(note, writer, {})
    assert not first.settled.placed
    known = written(writer, first.missing[:3])
    part = make_draft(note, writer, known, first.settled)
    inked = {planned.key.text for planned in part.settled.placed}
    assert inked == {"line one", "line two", "line three"}
    assert {line.text for line in part.inked.lines} == inked
    assert part.inked.pages[0].folio is None
    # Only page numbers wait.
    known = written(writer, [r for r in first.missing if r.text.startswith("line")])
    assert [key.text for key in make_draft(note, writer, known).ghosts] == ["- 1 -"]
    whole = make_draft(note, writer, written(writer, first.missing), part.settled)
    assert whole.settled is whole.layout
    assert whole.inked.pages[0].folio is not None
    assert len(tuple(whole.inked.lines)) == 7


def test_what_is_known_of_written_lines_is_the_same_whenever_they_were_written(loop_writer):
    writer, note = loop_writer(), Note.from_text(f"{TEXT}\n" + "some more words " * 30)
    at_once = lay_out(note, writer)
    draft, known = make_draft(note, writer, {}), {}
    while draft.missing:
        known |= written(writer, draft.missing[:4])
        draft = make_draft(note, writer, known, draft.settled)
    layout = draft.layout
    assert layout.plan.requests == at_once.plan.requests
    assert dict(layout.passages) == dict(at_once.passages)
    assert dict(layout.settled) == pytest.approx(dict(at_once.settled))
    assert len(layout.settled) == len(layout.plan.lines)

"""Lines that are written keep their breaks and their ink while the text around them is edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from studio.document.note import Alignment, Look, Note
from studio.document.paper import PAPERS
from studio.layout.draft_layout import DraftLayout, make_draft
from studio.layout.line_writer import LineRequest, WrittenLine

THANKS = (
    "Thank you so much for the beautiful flowers and for coming all the way from Leeds to see us. "
    "It was a great joy to have you here again, and the children still talk about the kite that "
    "you made for them on Sunday afternoon."
)
ADDED = " With much love from us."


class Bars:
    """Writes a bar for each character, a little wider or narrower by chance."""

    name, sha256 = "bars", "5c21be"
    alphabet = frozenset(map(chr, range(32, 127)))

    def examples(self, _style: str | None, _strength: float = 1.0) -> Sequence[tuple[str, float]]:
        return ()

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        return [self.write(request) for request in requests]

    def write(self, request: LineRequest) -> WrittenLine:
        wide = 1 + np.random.default_rng([request.seed, len(request.text)]).normal(0, 0.03)
        places = np.flatnonzero(np.array(list(request.text)) != " ")
        bars = [Stroke(np.array([(wide * k, -1.0), (wide * (k + 0.8), 0.0)])) for k in places]
        return WrittenLine(request.text, Ink(tuple(bars)), np.repeat(places, 2), request.seed)


class Page:
    """A note as somebody works on it: typed character by character, and written at times."""

    def __init__(self, note: Note) -> None:
        self.note, self.writer = note, Bars()
        self.known: dict[LineRequest, WrittenLine] = {}
        self.draft: DraftLayout = make_draft(note, self.writer, self.known)

    def edit(self, note: Note) -> None:
        self.note = note
        self.draft = make_draft(note, self.writer, self.known, self.draft.settled)

    def type(self, text: str, at: int) -> None:
        for place, character in enumerate(text, at):
            old = self.note.text
            self.edit(self.note.with_text(old[:place] + character + old[place:]))

    def delete(self, start: int, stop: int) -> None:
        for place in range(stop - 1, start - 1, -1):
            old = self.note.text
            self.edit(self.note.with_text(old[:place] + old[place + 1 :]))

    def write(self) -> None:
        while self.draft.missing:
            request = self.draft.missing[0]
            self.known[request] = self.writer.write(request)
            self.edit(self.note)

    @property
    def lines(self) -> list[str]:
        return [line.key.text for line in self.draft.layout.plan.lines]

    @property
    def ink(self) -> dict[str, Ink]:
        """Where each line's points stand."""
        return {x.key.text: placed.ink for x, placed in self.draft.layout.placed.items()}

    @property
    def inked(self) -> dict[str, tuple[LineRequest, ...]]:
        lines = self.draft.layout.plan.lines
        return {x.key.text: x.requests for x in lines if x.key not in self.draft.ghosts}


@pytest.fixture(params=list(Alignment))
def page(request: pytest.FixtureRequest) -> Page:
    """A note of some written lines, in each alignment."""
    look = Look(alignment=request.param, x_height=2.6, seed=5)
    made = Page(Note.from_text(THANKS, look=look, paper=PAPERS["A5"]))
    made.write()
    assert len(made.lines) > 5
    return made


def test_a_sentence_added_at_the_end_leaves_all_lines_but_the_last(page: Page) -> None:
    before, lines = page.inked, page.lines
    page.type(ADDED, len(THANKS))
    assert page.lines[: len(lines) - 1] == lines[:-1]
    assert {text: page.inked[text] for text in lines[:-1]} == {t: before[t] for t in lines[:-1]}
    page.write()
    assert page.lines[: len(lines) - 1] == lines[:-1]
    assert " ".join(page.lines) == THANKS + ADDED


def test_lines_of_a_centred_paragraph_are_moved_and_not_written_anew(page: Page) -> None:
    before = page.inked
    for alignment in Alignment:
        page.edit(replace(page.note, look=replace(page.note.look, alignment=alignment)))
        kept = [text for text, requests in page.inked.items() if before.get(text) == requests]
        # Lines that are far too short to be stretched to both margins are filled up.
        least = len(before) // 2 if alignment is Alignment.JUSTIFIED else len(before) - 1
        assert len(kept) >= least, alignment


def test_lines_before_an_edit_stay_and_so_do_those_after_it_that_still_fit(page: Page) -> None:
    before, lines = page.inked, page.lines
    end = THANKS.index(lines[3]) + len(lines[3].split()[0])
    page.delete(end - 2, end)
    page.type("a", end - 2)
    assert page.lines[:3] == lines[:3]
    assert page.lines[4:] == lines[4:]
    assert {text: page.inked[text] for text in lines if text in page.inked} == {
        text: requests for text, requests in before.items() if text != lines[3]
    }


def test_a_sentence_deleted_at_the_end_leaves_the_lines_before_it(page: Page) -> None:
    before, lines = page.inked, page.lines
    at = THANKS.index(lines[-2]) + len(lines[-2].split()[0])
    page.delete(at, len(THANKS))
    assert page.lines[:-1] == lines[:-2]
    assert {text: page.inked[text] for text in lines[:-2]} == {t: before[t] for t in lines[:-2]}


def test_what_is_typed_and_taken_away_again_by_hand_changes_nothing(page: Page) -> None:
    before, lines, ink = page.inked, page.lines, page.ink
    for at in (len(THANKS) // 2, len(THANKS), 0):
        page.type("very kindly ", at)
        page.delete(at, at + len("very kindly "))
        assert page.lines == lines
        assert page.inked == before
        assert page.ink == ink


def test_a_short_paragraph_grows_on_its_line(page: Page) -> None:
    look = page.note.look
    short = Page(Note.from_text("Dear Anna", look=look, paper=PAPERS["A5"]))
    short.write()
    short.type(" and family", len("Dear Anna"))
    assert short.lines == ["Dear Anna and family"]


def test_lines_that_no_longer_fit_are_broken_anew(page: Page) -> None:
    lines = page.lines
    page.edit(replace(page.note, look=replace(page.note.look, x_height=3.4)))
    page.write()
    assert len(page.lines) > len(lines)
    assert " ".join(page.lines) == THANKS

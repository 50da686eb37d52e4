"""Cards: what begins a page stays on it, on fewer lines, or smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ink.ink import Ink, Stroke
from studio.document.note import Note
from studio.document.templates import place_cards
from studio.layout.draft_layout import make_draft
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import LineRequest, WrittenLine

NAMES = """Zoe Müller
Jose Garcia
Dr. Anna-Maria Schmidt
Sören O'Brien
Mr and Mrs Smith
François
Li Wei
Maximilian Alexander von Habsburg-Lothringen"""


class Bars:
    """Writes a bar for each character."""

    name, sha256 = "bars", "5c21be"
    alphabet = frozenset(map(chr, range(32, 127)))

    def __init__(self, wide: float = 1.1) -> None:
        self.wide = wide
        self.asked: list[LineRequest] = []

    def examples(self, _style: str | None, _strength: float = 1.0) -> Sequence[tuple[str, float]]:
        return ()

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        self.asked.extend(requests)
        return [self.write(request) for request in requests]

    def write(self, request: LineRequest) -> WrittenLine:
        chance = np.random.default_rng([request.seed, len(request.text)]).normal(0, 0.05)
        wide = self.wide * (1 + chance)
        places = np.flatnonzero(np.array(list(request.text)) != " ")
        bars = [Stroke(np.array([(wide * k, -1.0), (wide * (k + 0.8), 0.0)])) for k in places]
        return WrittenLine(request.text, Ink(tuple(bars)), np.repeat(places, 2), request.seed)


def cards(layout: Layout) -> list[str]:
    """What stands on each page."""
    return [" ".join(line.text for line in page.lines) for page in layout.pages]


def sizes(layout: Layout) -> list[float]:
    """The x-height of each page."""
    return [
        next(line.look.x_height for line in layout.plan.lines if line.page == page)
        for page in range(layout.plan.pages)
    ]


def assert_inside(layout: Layout) -> None:
    for page in layout.pages:
        for line in page.lines:
            left, top, right, bottom = line.ink.bounds
            assert left >= page.margins.left
            assert top >= page.margins.top
            assert right <= page.paper.width - page.margins.right
            assert bottom <= page.paper.height - page.margins.bottom


@pytest.mark.parametrize("wide", [0.8, 1.1, 1.6])
def test_a_name_is_one_card(wide: float) -> None:
    layout = lay_out(place_cards(NAMES), Bars(wide))
    written = cards(layout)
    assert len(written) == 8
    assert written[4] == "Mr and Mrs Smith"
    assert written[2] == "Dr. Anna-Maria Schmidt"
    assert_inside(layout)


def test_only_what_has_no_room_is_smaller_or_on_two_lines() -> None:
    layout = lay_out(place_cards(NAMES), Bars())
    found = sizes(layout)
    assert found[5] == found[6] == 5.0, "François and Li Wei have room"
    assert min(found) < 5.0
    lines = [len(page.lines) for page in layout.pages]
    assert lines[5] == lines[6] == 1
    assert max(lines) > 1


def test_a_long_word_is_written_smaller_rather_than_divided() -> None:
    name = "Intergovernmental incomprehensibilities"
    layout = lay_out(replace(place_cards(name), hyphenate=True), Bars(1.6))
    assert cards(layout) == [name]
    assert not [word for line in layout.plan.lines for word in line.words if word.goes_on]
    assert_inside(layout)


def test_cards_that_are_written_stay_as_they_are_when_others_come() -> None:
    note, writer = place_cards(NAMES), Bars()
    before = lay_out(note, writer)
    again = Bars()
    after = lay_out(note.with_text(f"Ada Lovelace\n\f{note.text}"), again, before)
    assert [request.text for request in again.asked] == ["Ada Lovelace"]
    assert cards(after)[1:] == cards(before)
    assert sizes(after)[1:] == sizes(before)


def test_the_pen_writes_each_card_once() -> None:
    note, writer = place_cards(NAMES), Bars(1.4)
    known: dict[LineRequest, WrittenLine] = {}
    draft = make_draft(note, writer, known)
    assert draft.layout.plan.pages == 8
    written = 0
    while draft.missing:
        known[draft.missing[0]] = writer.write(draft.missing[0])
        written += 1
        draft = make_draft(note, writer, known, draft.settled)
        assert draft.layout.plan.pages == 8
    assert written <= 2 * len(draft.layout.plan.requests)
    assert_inside(draft.layout)


names = st.text("abeilmnorstABEMRS", min_size=1, max_size=14)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(names, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5),
    st.floats(0.7, 1.6),
)
def test_any_names_are_a_card_each(guests: list[str], wide: float) -> None:
    layout = lay_out(place_cards("\n".join(guests)), Bars(wide))
    assert cards(layout) == guests
    assert_inside(layout)


def test_what_is_pasted_into_a_card_stays_on_it() -> None:
    note = place_cards("Ada\nGrace")
    longer = note.with_text(note.text.replace("Ada", "Ada " + "and all of her friends " * 9))
    layout = lay_out(longer, Bars())
    assert layout.plan.pages == 2
    assert cards(layout)[1] == "Grace"
    assert_inside(layout)


def test_a_note_that_is_not_fitted_flows_on() -> None:
    flowing: Note = replace(place_cards(NAMES), fit_pages=False)
    assert lay_out(flowing, Bars()).plan.pages > 8

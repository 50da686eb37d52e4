"""A hand as the writer of a note: order, progress, what is kept, and a page of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StyleError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.sampling.policy import ONCE
from engine.style.style import Style, find
from studio.document.note import Alignment, Look, Note
from studio.document.page import LineKey
from studio.document.paper import PAPERS
from studio.layout import line_writer as writing
from studio.layout.layout import lay_out
from studio.layout.line_requests import RequestBuilder
from studio.layout.line_writer import HandWriter, LineRequest
from studio.layout.tokenise import tokenise

TEXT = "The rain has stopped at last,\nand the garden smells of leaves, of earth and of smoke."


@pytest.fixture
def hand(tiny_hand_path: Path) -> Hand:
    return Hand.load(tiny_hand_path)


@pytest.fixture
def style() -> Style:
    xs = np.linspace(0, 2, 16)
    waves = [np.stack([xs + 3 * k, -np.sin(3 * xs)], axis=1) for k in range(4)]
    return Style("wave", "four", Ink.from_lists(waves))


def test_batches_are_of_like_length_and_written_by_the_policy(hand, monkeypatch) -> None:
    batches, write = [], hand.write_lines

    def watched(texts, **settings):
        batches.append((sorted(map(len, texts)), settings["policy"]))
        return write(texts, **settings)

    monkeypatch.setattr(writing, "BATCH", 2)
    monkeypatch.setattr(hand, "write_lines", watched)
    texts = ["a longer line", "a", "another one", "an", "and"]
    HandWriter(hand, {}.__getitem__, policy=ONCE, points_per_char=5).write_lines(
        [LineRequest(text, None, 1.0, place) for place, text in enumerate(texts)]
    )
    assert batches == [([1, 2], ONCE), ([3, 11], ONCE), ([13], ONCE)]


def test_lines_come_back_in_the_order_asked_for_whatever_the_batches(
    hand: Hand, style: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["a much longer line", "short", "of middling length", "x", "another one"]
    requests = [
        LineRequest(text, "wave" if place % 2 else None, 1.0, place)
        for place, text in enumerate(texts)
    ]
    whole = HandWriter(hand, {"wave": style}.__getitem__).write_lines(requests)
    shares: list[float] = []
    monkeypatch.setattr(writing, "BATCH", 2)
    writer = HandWriter(hand, {"wave": style}.__getitem__, progress=shares.append)
    parted = writer.write_lines(requests)
    assert [line.text for line in parted] == texts
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    for one, other in zip(whole, parted, strict=True):
        assert one.seed == other.seed
        points = min(one.ink.points, other.ink.points, 30)
        assert np.allclose(one.ink.xy[:points], other.ink.xy[:points], atol=0.01)


def test_steps_are_kept_on_request_alone(hand: Hand) -> None:
    request = LineRequest("hello", None, 1.0, 3)
    (bare,) = HandWriter(hand, find).write_lines([request])
    (full,) = HandWriter(hand, find, keep_steps=True).write_lines([request])
    assert bare.steps is None
    assert full.steps is not None
    assert full.steps.text == "hello"


def test_a_request_s_strength_reaches_the_ink(default_hand: Hand) -> None:
    asked = LineRequest("hello", "Hazel", 1.0, 3)
    loose, close = HandWriter(default_hand, find).write_lines([replace(asked, strength=0.0), asked])
    bare = default_hand.write("hello", style=find("Hazel"), strength=0.0, bias=1.0, seed=3)
    assert np.allclose(loose.ink.xy, bare.ink.xy, atol=0.01)
    assert loose.ink != close.ink


def test_a_line_hangs_on_its_strength_in_a_style_alone() -> None:
    key = LineKey(0, "hello", 0)
    for style, alike in ((None, True), ("Hazel", False)):
        looks = (Look(style=style, strength=s) for s in (0.2, 1.0))
        one, other = (RequestBuilder(Note(()), "", {}).requests(key, look) for look in looks)
        assert (one == other) is alike


def test_examples_are_what_the_hand_writes_or_the_primer_while_none_is_written(
    hand: Hand, style: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What other tests have found out of this hand.
    monkeypatch.setattr("engine.hand._PLAIN_WIDTHS", {})
    hasty = HandWriter(hand, {"wave": style}.__getitem__, waits=False)
    assert hasty.examples("wave", 1.0) == (("four", style.ink.width),)
    assert hasty.examples(None, 1.0) == ()
    writer = HandWriter(hand, {"wave": style}.__getitem__)
    assert writer.examples("wave", 1.0) == hand.usual_widths(style, 1.0)
    assert writer.examples(None, 1.0) == hand.usual_widths()
    assert hasty.examples("wave", 1.0) == writer.examples("wave", 1.0)
    assert hasty.examples(None, 1.0) == writer.examples(None, 1.0)


def test_unknown_styles_are_refused_when_they_are_written_in(hand: Hand) -> None:
    assert HandWriter(hand, find).examples("no such style", 1.0) == (), "a guess can do without"
    with pytest.raises(StyleError):
        HandWriter(hand, find).write_lines([LineRequest("hello", "no such style", 1.0, 3)])


@pytest.mark.parametrize("alignment", Alignment)
def test_page_of_a_real_hand_is_whole_inside_its_margins_and_stays(
    hand: Hand, alignment: Alignment
) -> None:
    note = Note.from_text(
        TEXT, look=Look(alignment=alignment, bias=2.0), paper=PAPERS["A6"], page_numbers=True
    )
    layout = lay_out(note, HandWriter(hand, find))
    assert [word.text for line in layout.pages.lines for word in line.words] == TEXT.split()
    for page in layout.pages:
        for line in page.inked:
            left, top, right, bottom = line.ink.bounds
            assert left >= page.margins.left
            assert right <= page.paper.width - page.margins.right
            assert top >= page.margins.top
            assert bottom <= page.paper.height - page.margins.bottom
            assert line.ink.strokes[0].time is not None
    again = lay_out(replace(note, title="Autumn"), HandWriter(hand, find), layout)
    assert again.pages.title == "Autumn"
    assert all(a is b for a, b in zip(layout.pages.lines, again.pages.lines, strict=True))
    assert (layout.pages.hand, layout.pages.hand_sha256) == (hand.name, hand.sha256)


def test_what_is_typed_stays_as_it_is_typed(default_hand: Hand) -> None:
    text = "Zoë & José, #5 [left], 50 % of 12 €, zoe_m@example.org \\ {a} ~ <b> | ^ ` $ *"
    (paragraph,), notices, _ = tokenise(
        Note.from_text(text), HandWriter(default_hand, find).alphabet
    )
    assert [word.text for word in paragraph.typed.lines[0].words] == text.split()
    assert notices == ()

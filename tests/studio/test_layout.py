"""Layout: every word once and in order, nothing outside the margins, what is unchanged stays."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SettingError, TextError
from engine.ink import Ink, Stroke
from studio.note.layout import Layout, lay_out
from studio.note.note import Alignment, Block, LineEdit, Look, Note, WordEdit
from studio.note.page import PlacedLine
from studio.note.paper import PAPERS, Margins, Paper, Ruling, RulingKind
from studio.note.writer import LineRequest, WrittenLine

LETTER = (
    "Dear Margaret,\n\nthank you for the long evening by the lake, and for the jam, of which there "
    "is already nothing left. We drove home through the fog and talked about nothing else but your "
    "garden.\nThe children ask every day when they may come again; I told them that the summer is "
    "long, and that patience is a virtue which I never had myself.\n\nYours truly,\nJohn"
)
ALPHABET = frozenset(" !\"&'()+,-./:;?" + string.ascii_letters + string.digits)


class Scribe:
    """Writes a loop for each character, as wide and as tall as such a character is."""

    name, sha256, alphabet = "scribe", "5c21be", ALPHABET

    def __init__(self, breadth: float = 1.0, scatter: float = 0.03) -> None:
        self.breadth, self.scatter = breadth, scatter
        self.asked: list[LineRequest] = []

    def examples(self, style: str | None) -> Sequence[tuple[str, float]]:
        return ()

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        self.asked.extend(requests)
        return [self.write(request) for request in requests]

    def write(self, request: LineRequest) -> WrittenLine:
        assert 0 < len(request.text) <= 70
        assert set(request.text) <= ALPHABET
        rng = np.random.default_rng([request.seed, len(request.text)])
        scale = self.breadth * (1 + self.scatter * rng.standard_normal())
        pen, strokes, characters = 0.0, [], []
        for place, character in enumerate(request.text):
            width = scale * (0.5 if character in "il.,;:'!" else 1.8 if character.isupper() else 1)
            top = 2.3 if character in "bdfhklt" or character.isupper() else 1.0
            bottom = 1.2 if character in "gjpqy" else 0.0
            if character != " ":
                turn = np.linspace(0, 2 * np.pi, 9)
                xs = pen + width * (1 - np.cos(turn)) / 2.2
                ys = np.where(np.sin(turn) > 0, -top, bottom) * np.abs(np.sin(turn))
                strokes.append(np.stack([xs, ys + 0.02 * rng.standard_normal(9)], axis=1))
                characters.extend([place] * 9)
            pen += width
        ink = Ink(tuple(Stroke(xy - (strokes[0][0, 0], 0)) for xy in strokes))
        return WrittenLine(request.text, ink, np.array(characters), request.seed)


def words_of(layout: Layout) -> list[str]:
    return [word.text for line in layout.pages.lines for word in line.words]


def assert_inside(layout: Layout) -> None:
    for page in layout.pages:
        half = 1e-9
        for line in page.inked:
            left, top, right, bottom = line.ink.bounds
            inset = line.pen.width / 2 - half
            assert left >= page.margins.left + inset
            assert right <= page.paper.width - page.margins.right - inset
            assert top >= page.margins.top + inset
            assert bottom <= page.paper.height - page.margins.bottom - inset


words = st.text(string.ascii_letters + string.digits + ".,-'", min_size=1, max_size=9)
texts = st.lists(st.lists(words, max_size=30).map(" ".join), min_size=1, max_size=6).map("\n".join)
looks = st.builds(
    Look,
    seed=st.integers(0, 2**63 - 1),
    x_height=st.floats(1.0, 5.0),
    line_spacing=st.floats(1.8, 6.0),
    alignment=st.sampled_from(Alignment),
    indent=st.floats(0.0, 20.0),
    word_spacing=st.floats(0.6, 2.0),
    slant=st.floats(-0.5, 0.5),
    variation=st.floats(0.0, 1.0),
)
papers = st.sampled_from([*PAPERS.values(), PAPERS["A5"].landscape, Paper("custom", 120, 90)])
rulings = st.builds(Ruling, st.sampled_from(RulingKind), st.floats(4.0, 12.0), st.floats(0.0, 30.0))


@settings(max_examples=60, deadline=None)
@given(texts, looks, papers, rulings, st.booleans(), st.floats(0.7, 1.5))
def test_every_word_stands_once_in_order_and_inside_the_margins(
    text: str, look: Look, paper: Paper, ruling: Ruling, numbers: bool, breadth: float
) -> None:
    margins = Margins(8.0, 10.0, 12.0, 9.0)
    note = Note.from_text(
        text, look=look, paper=paper, margins=margins, ruling=ruling, page_numbers=numbers
    )
    try:
        layout = lay_out(note, Scribe(breadth, 0.06))
    except TextError as refusal:
        assert "too long" in str(refusal) or "needs about" in str(refusal)
        return
    assert words_of(layout) == text.split()
    assert_inside(layout)
    for line in layout.pages.lines:
        places = [(word.start, word.stop) for word in line.words]
        assert places[0][0] == 0
        assert places[-1][1] == line.ink.points
        assert all(a[1] == b[0] for a, b in zip(places, places[1:], strict=False))

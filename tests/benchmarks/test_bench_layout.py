"""How well widths are guessed before anything is written, and how long layout itself takes."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from engine.hand import Hand
from engine.style.style import bundled
from studio.document.note import Alignment, Look, Note
from studio.document.paper import PAPERS
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter, LineRequest, WrittenLine
from studio.layout.plan import Plan

LETTER = (
    "It has been a quiet autumn here. The boats were taken out of the water in October, and since "
    "then we have had the whole bay to ourselves, apart from the seals, who do not count.\n"
    "Peter has built a shelf for the 48 jars of quince jelly. Nobody asked him to; he said that "
    "a cellar without shelves was like a book without pages, and went off to find his saw.\n"
    "Come and see us before Christmas, if you can. The train takes just under 3 hours."
)

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("alignment", [Alignment.LEFT, Alignment.CENTRED, Alignment.JUSTIFIED])
def test_lines_stand_where_they_were_expected(
    default_hand: Hand, rounds: int, alignment: Alignment
) -> None:
    style = next(iter(bundled()), None)
    away: list[float] = []
    ratios: list[float] = []
    asked = lines = 0
    for seed in range(max(1, rounds // 3)):
        plans: list[tuple[Plan, int]] = []

        def keep(
            plan: Plan, missing: Sequence[LineRequest], plans: list[tuple[Plan, int]] = plans
        ) -> None:
            plans.append((plan, len(missing)))

        look = Look(style=style, alignment=alignment, seed=seed)
        note = Note.from_text(LETTER, look=look, paper=PAPERS["A5"])
        layout = lay_out(note, HandWriter(default_hand, bundled().__getitem__), planned=keep)
        first = {line.key: line for line in plans[0][0].lines}
        asked += sum(missing for _, missing in plans)
        lines += len(layout.plan.requests)
        for line in layout.plan.lines:
            ratios.append(layout.records[line.key].width * line.unit / line.width)
            shown, drawn = first.get(line.key), layout.placed[line]
            if shown is None:
                away.append(np.inf)
            else:
                across = drawn.ink.bounds[0] - shown.left
                away.append(float(np.hypot(across, drawn.baseline - shown.baseline)))
    near = float(np.mean(np.array(away) < 0.3))
    print(
        f"\n{alignment}, style {style}: {near:.0%} of {len(away)} lines within 0.3 mm of their "
        f"provisional place; width {np.mean(ratios):.3f} +- {np.std(ratios):.3f} of what was "
        f"expected; {asked} lines written for {lines}"
    )
    # Centred lines stand by their width, which is only guessed.
    assert near >= (0.0 if alignment is Alignment.CENTRED else 0.9)


class Copyist(HandWriter):
    """Writes each text once, and copies that where the text comes again."""

    def __init__(self, hand: Hand) -> None:
        super().__init__(hand, bundled().__getitem__)
        self.lines: dict[str, WrittenLine] = {}
        self.seconds = 0.0

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        began = time.perf_counter()
        new = {request.text: request for request in requests if request.text not in self.lines}
        written = super().write_lines(list(new.values()))
        self.lines.update(zip(new, written, strict=True))
        self.seconds += time.perf_counter() - began
        return [self.lines[request.text] for request in requests]


def test_layout_of_twenty_pages_by_part(default_hand: Hand) -> None:
    writer = Copyist(default_hand)
    text = "\n".join([LETTER] * 55)
    note = Note.from_text(text)
    began = time.perf_counter()
    before = lay_out(note, writer)
    whole = time.perf_counter() - began
    writing = writer.seconds
    began = time.perf_counter()
    lay_out(note.with_text(text.replace("quince", "plum", 1)), writer, before)
    again = time.perf_counter() - began - (writer.seconds - writing)
    pages, lines = len(before.pages), len(before.plan.lines)
    print(
        f"\n{pages} pages, {lines} lines: {whole - writing:.2f} s apart from the writing; "
        f"after an edit of one word {again:.3f} s"
    )
    assert pages >= 15

"""A letter is sampled once, whatever is made of it, and in a few batches."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from engine.hand import Hand
from engine.sampling.policy import ONCE
from studio.document.note import Look, Note
from studio.document.paper import Margins, Paper
from studio.exporting.formats import ExportOptions, export
from studio.layout.layout import lay_out
from studio.layout.line_writer import BATCH, HandWriter

PAGES = 20


def test_twenty_pages_go_to_pdf_without_a_second_sampling(tiny_hand_path, tmp_path, monkeypatch):
    hand = Hand.load(tiny_hand_path)
    own, batches = hand.write_lines, []

    def write_lines(texts, **settings):
        batches.append(len(texts))
        return own(texts, **settings)

    monkeypatch.setattr(hand, "write_lines", write_lines)
    note = Note.from_text(
        "\n".join(["a few words"] * 5 * PAGES),
        look=Look(x_height=4.0, line_spacing=3.0),
        paper=Paper("card", 110.0, 80.0),
        margins=Margins(10.0, 10.0, 10.0, 10.0),
    )
    layout = lay_out(note, HandWriter(hand, {}.__getitem__, policy=ONCE))
    assert len(layout.pages) >= PAGES
    # Not line by line: some lines that tell the hand's breadth, the rest, and what did not fit.
    assert max(batches) > 0.5 * min(BATCH, len(layout.plan.lines))

    def refused(*_, **__):
        pytest.fail("the letter is sampled again")

    for name in ("write_lines", "stream", "stream_lines", "_sample"):
        monkeypatch.setattr(hand, name, refused)
    export(layout.pages, tmp_path / "letter.pdf", options=ExportOptions())
    assert len(PdfReader(tmp_path / "letter.pdf").pages) == len(layout.pages)

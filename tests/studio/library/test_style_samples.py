"""Pictures of styles are what the styles write, and are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import bundled_hands
from engine.hand import Hand
from engine.sampling.policy import ALIGNED
from engine.style.style import bundled
from studio.document.note import Look, Note
from studio.document.paper import Margins, Paper
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter
from studio.library.style_description import StyleKind, kind_of
from studio.library.style_samples import (
    SHORT,
    StyleSamples,
    sample_key,
    shipped_sample,
    shipped_samples,
    write_samples,
)

STYLES = list(bundled().values())


@pytest.fixture(scope="module")
def tiny(tiny_hand_path: Path) -> Hand:
    return Hand.load(tiny_hand_path)


def test_a_picture_is_what_a_note_in_the_style_has(tiny: Hand):
    style = STYLES[1]
    (sample,) = write_samples(tiny, [style], policy=ALIGNED)
    note = Note.from_text(
        SHORT,
        look=Look(style=style.name),
        paper=Paper("wide", 1000, 100),
        margins=Margins(5, 5, 5, 5),
    )
    named = {style.name: style}
    (line,) = lay_out(note, HandWriter(tiny, named.__getitem__, policy=ALIGNED)).pages.lines
    left, top, _, _ = line.ink.bounds
    np.testing.assert_allclose(sample.ink.xy, line.ink.moved(-left, -top).xy, atol=0.02)
    # It is not the primer, which is another text.
    assert len(sample.ink.xy) != len(style.ink.xy)


def test_a_text_of_ones_own_is_broken_to_the_width_and_leaves_out_what_is_unknown(tiny: Hand):
    text = "a text that is too long for one line of sixty millimetres 漢"
    samples = list(write_samples(tiny, STYLES[:3], text, Look(x_height=2), 60, ALIGNED))
    assert [sample.name for sample in samples] == [style.name for style in STYLES[:3]]
    for sample in samples:
        _, _, right, bottom = sample.ink.bounds
        assert right <= 60.1
        # Two lines stand below one another.
        assert bottom > 6


def test_samples_are_kept_for_the_hand_and_the_style(tiny: Hand, tmp_path: Path):
    samples = StyleSamples(tmp_path)
    first, second = STYLES[:2]
    (sample,) = write_samples(tiny, [first], policy=ALIGNED)
    samples.keep(tiny.sha256, first, sample.ink)
    again = StyleSamples(tmp_path)
    np.testing.assert_allclose(again.find(tiny.sha256, first).xy, sample.ink.xy, atol=0.01)
    assert again.find(tiny.sha256, second) is None
    assert again.find("another", first) is None
    renamed = replace(first, name="Another name")
    assert again.find(tiny.sha256, renamed) is not None
    (file,) = (tmp_path / "samples").iterdir()
    file.write_text("damaged")
    assert StyleSamples(tmp_path).find(tiny.sha256, first) is None


def test_styles_that_ship_are_of_several_kinds():
    kinds = {name: kind_of(style) for name, style in bundled().items()}
    assert kinds["Cedar"] is StyleKind.JOINED
    assert kinds["Rowan"] is StyleKind.ELEGANT
    assert {StyleKind.PRINT, StyleKind.QUICK} <= set(kinds.values())


def test_a_line_ships_for_each_style_of_each_hand_and_for_nothing_else():
    """`.ci/style_samples.py` writes them after a change of a hand or a style."""
    wanted = {
        sample_key(bundled_hands.sha256_of(hand), style)
        for hand in bundled_hands.bundled_hands()
        for style in bundled(hand).values()
    }
    assert {path.stem for path in shipped_samples().iterdir()} == wanted


def test_a_line_that_ships_is_of_its_hand_and_style_alone(tmp_path: Path):
    hand, style = bundled_hands.sha256_of(bundled_hands.DEFAULT), STYLES[0]
    ink = StyleSamples(tmp_path).find(hand, style)
    assert ink is not None
    assert ink == shipped_sample(hand, style)
    assert ink.width > 20
    assert shipped_sample("0" * 64, style) is None
    assert shipped_sample(hand, replace(style, text=style.text + " more")) is None
    assert shipped_sample(hand, bundled("print")["Slate"]) is None

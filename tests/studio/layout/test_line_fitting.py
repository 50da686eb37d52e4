"""What the user changed of a word by hand: where its ink stands then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from studio.document.note import LineEdit, Note, WordEdit
from studio.document.page import LineKey
from studio.layout.layout import lay_out, placeholder
from studio.layout.line_writer import LineRequest
from studio.layout.width_model import WidthModel

TEXT = "one little word"


def ink_of(edit: LineEdit, loop_writer) -> tuple[np.ndarray, list[int]]:
    """The points of the line, and where its words begin."""
    note = Note.from_text(TEXT)
    note = replace(note, edits={LineKey(note.blocks[0].id, TEXT, 0): edit})
    (line,) = lay_out(note, loop_writer()).pages.lines
    return line.ink.xy, [word.start for word in line.words]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_word_is_scaled_about_the_left_end_of_its_baseline(number, loop_writer) -> None:
    plain, starts = ink_of(LineEdit(), loop_writer)
    edit = LineEdit(words=((number, WordEdit(scale=1.5)),))
    scaled, _ = ink_of(edit, loop_writer)
    ends = [*starts[1:], len(plain)]
    own = slice(starts[number], ends[number])
    left = plain[own, 0].min()
    np.testing.assert_allclose(scaled[own, 0], left + 1.5 * (plain[own, 0] - left), atol=1e-9)
    feet = plain[own, 1].max()
    # The loops stand on the baseline, which may slope a little.
    assert scaled[own, 1].max() == pytest.approx(feet, abs=0.3)
    assert np.ptp(scaled[own, 1]) == pytest.approx(1.5 * np.ptp(plain[own, 1]), rel=1e-6)
    others = np.ones(len(plain), dtype=bool)
    others[own] = False
    np.testing.assert_array_equal(scaled[others], plain[others])


def test_a_word_is_moved_by_what_it_was_dragged(loop_writer) -> None:
    plain, starts = ink_of(LineEdit(), loop_writer)
    edit = LineEdit(right=2.0, down=-1.0, words=((1, WordEdit(right=3.0, down=4.0)),))
    moved, _ = ink_of(edit, loop_writer)
    by = np.full_like(plain, (2.0, -1.0))
    by[starts[1] : starts[2]] += (3.0, 4.0)
    np.testing.assert_allclose(moved - plain, by, atol=1e-9)


def test_a_placeholder_knows_which_character_each_point_belongs_to() -> None:
    request = LineRequest("one an  a", None, 0.5, 1, "hand")
    found = placeholder(request, WidthModel())
    assert found.characters.tolist() == [0, 1, 2, 2, 4, 5, 5, 8, 8]
    assert [len(stroke) for stroke in found.ink.strokes] == [4, 3, 2]
    lefts = [stroke.xy[0, 0] for stroke in found.ink.strokes]
    assert lefts == sorted(lefts)
    assert lefts[0] == 0.0

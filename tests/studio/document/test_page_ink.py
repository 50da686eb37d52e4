"""Strokes that are written onto a page become drawings, and are erased from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.ink.ink import Stroke
from studio.document.note import Note
from studio.document.page_ink import add_stroke, erase_at, strokes_on_page

LEVEL = Stroke([[20, 40], [60, 40]], [0.0, 0.5], [0.3, 0.6])
UPRIGHT = Stroke([[30, 30], [30, 70]])


def test_strokes_of_one_pen_are_one_drawing_where_they_were_drawn():
    note, ident = add_stroke(Note.from_text("a"), 0, LEVEL)
    note, again = add_stroke(note, 0, UPRIGHT, ident)
    assert again == ident
    (drawing,) = note.drawings
    first, second = strokes_on_page(drawing)
    np.testing.assert_allclose(first.xy, LEVEL.xy, atol=1e-4)
    np.testing.assert_allclose(second.xy, UPRIGHT.xy, atol=1e-4)
    np.testing.assert_allclose(first.pressure, LEVEL.pressure, atol=1e-6)
    assert drawing.pen == note.look.pen


@pytest.mark.parametrize("change", ["page", "colour", "turned", "gone"])
def test_another_drawing_is_begun_where_one_cannot_go_on(change):
    note, ident = add_stroke(Note.from_text("a"), 0, LEVEL)
    page = 0
    if change == "page":
        page = 1
    elif change == "colour":
        note = replace(note, look=replace(note.look, colour="#aa0000"))
    elif change == "turned":
        (drawing,) = note.drawings
        note = note.with_drawing(replace(drawing, place=replace(drawing.place, angle=0.5)))
    else:
        note = note.without(ident)
    note, other = add_stroke(note, page, UPRIGHT, ident)
    assert (other != ident) == (change != "gone")
    assert len(note.drawings) == (1 if change == "gone" else 2)


def test_the_eraser_takes_what_it_comes_near_to():
    note, ident = add_stroke(Note.from_text("a"), 0, LEVEL)
    note, _ = add_stroke(note, 0, UPRIGHT, ident)
    assert erase_at(note, 0, 45, 43, 1.5) == note
    assert erase_at(note, 1, 45, 40, 1.5) == note
    left = erase_at(note, 0, 45, 41, 1.5)
    (drawing,) = left.drawings
    (stroke,) = strokes_on_page(drawing)
    np.testing.assert_allclose(stroke.xy, UPRIGHT.xy, atol=1e-4)
    assert erase_at(left, 0, 30, 50, 1.5).drawings == ()


def test_the_eraser_takes_a_dot_that_it_comes_near_to():
    note, _ = add_stroke(Note.from_text("a"), 0, Stroke(np.array([[30.0, 40.0]])))
    assert erase_at(note, 0, 33, 40, 1.5) == note
    assert erase_at(note, 0, 30, 41, 1.5).drawings == ()

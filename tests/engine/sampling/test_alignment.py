"""The check of alignment: what it must notice, and what it must leave alone."""

from __future__ import annotations

import numpy as np

from engine.ink.baseline import level, x_height
from engine.ink.ink import Ink
from engine.sampling.alignment import Ending, align, ended, points_to_keep

PACE = 10.0


def walk(text: str, points: list[int]) -> np.ndarray:
    """phi of a window that spends so many points on each character, then sees the space."""
    stands = np.repeat(np.arange(len(points)), points)
    phi = np.zeros((len(stands), len(text) + 1), dtype=np.float32)
    phi[np.arange(len(stands)), stands] = 1.0
    return phi


def test_an_even_walk_is_without_flaw():
    found = align("hello", walk("hello", [10] * 5), True, PACE)
    assert found.flaws == ()
    assert found.characters.tolist() == np.repeat(np.arange(5), 10).tolist()


def test_a_letter_left_out_is_named():
    (flaw,) = align("hello", walk("hello", [10, 0, 10, 10, 10]), True, PACE).flaws
    assert "'e'" in flaw
    assert "left out" in flaw


def test_a_letter_dwelt_on_is_named():
    (flaw,) = align("hello", walk("hello", [10, 10, 70, 10, 10]), True, PACE).flaws
    assert "'l' (character 3)" in flaw


def test_a_run_on_is_told():
    (flaw,) = align("hello", walk("hello", [10] * 5), False, PACE).flaws
    assert "ran on" in flaw


def test_spaces_and_points_may_be_short():
    assert align("a, b.", walk("a, b.", [10, 0, 0, 10, 0]), True, PACE).flaws == ()


def test_a_line_ends_on_the_space_with_the_pen_up_or_when_all_stands_there():
    phi = np.array([[1, 0], [0.4, 0.6], [0.4, 0.6], [0.05, 0.95]], dtype=np.float32)
    pen_up = np.array([True, False, True, False])
    assert ended(phi, pen_up).tolist() == [False, False, True, True]


def test_a_line_is_levelled_by_the_letters_that_stand_on_it():
    """Descenders hang below, the slope goes, and the x-height is that of the low letters."""
    text = "ananapanag"
    letters, characters = [], []
    for i, letter in enumerate(text):
        depth = 0.9 if letter in "pg" else 0.0
        letters.append([(i, -1), (i + 0.2, depth), (i + 0.4, -1), (i + 0.6, 0.0)])
        characters += [i] * 4
    ink = Ink.from_lists(letters).rotated(0.08).moved(3, 7)
    owners = np.array(characters)
    flat = level(ink, text, owners)
    assert flat.bounds[0] == 0
    assert np.abs(flat.bounds[3] - 0.9) < 0.05
    assert np.abs(x_height(flat, text, owners) - 1) < 0.05


def test_a_first_letter_that_the_window_only_brushes_was_left_out():
    """After a primer the window may still stand before the text, with little of it here."""
    phi = walk("hello", [10, 10, 10, 10, 10])
    phi[:10] *= 0.02
    (flaw,) = align("hello", phi, True, PACE).flaws
    assert "'h' (character 1)" in flaw


def test_a_mark_after_the_full_stop_is_no_part_of_the_line():
    letter, stop = [(0, 0), (0, -1), (1, -1), (1, 0)], [(2, 0), (2.1, 0)]
    mark = [(4, -1.5), (4, 0)]
    on_letter, on_stop, past = [0] * 4, [1] * 2, [2] * 2

    def kept(strokes, stands, text="n."):
        phi = np.eye(len(text) + 1, dtype=np.float32)[stands]
        return points_to_keep(text, phi, Ink.from_lists(strokes))

    assert kept([letter, stop, mark], on_letter + on_stop + past) == 6
    # The window may run ahead of the pen: the stop itself stays.
    assert kept([letter, stop, mark], on_letter + past + past) == 6
    assert kept([letter, stop], on_letter + past) == 6
    assert kept([letter, mark], on_letter + past) == 6
    assert kept([letter, mark], [0] * 4 + [2] * 2, "nl") == 6


def test_what_is_drawn_behind_the_last_letter_belongs_to_another_word():
    """With the window on the space: the o of "XII o"; but not a late dot, bar or second stem."""
    stem = [(0.0, -2.0), (0.0, -1.5), (0.0, -1.0), (0.0, -0.5), (0.0, 0.0)]
    other = [(0.9, -1.0), (0.8, 0.0), (1.2, 0.0), (1.2, -1.0)]
    bar = [(-0.4, -1.0), (0.3, -1.0)]
    near = [(0.3, -2.0), (0.3, 0.0)]

    def kept(text: str, strokes: list, columns: list[int]) -> int:
        phi = standing_on(columns, len(text) + 1)
        return points_to_keep(text, phi, Ink.from_lists(strokes))

    on, past = [0] * 5, [1] * 4
    assert kept("I", [stem, other], on + past) == 5
    assert kept("I", [stem, bar, other, bar], on + past[:2] + past + past[:2]) == 7
    assert kept("I", [stem, bar], on + past[:2]) == 7
    assert kept("H", [stem, near], on + past[:2]) == 7
    # What the window still sees as the letter is of the letter, however far it is.
    assert kept("I", [stem, other], [*on, 0, *past[1:]]) == 9
    # The window may have left the text before the last letter was drawn.
    assert kept("I", [stem, other], [0] * 3 + [1] * 2 + past) == 9
    assert kept("I!", [stem, other], on + [2] * 4) == 9


def offsets_of(*points: tuple[float, bool]) -> np.ndarray:
    """Points that move so far to the right, and whether the pen is lifted after them."""
    return np.array([[dx, 0.0, up] for dx, up in points], dtype=np.float32)


def standing_on(columns: list[int], width: int) -> np.ndarray:
    return np.eye(width, dtype=np.float32)[columns]


def test_a_line_ends_where_the_pen_leaves_for_the_next_word_and_not_before_a_last_bar():
    # The t of "at" (1), its pen-up seen from the space (2), the bar back over it, and then a leap.
    phi = standing_on([0, 1, 2, 2, 2, 3], 5)
    points = offsets_of((1, False), (1, False), (0, True), (-0.5, False), (1, True), (3, False))
    assert Ending(3, 1.0).kept(phi, points) == 5
    piecewise = Ending(3, 1.0)
    assert piecewise.kept(phi[:3], points[:3]) is None
    assert piecewise.kept(phi[3:5], points[3:5]) is None
    assert piecewise.kept(phi[5:], points[5:]) == 0


def test_a_line_joined_to_the_next_word_ends_within_it_and_one_without_ends_at_the_pen_up():
    phi = standing_on([0, 1, 2, 3, 4, 4], 6)
    points = offsets_of(*[(0.4, False)] * 6)
    assert Ending(3, 1.0).kept(phi, points) == 5
    alone = standing_on([0, 1, 2], 3)
    assert Ending(3, None).kept(alone, offsets_of((1, False), (1, False), (0, True))) == 3

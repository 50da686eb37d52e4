"""A line takes on the slant and the width of a style, and nothing else of it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from engine.ink.slant import downstroke_slant
from engine.style.similarity import (
    MOST_SHEAR,
    MOST_WIDTH,
    blend,
    breadth,
    hinge_distance,
    hinge_features,
    line_statistics,
    mean_slant,
    style_correction,
    word_gaps,
)
from engine.style.style import Style


def upright(letters: int = 8, width: float = 1.0) -> Ink:
    """Strokes up and down, one a letter."""
    y = -np.abs(np.sin(np.linspace(0, np.pi, 12)))
    return Ink(
        tuple(
            Stroke(np.stack([width * k + np.linspace(0, 0.3, 12) * width, y], axis=1))
            for k in range(letters)
        )
    )


@pytest.mark.parametrize("lean", [-0.3, 0.0, 0.2])
def test_slant_is_measured_as_the_ink_leans(lean: float) -> None:
    assert mean_slant(upright().slanted(lean)) - mean_slant(upright()) == pytest.approx(
        lean, abs=0.04
    )


def test_upstrokes_lean_the_mean_and_leave_the_downstrokes_alone() -> None:
    zigzag = Ink.from_lists([[(0.5 * k, -1), (0.5 * k, 0), (0.5 * k + 0.5, -1)] for k in range(6)])
    assert downstroke_slant(zigzag) == 0
    assert mean_slant(zigzag) == pytest.approx(0.25)


def looped(letters: int = 8) -> Ink:
    """A stroke of loops, like joined letters."""
    t = np.linspace(0, 2 * np.pi * letters, 24 * letters)
    return Ink((Stroke(np.stack([0.16 * t + 0.3 * np.sin(t), 0.5 * np.cos(t)], axis=1)),))


def test_lines_take_on_slant_and_letter_width() -> None:
    style = Style("s", "abcdefgh", looped().scaled(1.2, 1.0).slanted(0.25))
    lines = [looped(5), looped(7).scaled(1.05, 1.0)]
    matrix = style_correction(lines, style)
    after = [ink.transformed(matrix) for ink in lines]
    off = abs(np.mean([mean_slant(ink) for ink in lines]) - mean_slant(style.ink))
    assert abs(np.mean([mean_slant(ink) for ink in after]) - mean_slant(style.ink)) < 0.4 * off
    before, wanted = breadth(lines), breadth([style.ink])
    assert abs(breadth(after) - wanted) < 0.25 * abs(before - wanted)
    assert np.allclose(matrix[1], (0, 1)), "the height and the baseline stay"


def test_letter_width_hardly_hangs_on_the_text_and_grows_with_it() -> None:
    assert breadth([looped(4)]) == pytest.approx(breadth([looped(9)]), rel=0.02)
    assert breadth([looped().scaled(1.3, 1.0)]) == pytest.approx(1.3 * breadth([looped()]))
    assert breadth([]) == 0
    assert breadth([Ink((Stroke([[0, 0]]),))]) == 0


def test_strength_0_changes_nothing_and_half_goes_half_way() -> None:
    matrix = style_correction(
        [looped()], Style("s", "abcdefgh", looped().scaled(1.2, 1.0).slanted(0.2))
    )
    assert np.allclose(blend(matrix, 0.0), np.eye(2))
    assert np.allclose(blend(matrix, 1.0), matrix)
    half = blend(matrix, 0.5)
    assert half[0, 1] == pytest.approx(matrix[0, 1] / 2)
    assert half[0, 0] ** 2 == pytest.approx(matrix[0, 0])


def test_a_wild_style_does_not_tear_lines_apart() -> None:
    style = Style("s", "abcdefgh", looped().scaled(9.0, 1.0).slanted(3.0))
    matrix = style_correction([looped()], style)
    assert matrix[0, 0] == pytest.approx(MOST_WIDTH)
    assert abs(matrix[0, 1]) <= MOST_SHEAR
    assert np.allclose(style_correction([], style), np.eye(2))
    assert np.allclose(style_correction([Ink((Stroke([[0, 0]]),))], style), np.eye(2))


def test_shapes_tell_lines_apart_by_slant_and_by_strokes_whatever_the_text() -> None:
    text = "abcdefgh"
    one = hinge_features(looped(), text)
    assert hinge_distance(one, one) == 0
    twice = Ink.joined([looped(), looped().moved(12, 0)])
    assert hinge_distance(one, hinge_features(twice, 2 * text)) == pytest.approx(0, abs=0.01)
    near, far = (hinge_distance(one, hinge_features(looped().slanted(s), text)) for s in (0.1, 0.4))
    assert 0.01 < near < far
    (stroke,) = looped().strokes
    parts = Ink(tuple(Stroke(stroke.xy[i : i + 24]) for i in range(0, len(stroke), 24)))
    assert hinge_distance(one, hinge_features(parts, text)) >= 0.5 * np.log(8), "a stroke a letter"
    assert hinge_distance(one, hinge_features(Ink((Stroke([[0, 0]]),)), "a")) > far


def test_manner_counts_for_each_character() -> None:
    found = line_statistics(upright(), "abcdefgh")
    assert (found.points, found.strokes) == (12, 1)
    assert found.width == pytest.approx(upright().width / 8)


def test_gaps_between_words() -> None:
    ink = Ink.joined([upright(2), upright(2).moved(3.0, 0)])
    characters = np.repeat([0, 1, 3, 4], 12)
    (gap,) = word_gaps(ink, "ab cd", characters)
    assert gap == pytest.approx(3.0 - 1.3, abs=0.05)

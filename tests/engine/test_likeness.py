"""A line takes on the slant and the width of a style, and nothing else of it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.ink import Ink, Stroke
from engine.likeness import MOST_SHEAR, manner, matched, slant, word_gaps
from engine.style import Style


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
    assert slant(upright().slanted(lean)) - slant(upright()) == pytest.approx(lean, abs=0.04)


def test_a_line_takes_on_slant_and_width() -> None:
    style = Style("s", "abcdefgh", upright(width=1.2).slanted(0.25))
    written = upright()
    result = matched(written, "abcdefgh", style)
    wanted, before, after = (manner(ink, "abcdefgh") for ink in (style.ink, written, result))
    assert abs(after.slant - wanted.slant) < 0.3 * abs(before.slant - wanted.slant)
    assert after.width == pytest.approx(wanted.width, rel=0.02)
    assert result.bounds[0] == pytest.approx(written.bounds[0])
    assert np.allclose(result.xy[:, 1], written.xy[:, 1])


def test_strength_0_changes_nothing_and_half_goes_half_way() -> None:
    style = Style("s", "abcdefgh", upright().slanted(0.2))
    written = upright()
    assert np.allclose(matched(written, "abcdefgh", style, 0.0).xy, written.xy)
    half = slant(matched(written, "abcdefgh", style, 0.5)) - slant(written)
    assert half == pytest.approx(0.1, abs=0.03)


def test_a_wild_style_does_not_tear_the_line_apart() -> None:
    style = Style("s", "abcdefgh", upright(width=9).slanted(3.0))
    result = matched(upright(), "abcdefgh", style)
    assert abs(slant(result)) < MOST_SHEAR + 0.1
    assert result.width < 2 * upright().width


def test_gaps_between_words() -> None:
    ink = Ink.joined([upright(2), upright(2).moved(3.0, 0)])
    characters = np.repeat([0, 1, 3, 4], 12)
    (gap,) = word_gaps(ink, "ab cd", characters)
    assert gap == pytest.approx(3.0 - 1.3, abs=0.05)

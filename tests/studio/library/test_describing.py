"""The words for a style's look follow from its ink."""

import pytest

from engine.ink import Ink
from engine.style import Style, bundled
from studio.library.describing import described


def style(text: str, width: float, lean: float, strokes: int) -> Style:
    """Down strokes, spread over a width, each leaning to the right by so much of its height."""
    step = (width - lean) / max(strokes - 1, 1)
    lines = [[(k * step + lean, -1.0), (k * step, 0.0)] for k in range(strokes)]
    return Style("a style", text, Ink.from_lists(lines))


@pytest.mark.parametrize(
    ("width", "lean", "strokes", "words"),
    [
        (9.0, 0.0, 10, "narrow, upright, print"),
        (20.0, 0.3, 2, "wide, leaning right, joined"),
        (11.0, -0.3, 7, "leaning left, half joined"),
    ],
)
def test_words_follow_the_ink(width: float, lean: float, strokes: int, words: str):
    assert described(style("ten letter", width, lean, strokes)) == words


def test_every_style_that_ships_has_words():
    assert all(described(shipped) for shipped in bundled().values())

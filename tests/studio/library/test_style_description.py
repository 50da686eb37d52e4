"""The words for a style's look follow from its ink."""

from dataclasses import replace

import pytest

from engine.ink.ink import Ink
from engine.style.style import Style, bundled
from studio.library.style_description import StyleKind, about_style, describe_style, kind_of


def zigzag(letters: int, step: float, lean: float, strokes: int) -> Style:
    """Letters of one stroke down each, joined by strokes up to the next within a run."""
    each = letters // strokes
    lines = []
    for stroke in range(strokes):
        points = []
        for letter in range(stroke * each, (stroke + 1) * each):
            points += [(letter * step + lean, -1.0), (letter * step, 0.0)]
        lines.append(points)
    return Style("a style", "x" * letters, Ink.from_lists(lines))


@pytest.mark.parametrize(
    ("step", "lean", "strokes", "words"),
    [
        (0.3, 0.0, 12, "narrow, upright, print"),
        (1.0, 0.3, 3, "leaning right, joined"),
        (2.0, -0.5, 3, "wide, leaning left, joined"),
    ],
)
def test_words_follow_the_ink(step: float, lean: float, strokes: int, words: str):
    assert describe_style(zigzag(12, step, lean, strokes)) == words


def test_what_a_style_says_of_itself_counts_more_than_its_ink():
    style = zigzag(12, 0.3, 0.0, 12)
    assert kind_of(style) is not StyleKind.ELEGANT
    named = replace(style, kind="elegant", description="For cards.")
    assert kind_of(named) is StyleKind.ELEGANT
    assert about_style(named) == "For cards."
    assert about_style(style) == describe_style(style)
    assert kind_of(replace(style, kind="of no kind")) is kind_of(style)


def test_every_style_that_ships_has_words():
    assert all(describe_style(shipped) for shipped in bundled().values())

"""Evenness: a line is brought to the size, width and gaps that are usual of its style."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.ink.baseline import x_height
from engine.ink.ink import Ink, Stroke
from engine.ink.slant import downstroke_slant
from engine.style.evenness import GAP, PLAIN, UsualManner, evened, usual_manner
from engine.style.similarity import breadth

TEXT = "one can seven more uses anew"
TURN = np.linspace(0, 2 * np.pi, 24)


def line(wide: float = 1.0, tall: float = 1.0, gap: float = 1.5, text: str = TEXT, uneven=()):
    """Letters as rings, `wide` and `tall` times the usual, and gaps between words."""
    strokes, characters, left, space = [], [], 0.0, 0
    for place, letter in enumerate(text):
        if letter == " ":
            left += gap * (uneven[space] if uneven else 1.0) - 0.2
            space += 1
            continue
        x = left + 0.3 * wide * (1 - np.cos(TURN))
        strokes.append(Stroke(np.stack([x, -tall * 0.5 * (1 - np.sin(TURN))], axis=1)))
        characters += [place] * len(TURN)
        left += 0.6 * wide + 0.2
    return Ink(tuple(strokes)), text, np.array(characters)


def gaps(ink: Ink, text: str) -> np.ndarray:
    spans, gaps, at = [(s.xy[:, 0].min(), s.xy[:, 0].max()) for s in ink.strokes], [], 0
    for before, letter in enumerate(text):
        if letter == " ":
            gaps.append(spans[at][0] - spans[at - 1][1])
        else:
            at += 1
        del before
    return np.array(gaps)


USUAL = UsualManner(breadth([line()[0]]), 1.0, 1.0)


@pytest.mark.parametrize(("wide", "tall"), [(0.85, 1.0), (1.2, 1.0), (1.0, 1.1), (1.0, 0.92)])
def test_size_and_width_come_near_to_what_is_usual(wide: float, tall: float) -> None:
    ink, text, characters = line(wide, tall)
    made = evened(ink, text, characters, USUAL)

    def away(one: Ink) -> float:
        height = x_height(one, text, characters)
        assert height is not None
        return abs(np.log(breadth([one]) / USUAL.breadth)) + abs(np.log(height))

    assert away(made) < 0.5 * away(ink)


def test_a_line_leans_nearly_as_is_usual() -> None:
    ink, text, characters = line()
    usual = replace(USUAL, slant=downstroke_slant(ink))
    leaning = ink.slanted(0.1)
    made = evened(leaning, text, characters, usual)
    assert abs(downstroke_slant(made) - usual.slant) < 0.05


def test_gaps_come_near_to_the_wanted_one_and_stay_uneven() -> None:
    uneven = (0.7, 1.5, 1.0, 1.0, 1.3)
    ink, text, characters = line(gap=1.8, uneven=uneven)
    made = gaps(evened(ink, text, characters, USUAL), text)
    assert np.median(made) == pytest.approx(1.0, abs=0.1)
    assert made.min() > 0.6
    assert made.max() < 1.5
    assert np.argsort(made, kind="stable").tolist()[-1] == 1
    assert made.std() > 0.05


def test_a_short_line_tells_little_and_keeps_its_size() -> None:
    ink, text, characters = line(wide=1.2, text="see")
    made = evened(ink, text, characters, USUAL)
    assert abs(np.log(breadth([made]) / breadth([ink]))) < 0.05


def test_what_is_written_in_one_stroke_is_not_torn() -> None:
    ink, text, characters = line(text="one can see more")
    joined = Ink((Stroke(ink.xy),))
    made = evened(joined, text, characters, USUAL)
    assert len(made.strokes) == 1
    assert made.points == ink.points


def test_strength_nought_changes_nothing_and_points_stay_as_many() -> None:
    ink, text, characters = line(wide=1.2)
    assert evened(ink, text, characters, USUAL, 0.0) is ink
    made = evened(ink, text, characters, USUAL)
    assert [len(s) for s in made.strokes] == [len(s) for s in ink.strokes]


def test_what_is_usual_is_measured_of_lines() -> None:
    def told(**how: float):
        ink, text, characters = line(**how)
        return text, ink, characters

    usual = usual_manner([told(gap=1.5), told(gap=1.5, wide=1.1)])
    assert usual.x_height == pytest.approx(1.0, abs=0.02)
    assert usual.gap == pytest.approx(GAP, abs=0.1)
    wide = usual_manner([told(gap=2.6)])
    assert usual.gap < wide.gap <= 1.2
    assert usual_manner([]) == PLAIN

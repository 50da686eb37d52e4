"""How much letters of a kind differ within a line."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from engine.ink.ink import Ink, Stroke
from training.__main__ import training
from training.evaluation.letter_variety import distances, shape_of, variety

TURN = np.linspace(0, 2 * np.pi, 30)


def line(*widths: float) -> tuple[Ink, str, np.ndarray]:
    """A row of o's of these widths, each an ellipse one x-height tall."""
    strokes, left = [], 0.0
    for width in widths:
        x = left + 0.5 * width * (1 - np.cos(TURN))
        strokes.append(Stroke(np.stack([x, -0.5 * (1 - np.sin(TURN))], axis=1)))
        left += width + 0.3
    return Ink(tuple(strokes)), "o" * len(widths), np.repeat(np.arange(len(widths)), len(TURN))


def test_letters_of_one_shape_do_not_differ_wherever_they_stand() -> None:
    assert distances(*line(0.8, 0.8, 0.8)) == pytest.approx([0.0] * 3, abs=1e-9)


def test_wider_letters_differ_by_how_much_wider_they_are() -> None:
    near, far, between = distances(*line(0.8, 0.9, 1.2))
    assert 0 < near < between < far
    doubled = distances(*line(0.8, 1.0))[0]
    assert doubled == pytest.approx(2 * near, rel=0.1)
    # In x-heights: writing of twice the size differs by no more.
    ink, text, of = line(0.8, 1.2)
    assert distances(ink.scaled(2.0), text, of) == pytest.approx(distances(ink, text, of))


def test_only_letters_that_come_twice_count() -> None:
    ink, _, of = line(0.8, 1.2)
    assert distances(ink, "oe", of) == []
    assert distances(ink, "..", of) == []
    assert np.isnan(variety([(ink, "oe", of)]))
    # The median over lines of the medians within them.
    one, other = line(0.8, 0.9), line(0.8, 1.2)
    assert distances(*one)[0] < variety([one, other]) < distances(*other)[0]


def test_a_shape_does_not_depend_on_the_pen_s_speed() -> None:
    slow, fast = np.linspace(0, 1, 50), np.linspace(0, 1, 50) ** 2
    shapes = [shape_of(np.stack([t, 2 * t], axis=1)) for t in (slow, fast)]
    np.testing.assert_allclose(*shapes, atol=1e-9)


def test_the_command_prints_a_row_for_each_style() -> None:
    done = CliRunner().invoke(training, ["variety", "--style", "Hazel"])
    assert done.exit_code == 0, done.output
    name, value = done.output.split()
    assert name == "Hazel"
    assert 0.02 < float(value) < 1.0

"""Pages' evenness: what is measured of lines, and of pages."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from engine.ink.ink import Ink, Stroke
from training.__main__ import training
from training.evaluation.page_evenness import LineMeasures, evenness, measured

TURN = np.linspace(0, 2 * np.pi, 30)


def rings(text: str, gap: float, tall: float = 1.0, lean: float = 0.0) -> Ink:
    strokes, left = [], 0.0
    for letter in text:
        if letter == " ":
            left += gap - 0.2
            continue
        y = -tall * 0.5 * (1 - np.sin(TURN))
        strokes.append(Stroke(np.stack([left + 0.3 * (1 - np.cos(TURN)) - lean * y, y], axis=1)))
        left += 0.8
    return Ink(tuple(strokes))


def test_a_line_s_gaps_and_slant_are_measured() -> None:
    text = "one can see moon sooner"
    line = measured(rings(text, 1.6), text)
    assert line is not None
    assert len(line.gaps) == 4
    leaning = measured(rings(text, 1.6, lean=0.5), text)
    assert leaning is not None
    assert leaning.slant > line.slant + 15
    wide = measured(rings(text, 2.4), text)
    assert wide is not None
    assert np.median(wide.gaps) > 1.3 * np.median(line.gaps)
    assert measured(rings("no", 1.0), "no") is None


def test_pages_are_told_apart_by_how_their_lines_differ() -> None:
    even = [LineMeasures(1.0, 5.0, 0.8, (1.0, 1.1)) for _ in range(6)]
    uneven = [LineMeasures(1.0 + 0.1 * k, 5.0 * k, 0.8, (0.5 * k + 0.1, 1.0)) for k in range(6)]
    of_even, of_uneven = evenness([even]), evenness([uneven])
    assert of_even is not None
    assert of_uneven is not None
    assert of_even.size == of_even.slant == 0.0
    assert of_even.gap == pytest.approx(1.05)
    assert of_uneven.size > 0.1
    assert of_uneven.gap_most > of_uneven.gap_least + 0.5
    assert evenness([even[:3]]) is None


def test_the_command_prints_a_row_for_each_style() -> None:
    done = CliRunner().invoke(training, ["evenness", "--style", "Hazel"])
    assert done.exit_code == 0, done.output
    row = next(line for line in done.output.splitlines() if line.startswith("Hazel"))
    size, slant, width, gap, least, most, within = (float(word) for word in row.split()[1:])
    assert 0 < size < 0.2
    assert 0 < slant < 15
    # Of the same hand as it was sampled: letters 18 %, gaps 1.59 x-heights.
    assert width < 0.12
    assert 0.7 < least <= gap <= most < 1.5
    assert within < 0.4

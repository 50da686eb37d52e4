"""A small prepared corpus for what looks at many lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke

#: Texts of the corpus's lines; the hand that is inspected does not know the digit of the fourth.
CORPUS_TEXTS = ("the first line", "a second one", "another here", "line 7", "odd", "the last of it")


def _wavy_line(text: str, seed: int) -> Ink:
    """Ink of some eight points a character, in two strokes."""
    count = 16 * (len(text) + 1)
    t = np.linspace(0, 1, count)
    rough = np.random.default_rng(seed).normal(0, 0.3 * seed, (2, count))
    x = 20 * len(text) * t + 5 * np.sin(130 * t) + rough[0]
    y = 20 * np.sin(8 * len(text) * t) + rough[1]
    halves = np.array_split(np.column_stack([x, y, t * count / 77]), 2)
    return Ink(tuple(Stroke(half[:, :2], half[:, 2]) for half in halves))


@pytest.fixture(scope="session")
def wavy_line() -> Callable[[str, int], Ink]:
    """Draws a line by its text and a seed."""
    return _wavy_line


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared corpus of six lines, the last two of them of the split "v"."""
    from engine.ink.preparation import Preparation
    from engine.text.alphabet import Alphabet
    from training.corpora.corpus import written
    from training.corpora.iam import Line

    lines = []
    for number, text in enumerate(CORPUS_TEXTS, 1):
        ink = _wavy_line(text, number)
        split = "v" if number > 4 else "train"
        line = Line(f"form {number}", 1, split, f"writer {number}", text, ink)
        lines.append((line, Preparation().prepare(ink)))
    path = tmp_path_factory.mktemp("corpora") / "small.safetensors"
    written(lines, path, Alphabet(" 7abcdefghijklmnopqrstuvwxyz"), Preparation(), 8.0)
    return path

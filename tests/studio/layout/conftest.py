"""A writer for tests of the layout: quick, and its widths are known."""

from __future__ import annotations

import string
from collections.abc import Callable, Collection, Sequence

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from studio.layout.layout import Layout
from studio.layout.line_writer import LineRequest, WrittenLine

ALPHABET = frozenset(" !\"&'()+,-./:;?" + string.ascii_letters + string.digits)


class LoopWriter:
    """Writes a loop for each character, as wide and as tall as such a character is."""

    name, sha256 = "loops", "5c21be"

    def __init__(self, alphabet: Collection[str] = ALPHABET, scatter: float = 0.03) -> None:
        self.alphabet, self.scatter = frozenset(alphabet), scatter

    def examples(self, _style: str | None, _strength: float = 1.0) -> Sequence[tuple[str, float]]:
        return ()

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        return [self.write(request) for request in requests]

    def write(self, request: LineRequest) -> WrittenLine:
        assert 0 < len(request.text) <= 80
        assert self.alphabet.issuperset(request.text)
        assert request.text == request.text.strip()
        rng = np.random.default_rng([request.seed, len(request.text)])
        scale = 1 + self.scatter * rng.standard_normal()
        pen, strokes, characters = 0.0, [], []
        for place, character in enumerate(request.text):
            width = scale * (0.5 if character in "il.,;:'!" else 1.8 if character.isupper() else 1)
            top = 2.2 if character in "bdfhklt" or character.isupper() else 1.0
            if character != " ":
                turn = np.linspace(0, 2 * np.pi, 8)
                x = pen + width * (0.5 - 0.45 * np.cos(turn))
                y = -top * (0.5 - 0.5 * np.cos(turn))
                strokes.append(Stroke(np.stack([x, y], axis=1)))
                characters += [place] * len(turn)
            pen += width
        ink = Ink(tuple(strokes))
        return WrittenLine(request.text, ink, np.array(characters, dtype=np.int64), request.seed)


@pytest.fixture(scope="session")
def loop_writer() -> Callable[..., LoopWriter]:
    return LoopWriter


@pytest.fixture(scope="session")
def lines_of() -> Callable[[Layout], list[str]]:
    """The lines of a layout as the hand writes them."""
    return lambda layout: [line.key.text for line in layout.plan.lines]

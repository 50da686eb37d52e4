"""Pages to export, in a round hand that is drawn by rule: no network is needed to test a writer."""

from functools import cache

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import PENS
from studio.document.page import Page, Pages, PlacedLine, PlacedWord
from studio.document.paper import PAPERS, Margins, Ruling, RulingKind

RATE = 38.5

# Each letter: its advance, then its strokes as points (x, y up) in x-heights, baseline y = 0.
LETTERS = {
    "a": (0.95, "78,75 50,98 15,70 12,25 40,2 70,30 78,85 76,30 88,2 105,22"),
    "b": (0.85, "5,60 25,150 20,190 10,150 10,20 35,0 65,25 60,70 35,90 14,60"),
    "c": (0.80, "70,80 45,98 15,70 10,30 35,2 62,8 80,25"),
    "d": (0.95, "75,75 50,98 15,70 12,25 40,2 68,35 80,190 78,60 80,15 95,2"),
    "e": (0.80, "12,45 45,55 65,75 45,98 15,72 10,30 38,2 75,25"),
    "f": (0.60, "55,170 40,195 25,160 22,60 20,0 | 0,92 30,95 55,98"),
    "g": (0.90, "72,80 48,98 14,70 12,28 40,5 68,35 76,90 74,10 66,-60 38,-80 15,-58"),
    "h": (0.95, "12,190 12,90 12,0 14,50 40,95 65,85 70,40 72,2 90,15"),
    "i": (0.45, "12,95 12,50 16,8 30,2 45,20 | 14,140"),
    "j": (0.45, "25,95 25,20 18,-60 0,-80 -18,-62 | 27,140"),
    "k": (0.85, "12,190 12,90 12,0 | 65,95 35,60 14,45 38,38 58,12 80,2"),
    "l": (0.50, "5,40 30,140 28,188 14,170 12,60 18,8 32,2 48,20"),
    "m": (1.40, "10,95 12,50 12,0 15,55 35,95 52,82 55,0 58,55 80,95 98,82 100,25 108,2 125,15"),
    "n": (1.00, "10,95 12,50 12,0 15,55 42,96 65,85 68,25 76,2 95,15"),
    "o": (0.90, "50,96 18,80 10,40 28,4 60,10 76,50 62,90 48,96 60,82 92,80"),
    "p": (0.90, "10,95 12,40 10,-85 13,50 40,96 70,72 66,25 38,2 14,22"),
    "q": (0.90, "72,80 48,98 14,70 12,28 40,5 68,35 74,95 74,10 76,-80 92,-60"),
    "r": (0.70, "10,95 12,50 12,0 15,55 35,92 62,90"),
    "s": (0.75, "62,82 40,98 18,82 28,58 55,40 58,15 32,0 6,14"),
    "t": (0.60, "25,150 23,80 24,15 40,2 58,18 | 2,95 28,98 55,100"),
    "u": (1.00, "10,95 10,40 25,4 50,12 70,55 74,95 72,35 82,4 100,18"),
    "v": (0.85, "5,95 20,50 38,2 58,55 68,95 88,88"),
    "w": (1.20, "5,95 12,40 30,2 48,40 55,85 58,40 74,2 96,45 100,95 118,88"),
    "x": (0.85, "8,95 35,55 55,12 78,4 | 70,95 40,50 8,2"),
    "y": (0.90, "8,95 14,55 38,35 62,60 72,95 62,20 40,-55 18,-80 0,-62"),
    "z": (0.85, "8,90 40,94 68,92 40,50 8,4 40,6 78,8"),
    ",": (0.40, "12,10 16,-5 8,-28"),
    ".": (0.40, "12,4"),
}


def _drawn(points: np.ndarray) -> np.ndarray:
    """A stroke through key points, slower where it bends, at the hand's point rate."""
    if len(points) < 3:
        return points
    chord = np.sqrt(np.hypot(*np.diff(points, axis=0).T))
    knots = np.append(0.0, np.cumsum(chord))
    count = max(4, round(1.7 * len(points)))
    at = np.linspace(0, knots[-1], count)
    from scipy.interpolate import PchipInterpolator

    return PchipInterpolator(knots, points)(at)


@cache
def write(text: str, x_height: float, left: float, baseline: float) -> tuple[Ink, tuple]:
    """Ink and words of a line in millimetres, with time at the hand's rate."""
    rng = np.random.default_rng(len(text))
    strokes, words, x, clock, points = [], [], left, 0.0, 0
    for word in text.split(" "):
        begun, first = points, len(strokes)
        for letter in word:
            advance, drawing = LETTERS.get(letter.lower(), LETTERS["o"])
            for part in drawing.split(" | "):
                key = np.array([p.split(",") for p in part.split()], dtype=float) / 100
                key = key + rng.normal(0, 0.02, key.shape)
                xy = _drawn(
                    np.stack(
                        [
                            x + (key[:, 0] + 0.15 * key[:, 1]) * x_height,
                            baseline - key[:, 1] * x_height,
                        ],
                        axis=1,
                    )
                )
                time = clock + np.arange(len(xy)) / RATE
                strokes.append(Stroke(xy, time))
                clock, points = time[-1] + 0.1, points + len(xy)
            x += advance * x_height
        box = Ink(tuple(strokes[first:])).bounds
        words.append(PlacedWord(word, box, begun, points))
        x += 0.8 * x_height
    return Ink(tuple(strokes)), tuple(words)


SENTENCES = (
    "the quick brown fox jumps over the lazy dog,",
    "and a quiet pen writes all of the words that",
    "nobody wanted to say aloud. it was a fine day",
    "by the sea, with waves rolling in and out again,",
    "so we sat down and wrote a letter to the moon.",
)


def page_of(
    texts,
    number=1,
    pen="fountain",
    paper="A5",
    ruling=RulingKind.PLAIN,
    printed=False,
    x_height=2.3,
    spacing=9.0,
):
    lines = []
    for row, text in enumerate(texts):
        baseline = 30.0 + spacing * row
        ink, words = write(text, x_height, 18.0, baseline)
        lines.append(
            PlacedLine(text, ink, words, baseline, "#1b2a6b", PENS[pen], "amber", 0.75, row)
        )
    return Page(
        PAPERS[paper],
        Margins(18, 18, 12, 15),
        tuple(lines),
        number,
        ruling=Ruling(ruling, spacing, 30.0),
        ruling_printed=printed,
    )


@pytest.fixture(scope="session")
def pages_of():
    """Make `Pages` of so many pages with the keyword arguments of `page_of`."""

    def make(count=1, texts=SENTENCES, title="A letter", **options) -> Pages:
        pages = tuple(page_of(texts, number, **options) for number in range(1, count + 1))
        return Pages(pages, title, "A. Writer", "default", "0123abcd" * 8)

    return make

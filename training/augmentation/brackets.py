"""Words put in brackets: an opening and a closing one are drawn around words of a line.

One line of IAM-OnDB in a hundred holds one. They are drawn from shapes at random, at the height and
the pen's speed of the line they stand in; what stands behind them makes room.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import baseline
from engine.network.network import Network
from training.augmentation.glyphs import ink_of, left, line_like, moved, owners_of, parted, right
from training.augmentation.shapes import ShapeManner, draw_shape_for
from training.corpora.corpus import Corpus
from training.corpora.iam import Line

MANNER = ShapeManner(heights=(0.95, 1.25), speeds=(0.9, 1.4), apart=(0.05, 0.2))
#: The least gap between two words that are parted, in offsets units.
LEAST = 0.5
#: The most words within brackets.
WORDS = 3


def brackets(
    corpus: Corpus, network: Network, count: int, seed: int = 0
) -> Iterator[tuple[Line, Ink]]:
    """Lines of the training splits with one word, two or three in brackets.

    Parameters
    ----------
    corpus : Corpus
    network : Network
        Trained on the corpus: its window aligns points with characters.
    count : lines that are tried

    Yields
    ------
    The line, and its ink in offsets units.
    """
    random = np.random.default_rng(seed)
    taught = corpus.lines_of("train", "t", "f")
    lines = random.permutation(taught)[:count].tolist()
    owners = owners_of(corpus, network, lines)
    for line in lines:
        text = corpus.text(line)
        spaces = [i for i, character in enumerate(text) if character == " "]
        if len(spaces) < 2 or set("()") & set(text):
            continue
        first = int(random.integers(len(spaces) - 1))
        last = min(first + int(random.integers(1, WORDS + 1)), len(spaces) - 1)
        opens, closes = spaces[first], spaces[last]
        ink = bracketed(ink_of(corpus, line), owners[line], opens, closes, random)
        if ink is not None:
            inside = text[opens + 1 : closes]
            yield line_like(corpus, line, f"{text[: opens + 1]}({inside}){text[closes:]}", ink)


def bracketed(
    ink: Ink, stands: npt.NDArray[np.int64], opens: int, closes: int, random: np.random.Generator
) -> Ink | None:
    """The ink with brackets around what stands between two spaces of its text.

    Parameters
    ----------
    ink : Ink
    stands : int64 (n,), the character of the text that each point belongs to
    opens, closes : int, the spaces

    Returns
    -------
    Ink, or None where the words cannot be told apart.
    """
    parts = parted(ink, stands, opens, closes)
    if parts is None or not all(parts):
        return None
    before, inside, after = parts
    if left(inside) - right(before) < LEAST or left(after) - right(inside) < LEAST:
        return None
    (opening, gap), (closing, apart) = (draw_shape_for(ink, c, MANNER, random) for c in "()")
    foot = baseline(ink)
    start, room = left(inside), right(opening) + gap
    end = right(inside) + room + apart
    put = [
        *before,
        *(moved(xy, start, foot) for xy in opening),
        *(moved(xy, room) for xy in inside),
        *(moved(xy, end, foot) for xy in closing),
        *(moved(xy, room + apart + right(closing)) for xy in after),
    ]
    return Ink(tuple(Stroke(xy) for xy in put))

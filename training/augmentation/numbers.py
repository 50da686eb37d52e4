"""Numbers made of other lines' digits: a year, a time or a sum is put between a line's words.

One line of IAM-OnDB in thirty has a digit, and hardly one a time of day. A trained network's window
tells which strokes a digit is made of; where they are its own alone they are cut out, and numbers
are set of them, as far as possible in the writer's own digits. What a recogniser does not read as
it was meant is left out, so that a digit cut wrong teaches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import baseline
from engine.network.network import Network
from engine.recognition.recogniser import Recogniser
from training.augmentation.glyphs import (
    Glyphs,
    Points,
    cut_glyphs,
    ink_of,
    left,
    line_like,
    moved,
    owners_of,
    parted,
    right,
    with_lines,
)
from training.augmentation.shapes import draw_shape
from training.corpora.corpus import Corpus
from training.corpora.iam import Line

DIGITS = "0123456789"
#: What numbers are made of.
PARTS = DIGITS + ":.,()"
#: Drawn rather than cut, and how tall beside the digits.
DRAWN = {"/": (0.95, 1.3), "+": (0.7, 1.0)}
#: Heights of a digit, and its foot below the baseline, that are believed, in offsets units.
TALL = (0.8, 6.0)
FOOT = (-1.2, 1.2)
#: The gap between two digits, as a share of their height.
APART = (0.08, 0.3)
#: The gap between words, in offsets units, where a line has no such gap to measure.
SPACE = (2.0, 4.0)
#: A number that the recogniser reads with more than this share of its line's characters wrong is
#: left out.
WRONG = 0.06


def with_numbers(
    corpus: Corpus,
    network: Network,
    recogniser: Recogniser,
    path: Path,
    count: int = 1500,
    seed: int = 0,
) -> Corpus:
    """The corpus and those of `count` lines with numbers that a recogniser reads, as one file."""
    made = list(numbers(corpus, network, count, seed))
    judged = recogniser.judge([ink for _, ink in made], [line.text for line, _ in made])
    good = [
        one
        for one, judgement in zip(made, judged, strict=True)
        if judgement.wrong <= WRONG * len(one[0].text)
    ]
    return with_lines(corpus, good, path)


def numbers(
    corpus: Corpus, network: Network, count: int, seed: int = 0
) -> Iterator[tuple[Line, Ink]]:
    """Lines of the training splits with a number between two words or at the end.

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
    chosen = random.choice(taught, count, replace=count > len(taught))
    givers = [line for line in taught.tolist() if set(PARTS) & set(corpus.text(line))]
    owners = owners_of(corpus, network, {*chosen.tolist(), *givers})
    glyphs = _believed(cut_glyphs(corpus, {line: owners[line] for line in givers}, PARTS))
    for line in chosen.tolist():
        text, ink = corpus.text(line), ink_of(corpus, line)
        number = _number(random)
        strokes = _set(number, glyphs, int(corpus.writers[line]), random)
        if strokes is None:
            continue
        spaces = [i for i, character in enumerate(text) if character == " "]
        place = int(random.choice([*spaces, len(text)]))
        joined = insert(ink, owners[line], place, strokes, random)
        if joined is not None:
            changed = f"{text[:place]} {number}{text[place:]}"
            yield line_like(corpus, line, changed, joined)


def _number(random: np.random.Generator) -> str:
    """A year, a time, a count, an amount, a share, a sum or a telephone number."""

    def digits(count: int) -> str:
        return "".join(random.choice(list(DIGITS), count))

    first = str(random.integers(1, 10))
    kinds = (
        f"1{random.integers(5, 10)}{digits(2)}",
        f"20{digits(2)}",
        f"{random.integers(1, 13)}:{random.integers(0, 6)}{digits(1)}",
        f"{random.integers(1, 13)}.{random.integers(0, 6)}{digits(1)}",
        first,
        first + digits(1),
        first + digits(2),
        f"{first}.{digits(1)}",
        f"{first}{digits(1)},{digits(3)}",
        f"({first}{digits(1)})",
        f"{first}{digits(1)}/{digits(2)}",
        f"{first}/{digits(1)}",
        f"{first}{digits(1)} + {digits(2)}",
        f"{first} + {digits(1)}",
        digits(int(random.integers(5, 8))),
    )
    return str(random.choice(kinds))


def _believed(glyphs: Glyphs) -> Glyphs:
    """Without digits of a height, or at a place, that digits do not have."""
    return {
        character: [
            glyph
            for glyph in of
            if character not in DIGITS
            or (TALL[0] <= glyph.height <= TALL[1] and FOOT[0] <= glyph.foot <= FOOT[1])
        ]
        for character, of in glyphs.items()
    }


def _set(
    number: str, glyphs: Glyphs, writer: int, random: np.random.Generator
) -> tuple[Points, ...] | None:
    """The strokes of a number set of glyphs, in the writer's own where there are."""
    strokes: list[Points] = []
    x, tall = 0.0, 0.0
    for character in number:
        if character == " ":
            x += random.uniform(*SPACE) / 2
            continue
        if character in DRAWN:
            way = np.concatenate([np.hypot(*np.diff(xy, axis=0).T) for xy in strokes])
            height = tall * random.uniform(*DRAWN[character])
            put = draw_shape(character, height, float(np.median(way)), random)
            strokes += [moved(xy, x) for xy in put]
            x = right(strokes) + random.uniform(*APART) * tall
            continue
        known = glyphs.get(character, [])
        own = [glyph for glyph in known if glyph.writer == writer]
        if not known:
            return None
        among = own or known
        if character in DIGITS and tall and not own:
            # Digits of another hand: of like height, so that a number does not jump.
            among = sorted(known, key=lambda glyph: abs(glyph.height - tall))[:12]
        glyph = among[random.integers(len(among))]
        tall = glyph.height if character in DIGITS else tall
        strokes += [moved(xy, x) for xy in glyph.strokes]
        x += glyph.right + random.uniform(*APART) * max(tall, 1.0)
    return tuple(strokes)


def insert(
    ink: Ink,
    stands: npt.NDArray[np.int64],
    place: int,
    strokes: tuple[Points, ...],
    random: np.random.Generator,
    behind: float | None = None,
) -> Ink | None:
    """The ink with strokes put in at a space of its text, or behind its end.

    Parameters
    ----------
    ink : Ink
    stands : int64 (n,), the character of the text that each point belongs to
    place : int
        The space, or the length of the text.
    strokes : of (m, 2)
        The left edge at 0, the baseline at 0.
    behind : float, optional
        The gap behind them; as before them, where not given.

    Returns
    -------
    Ink, or None where a stroke runs on over the space.
    """
    parts = parted(ink, stands, place)
    if parts is None:
        return None
    before, after = parts
    if not before or (not after and place < int(stands.max())):
        return None
    end = right(before)
    gap = random.uniform(*SPACE)
    if after:
        gap = left(after) - end
        if gap < 0.5:
            return None
    foot = baseline(ink)
    put = [moved(xy, end + gap, foot) for xy in strokes]
    room = right(put) - end
    if behind is not None:
        room += behind - gap
    return Ink(tuple(Stroke(xy) for xy in [*before, *put, *(moved(xy, room) for xy in after)]))

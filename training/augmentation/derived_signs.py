"""Signs and letters made of a writer's own: dashes, fractions, letters with a stroke, boxes.

What few people ever wrote for a corpus can be put together of what they did write: an en dash is a
longer hyphen, an ellipsis three full stops, ø an o with a slash.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from training.augmentation.glyphs import ink_of, line_like, with_lines
from training.corpora.corpus import Corpus
from training.corpora.heights import x_height
from training.corpora.iam import Line

Random = np.random.Generator
Signs = Callable[[str], Ink | None]

#: Signs of each kind that are made for a writer, at most.
EACH = 2
#: Way between two points of a drawn line, in x-heights.
STEP = 0.25


def with_derived_signs(corpus: Corpus, path: Path, seed: int = 0) -> Corpus:
    """The corpus and signs made of its writers' own signs, as one file."""
    return with_lines(corpus, derived_signs(corpus, seed), path)


def derived_signs(corpus: Corpus, seed: int = 0) -> Iterator[tuple[Line, Ink]]:
    """Signs made of each writer's signs, as far as he has what they are made of."""
    known: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for line in corpus.lines_of(*corpus.split_names, kinds=("sign",)).tolist():
        known[int(corpus.writers[line])][corpus.text(line)].append(line)
    height = x_height(corpus.preparation)
    for writer, of in sorted(known.items()):
        random = np.random.default_rng([seed, writer])

        def sign(
            character: str,
            of: dict[str, list[int]] = of,
            random: Random = random,
        ) -> Ink | None:
            found = of.get(character)
            if not found:
                return None
            return ink_of(corpus, found[int(random.integers(len(found)))]).scaled(1 / height)

        like = next(iter(of.values()))[0]
        for character, recipe in RECIPES.items():
            for _ in range(EACH):
                made = recipe(sign, random)
                if made is not None:
                    left, *_ = made.bounds
                    ink = made.moved(-left, 0.0).scaled(height)
                    yield line_like(corpus, like, character, ink, "sign")


def _dash(width: float) -> Callable[[Signs, Random], Ink | None]:
    """A hyphen of another width, of as many points a way."""

    def made(sign: Signs, random: Random) -> Ink | None:
        hyphen = sign("-")
        if hyphen is None or hyphen.width < 0.15 or len(hyphen.strokes) > 1:
            return None
        by = width * random.uniform(0.85, 1.15) / hyphen.width
        xy = hyphen.scaled(by, min(1.0, by)).strokes[0].xy
        count = max(3, round(len(xy) * by**0.5))
        at, places = np.linspace(0, 1, len(xy)), np.linspace(0, 1, count)
        again = np.stack([np.interp(places, at, xy[:, k]) for k in (0, 1)], axis=1)
        again[:, 1] += -random.uniform(0.5, 0.65) - again[:, 1].mean()
        return Ink((Stroke(again),))

    return made


def _row(character: str, count: int, gap: tuple[float, float]) -> Callable[..., Ink | None]:
    """The same sign several times side by side."""

    def made(sign: Signs, random: Random) -> Ink | None:
        parts = [sign(character) for _ in range(count)]
        put: list[Ink] = []
        x = 0.0
        for part in parts:
            if part is None:
                return None
            put.append(part.moved(x - part.bounds[0], 0.0))
            x += part.width + random.uniform(*gap)
        return Ink.joined(put)

    return made


def _fraction(above: str, below: str) -> Callable[[Signs, Random], Ink | None]:
    """Two small digits with a slash between them."""

    def made(sign: Signs, random: Random) -> Ink | None:
        first, last = sign(above), sign(below)
        if first is None or last is None:
            return None
        size = random.uniform(0.5, 0.6)
        upper = _small(first, size).moved(0.0, -random.uniform(0.75, 0.95))
        lower = _small(last, size)
        slash = upper.bounds[2] + random.uniform(0.0, 0.2)
        lean = random.uniform(0.45, 0.75)
        line = draw_stroke([(slash + lean, -1.75), (slash, 0.05)], random)
        lower = lower.moved(slash + 0.55 * lean + random.uniform(0.0, 0.2) - lower.bounds[0], 0.0)
        return Ink((*upper.strokes, line, *lower.strokes))

    return made


def _small(ink: Ink, by: float) -> Ink:
    """Ink made smaller, of every other point where there are many."""
    strokes = []
    for stroke in ink.scaled(by).strokes:
        xy = stroke.xy
        keep = (
            np.arange(len(xy)) if len(xy) < 8 else np.unique([*range(0, len(xy), 2), len(xy) - 1])
        )
        strokes.append(Stroke(xy[keep]))
    made = Ink(tuple(strokes))
    return made.moved(-made.bounds[0], 0.0)


def _struck(
    character: str, line: Callable[[Ink, Random], Sequence[tuple[float, float]]]
) -> Callable[[Signs, Random], Ink | None]:
    """A letter and a line through it."""

    def made(sign: Signs, random: Random) -> Ink | None:
        letter = sign(character)
        if letter is None:
            return None
        return Ink((*letter.strokes, draw_stroke(line(letter, random), random)))

    return made


def _slash(letter: Ink, random: Random) -> Sequence[tuple[float, float]]:
    left, top, right, bottom = letter.bounds
    beyond = random.uniform(0.05, 0.2)
    return [(right + 0.6 * beyond, top - beyond), (left - 0.6 * beyond, bottom + beyond)]


def _upper_bar(letter: Ink, random: Random) -> Sequence[tuple[float, float]]:
    """Through the stem of a d, above its bowl."""
    _, top, right, bottom = letter.bounds
    y = top + random.uniform(0.15, 0.28) * (bottom - top)
    return [(right - random.uniform(0.35, 0.5), y), (right + random.uniform(0.1, 0.25), y)]


def _middle_bar(letter: Ink, random: Random) -> Sequence[tuple[float, float]]:
    """Through the stem of a D."""
    left, top, _, bottom = letter.bounds
    y = (top + bottom) / 2 + random.uniform(-0.1, 0.1)
    return [(left - random.uniform(0.15, 0.3), y), (left + random.uniform(0.35, 0.55), y)]


def _rising(letter: Ink, random: Random) -> Sequence[tuple[float, float]]:
    """Across the stem of an l or L, rising."""
    _, top, _, bottom = letter.bounds
    stem = [stroke.xy for stroke in letter.strokes]
    xy = np.concatenate(stem)
    y = top + random.uniform(0.4, 0.55) * (bottom - top)
    x = float(xy[int(np.abs(xy[:, 1] - y).argmin()), 0])
    reach, rise = random.uniform(0.22, 0.35), random.uniform(0.1, 0.22)
    return [(x - reach, y + rise), (x + reach, y - rise)]


def _ringed(character: str) -> Callable[[Signs, Random], Ink | None]:
    """A letter with a ring above it."""

    def made(sign: Signs, random: Random) -> Ink | None:
        letter = sign(character)
        if letter is None:
            return None
        left, top, right, _ = letter.bounds
        middle = (left + right) / 2 + random.uniform(-0.05, 0.15)
        radius = random.uniform(0.14, 0.2)
        foot = top - radius - random.uniform(0.05, 0.18)
        angles = np.linspace(0, -2 * np.pi * random.uniform(0.95, 1.1), 8) - np.pi / 2
        ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius
        return Ink((*letter.strokes, Stroke(np.add(ring, (middle, foot)))))

    return made


def _dotless(sign: Signs, _: Random) -> Ink | None:
    """An i without its dot."""
    letter = sign("i")
    if letter is None or len(letter.strokes) != 2:
        return None
    large = [s for s in letter.strokes if np.ptp(s.xy[:, 1]) > 0.5]
    return Ink(tuple(large)) if len(large) == 1 else None


def _box(sign: Signs, random: Random) -> Ink | None:
    """A square, in one stroke. A writer's hyphen is only asked for so that not all have one."""
    if sign("-") is None:
        return None
    size = random.uniform(1.2, 1.6)
    corners = [(0, -size), (0, 0), (size, 0), (size, -size), (0, -size)]
    return Ink((draw_stroke([(x, y) for x, y in corners], random),))


def _ticked(sign: Signs, random: Random) -> Ink | None:
    """A square with a tick in it."""
    box = _box(sign, random)
    if box is None:
        return None
    size = box.width
    tick = [(0.15, -0.55), (0.4, -0.15), (random.uniform(0.9, 1.25), -random.uniform(1.0, 1.35))]
    return Ink((*box.strokes, draw_stroke([(x * size, y * size) for x, y in tick], random)))


def draw_stroke(corners: Sequence[tuple[float, float]], random: Random) -> Stroke:
    """A stroke through corners, in x-heights, a little astray, points closer at the corners."""
    way = np.array(corners, dtype=np.float64)
    way += random.normal(0.0, 0.03, way.shape)
    pieces: list[npt.NDArray[np.float64]] = [way[:1]]
    for begin, end in pairwise(way):
        length = float(np.hypot(*(end - begin)))
        count = max(2, round(length / STEP))
        at = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, count + 1) / count)
        at = 0.5 * at + 0.5 * np.arange(1, count + 1) / count
        bow = random.normal(0.0, 0.03) * length * np.sin(np.pi * at)
        across = np.array([-(end - begin)[1], (end - begin)[0]]) / max(length, 1e-9)
        pieces.append(begin + at[:, None] * (end - begin) + bow[:, None] * across)
    return Stroke(np.concatenate(pieces))


#: How each sign is made of a writer's own; None where he lacks what it is made of.
RECIPES: dict[str, Callable[[Signs, Random], Ink | None]] = {
    "–": _dash(1.1),
    "—": _dash(2.0),
    "…": _row(".", 3, (0.25, 0.45)),
    "„": _row(",", 2, (0.08, 0.22)),
    "½": _fraction("1", "2"),
    "¼": _fraction("1", "4"),
    "¾": _fraction("3", "4"),
    "ø": _struck("o", _slash),
    "Ø": _struck("O", _slash),
    "đ": _struck("d", _upper_bar),
    "Đ": _struck("D", _middle_bar),
    "ł": _struck("l", _rising),
    "Ł": _struck("L", _rising),
    "å": _ringed("a"),
    "Å": _ringed("A"),
    "ı": _dotless,
    "☐": _box,
    "☑": _ticked,
}

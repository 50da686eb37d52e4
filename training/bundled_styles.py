"""Bundled styles: lines that a hand wrote, chosen for legibility and variety."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.hand import Hand
from engine.ink.baseline import x_height
from engine.ink.ink import Ink
from engine.ink.preparation import to_ink
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE
from engine.sampling.sampled_line import SampledLine
from engine.style.style import DEFAULT, Style
from training.config import RunConfig
from training.corpora.corpus import Corpus

#: What the primers say: every letter that joins to many others, capitals and a comma.
PRIMERS = (
    "a gentle breeze moved the tall grass, and everything was quiet",
    "She packed her things before the morning and walked to the river",
    "We have just enough bread, jam and fruit for a quick lunch",
    "My brother likes to fix old clocks, radios and even pianos",
)
#: What each candidate has to write legibly before it may ship.
TRIALS = (
    "Please bring the blue vase with you on Friday.",
    "Good luck with everything, and write soon!",
    "They had expected us in January, not July.",
)
#: How far the first lines are made to lean (x per y), and how wide (log).
LEANS = (-0.2, 0.45)
WIDTHS = (-0.25, 0.2)
#: Characters of the lines of a corpus that styles are written after.
LONG_ENOUGH = (35, 60)
#: Share of characters that may be read wrong in what a style primes; among those, variety decides.
LEGIBLE = 0.02
#: The place of strokes a character in a `look`.
JOINED = 2
NAMES = (
    "Alder", "Birch", "Cedar", "Elm", "Fern", "Hazel",
    "Ivy", "Juniper", "Larch", "Maple", "Rowan", "Willow",
)  # fmt: skip


def make_styles(
    hand: Hand,
    reader: Recogniser,
    folder: Path,
    corpus: Corpus | None = None,
    *,
    count: int = len(NAMES),
    candidates: int = 320,
    seed: int = 0,
    bias: float = 0.5,
) -> list[tuple[Style, float]]:
    """Choose various and legible styles among what the hand writes after other lines.

    Candidates are kept where the reader reads them well, and then where it reads what they prime.

    Parameters
    ----------
    corpus : Corpus, optional
        Whose writers' lines the candidates are written after; lines of the hand's own, made to
        lean, where not given.

    Returns
    -------
    The styles, saved in `folder`, with the share of characters that the reader reads wrong in
    lines that they primed.
    """
    texts = [PRIMERS[i % len(PRIMERS)] for i in range(candidates + 1)]
    if corpus is not None:
        before = _of_writers(hand, corpus, candidates, seed)
    else:
        first = hand.write_lines(texts[:-1], seeds=seed, biases=bias, policy=ONCE)
        before = _leaning(first, seed)
    lines = hand.write_lines(texts[1:], styles=before, seeds=seed, biases=bias, policy=ONCE)
    # Print is easier to read than joined writing, and would leave no place to it.
    sound = sorted((line for line in lines if not line.flaws), key=lambda line: look(line)[JOINED])
    halves = sound[: len(sound) // 2], sound[len(sound) // 2 :]
    legible = [line for half in halves for line in _most_legible(reader, half, candidates // 6)]
    styles = [_style(line) for line in legible]
    primed = hand.write_lines(
        [trial for _ in styles for trial in TRIALS],
        styles=[style for style in styles for _ in TRIALS],
        biases=0.75,
        seeds=seed + candidates,
        policy=ONCE,
    )
    rates = _rates(reader, primed).reshape(len(styles), len(TRIALS)).mean(axis=1)
    looks = np.stack(
        [
            np.mean(
                [look(line) for line in primed[i * len(TRIALS) : (i + 1) * len(TRIALS)]], axis=0
            )
            for i in range(len(styles))
        ]
    )
    enough = np.sort(rates)[min(len(rates), 2 * count) - 1]
    good = np.flatnonzero(rates <= max(LEGIBLE, enough))
    chosen = good[_various(looks[good], rates[good], count)]
    folder.mkdir(parents=True, exist_ok=True)
    result = []
    by_slant = chosen[np.argsort(looks[chosen][:, 0])]
    best = chosen[rates[chosen].argmin()]
    others = [name for name in NAMES if name != DEFAULT]
    named = {**dict(zip(others, by_slant[by_slant != best], strict=False)), DEFAULT: best}
    for name, place in sorted(named.items()):
        trials = primed[place * len(TRIALS) : (place + 1) * len(TRIALS)]
        style = replace(calibrated(styles[place], trials), name=name)
        style.save(folder / f"{name.lower()}.json")
        result.append((style, float(rates[place])))
    return result


def _of_writers(hand: Hand, corpus: Corpus, count: int, seed: int) -> list[Style]:
    """Lines of a corpus as primers, as many of each writer as of the next."""
    corpus = corpus.recoded(hand.alphabet, hand.preparation)
    random = np.random.default_rng(seed)
    least, most = LONG_ENOUGH
    by_writer: dict[int, list[int]] = {}
    # Whom the hand is judged by is not followed either.
    taught = corpus.lines_of(*RunConfig().data.train.split(","))
    for line in random.permutation(taught).tolist():
        if least <= len(corpus.text(line)) <= most:
            by_writer.setdefault(int(corpus.writers[line]), []).append(line)
    if not by_writer:
        raise TrainingError(
            f"The corpus has no line of {least} to {most} characters to write styles after; "
            "leave the corpus out."
        )
    rounds = zip_longest(*by_writer.values())
    dealt = [line for lines in rounds for line in lines if line is not None]
    return [
        Style("writer", corpus.text(line), to_ink(corpus.offsets(line), hand.point_rate))
        for line in (dealt[i % len(dealt)] for i in range(count))
    ]


def _leaning(lines: Sequence[SampledLine], seed: int) -> list[Style]:
    """Lines made to lean, wide or narrow, as primers: the hand then writes in that manner itself.

    Left alone a hand writes most often as most people do, upright; this reaches the others.
    """
    random = np.random.default_rng(seed)
    styles = []
    for line in lines:
        width = np.exp(random.uniform(*WIDTHS))
        ink = line.ink.scaled(width, 1.0).slanted(random.uniform(*LEANS))
        styles.append(Style("leaning", line.text, ink))
    return styles


def _most_legible(
    reader: Recogniser, lines: Sequence[SampledLine], count: int
) -> list[SampledLine]:
    judged = reader.judge([line.ink for line in lines], [line.text for line in lines])
    best = np.argsort([-judgement.log_likelihood for judgement in judged])
    return [lines[i] for i in best[:count]]


def _rates(reader: Recogniser, lines: Sequence[SampledLine]) -> npt.NDArray[np.float64]:
    """Share of characters of each line that is read wrong."""
    judged = reader.judge([line.ink for line in lines], [line.text for line in lines])
    return np.array([j.wrong / len(line.text) for j, line in zip(judged, lines, strict=True)])


def calibrated(style: Style, primed: Sequence[SampledLine]) -> Style:
    """The style, its ink scaled so that what it primes comes out with an x-height of 1."""
    heights = [x_height(line.ink, line.text, line.characters) for line in primed]
    known = [height for height in heights if height is not None and height > 0]
    return replace(style, ink=style.ink.scaled(1 / float(np.median(known)))) if known else style


def _style(line: SampledLine) -> Style:
    """The line as a style, its x-height brought to 1."""
    height = x_height(line.ink, line.text, line.characters)
    ink = line.ink.scaled(1 / height) if height else line.ink
    return Style(
        name=f"seed {line.seed}",
        text=line.text,
        ink=ink,
        source="Written by the hand that ships with this program.",
    )


def look(line: SampledLine) -> npt.NDArray[np.float64]:
    """How a line looks: slant, width, joinedness, ascenders and roundness, float64 (5,).

    Slant in x per y of the downward parts; width of a character in x-heights; strokes a character;
    height above the x-height in x-heights; the mean turn between two points in radians.
    """
    return ink_look(line.ink, len(line.text))


def ink_look(ink: Ink, characters: int) -> npt.NDArray[np.float64]:
    """The look of ink that says a text of so many characters; see `look`."""
    ways = [np.diff(stroke.xy, axis=0) for stroke in ink.strokes if len(stroke) > 2]
    way = np.concatenate(ways) if ways else np.ones((1, 2))
    down = way[way[:, 1] > np.abs(way[:, 0]) * 0.6]
    slant = -float(down[:, 0].sum() / max(down[:, 1].sum(), 1e-9)) if len(down) else 0.0
    turns = [np.abs(np.angle(np.exp(1j * np.diff(np.arctan2(w[:, 1], w[:, 0]))))) for w in ways]
    height = -float(np.percentile(ink.xy[:, 1], 2))
    return np.array(
        [
            slant,
            ink.width / max(1, characters),
            len(ink.strokes) / max(1, characters),
            height,
            float(np.concatenate(turns).mean()) if turns else 0.0,
        ]
    )


def _various(
    looks: npt.NDArray[np.float64], rates: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.int64]:
    """Indices of `count` looks far from one another, beginning with the most legible."""
    scaled = (looks - looks.mean(axis=0)) / np.maximum(looks.std(axis=0), 1e-9)
    chosen = [int(rates.argmin())]
    while len(chosen) < min(count, len(looks)):
        gaps = np.linalg.norm(scaled[:, None] - scaled[chosen], axis=2).min(axis=1)
        chosen.append(int(gaps.argmax()))
    return np.array(chosen)

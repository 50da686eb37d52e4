"""Bundled styles: mixtures of writers, each with a line that the hand wrote itself.

A recipe (`training.style_recipes`) names writers of a corpus and their shares. The hand's encoder
makes a vector of each writer's lines, and the style's vector is their mixture: nobody's own. With
it the hand writes some lines, the best of which primes the style; it is its only ink.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine.errors import TrainingError
from engine.hand import Hand
from engine.ink.baseline import x_height
from engine.ink.ink import Ink
from engine.network.writer_encoder import MOST_LINES, packed
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE
from engine.sampling.sampled_line import SampledLine
from engine.style.style import Style
from engine.style.writer_vector import WriterVector
from training.config import RunConfig
from training.corpora.corpus import Corpus
from training.evaluation.legibility import read
from training.evaluation.text_kinds import compared, writable, wrong
from training.style_recipes import StyleRecipe

Floats = npt.NDArray[np.float32]

#: What a primer may say: letters that join to many others. A longer one changes little, and takes
#: longer to be fed where the style is first used.
PRIMERS = (
    "a gentle breeze moved the tall grass by the river",
    "she packed her things and walked over the bridge",
)
#: What a style has to write legibly: prose, a name, a number and signs.
TRIALS = (
    "Please bring the blue vase with you on Friday.",
    "Her voice was quiet, almost lost in the wind.",
    "Julia & Max, 24 Quince Road: $18.50",
)
#: Lines that are written of each primer's text.
TRIES = 2
#: Primers of a style that are tried.
TRIED = 2
#: How neatly trials are written: the neatness of a new note.
BIAS = 0.75
#: The shortest line of a writer that is read for his vector, in characters.
SHORTEST = 12
#: Writers whose mean is what a style differs from, and lines of each.
CENTRE_WRITERS, CENTRE_LINES = 48, 6
#: The largest number of a vector: it keeps within what the hand has met.
LARGEST = 0.97
#: The name of a page of a person or font (`training.corpora.letter_lines`), a writer of its own.
PAGE = re.compile(r"(.+)-\d{5}")
SOURCE = "A mixture of writers, written by the hand that ships with this program."


@dataclass(frozen=True)
class MadeStyle:
    """A style, and how legible it is.

    Attributes
    ----------
    style : Style
    wrong : share of the characters that are read wrong in its trials, each sampled once
    """

    style: Style
    wrong: float


def make_styles(
    hand: Hand,
    recogniser: Recogniser,
    corpus: Corpus,
    recipes: Sequence[StyleRecipe],
    seed: int = 0,
) -> list[MadeStyle]:
    """Make the styles of recipes; the same hand, corpus and recipes make the same styles.

    Parameters
    ----------
    hand : Hand
        That writes the primers, and whose encoder makes the vectors.
    recogniser : Recogniser
        Reads what is chosen among.
    corpus : Corpus
        That holds the writers' lines. No ink of it goes into a style.
    seed : int
        Added to the recipes' own.

    Raises
    ------
    TrainingError
        If the hand knows no writers, or the corpus lacks one that a recipe names.
    """
    if not hand.knows_writers:
        raise TrainingError(
            "This hand makes no vectors of writers, so it cannot mix them; choose one with an "
            "encoder."
        )
    vectors = mixtures(hand, corpus, recipes)
    primers = _primers(hand, recogniser, recipes, vectors, seed)
    return _tried(hand, recogniser, recipes, primers, seed)


def mixtures(hand: Hand, corpus: Corpus, recipes: Sequence[StyleRecipe]) -> list[WriterVector]:
    """The vector of each recipe: its writers mixed, and moved away from what is usual of people."""
    by_writer = _lines_by_writer(corpus)
    usual = _usual(hand, corpus, by_writer)
    by_source = _with_sources(by_writer)
    known = {
        name: _vector(hand, corpus, by_source, name, MOST_LINES)
        for name in sorted({name for recipe in recipes for name, _ in recipe.writers})
    }
    return [_mixture(hand, recipe, known, usual) for recipe in recipes]


def _mixture(
    hand: Hand, recipe: StyleRecipe, known: dict[str, Floats], usual: Floats
) -> WriterVector:
    whole = sum(share for _, share in recipe.writers)
    mixed = np.sum([share / whole * known[name] for name, share in recipe.writers], axis=0)
    values = np.clip(usual + recipe.scale * (mixed - usual), -LARGEST, LARGEST)
    return WriterVector(values.astype(np.float32), hand.fingerprint)


def _lines_by_writer(corpus: Corpus) -> dict[str, list[int]]:
    """The lines of each writer that the hand was taught by: by others it is judged."""
    found: dict[str, list[int]] = {}
    for line in corpus.lines_of(*RunConfig().data.train.split(",")).tolist():
        if len(corpus.text(line)) >= SHORTEST:
            found.setdefault(corpus.writer_names[int(corpus.writers[line])], []).append(line)
    return found


def _with_sources(by_writer: dict[str, list[int]]) -> dict[str, list[int]]:
    """The lines of writers, and of each person or font whose pages are writers of their own."""
    found = dict(by_writer)
    for name, lines in by_writer.items():
        if page := PAGE.fullmatch(name):
            found[page[1]] = [*found.get(page[1], ()), *lines]
    return found


def _usual(hand: Hand, corpus: Corpus, by_writer: dict[str, list[int]]) -> Floats:
    """The mean vector of some writers."""
    enough = sorted(name for name, lines in by_writer.items() if len(lines) >= CENTRE_LINES)
    some = [enough[i] for i in _evenly(len(enough), CENTRE_WRITERS)]
    if not some:
        raise TrainingError(
            f"No writer of the corpus has {CENTRE_LINES} lines of {SHORTEST} characters; give "
            "a corpus with lines of people."
        )
    vectors = [_vector(hand, corpus, by_writer, name, CENTRE_LINES) for name in some]
    mean: Floats = np.mean(vectors, axis=0)
    return mean


def _vector(
    hand: Hand, corpus: Corpus, by_writer: dict[str, list[int]], name: str, most: int
) -> Floats:
    lines = by_writer.get(name)
    if not lines:
        raise TrainingError(
            f"The corpus has no lines of the writer {name!r}, whom a recipe names; give the "
            "corpus that the recipes were made for."
        )
    some = [corpus.offsets(lines[i]).numpy() for i in _evenly(len(lines), most)]
    # They are prepared already; `Hand.writer_vector` would smooth them again.
    with torch.inference_mode():
        values: Floats = hand.network.encoder(packed([some]).to(hand.device))[0].cpu().numpy()
    return values


def _evenly(count: int, most: int) -> list[int]:
    """At most so many places of a list, evenly spread."""
    steps = min(most, count)
    return [round(step * (count - 1) / max(1, steps - 1)) for step in range(steps)]


def _primers(
    hand: Hand,
    recogniser: Recogniser,
    recipes: Sequence[StyleRecipe],
    vectors: Sequence[WriterVector],
    seed: int,
) -> list[list[Style]]:
    """Lines that the hand writes with each vector alone, those that serve best first."""
    bare = [_bare(recipe, vector) for recipe, vector in zip(recipes, vectors, strict=True)]
    each = [(text, number) for text in PRIMERS for number in range(TRIES)]
    lines = hand.write_lines(
        [text for _ in recipes for text, _ in each],
        styles=[style for style in bare for _ in each],
        seeds=[seed + recipe.seed + number for recipe in recipes for _, number in each],
        biases=[recipe.neatness for recipe in recipes for _ in each],
        strengths=0.0,
        policy=ONCE,
    )
    misread = _misread(recogniser, lines)
    found = []
    for place, (recipe, style) in enumerate(zip(recipes, bare, strict=True)):
        own = range(place * len(each), (place + 1) * len(each))
        # Where it is not fed, a line changes nothing that is written in the style.
        most = TRIED if recipe.primed else 1
        best = sorted(own, key=lambda i: _unfit(recipe, lines[i], float(misread[i])))[:most]
        found.append([_primed(style, recipe, lines[i]) for i in best])
    return found


def _bare(recipe: StyleRecipe, vector: WriterVector) -> Style:
    """The style before it has a line: some ink that is not fed, of which nothing is taken."""
    stand_in = Ink.from_lists([[(0.0, 0.0), (1.0, -1.0)]])
    return Style(
        name=recipe.name,
        text="-",
        ink=stand_in,
        source=SOURCE,
        vector=vector,
        primed=False,
        kind=recipe.kind,
        description=recipe.description,
    )


def _unfit(recipe: StyleRecipe, line: SampledLine, misread: float) -> tuple[float, ...]:
    """What tells how badly a line serves as a primer: flaws, misread characters, other joins."""
    strokes = len(line.ink.strokes) / len(line.text)
    return len(line.flaws), misread, strokes if recipe.joined else -strokes


def _primed(style: Style, recipe: StyleRecipe, line: SampledLine) -> Style:
    """The style with a line, in x-heights, as slanted and as wide as is asked for."""
    height = x_height(line.ink, line.text, line.characters) or 1.0
    ink = line.ink.scaled(recipe.width / height, 1 / height).slanted(recipe.lean)
    return replace(style, text=line.text, ink=ink, primed=recipe.primed)


def _tried(
    hand: Hand,
    recogniser: Recogniser,
    recipes: Sequence[StyleRecipe],
    primers: Sequence[Sequence[Style]],
    seed: int,
) -> list[MadeStyle]:
    """Of each style the primer after which the hand writes most legibly, calibrated."""
    styles = [style for some in primers for style in some]
    trials = [writable(hand, text) for text in TRIALS]
    lines = hand.write_lines(
        [text for _ in styles for text in trials],
        styles=[style for style in styles for _ in trials],
        seeds=[seed + 100 + number for _ in styles for number in range(len(trials))],
        biases=BIAS,
        strengths=0.0,
        policy=ONCE,
    )
    misread = _misread(recogniser, lines).reshape(-1, len(TRIALS))
    flaws = np.array([len(line.flaws) for line in lines]).reshape(-1, len(TRIALS))
    made, first = [], 0
    for recipe, some in zip(recipes, primers, strict=True):
        own = range(first, first + len(some))
        first += len(some)
        best = min(own, key=lambda i: (misread[i].mean() + flaws[i].mean(), i))
        written = lines[best * len(TRIALS) : (best + 1) * len(TRIALS)]
        style = calibrated(styles[best], written, recipe.size)
        made.append(MadeStyle(style, float(misread[best].mean())))
    return made


def _misread(recogniser: Recogniser, lines: Sequence[SampledLine]) -> npt.NDArray[np.float64]:
    """Share of the characters of each line that is read wrong, spaces and case not counted."""
    said = read(recogniser, [line.ink for line in lines], [line.text for line in lines])
    return np.array([wrong(one.text, one.said) / len(compared(one.text)) for one in said])


def calibrated(style: Style, primed: Sequence[SampledLine], size: float = 1.0) -> Style:
    """The style, its ink scaled so that what it primes comes out with an x-height of `size`."""
    heights = [x_height(line.ink, line.text, line.characters) for line in primed]
    known = [height for height in heights if height is not None and height > 0]
    if not known:
        return style
    return replace(style, ink=style.ink.scaled(size / float(np.median(known))))


def save_styles(
    made: Sequence[MadeStyle], folder: Path, hand: Hand | None = None, alone: bool = True
) -> list[Path]:
    """Write the styles into a folder, one a file; their files, in the order of the styles.

    With a hand they are written with how it writes in them; with `alone` other styles in the
    folder are removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / f"{one.style.name.lower()}.json" for one in made]
    for path, one in zip(written, made, strict=True):
        one.style.save(path)
        if hand is not None:
            # As it is in the file, where coordinates are whole numbers.
            stored = Style.load(path)
            replace(stored, trial=hand.trial(stored)).save(path)
    if alone:
        remove_other_styles(folder, written)
    return written


def remove_other_styles(folder: Path, kept: Collection[Path]) -> None:
    """Remove the styles of a folder but for some files."""
    for path in folder.glob("*.json"):
        if path not in kept:
            path.unlink()

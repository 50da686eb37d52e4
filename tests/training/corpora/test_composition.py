"""Compositions: what they say is what their pieces say, drawn side by side on one baseline."""

from __future__ import annotations

import string
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.ink.ink import Ink
from engine.ink.preparation import Preparation, to_ink
from engine.text.alphabet import Alphabet
from training import batches
from training.config import Data, named, with_fields
from training.corpora.composition import (
    PATTERNS,
    Composer,
    Composition,
    offsets_of,
    text_of,
    to_roman,
)
from training.corpora.corpus import Corpus, written
from training.corpora.heights import x_height
from training.corpora.iam import Line
from training.reference_lines import ReferenceLines

SPLITS = ("train",)
HEIGHT = x_height(Preparation())


def bar(width: float, height: float) -> Ink:
    """A zigzag that stands on y = 0."""
    x = np.linspace(0.0, width, 7)
    y = -height * (np.arange(7) % 2)
    return Ink.from_lists([np.stack([x, y], axis=1), [[width / 2, -height], [width, -height]]])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Two writers of words, one of whom also wrote signs, and somebody who wrote only signs."""
    lines: list[tuple[Line, Ink]] = []

    def add(writer: str, kind: str, text: str, split: str = "train") -> None:
        ink = bar(0.6 * HEIGHT * len(text), HEIGHT * (1 + 0.01 * len(lines)))
        form = f"{writer}-{len(lines) % 3}"
        lines.append((Line(form, len(lines), split, writer, text, ink, kind), ink))

    for writer in ("ada", "bob"):
        for text in ("rain", "near", "a", "Inn", "hear", "stone", "year"):
            add(writer, "word", text)
        add(writer, "line", "rain near an inn")
    for writer in ("ada", "cy"):
        for sign in string.ascii_letters + string.digits + ".,:;-+/@()_!?":
            add(writer, "sign", sign)
    for sign in "€½✓":
        add("dot", "sign", sign)
    add("eve", "word", "heldout", "unipen_v")
    characters = "".join(sorted({c for line, _ in lines for c in line.text} | {" "}))
    path = tmp_path_factory.mktemp("corpus") / "pieces.safetensors"
    return written(lines, path, Alphabet(characters), Preparation(), 10.0)


def made(corpus: Corpus, pieces: int, rows: int, seed: int = 0) -> list[Composition]:
    return Composer(corpus, SPLITS).compositions(pieces, rows, np.random.default_rng(seed))


def test_a_composition_says_what_its_pieces_say(corpus: Corpus) -> None:
    of = {corpus.text(i): i for i in range(len(corpus))}
    example = Composition([of["rain"], of["."], of["near"], of["@"], of["a"]], [0, 1, 0, 1, 1])
    assert text_of(corpus, example) == "rain. near@a"
    offsets = offsets_of(corpus, example, np.random.default_rng(0))
    assert len(offsets) == sum(int(corpus.lengths[piece]) for piece in example)
    assert batches.points_of(corpus, [example]) == len(offsets) - 1
    # Nobody's stroke is joined to another's.
    ends = np.cumsum([int(corpus.lengths[piece]) for piece in example]) - 1
    assert (offsets[ends, 2] == 1).all()


def test_pieces_stand_on_one_baseline_with_gaps_between(corpus: Corpus) -> None:
    random = np.random.default_rng(0)
    for example in made(corpus, 40, 40):
        ink = to_ink(offsets_of(corpus, example, random)).moved(
            *corpus.places[example[0], :2].tolist()
        )
        strokes = [ink.strokes[k : k + 2] for k in range(0, len(ink.strokes), 2)]
        assert len(strokes) == len(example)
        boxes = [Ink(of).bounds for of in strokes]
        assert np.ptp([box[3] for box in boxes]) < 0.3 * HEIGHT
        for (_, _, right, _), (left, *_), glued in zip(
            boxes, boxes[1:], example.glued[1:], strict=False
        ):
            low, high = (0.05, 0.61) if glued else (0.4, 1.9)
            assert low * HEIGHT < left - right < high * HEIGHT


def test_pieces_are_one_writers_as_far_as_he_has_them(corpus: Corpus) -> None:
    names, writers = corpus.writer_names, corpus.writers.tolist()
    for example in made(corpus, 100, 200):
        of = {names[writers[piece]] for piece in example}
        lead = names[writers[example[example.lead]]]
        # Only what its writer has not is another's: bob has no signs, nobody else a tick.
        assert of <= {lead, "dot"} | ({"ada", "cy"} if lead in ("bob", "cy") else set())
        assert "eve" not in of


def test_no_word_comes_twice_in_a_piece(corpus: Corpus) -> None:
    for example in made(corpus, 200, 0):
        words = [p for p in example if len(corpus.text(p)) > 1]
        assert len({corpus.text(p) for p in words}) == len(words)


def test_rows_hold_every_kind_of_character(corpus: Corpus) -> None:
    counts: Counter[str] = Counter()
    for example in made(corpus, 0, 5000):
        counts.update(text_of(corpus, example))
    rare = [c for c in corpus.alphabet if counts[c] < 5]
    assert rare == []


def test_compositions_depend_on_the_seed_alone(corpus: Corpus) -> None:
    assert made(corpus, 20, 20) == made(corpus, 20, 20)
    assert made(corpus, 20, 20) != made(corpus, 20, 20, seed=1)


def test_a_corpus_without_pieces_composes_nothing(corpus: Corpus) -> None:
    composer = Composer(corpus, ("v",))
    assert composer.compositions(5, 5, np.random.default_rng(0)) == []


def test_every_pattern_is_drawn() -> None:
    random = np.random.default_rng(0)
    drawn = {PATTERNS.draw(random).__name__ for _ in range(2000)}
    assert {"phone", "price", "date", "postcode", "capitals", "roman", "address"} <= drawn


@pytest.mark.parametrize(
    ("value", "text"), [(1, "I"), (4, "IV"), (49, "XLIX"), (1994, "MCMXCIV"), (2026, "MMXXVI")]
)
def test_roman_numerals(value: int, text: str) -> None:
    assert to_roman(value) == text


def test_an_epoch_holds_shares_of_them(corpus: Corpus) -> None:
    data = Data(train="train", pieces=0.4, rows=0.2, pairs=0.0, rare=0)
    lines = np.repeat(corpus.lines_of("train"), 20)
    examples = [e for batch in batches.epoch(corpus, lines, data, False, (0, 0)) for e in batch]
    composed = [e for e in examples if isinstance(e, Composition)]
    assert len(examples) == 100
    assert len(composed) == 60
    again = [e for batch in batches.epoch(corpus, lines, data, False, (0, 1)) for e in batch]
    assert Counter(composed) != Counter(e for e in again if isinstance(e, Composition))


def test_a_batch_of_them_is_reproducible(corpus: Corpus) -> None:
    examples = [*made(corpus, 3, 3), (int(corpus.lines_of("train")[0]),)]
    data = replace(Data(), unreferenced=0.0)
    references = ReferenceLines(corpus)
    batch = batches.assemble(corpus, examples, data, (0, 0, 0), references)
    again = batches.assemble(corpus, examples, data, (0, 0, 0), references)
    assert (batch.inputs == again.inputs).all()
    texts = [
        "".join(corpus.alphabet.characters[c] for c in codes[mask > 0].tolist()).rstrip()
        for codes, mask in zip(batch.codes, batch.mask, strict=True)
    ]
    assert texts == [*(text_of(corpus, e) for e in examples[:-1]), "rain near an inn"]


def test_shares_leave_room_for_whole_lines() -> None:
    with pytest.raises(TrainingError, match="whole lines"):
        with_fields(named("people"), {"data.pieces": "0.6", "data.rows": "0.5"})

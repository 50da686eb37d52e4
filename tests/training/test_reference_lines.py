"""Reference lines: of the same writer, never the line itself, from other pages where there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training import batches
from training.config import Data
from training.corpora.corpus import Corpus
from training.corpora.mixing import mix
from training.reference_lines import CHARACTERS, VALIDATED, ReferenceLines

DATA = Data(train="train", lines=8, points=6000, pairs=0, rare=0, references=3, unreferenced=0.25)


def drawn(corpus: Corpus, line: int, count: int = 200) -> list[list[int]]:
    references, random = ReferenceLines(corpus), np.random.default_rng(0)
    return [references.sample((line,), 3, 0.25, random) for _ in range(count)]


def by_one_writer(corpus: Corpus, forms: int) -> Corpus:
    """The corpus as if every so many forms were one writer's."""
    return replace(corpus, writers=corpus.forms // forms)


def test_they_are_the_writers_and_from_other_pages(corpus: Corpus) -> None:
    corpus = by_one_writer(corpus, 3)
    line = int(corpus.lines_of("train")[0])
    found = {other for lines in drawn(corpus, line) for other in lines}
    writers, forms = corpus.writers.numpy(), corpus.forms.numpy()
    assert {int(writers[other]) for other in found} == {int(writers[line])}
    assert int(forms[line]) not in {int(forms[other]) for other in found}
    assert len(found) == 8


def test_where_a_writer_has_one_page_they_are_its_other_lines(corpus: Corpus) -> None:
    corpus = by_one_writer(corpus, 1)
    line = int(corpus.lines_of("train")[0])
    found = {other for lines in drawn(corpus, line) for other in lines}
    same = {other for other in range(len(corpus)) if corpus.forms[other] == corpus.forms[line]}
    assert found == {other for other in same if corpus.text(other) != corpus.text(line)}


def test_copies_of_a_line_in_a_mix_are_none_of_its_references(
    corpus: Corpus, tmp_path: Path
) -> None:
    mixed = mix([(by_one_writer(corpus, 1), 3.0)], tmp_path / "mixed.safetensors")
    line = int(mixed.lines_of("train")[0])
    texts = {mixed.text(other) for lines in drawn(mixed, line) for other in lines}
    assert texts
    assert mixed.text(line) not in texts


def test_their_number_varies_and_some_examples_have_none(corpus: Corpus) -> None:
    numbers = [len(lines) for lines in drawn(by_one_writer(corpus, 3), 0, 800)]
    assert 0.2 < np.mean([number == 0 for number in numbers]) < 0.3
    # Lines of three short words: some are taken together.
    assert min(number for number in numbers if number) >= 1
    assert len(set(numbers)) >= 4


def test_words_are_taken_together_until_they_are_as_long_as_a_line(corpus: Corpus) -> None:
    corpus = by_one_writer(corpus, 12)
    lines = ReferenceLines(corpus).fixed(0)
    lengths = [len(corpus.text(line)) for line in lines]
    assert sum(lengths) >= VALIDATED * CHARACTERS
    assert sum(lengths[:-1]) < VALIDATED * CHARACTERS + max(lengths) * VALIDATED
    assert lines == ReferenceLines(corpus).fixed(0)


def test_a_batch_changes_them_as_it_changes_their_line(corpus: Corpus) -> None:
    corpus = by_one_writer(corpus, 3)
    references = ReferenceLines(corpus)
    examples = [(line,) for line in corpus.lines_of("train")[:6].tolist()]
    still = replace(DATA, scale=0.0, aspect=0.0, slant=0.0, unreferenced=0.0)

    def sizes(data: Data) -> tuple[Tensor, Tensor]:
        """Root mean squares of dx and dy: of the examples, and of their references."""
        batch = batches.assemble(corpus, examples, data, (0, 0, 0), references)
        assert batch.references is not None
        owners = batch.references.owners.repeat_interleave(8)
        squares = batch.references.features[:2].square()
        of = torch.stack([squares[:, owners == row].sum(1) for row in range(6)])
        return batch.inputs[:, :, :2].square().sum(0).sqrt(), of.sqrt()

    before, after = sizes(still), sizes(replace(still, scale=0.5, aspect=0.3))
    changes = [new / old for old, new in zip(before, after, strict=True)]
    torch.testing.assert_close(*changes, rtol=1e-4, atol=1e-4)
    assert float(changes[0].max() / changes[0].min()) > 1.2
    without = batches.assemble(corpus, examples, DATA, (0, 0, 0))
    assert without.references is None

"""Batches: what they hold, and that everything follows from the seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from training import batches
from training.config import Data
from training.corpora.corpus import Corpus
from training.corpora.mixing import mix

PLAIN = Data(train="train", lines=8, points=6000, pairs=0, scale=0, aspect=0, slant=0, rare=0)
LIVELY = replace(PLAIN, pairs=0.6, scale=0.15, aspect=0.1, slant=0.2)


def order(corpus: Corpus, data: Data, epoch: int = 0, pairs: bool = False):
    return batches.epoch(corpus, corpus.lines_of("train"), data, pairs, (0, epoch))


def test_an_epoch_holds_every_line_once(corpus: Corpus) -> None:
    lines = [line for batch in order(corpus, PLAIN) for (line,) in batch]
    assert sorted(lines) == corpus.lines_of("train").tolist()


def test_epochs_differ_and_repeat_by_seed(corpus: Corpus) -> None:
    assert order(corpus, PLAIN) == order(corpus, PLAIN)
    assert order(corpus, PLAIN) != order(corpus, PLAIN, epoch=1)


def test_an_epoch_of_one_line_has_a_batch(corpus: Corpus) -> None:
    only = corpus.lines_of("train")[:1]
    assert batches.epoch(corpus, only, replace(PLAIN, pairs=1.0), True, (0, 0)) == [[(only[0],)]]


def test_a_line_of_a_mix_is_never_joined_to_its_copy(corpus: Corpus, tmp_path: Path) -> None:
    mixed = mix([(corpus, 5.0)], tmp_path / "mixed.safetensors")
    examples = [e for batch in order(mixed, replace(PLAIN, pairs=1.0), pairs=True) for e in batch]
    pairs = [example for example in examples if len(example) == 2]
    assert len(pairs) > 50
    assert all(mixed.text(first) != mixed.text(second) for first, second in pairs)


def test_batches_keep_within_lines_and_points(corpus: Corpus) -> None:
    data = replace(PLAIN, points=700)
    for batch in order(corpus, data):
        longest = max(int(corpus.lengths[line]) for (line,) in batch)
        assert len(batch) <= 8
        assert longest * len(batch) <= 700


def test_a_line_longer_than_the_limit_stands_alone(corpus: Corpus) -> None:
    assert {len(batch) for batch in order(corpus, replace(PLAIN, points=10))} == {1}


def test_lines_of_a_batch_are_of_like_length(corpus: Corpus) -> None:
    spreads = [
        np.ptp([corpus.lengths[line] for (line,) in batch]) for batch in order(corpus, PLAIN)
    ]
    assert np.mean(spreads) < 0.5 * np.ptp(corpus.lengths)


def test_rare_characters_repeat_their_lines(corpus: Corpus) -> None:
    data = replace(PLAIN, rare=4000, repeats=3)
    counts = Counter(line for batch in order(corpus, data) for (line,) in batch)
    assert set(counts) == set(corpus.lines_of("train").tolist())
    assert max(counts.values()) == 3


def test_padding_has_no_weight_and_targets_come_next(corpus: Corpus) -> None:
    examples = [(0,), (1,), (2,)]
    batch = batches.assemble(corpus, examples, None)
    for b, (line,) in enumerate(examples):
        offsets = corpus.offsets(line)
        n = len(offsets) - 1
        assert_close(batch.inputs[:n, b], offsets[:-1], rtol=0, atol=0)
        assert_close(batch.targets[:n, b], offsets[1:], rtol=0, atol=0)
        assert batch.weights[:, b].tolist() == [1.0] * n + [0.0] * (len(batch.inputs) - n)
        length = len(corpus.text(line)) + 1
        assert batch.mask[b].tolist() == [1.0] * length + [0.0] * (batch.mask.shape[1] - length)
        text = "".join(corpus.alphabet.characters[c] for c in batch.codes[b, :length])
        assert text == corpus.text(line) + " "
    assert batch.points == batches.points_of(corpus, examples)


def test_pairs_are_two_lines_of_one_writer_joined_by_a_space(drawn_iam, tmp_path) -> None:
    from training.corpora.corpus import prepare
    from training.corpora.iam import IAMOnDB, Report

    for k in range(4):
        drawn_iam.form(f"a01-00{k}", ["rain near", "an inn", "rare era"])
    report = Report()
    corpus = prepare(IAMOnDB(drawn_iam.root).lines(report), report, tmp_path / "c.safetensors")
    examples = [e for batch in order(corpus, replace(LIVELY, pairs=1.0), pairs=True) for e in batch]
    pairs = [example for example in examples if len(example) == 2]
    assert pairs
    writers = corpus.writers.numpy()
    assert all(writers[a] == writers[b] for a, b in pairs)
    a, b = pairs[0]
    batch = batches.assemble(corpus, [(a, b)], None)
    assert batch.codes.shape[1] == len(corpus.text(a)) + 1 + len(corpus.text(b)) + 1
    offsets = batches._joined(corpus, (a, b), np.random.default_rng(0))
    n = len(corpus.offsets(a))
    assert_close(torch.from_numpy(offsets[:n]), corpus.offsets(a), rtol=0, atol=0)
    assert_close(torch.from_numpy(offsets[n + 1 :]), corpus.offsets(b)[1:], rtol=0, atol=0)
    # The second line stands right of the first by about a space, on the same baseline.
    x = np.cumsum(offsets[:, 0]) + float(corpus.places[a, 0])
    gap = x[n:].min() - float(corpus.places[a, 4])
    assert batches.GAP[0] - 1e-3 <= gap <= batches.GAP[1] + 1e-3
    y = np.cumsum(offsets[:, 1]) + float(corpus.places[a, 1])
    assert y[n] == pytest.approx(float(corpus.places[b, 1]), abs=1e-3)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_parts_of_a_batch_are_the_batch(corpus: Corpus, count: int) -> None:
    examples = order(corpus, LIVELY)[0]
    whole = batches.assemble(corpus, examples, LIVELY, (0, 0, 0))
    parts = [
        part
        for number in range(count)
        for part in batches.parts(
            corpus, examples, LIVELY, (0, 0, 0), range(number, count, count), count
        )
    ]
    assert sum(part.points for part in parts) == whole.points
    for number, part in enumerate(parts):
        for b, row in enumerate(range(number, len(examples), count)):
            n = int(part.weights[:, b].sum())
            assert_close(part.targets[:n, b], whole.targets[:n, row], rtol=0, atol=0)


def test_more_parts_than_lines_leave_some_without_weight(corpus: Corpus) -> None:
    parts = batches.parts(corpus, [(0,), (1,)], PLAIN, (0, 0, 0), range(4), 4)
    assert [part.points > 0 for part in parts] == [True, True, False, False]
    assert all(len(part.inputs) for part in parts)


def test_changes_keep_the_text_and_the_pen(corpus: Corpus) -> None:
    plain = batches.assemble(corpus, [(3,)], None)
    changed = batches.assemble(corpus, [(3,)], LIVELY, (0, 0, 0))
    assert not torch.equal(plain.inputs, changed.inputs)
    assert_close(plain.inputs[:, :, 2], changed.inputs[:, :, 2], rtol=0, atol=0)
    assert torch.equal(plain.codes, changed.codes)


def test_validation_holds_every_line_once_and_unchanged(corpus: Corpus) -> None:
    lines = corpus.lines_of("v")
    found = [line for batch in batches.in_order(corpus, lines, LIVELY) for (line,) in batch]
    assert sorted(found) == lines.tolist()

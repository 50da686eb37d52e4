"""Training a recogniser: from nothing, and on from one that exists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.corpus_lines import KINDS
from engine.errors import TrainingError
from engine.ink.preparation import to_ink
from engine.recognition.recogniser import Recogniser
from engine.recognition.recogniser_network import RecogniserConfig, build_recogniser_network
from engine.text.alphabet import Alphabet
from training.corpora.corpus import Corpus
from training.recogniser_training import RecogniserRun, train_recogniser, widened

RUN = RecogniserRun(epochs=2, lines=16, lr=3e-3)


def test_a_recogniser_goes_on_from_another_with_its_sizes_and_alphabet(
    corpus: Corpus, tmp_path: Path
):
    sizes = RecogniserConfig(len(corpus.alphabet), channels=8, hidden=8, layers=1)
    told: list[dict[str, float]] = []
    for name in ("first", "again"):
        (tmp_path / name).mkdir()
    first = train_recogniser(corpus, tmp_path / "first", RUN, sizes, told.append)
    assert [record["epoch"] for record in told] == [1, 2]
    assert told[1]["loss"] < told[0]["loss"]
    other = RecogniserConfig(len(corpus.alphabet), channels=16, hidden=16, layers=2)
    still = RecogniserRun(epochs=1, lines=16, lr=1e-12, weight_decay=0.0)
    again = train_recogniser(corpus, tmp_path / "again", still, other, init=first)
    assert again.network.config == sizes
    assert again.alphabet == first.alphabet
    for name, value in first.network.state_dict().items():
        torch.testing.assert_close(again.network.state_dict()[name], value, atol=2e-3, rtol=1e-2)


def test_a_recogniser_that_is_there_is_not_written_over(corpus: Corpus, tmp_path: Path) -> None:
    kept = tmp_path / "recogniser.safetensors"
    kept.write_bytes(b"trained for hours")
    with pytest.raises(TrainingError, match="holds a recogniser already"):
        train_recogniser(corpus, tmp_path, RUN, RecogniserConfig(len(corpus.alphabet)))
    assert kept.read_bytes() == b"trained for hours"


def test_a_recogniser_needs_lines_to_learn_from_and_to_measure_by(
    corpus: Corpus, tmp_path: Path
) -> None:
    whole = replace(corpus, splits=torch.zeros_like(corpus.splits), split_names=("train",))
    with pytest.raises(TrainingError, match="has no lines in v"):
        train_recogniser(whole, tmp_path, RUN, RecogniserConfig(len(corpus.alphabet)))


def test_a_widened_recogniser_reads_what_it_read(corpus: Corpus) -> None:
    recogniser = Recogniser.load()
    alphabet = Alphabet(recogniser.alphabet.characters + "∞λπ")
    wider = Recogniser(widened(recogniser, alphabet), alphabet, recogniser.error_rate)
    inks = [to_ink(corpus.offsets(i).numpy()) for i in corpus.lines_of("v").tolist()[:6]]
    assert wider.read(inks) == recogniser.read(inks)
    # And it can learn what it did not know.
    (frames, *_) = wider.probabilities(inks[:1])
    assert frames[:, alphabet.characters.index("λ")].isfinite().all()


def test_a_recogniser_learns_the_characters_that_it_lacks(corpus: Corpus, tmp_path: Path) -> None:
    for name in ("narrow", "wide"):
        (tmp_path / name).mkdir()
    lines = corpus.lines_of("train", "t", "f", "v").tolist()
    rare = corpus.alphabet.characters[-1]
    texts = {corpus.text(i) for i in lines}
    assert any(rare in text for text in texts)
    sizes = RecogniserConfig(len(corpus.alphabet), channels=8, hidden=8, layers=1)
    narrow = train_recogniser(corpus, tmp_path / "narrow", RUN, sizes)
    lacking = Alphabet("".join(c for c in narrow.alphabet if c != rare))
    few = build_recogniser_network(replace(sizes, characters=len(lacking)))
    wide = train_recogniser(
        corpus, tmp_path / "wide", RUN, sizes, init=Recogniser(few, lacking, narrow.error_rate)
    )
    assert wide.alphabet.characters == lacking.characters + rare


def test_a_recogniser_learns_from_lines_composed_anew(corpus: Corpus, tmp_path: Path) -> None:
    # Its words stand for pieces: every line counts as a word here.
    words = replace(corpus, kinds=torch.full_like(corpus.kinds, KINDS.index("word")))
    pieced = replace(
        corpus, kinds=torch.where(torch.arange(len(corpus)) % 2 == 0, corpus.kinds, words.kinds)
    )
    run = replace(RUN, epochs=1, pieces=0.5, examples=20)
    sizes = RecogniserConfig(len(corpus.alphabet), channels=8, hidden=8, layers=1)
    read = train_recogniser(pieced, tmp_path, run, sizes)
    assert read.error_rate > 0

"""Widening: what a network knew it writes as before, new characters begin like known ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.errors import TrainingError
from engine.hand import Hand
from engine.network.network import Network, NetworkConfig
from engine.text.alphabet import CHARACTERS, Alphabet
from training import trainer
from training.config import NetworkSizes
from training.corpora.corpus import Corpus
from training.hand_export import hand_of
from training.widening import ALIKE, widened, wider_alphabet

KNOWN, WANTED = Alphabet(" baCx"), Alphabet("Cab@ ☺x")


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return Network(NetworkConfig(5, 6, 2, 2))


def raw(network: Network, alphabet: Alphabet, text: str) -> Tensor:
    offsets = torch.tensor(np.random.default_rng(0).normal(0, 1, (9, 1, 3)), dtype=torch.float32)
    codes = torch.from_numpy(alphabet.encode(text))[None]
    with torch.no_grad():
        return network(offsets, codes, torch.ones(codes.shape)).raw


def test_what_was_known_is_written_as_before(network: Network) -> None:
    wide = widened(network, KNOWN, WANTED, vector=8)
    assert wide.config == NetworkConfig(7, 6, 2, 2, vector=8)
    torch.testing.assert_close(raw(wide, WANTED, "ab Cx"), raw(network, KNOWN, "ab Cx"))


def test_a_new_character_begins_as_one_like_it_or_as_their_mean(network: Network) -> None:
    wide = widened(network, KNOWN, Alphabet(" baCx@c☺"))
    assert wide.config.vector == 0
    torch.testing.assert_close(raw(wide, Alphabet(" baCx@c☺"), "@c"), raw(network, KNOWN, "aC"))
    columns = wide.layer2.weight_ih_l0[:, 3:11]
    torch.testing.assert_close(columns[:, 7], columns[:, :5].mean(1))


def test_a_network_with_vectors_keeps_its_own(network: Network) -> None:
    wide = widened(network, KNOWN, KNOWN, vector=8)
    torch.nn.init.normal_(wide.writer.weight)
    again = widened(wide, KNOWN, WANTED)
    assert torch.equal(again.writer.weight, wide.writer.weight)
    with pytest.raises(TrainingError, match="vectors of 8 numbers"):
        widened(wide, KNOWN, KNOWN, vector=16)


def test_all_that_are_alike_are_characters_that_are_taught() -> None:
    assert set(ALIKE) <= set(CHARACTERS)
    assert all(like in CHARACTERS for of in ALIKE.values() for like in of)


def test_a_run_from_a_hand_learns_the_corpuss_characters_and_vectors(
    tiny, corpus: Corpus, tmp_path: Path
) -> None:
    first = trainer.start(tiny(), corpus, tmp_path / "first")
    first.fit()
    hand = hand_of(first.folder.best, corpus, "first")
    # The same ink, as if it said something with another letter.
    letters = corpus.alphabet.characters
    strange = replace(
        corpus, alphabet=Alphabet(letters.replace("r", "ß")), writers=corpus.forms // 3
    )
    assert wider_alphabet(hand.alphabet, corpus) == hand.alphabet
    config = tiny(network=NetworkSizes(hidden=12, window=3, mixture=2, vector=8), steps=6)
    made = trainer.start(config, strange, tmp_path / "second", hand)
    assert made.corpus.alphabet.characters.startswith(letters)
    assert set(made.corpus.alphabet) == set(CHARACTERS)
    assert made.validate(referenced=True) == pytest.approx(made.validate(), abs=1e-5)
    made.fit()
    records = [r for r in made.folder.records() if "validation" in r]
    assert all(np.isfinite(r["validation_referenced"]) for r in records)
    assert records[-1]["validation_referenced"] != records[-1]["validation"]
    assert made.network.writer.weight.any()
    resumed = trainer.resume(strange, tmp_path / "second")
    assert resumed.progress.step == 6
    assert resumed.progress.best == min(r["validation_referenced"] for r in records)
    out = hand_of(made.folder.best, resumed.corpus, "second")
    out.save(tmp_path / "wide.safetensors", torch.float32)
    again = Hand.load(tmp_path / "wide.safetensors")
    assert again.network.config.vector == 8
    torch.testing.assert_close(again.network.writer.weight, out.network.writer.weight)

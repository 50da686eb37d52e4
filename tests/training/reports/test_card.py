"""The card of a hand: every run that it came out of, and their curve as one."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.card import Card
from engine.errors import TrainingError
from engine.hand import Hand
from engine.network.network import Network, NetworkConfig
from training import trainer
from training.__main__ import training
from training.corpora.corpus import Corpus
from training.reports.card import write_card
from training.reports.run_history import RunHistory


@pytest.fixture
def hand(corpus: Corpus) -> Hand:
    network = Network(NetworkConfig(len(corpus.alphabet), 12, 3, 2))
    card = Card("A | b", "0", "2000-01-01", "drawn <lines>", "none", "free", {"hours": 1.5})
    return Hand(network, corpus.alphabet, corpus.preparation, corpus.pace, 1.0, card)


def test_the_card_tells_of_every_run(hand: Hand, tiny, corpus: Corpus, tmp_path: Path) -> None:
    for name in ("first", "second"):
        trainer.start(replace(tiny(), steps=7), corpus, tmp_path / name).fit()
    runs = [RunHistory.of(tmp_path / name) for name in ("first", "second")]
    page, curve = write_card(hand, runs, tmp_path / "hand.md")
    text = page.read_text()
    assert "# The hand A \\| b" in text
    assert "drawn &lt;lines&gt;" in text
    assert "| second | first |" in text
    assert f"{min(loss for _, loss in runs[1].curve('validation')):.4f} |" in text
    assert "(hand-curve.svg)" in text
    root = ElementTree.fromstring(curve.read_text())
    curves = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(curves) == 2
    # The second run follows the first: time never runs back.
    places = [float(point.split(",")[0]) for point in curves[0].attrib["points"].split()]
    assert places == sorted(places)
    assert len(places) >= 12


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="holds no run"):
        RunHistory.of(tmp_path)


def test_the_card_is_written_by_a_command(hand: Hand, tiny, corpus: Corpus, tmp_path: Path) -> None:
    trainer.start(tiny(), corpus, tmp_path / "run").fit()
    hand.save(tmp_path / "h.safetensors")
    words = [tmp_path / "h.safetensors", tmp_path / "run", "--out", tmp_path / "hand.md"]
    result = CliRunner().invoke(training, ["card", *map(str, words)])
    assert result.exit_code == 0, result.output
    kept = Hand.load(tmp_path / "h.safetensors")
    assert kept.sha256 in (tmp_path / "hand.md").read_text()

"""Writer vectors as values: their file, their mixing, and what they may hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StyleError
from engine.ink.ink import Ink
from engine.style.style import Style
from engine.style.writer_vector import WriterVector, mixed

INK = Ink.from_lists([[(0.0, 0.0), (1.0, -1.0), (2.0, 0.0)]])


def vector(seed: int = 0, taught: int = 0, hand: str = "h") -> WriterVector:
    random = np.random.default_rng(seed)
    values = random.uniform(-1, 1, 8).round(4).astype(np.float32)
    biases = random.normal(0, 0.2, taught).astype(np.float16).astype(np.float32)
    return WriterVector(values, hand, biases if taught else None)


@pytest.mark.parametrize("taught", [0, 5000])
def test_a_style_comes_back_with_its_vector(tmp_path: Path, taught: int) -> None:
    style = Style("Mine", "m", INK, "Drawn for a test.", vector(taught=taught), primed=False)
    style.save(tmp_path / "mine.json")
    again = Style.load(tmp_path / "mine.json")
    assert again.vector == style.vector
    assert not again.primed
    assert (tmp_path / "mine.json").stat().st_size < 1000 + 3 * taught


def test_a_style_without_a_vector_is_written_as_before_there_were_any(tmp_path: Path) -> None:
    Style("Mine", "m", INK).save(tmp_path / "mine.json")
    assert not {"vector", "primed"} & json.loads((tmp_path / "mine.json").read_text()).keys()
    assert Style.load(tmp_path / "mine.json").vector is None


@pytest.mark.parametrize(
    "change",
    [{"values": [2.0]}, {"values": ["a"]}, {"values": [[0.1]]}, {"hand": 5},
     {"biases": "no base64"}, {"biases": "AH4="}],
)  # fmt: skip
def test_a_damaged_vector_is_a_damaged_style(tmp_path: Path, change: dict) -> None:
    path = tmp_path / "mine.json"
    Style("Mine", "m", INK, vector=vector(taught=3)).save(path)
    content = json.loads(path.read_text())
    content["vector"] |= change
    path.write_text(json.dumps(content))
    with pytest.raises(StyleError, match="is damaged"):
        Style.load(path)


def test_a_style_needs_a_primer_or_a_vector() -> None:
    with pytest.raises(StyleError, match="needs a primer or a writer's vector"):
        Style("Mine", "m", INK, primed=False)


def test_numbers_that_no_vector_has_are_refused() -> None:
    for values in ([1.5], [np.nan]):
        with pytest.raises(StyleError, match="finite numbers between"):
            WriterVector(np.array(values, np.float32), "e")
    with pytest.raises(StyleError, match="finite numbers"):
        WriterVector(np.zeros(2, np.float32), "e", np.array([np.inf], np.float32))


def test_two_writers_mix_by_their_shares() -> None:
    one, other = vector(1), vector(2, taught=4)
    assert other.biases is not None
    between = mixed(one, other, 0.25)
    np.testing.assert_allclose(between.values, 0.75 * one.values + 0.25 * other.values, atol=1e-6)
    assert between.biases is not None
    np.testing.assert_allclose(between.biases, 0.25 * other.biases, atol=1e-6)
    assert mixed(one, vector(3), 0.0).biases is None
    with pytest.raises(StyleError, match="of different hands"):
        mixed(one, vector(2, hand="other"), 0.5)

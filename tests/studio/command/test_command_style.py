"""The verb `style`: styles of a person's lines, taught or not, and between two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from engine.network.network import Network
from engine.style.style import Style, find
from studio.command.main import main


def line(seed: int) -> RecordedLine:
    """A wavy line of two words."""
    random = np.random.default_rng(seed)
    strokes, x = [], 0.0
    for word in range(2):
        t = np.linspace(0, 12, 60)
        xy = np.stack([x + 10 * t, -30 * np.abs(np.sin(t)) + random.normal(0, 1, 60)], axis=1)
        strokes.append(Stroke(xy, word + t / 12))
        x += 160
    return RecordedLine("arena inner", Ink(tuple(strokes)))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    for number in range(6):
        line(number).save(folder / f"line-{number:04d}.json")
    return folder


@pytest.fixture(scope="module")
def hand_file(tiny_hand_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small hand with an encoder of writers."""
    small = Hand.load(tiny_hand_path)
    network = Network(replace(small.network.config, vector=4))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network.load_state_dict(Network(network.config).state_dict() | small.network.state_dict())
        torch.nn.init.normal_(network.writer.weight, 0, 0.1)
    path = tmp_path_factory.mktemp("hands") / "knowing.safetensors"
    Hand(network, small.alphabet, small.preparation, 5.0, 1.0, small.card).save(path)
    return path


def make(recording: Path, out: Path, hand: Path, *words: str) -> Style:
    given = ["style", "make", "--lines", str(recording), "--out", str(out), "--hand", str(hand)]
    assert main([*given, *words]) == 0
    return Style.load(out)


def test_a_style_of_lines_is_taught_and_written_with(
    recording: Path,
    hand_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("engine.writer_teaching.MOST_STEPS", 5)
    out = tmp_path / "my.style.json"
    style = make(recording, out, hand_file)
    said = capsys.readouterr().out
    assert "of 6 lines, taught in" in said
    assert style.name == "my"
    assert style.vector is not None
    assert style.vector.biases is not None
    assert not style.primed
    assert "6 lines in mine" in style.source
    assert out.stat().st_mode & 0o077 == 0
    words = ["write", "an ear", "--hand", str(hand_file), "--style", str(out)]
    assert main([*words, "--out", str(tmp_path / "own.svg")]) == 0
    assert (tmp_path / "own.svg").stat().st_size > 500


def test_without_teaching_it_has_the_vector_and_a_primer(
    recording: Path, hand_file: Path, tmp_path: Path
) -> None:
    style = make(recording, tmp_path / "s.json", hand_file, "--no-teach", "--name", "Me")
    assert (style.name, style.primed) == ("Me", True)
    assert style.vector is not None
    assert style.vector.biases is None
    assert style.vector.hand == Hand.load(hand_file).fingerprint


def test_a_hand_that_knows_no_writers_makes_a_primer(
    recording: Path, tiny_hand_path: Path, tmp_path: Path
) -> None:
    assert make(recording, tmp_path / "s.json", tiny_hand_path, "--no-teach").vector is None


def test_two_styles_are_mixed(recording: Path, hand_file: Path, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.style.json", "two.style.json")]
    one = make(recording, paths[0], hand_file, "--no-teach")
    for number in range(6):
        (recording / f"line-{number:04d}.json").unlink()
    line(17).save(recording / "line-0001.json")
    two = make(recording, paths[1], hand_file, "--no-teach")
    out = tmp_path / "between.json"
    words = ["style", "mix", *map(str, paths), "--share", "0.25", "--out", str(out)]
    assert main(words) == 0
    between = Style.load(out)
    assert between.source == "75% one, 25% two."
    assert one.vector is not None
    assert two.vector is not None
    assert between.vector is not None
    expected = 0.75 * one.vector.values + 0.25 * two.vector.values
    np.testing.assert_allclose(between.vector.values, expected, atol=1e-4)
    assert between.text == one.text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["make", "--lines", "nowhere", "--out", "s.json"], "name the folder of your lines"),
        (["make", "--lines", ".", "--out", "mine.txt"], "name it mine.style.json"),
        (["mix", "primer.json", "Rowan", "--out", "s.json"], "is a primer alone"),
    ],
)
def test_what_makes_no_style_is_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    replace(find("Hazel"), vector=None, primed=True).save("primer.json")
    assert main(["style", *words]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "s.json").exists()

"""Teaching: a person's lines as a corpus, learnt from a hand, interrupted and gone on with."""

from __future__ import annotations

import json
import os
import signal
import string
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from engine.card import Card
from engine.errors import CorpusError, TrainingError
from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import Preparation
from engine.ink.recorded_line import RecordedLine
from engine.line_scoring import score_lines
from engine.network.network import Network, NetworkConfig
from engine.text.alphabet import Alphabet
from training.__main__ import training
from training.hand_teaching import REHEARSED, begun, config_for, prepared, taught
from training.run_folder import RunFolder

ROOT = Path(__file__).parents[2]
#: Seconds after which a process is taken to hang.
LONGEST = 600.0
WORDS = ("an", "ear", "near", "rain", "rare", "inn", "era", "iran")


@pytest.fixture(autouse=True)
def _no_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    # A network that has learnt nothing writes on and on.
    monkeypatch.setattr("training.hand_teaching.SAMPLES", 0)


#: The characters of `WORDS`: a hand that knows no others has nothing to rehearse, which takes long.
FEW = " aeinr"


def small_hand(
    characters: str = " " + string.ascii_letters + string.digits + "'\",.?!();:-",
) -> Hand:
    """A hand that has learnt nothing yet."""
    torch.manual_seed(0)
    alphabet = Alphabet(characters)
    network = Network(NetworkConfig(len(alphabet), hidden=16, window=3, mixture=2))
    network.initialise(4.0)
    card = Card("small", "0", "2026-01-01", "nothing", "free", "any")
    return Hand(network.eval(), alphabet, Preparation(), pace=4.0, x_height=1.0, card=card)


def recorded(text: str, seed: int) -> RecordedLine:
    """One wavy stroke a word, each letter with a height of its own."""
    random = np.random.default_rng(seed)
    strokes, x, number = [], 0.0, 0
    for word in text.split():
        xy = []
        for character in word:
            height = 60 + 17 * (ord(character) % 7)
            for k in range(22):
                xy.append((x, 400 - height * abs(np.sin(np.pi * k / 11)) + random.normal(0, 2)))
                x += 8 + random.normal(0, 0.5)
        time = (number + np.arange(len(xy))) / 77
        number += len(xy) + 20
        strokes.append(Stroke(np.array(xy), time))
        x += 60
    return RecordedLine(text, Ink(tuple(strokes)))


def lines(count: int, seed: int = 0) -> list[RecordedLine]:
    random = np.random.default_rng(seed)
    return [recorded(" ".join(random.choice(WORDS, 2)), seed + k) for k in range(count)]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    folder = tmp_path / "recording"
    folder.mkdir()
    for number, line in enumerate(lines(14), 1):
        line.save(folder / f"line-{number:04d}.json")
    return folder


def test_lines_become_a_corpus_in_the_hands_own_alphabet(tmp_path: Path) -> None:
    hand = small_hand()
    corpus = prepared(hand, lines(24), tmp_path / "lines.safetensors", rehearse=False)
    assert corpus.alphabet == hand.alphabet
    assert corpus.preparation == hand.preparation
    assert len(corpus.lines_of("train")) == 21
    assert len(corpus.lines_of("v")) == 3
    assert len(set(corpus.writers.tolist())) == 1
    few = prepared(hand, lines(5), tmp_path / "few.safetensors", rehearse=False)
    assert few.split_names == ("train",)
    assert config_for(few).data.validate == "train"


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    unknown = [RecordedLine("日本", lines(1)[0].ink), RecordedLine("an ear", Ink())]
    with pytest.raises(CorpusError, match="None of the lines"):
        prepared(small_hand(), unknown, tmp_path / "lines.safetensors")


def test_what_is_rehearsed_holds_every_letter_and_digit() -> None:
    held = set("".join(REHEARSED))
    assert set(string.ascii_letters + string.digits) <= held


def test_lines_without_flaws_are_rehearsed_where_letters_are_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def written(_: Hand, texts: list[str], **how: object) -> list[SimpleNamespace]:
        assert how["record"]
        asked.extend(texts)
        offsets = np.tile(np.array([9.0, 1.0, 0.0], dtype=np.float32), (40, 1))
        steps = SimpleNamespace(offsets=offsets)
        return [
            SimpleNamespace(text=text, steps=steps, flaws=("skipped",) if "Queen" in text else ())
            for text in texts
        ]

    monkeypatch.setattr(Hand, "write_lines", written)
    corpus = prepared(small_hand(), lines(6), tmp_path / "lines.safetensors")
    found = [corpus.text(line) for line in corpus.lines_of("rehearsed")]
    assert set(asked) == set(REHEARSED)
    assert found == [text for text in asked if "Queen" not in text]
    assert config_for(corpus).data.train == "train,rehearsed"
    # The way from the primer to the text is no part of it.
    assert float(corpus.offsets(int(corpus.lines_of("rehearsed")[0]))[0, 0]) < 1.0


def test_teaching_makes_unseen_lines_of_the_same_hand_likelier(tmp_path: Path) -> None:
    hand = small_hand()
    own, unseen = lines(14), lines(6, seed=100)
    # The weights are random: it takes more steps than a hand that can write.
    trainer = begun(hand, own, tmp_path / "run", steps=60, device="cpu", rehearse=False)
    trainer.fit()
    after = taught(hand, tmp_path / "run", "mine")
    before = np.mean([fit.loss for fit in score_lines(hand, unseen)])
    assert np.mean([fit.loss for fit in score_lines(after, unseen)]) < before - 0.08
    assert after.name == "mine"
    assert "14 lines by its owner" in after.card.trained_on
    assert after.card.data_license == "free"
    after.save(tmp_path / "mine.hand")
    assert Hand.load(tmp_path / "mine.hand").card == after.card


def test_a_run_that_was_begun_goes_on(tmp_path: Path) -> None:
    hand, own = small_hand(), lines(6)
    trainer = begun(hand, own, tmp_path / "run", steps=4, device="cpu", rehearse=False)
    trainer.fit()
    again = begun(hand, own, tmp_path / "run", steps=9, device="cpu", rehearse=False)
    assert again.progress.step == 4
    again.fit()
    assert again.progress.step == 9


def test_other_lines_are_not_taken_for_those_of_a_run(tmp_path: Path) -> None:
    hand, folder = small_hand(), tmp_path / "run"
    begun(hand, lines(6), folder, steps=1, device="cpu", rehearse=False).fit()
    for others in (lines(7), lines(5), lines(6, seed=100)):
        with pytest.raises(TrainingError, match="teaches other lines"):
            begun(hand, others, folder, steps=9, device="cpu", rehearse=False)


def test_a_folder_in_which_another_process_teaches_keeps_its_lines(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    hand, folder = small_hand(), tmp_path / "run"
    begun(hand, lines(6), folder, steps=1, device="cpu", rehearse=False)
    kept = (folder / "lines.safetensors").read_bytes()
    with RunFolder(folder).lock(), pytest.raises(TrainingError, match="Another process"):
        begun(hand, lines(7), folder, steps=1, device="cpu", rehearse=False)
    assert (folder / "lines.safetensors").read_bytes() == kept


def teach(recording: Path, out: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "training", "teach", "--lines", str(recording), "--out", str(out),
         "--device", "cpu", "--threads", "1", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def test_killed_in_the_midst_it_goes_on_to_a_hand(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, out = tmp_path / "base.safetensors", tmp_path / "my.hand"
    small_hand(FEW).save(base)
    process = teach(recording, out, "--hand", str(base), "--steps", "100000")
    run = tmp_path / "my.hand.run"
    try:
        deadline = time.monotonic() + LONGEST
        while not list(run.glob("step-*.safetensors")):
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert not out.exists()
    done = max(int(path.stem.split("-")[1]) for path in run.glob("step-*.safetensors"))
    # In this process: it need not be started again for its allocator's sake.
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")
    words = ["--lines", recording, "--out", out, "--hand", base, "--steps", done + 3]
    result = CliRunner().invoke(training, ["teach", "--device", "cpu", *map(str, words)])
    assert result.exit_code == 0, result.output
    steps = [json.loads(row)["step"] for row in (run / "metrics.jsonl").read_text().splitlines()]
    assert max(steps) == done + 3
    assert Hand.load(out).name == "my"


def steps_of(run: Path) -> list[tuple[int, float]]:
    """Number and loss of each step that a run has told."""
    return [(r["step"], r["loss"]) for r in RunFolder(run).records() if "loss" in r]


# That a run is the same however it was killed is tested of `train run`, which has its loop.
@pytest.mark.soak
@pytest.mark.usefixtures("in_soak_alone")
@pytest.mark.skipif(sys.platform == "win32", reason="needs kill -9")
def test_killed_again_and_again_it_teaches_the_same_hand(
    recording: Path, tmp_path: Path, rounds: int
) -> None:
    base = tmp_path / "base.safetensors"
    small_hand(FEW).save(base)
    kills, random = min(rounds, 20), np.random.default_rng(3)
    words = ["--hand", str(base), "--steps", str(12 * kills + 12)]
    whole = teach(recording, tmp_path / "whole.hand", *words)
    _, errors = whole.communicate()
    assert whole.returncode == 0, errors
    out, run = tmp_path / "killed.hand", tmp_path / "killed.hand.run"
    for _ in range(kills):
        process = teach(recording, out, *words)
        before = max(dict(steps_of(run)), default=0)
        goal, deadline = before + int(random.integers(2, 11)), time.monotonic() + LONGEST
        while max(dict(steps_of(run)), default=0) < goal:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(float(random.uniform(0, 0.05)))
        process.kill()
        process.communicate()
        assert not out.exists()
    process = teach(recording, out, *words)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert steps_of(run) == steps_of(tmp_path / "whole.hand.run")
    one, other = (Hand.load(path).network.state_dict() for path in (out, tmp_path / "whole.hand"))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_folder_without_lines_is_refused_in_a_sentence(tmp_path: Path) -> None:
    process = teach(tmp_path, tmp_path / "my.hand")
    _, errors = process.communicate()
    assert process.returncode == 2
    assert "holds no recorded lines" in errors.decode()
    assert len(errors.decode().splitlines()) == 1

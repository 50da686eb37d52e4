"""`python -m training` from outside: what it makes, and what it says of bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.hand import Hand
from training import trainer
from training.__main__ import main, training
from training.config import RunConfig, named, with_fields
from training.corpora.corpus import Corpus
from training.run_folder import RunFolder

#: A run of a few short steps.
TINY = {
    "steps": "14",
    "precision": "float32",
    "samples": "0",
    "checkpoint_minutes": "0",
    "network.hidden": "12",
    "network.window": "3",
    "network.mixture": "2",
    "data.lines": "8",
    "data.train": "train",
}
OPTIONS = [word for name, value in TINY.items() for word in (f"--{name}", value)]


def environment() -> dict[str, str]:
    # The allocator's settings change nothing that is tested here, and cost a second start.
    return {**os.environ, "OMP_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}


def started(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "training", *map(str, words)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def steps_done(folder: Path) -> int:
    return max((record["step"] for record in RunFolder(folder).records()), default=0)


def wait_for(folder: Path, step: int, process: subprocess.Popen[str]) -> None:
    while steps_done(folder) < step and process.poll() is None:
        time.sleep(0.1)


def curve(folder: Path) -> list[tuple[int, float]]:
    return [(r["step"], r["loss"]) for r in RunFolder(folder).records() if "loss" in r]


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's own process is not to be started again for its allocator's sake."""
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")


def test_prepare_run_resume_export(iam_root: Path, tmp_path: Path) -> None:
    corpus, folder, hand = tmp_path / "c.safetensors", tmp_path / "run", tmp_path / "h.safetensors"
    runner = CliRunner()

    def call(*words: object) -> str:
        result = runner.invoke(training, [str(word) for word in words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    said = call("prepare", "--iam", iam_root, "--out", corpus)
    assert "Read 56 lines, kept 56 (48 train, 8 v)" in said
    report = json.loads((tmp_path / "c.report.json").read_text())
    assert report["splits"] == {"train": 48, "v": 8}
    call("run", "--config", "tiny", "--corpus", corpus, "--out", folder, *OPTIONS)
    assert steps_done(folder) == 14
    call("resume", folder, "--steps", 16)
    assert steps_done(folder) == 16
    call("export", folder, "--out", hand)
    made = Hand.load(hand)
    assert made.alphabet.characters == " aeinr"
    assert made.card.figures["steps"] == 16
    assert "PyTorch" in made.card.training
    call("export", folder, "--out", hand, "--unwritten", "rz ")
    assert (Hand.load(hand).alphabet.characters, Hand.load(hand).alphabet.codes) == (
        " aein",
        " aeinr",
    )


def test_prepare_by_form_and_as_graves_did(iam_root: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.safetensors"
    words = ["prepare", "--iam", str(iam_root), "--out", str(out), "--split", "forms"]
    result = CliRunner().invoke(training, [*words, "--preparation", "graves"])
    assert result.exit_code == 0, result.output
    corpus = Corpus.load(out)
    assert set(corpus.split_names) <= {"train", "v"}
    assert corpus.preparation.thin == 1


BAD = [
    (["prepare", "--iam", "{tmp}/nowhere", "--out", "{tmp}/c"], "There is no folder"),
    (["prepare", "--iam", "{tmp}", "--out", "{tmp}/c"], "neither lineStrokes/ nor"),
    (["prepare", "--iam", "{iam}", "--out", "{file}/c"], "Cannot make"),
    (["prepare", "--iam", "{iam}", "--out", "{iam}/task1"], "it is a folder; name a file"),
    (["prepare", "--iam", "{iam}", "--out", "{tmp}/c", "--like", "{tmp}/h"], "There is no hand"),
    (["prepare", "--out", "{tmp}/c"], "Give one corpus: --iam"),
    (["run", "--corpus", "{tmp}/c", "--out", "{tmp}/r"], "There is no prepared corpus"),
    (["run", "--corpus", "{iam}/task1/trainset.txt", "--out", "{tmp}/r"], "is damaged"),
    (["run", "--corpus", "{iam}", "--out", "{tmp}/r"], "is a folder; name the file"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--lr", "1"], "'optimizer.lr'"),
    (["run", "--config", "grave", "--corpus", "{corpus}", "--out", "{tmp}/r"], "'graves'"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--optimizr.lr", "1"], "'optimizer.lr'"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--data.lines"], "has no value"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--hours", "nan"], "finite number"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "loose"], "is no option"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--data.train", "x"], "names x, which"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--data.train", "f"], "no lines in 'f'"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--data.validate", "w"], "data.validate"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--seed", "9" * 30], "seed is 1e+30"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--network.hidden", "65536"], "to 4,096"),
    (["run", "--corpus", "{corpus}", "--out", "{file}/r"], "Cannot make the run's folder"),
    (["run", "--corpus", "{corpus}", "--out", "{tmp}/r", "--init", "{file}"], "not a hand"),
    (["resume", "{tmp}/nowhere"], "no checkpoint to resume from"),
    (["export", "{tmp}/nowhere", "--out", "{tmp}/h"], "name it with --corpus"),
    (["export", "{tmp}", "--corpus", "{corpus}", "--out", "{tmp}/h"], "There is no checkpoint"),
    (["evaluate", "{tmp}", "--corpus", "{corpus}", "--out", "{tmp}/e"], "cannot be read"),
    (["rum"], "No such command"),
]


@pytest.mark.parametrize(("words", "sentence"), BAD)
def test_bad_input_is_one_sentence_and_exit_status_2(
    words: list[str],
    sentence: str,
    iam_root: Path,
    corpus_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    places = {"tmp": tmp_path, "iam": iam_root, "corpus": corpus_file, "file": file}
    arguments = [word.format(**places) for word in words]
    if arguments[0] == "run" and "--precision" not in arguments:
        arguments[1:1] = ["--precision", "float32"]
    monkeypatch.setattr(sys, "argv", ["python -m training", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    error = capsys.readouterr().err.strip()
    assert end.value.code == 2
    assert sentence in error
    assert "Traceback" not in error
    assert len(error.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_help_needs_no_torch() -> None:
    code = (
        "import sys\nfrom training.__main__ import main\nsys.argv = ['t', 'run', '--help']\n"
        "try:\n    main()\nfinally:\n    assert 'torch' not in sys.modules\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "--optimizer.lr 3e-4" in " ".join(result.stdout.split())


@pytest.mark.skipif(sys.platform == "win32", reason="needs kill -9")
def test_kill_9_at_any_moment_costs_nothing_but_time(
    corpus_file: Path, corpus: Corpus, tmp_path: Path, rounds: int
) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "killed"
    config: RunConfig = with_fields(named("tiny"), TINY | {"steps": str(15 * rounds)})
    trainer.start(config, corpus, whole).fit()
    random = np.random.default_rng(5)
    for _ in range(rounds):
        if RunFolder(folder).records():
            words = ["resume", folder]
        else:
            words = ["run", "--config", "tiny", "--corpus", corpus_file, "--out", folder, *OPTIONS]
            words += ["--steps", config.steps]
        process = started(*words)
        wait_for(folder, steps_done(folder) + int(random.integers(2, 9)), process)
        time.sleep(float(random.uniform(0, 0.05)))
        process.kill()
        process.communicate()
    resumed = trainer.resume(corpus, folder)
    assert resumed.progress.step > 0
    resumed.fit()
    assert curve(folder) == curve(whole)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGTERM")
def test_sigterm_ends_with_a_checkpoint_and_143(corpus_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    words = [*OPTIONS, "--checkpoint_minutes", 60, "--steps", 100_000]
    process = started("run", "--config", "tiny", "--corpus", corpus_file, "--out", folder, *words)
    wait_for(folder, 3, process)
    process.send_signal(signal.SIGTERM)
    _, error = process.communicate(timeout=200)
    assert process.returncode == 143, error
    assert "Its checkpoint is written; resume" in error
    assert "Traceback" not in error
    newest = max(folder.glob("step-*.safetensors"))
    assert int(newest.stem[5:]) == steps_done(folder)

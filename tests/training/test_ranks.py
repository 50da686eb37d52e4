"""Several processes: the same curve as one, whoever is killed, and however many there are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch.distributed as dist

from engine.errors import TrainingError
from engine.hand import Hand
from training import trainer
from training.config import finetune, named, with_fields
from training.corpus import Corpus
from training.folder import RunFolder
from training.ranks import Ranks

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not dist.is_available() or not dist.is_gloo_available(),
    reason="needs PyTorch with gloo",
)

TINY = {
    "steps": "60",
    "precision": "float32",
    "samples": "0",
    "checkpoint_minutes": "0",
    "network.hidden": "12",
    "network.window": "3",
    "network.mixture": "2",
    "data.lines": "8",
    "data.train": "train",
    "data.pairs_from": "0.5",
}


def torchrun(processes: int, *words: object, restarts: int = 0) -> subprocess.Popen[str]:
    """`python -m training ...` in several processes of this machine."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", str(processes), "--max-restarts", str(restarts)]
    return subprocess.Popen(
        [*command, "-m", "training", *map(str, words), "--device", "cpu"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": "131072"},
        start_new_session=True,
    )


def options(changes: dict[str, str]) -> list[str]:
    return [word for name, value in changes.items() for word in (f"--{name}", value)]


def finished(process: subprocess.Popen[str]) -> None:
    _, error = process.communicate(timeout=240)
    assert process.returncode == 0, error[-3000:]


def losses(folder: Path) -> list[float]:
    records = [r for r in RunFolder(folder).records() if "loss" in r]
    assert [r["step"] for r in records] == list(range(1, len(records) + 1))
    return [r["loss"] for r in records]


def validations(folder: Path) -> list[float]:
    return [r["validation"] for r in RunFolder(folder).records() if "validation" in r]


@pytest.fixture(scope="module")
def alone(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of one process that the others are compared with."""
    folder = tmp_path_factory.mktemp("alone") / "run"
    trainer.start(with_fields(named("tiny"), TINY), corpus, folder).run()
    return folder


@pytest.mark.skipif(
    "SCRIPTORIUM_ROUNDS" not in os.environ,
    reason="hung once after the kill, not yet understood; `make soak` runs it",
)
@pytest.mark.soak
def test_two_processes_give_the_curve_of_one_whatever_happens_to_them(
    corpus: Corpus, corpus_file: Path, alone: Path, tmp_path: Path
) -> None:
    """One is killed and started again, both are told to end, a single one goes on."""
    folder = tmp_path / "run"
    words = ["run", "--config", "tiny", "--corpus", corpus_file, "--out", folder]
    process = torchrun(2, *words, *options(TINY | {"data.passes": "2"}), restarts=2)
    wait_for(folder, 5, process)
    (victim,) = (pid for pid in children(process.pid) if rank_of(pid) == "1")
    os.kill(victim, signal.SIGKILL)
    killed_at = len(losses(folder))
    wait_for(folder, killed_at + 8, process)
    process.send_signal(signal.SIGTERM)
    _, error = process.communicate(timeout=240)
    begun = losses(folder)
    assert killed_at < len(begun) < 60, error[-3000:]
    np.testing.assert_allclose(begun, losses(alone)[: len(begun)], atol=1e-2)
    again = trainer.resume(corpus, folder)
    assert again.progress.step == len(begun)
    again.run()
    np.testing.assert_allclose(losses(folder), losses(alone), atol=1e-2)
    np.testing.assert_allclose(validations(folder), validations(alone), atol=1e-2)


def wait_for(folder: Path, records: int, process: subprocess.Popen[str]) -> None:
    while process.poll() is None and len(RunFolder(folder).records()) < records:
        time.sleep(0.1)


def children(parent: int) -> list[int]:
    """Processes that a process started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text().splitlines()
        except OSError:
            continue
        if f"PPid:\t{parent}" in lines:
            found.append(int(status.parent.name))
    return found


def rank_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    return dict(word.split("=", 1) for word in words if "=" in word).get("RANK", "")


def test_two_processes_train_the_shipped_hand_further_as_one_does(
    corpus: Corpus, corpus_file: Path, tmp_path: Path
) -> None:
    changes = {
        "steps": "2", "precision": "float32", "samples": "0", "data.lines": "2",
        "data.train": "v", "data.validate": "none", "optimizer.warmup": "0",
    }  # fmt: skip
    one, two = tmp_path / "one", tmp_path / "two"
    trainer.start(with_fields(finetune(), changes), corpus, one, Hand.load()).run()
    words = ["run", "--config", "finetune", "--corpus", corpus_file, "--out", two]
    finished(torchrun(2, *words, "--init", "default", *options(changes)))
    np.testing.assert_allclose(losses(two), losses(one), rtol=1e-3)


def test_more_processes_than_lines_is_a_sentence(corpus: Corpus, tmp_path: Path) -> None:
    made = trainer.start(with_fields(named("tiny"), TINY), corpus, tmp_path / "run")
    made.ranks = Ranks(0, 49)
    with pytest.raises(TrainingError, match="49 processes are more than the 48 lines"):
        made.lines()


def test_alone_there_is_nobody_to_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORLD_SIZE", "TORCHELASTIC_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    assert Ranks.join() == Ranks()

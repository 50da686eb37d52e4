"""Several processes: the same curve as one, whoever is killed, and however many there are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.distributed as dist

from engine.errors import TrainingError
from engine.hand import Hand
from training import trainer
from training.config import finetune, named, with_fields
from training.corpora.corpus import Corpus
from training.distributed import Ranks, unwritten
from training.run_folder import RunFolder
from training.signals import Interrupted

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not dist.is_available() or not dist.is_gloo_available(),
    reason="needs PyTorch with gloo",
)

#: Seconds after which processes are taken to hang.
LONGEST = 600.0

TINY = {
    # So many that no run is over before it is told to end.
    "steps": "1000000",
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


@dataclass(frozen=True)
class Launched:
    """A run in several processes, and the file that takes what they say."""

    process: subprocess.Popen[bytes]
    said: Path

    def waited(self, until: Callable[[], bool]) -> None:
        """Wait until something holds or the processes have ended; tell where they hang if not."""
        end = time.monotonic() + LONGEST
        while self.process.poll() is None and not until():
            if time.monotonic() > end:
                self.fail("waited in vain")
            time.sleep(0.1)

    def ended(self) -> int:
        """The exit status, once all have ended."""
        self.waited(lambda: False)
        return self.process.wait()

    def fail(self, why: str) -> None:
        """Fail with the stacks of all processes, which faulthandler writes at SIGABRT."""
        workers = children(self.process.pid)
        for pid in (*workers, self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGABRT)
        self.process.wait()
        pytest.fail(f"{why}; processes {self.process.pid}, {workers}:\n{self.said.read_text()}")


def torchrun(said: Path, processes: int, *words: object, restarts: int = 0) -> Launched:
    """`python -m training ...` in several processes of this machine."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", str(processes), "--max-restarts", str(restarts)]
    settings = {
        "OMP_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": "131072", "PYTHONFAULTHANDLER": "1",
    }  # fmt: skip
    with said.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "-m", "training", *map(str, words), "--device", "cpu"],
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, **settings},
            start_new_session=True,
        )
    return Launched(process, said)


def options(changes: dict[str, str]) -> list[str]:
    return [word for name, value in changes.items() for word in (f"--{name}", value)]


def losses(folder: Path) -> list[float]:
    records = [r for r in RunFolder(folder).records() if "loss" in r]
    assert [r["step"] for r in records] == list(range(1, len(records) + 1))
    return [r["loss"] for r in records]


def validations(folder: Path) -> list[float]:
    return [r["validation"] for r in RunFolder(folder).records() if "validation" in r]


def run_alone(corpus: Corpus, folder: Path, steps: int) -> None:
    """The run of one process that others are compared with, told to end after so many steps."""
    made = trainer.start(with_fields(named("tiny"), TINY), corpus, folder)

    def stop(record: dict[str, Any]) -> None:
        if record["step"] == steps and "loss" in record:
            made.interrupt.asked = signal.SIGTERM

    with pytest.raises(Interrupted):
        made.fit(stop)


def test_two_processes_give_the_curve_of_one_whatever_happens_to_them(
    corpus: Corpus, corpus_file: Path, tmp_path: Path
) -> None:
    """One is killed and started again, both are told to end, a single one goes on."""
    folder = tmp_path / "run"
    words = ["run", "--config", "tiny", "--corpus", corpus_file, "--out", folder]
    # No checkpoint is due: what is there when a process is killed was written because of that.
    changes = options(TINY | {"data.passes": "2", "checkpoint_minutes": "60"})
    launched = torchrun(tmp_path / "said", 2, *words, *changes, restarts=2)
    launched.waited(lambda: len(losses(folder)) >= 9)
    (victim,) = (pid for pid in children(launched.process.pid) if rank_of(pid) == "1")
    os.kill(victim, signal.SIGKILL)
    killed_at = len(losses(folder))
    counts = []

    def far_on() -> bool:
        counts.append(len(losses(folder)))
        return counts[-1] >= killed_at + 8

    launched.waited(far_on)
    assert min(counts) >= killed_at, launched.said.read_text()
    launched.process.send_signal(signal.SIGTERM)
    launched.ended()
    begun = len(losses(folder))
    assert begun > killed_at, launched.said.read_text()
    alone = tmp_path / "alone"
    run_alone(corpus, alone, begun)
    for place in (folder, alone):
        again = trainer.resume(corpus, place)
        assert again.progress.step == begun
        again.config = replace(again.config, steps=begun + 8)
        again.fit()
    np.testing.assert_allclose(losses(folder), losses(alone), atol=1e-2)
    np.testing.assert_allclose(validations(folder), validations(alone), atol=1e-2)


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


# That a hand is where a run begins, and that two processes compute what one does, others test.
@pytest.mark.soak
@pytest.mark.usefixtures("in_soak_alone")
def test_two_processes_train_the_shipped_hand_further_as_one_does(
    corpus: Corpus, corpus_file: Path, tmp_path: Path
) -> None:
    changes = {
        "steps": "2", "precision": "float32", "samples": "0", "data.lines": "2",
        "data.train": "v", "data.validate": "", "optimizer.warmup": "0",
    }  # fmt: skip
    one, two = tmp_path / "one", tmp_path / "two"
    trainer.start(with_fields(finetune(), changes), corpus, one, Hand.load()).fit()
    words = ["run", "--config", "finetune", "--corpus", corpus_file, "--out", two]
    said = tmp_path / "said"
    launched = torchrun(said, 2, *words, "--init", "default", *options(changes))
    assert launched.ended() == 0, said.read_text()
    np.testing.assert_allclose(losses(two), losses(one), rtol=1e-3)


def test_more_processes_than_lines_is_a_sentence(corpus: Corpus, tmp_path: Path) -> None:
    made = trainer.start(with_fields(named("tiny"), TINY), corpus, tmp_path / "run")
    made.ranks = Ranks(0, 49)
    with pytest.raises(TrainingError, match="49 processes are more than the 48 lines"):
        made.lines()


@pytest.fixture
def store() -> dist.TCPStore:
    """A store as torchrun has it, which outlives the processes."""
    return dist.TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)


def meet(store: dist.TCPStore, attempt: str, ranks: Sequence[int]) -> set[str]:
    """What each process reads in the part of the store that all agree on, started in this order."""

    def joined(rank: int) -> str:
        client = dist.TCPStore("127.0.0.1", store.port, timeout=timedelta(seconds=30))
        part = unwritten(client, rank, len(ranks))
        part.set(f"address {rank}", attempt)
        return part.get(f"address {(rank + 1) % len(ranks)}").decode()

    with ThreadPoolExecutor(len(ranks)) as pool:
        waiting = []
        for rank in ranks:
            waiting.append(pool.submit(joined, rank))
            time.sleep(0.2)
        return {future.result(timeout=60) for future in waiting}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_processes_started_again_find_each_other_and_not_those_before_them(
    store: dist.TCPStore, order: tuple[int, int]
) -> None:
    assert meet(store, "first", (0, 1)) == {"first"}
    assert meet(store, "second", order) == {"second"}
    assert meet(store, "third", order) == {"third"}


def test_fewer_processes_than_before_do_not_wait_for_those_that_are_gone(
    store: dist.TCPStore,
) -> None:
    assert meet(store, "three", (2, 0, 1)) == {"three"}
    assert meet(store, "two", (1, 0)) == {"two"}


def test_a_process_whom_nobody_answers_says_so(
    store: dist.TCPStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.set("roll", "somebody else")
    monkeypatch.setattr("training.distributed.PATIENCE", timedelta(seconds=0.2))
    with pytest.raises(TrainingError, match="this is 1 of 2"):
        unwritten(store, 1, 2)


@pytest.mark.parametrize("name", ["RANK", "WORLD_SIZE", "TORCHELASTIC_RUN_ID"])
def test_a_process_that_a_cluster_tells_half_of_it_is_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("RANK", "WORLD_SIZE", "TORCHELASTIC_RUN_ID"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "1")
    assert Ranks.join() == Ranks()


def test_processes_that_go_on_from_different_steps_are_refused(
    corpus: Corpus, tmp_path: Path
) -> None:
    """As where the second one's machine has no part in the run's folder."""

    class Second(Ranks):
        def of_first(self, value: float, device: torch.device) -> float:
            return 7.0

    config = with_fields(named("tiny"), TINY)
    with pytest.raises(TrainingError, match="from step 7, this one from step 0"):
        trainer.start(config, corpus, tmp_path / "run", ranks=Second(1, 2))


def test_alone_there_is_nobody_to_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORLD_SIZE", "TORCHELASTIC_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    assert Ranks.join() == Ranks()

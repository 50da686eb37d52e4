"""Points a second of a real run in one process and in two, as `make bench` measures them.

Of one core each, two processes are set against one of one core and one of two; on a GPU, where
there is one, one process, and two where there are two.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
import torch.distributed as dist

from engine.network.network import NetworkConfig
from training.config import named
from training.corpora.corpus import prepare
from training.corpora.iam import IAMOnDB, Report
from training.run_folder import RunFolder
from training.trainer import precision

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(
        sys.platform == "win32" or not dist.is_available() or not dist.is_gloo_available(),
        reason="needs PyTorch with gloo",
    ),
]

#: Steps of a run, and how many of them, the first ones, are not counted.
STEPS, WARM = 10, 2
#: Runs of each way, one way after the other.
RUNS = 2


@dataclass(frozen=True)
class Way:
    """So many processes of so many threads each."""

    name: str
    processes: int
    threads: int = 1
    device: str = "cpu"


def ways() -> list[Way]:
    """What can be measured here."""
    found = [
        Way("one process, one thread", 1),
        Way("one process, two threads", 1, 2),
        Way("two processes, one thread each", 2),
    ]
    found += [Way("one GPU", 1, device="cuda"), Way("two GPUs", 2, device="cuda")][
        : torch.cuda.device_count()
    ]
    return found


@pytest.fixture(scope="module")
def corpus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """IAM-OnDB, prepared."""
    root = os.environ.get("SCRIPTORIUM_IAM")
    if not root:
        pytest.skip("SCRIPTORIUM_IAM does not name the folder of IAM-OnDB")
    path = tmp_path_factory.mktemp("corpus") / "iam.safetensors"
    report = Report()
    prepare(IAMOnDB(root).lines(report), report, path)
    return path


def types(found: list[Way]) -> dict[str, str]:
    """The type that each device computes in fastest."""
    sizes = named("default").network
    config = NetworkConfig(77, sizes.hidden, sizes.window, sizes.mixture)
    return {
        way.device: str(precision("auto", torch.device(way.device), config)).rpartition(".")[2]
        for way in found
    }


def rate(way: Way, corpus: Path, folder: Path, computed_in: str) -> float:
    """Points a second of a run of the shipped hand's config."""
    words = ["-m", "training", "run", "--config", "default", "--corpus", str(corpus)]
    fields = {
        "out": folder, "steps": STEPS, "samples": 0, "device": way.device,
        "precision": computed_in, "data.train": "train", "data.validate": "",
    }  # fmt: skip
    words += [str(word) for name, value in fields.items() for word in (f"--{name}", value)]
    if way.processes > 1:
        launcher = ["-m", "torch.distributed.run", "--standalone"]
        words = [*launcher, "--nproc-per-node", str(way.processes), *words]
    result = subprocess.run(
        [sys.executable, *words],
        env={**os.environ, "OMP_NUM_THREADS": str(way.threads)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    counted = [r for r in RunFolder(folder).records() if "loss" in r][WARM:]
    assert len(counted) == STEPS - WARM
    points = sum(int(r["points"]) for r in counted)
    return points / sum(float(r["step_seconds"]) for r in counted)


def test_points_a_second_of_one_process_and_of_two(
    corpus_file: Path, tmp_path: Path, rounds: int
) -> None:
    if rounds <= 10:
        pytest.skip("takes minutes; see `make bench`")
    found = ways()
    computed_in = types(found)
    rates: dict[Way, list[float]] = {way: [] for way in found}
    for number in range(RUNS):
        for way in found:
            folder = tmp_path / f"{way.name} {number}"
            rates[way].append(rate(way, corpus_file, folder, computed_in[way.device]))
    data = named("default").data
    print(f"\nbatches of at most {data.lines} lines and {data.points} points, {STEPS} steps:")
    first = statistics.median(rates[found[0]])
    for way, values in rates.items():
        median = statistics.median(values)
        print(
            f"  {way.name:30} {computed_in[way.device]:8} {median:9,.0f} points/s, "
            f"{median / first:.2f}x (from {min(values):,.0f} to {max(values):,.0f})"
        )

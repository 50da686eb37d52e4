"""Checkpoints: whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import TrainingError
from engine.io.safetensors import save_tensors
from training import checkpoints
from training.checkpoints import Progress
from training.config import RunConfig

CONFIG = RunConfig().to_json()


def tensors(value: float, count: int = 50_000) -> dict[str, torch.Tensor]:
    return {"network.a": torch.full((count,), value), "average.a": torch.full((count,), value)}


def test_a_checkpoint_gives_back_what_it_was_given(tmp_path: Path) -> None:
    progress = Progress(7, 1, 2, 3.25, -0.5, 1, 1, -0.123456789012345, 2, 6, 5, True)
    path = tmp_path / "step-00000007.safetensors"
    checkpoints.save(path, tensors(1.5), progress, CONFIG)
    loaded, again, config = checkpoints.load(path)
    assert again == progress
    assert config == CONFIG
    assert torch.equal(loaded["network.a"], tensors(1.5)["network.a"])


def test_the_newest_that_can_be_read_is_found(tmp_path: Path) -> None:
    for step in (1, 2, 3, 4, 5):
        path = tmp_path / f"step-{step:08d}.safetensors"
        checkpoints.save(path, tensors(step), Progress(step), CONFIG)
    content = (tmp_path / "step-00000005.safetensors").read_bytes()
    (tmp_path / "step-00000005.safetensors").write_bytes(content[: len(content) // 2])
    (tmp_path / "step-00000004.safetensors").write_bytes(b"")
    assert checkpoints.newest(tmp_path) == tmp_path / "step-00000003.safetensors"
    assert checkpoints.newest(tmp_path / "nowhere") is None


def test_a_checkpoint_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    progress = Progress(7, 1, 3, 60.0, -1.5, 2, 1, -1.2, 0, 6, 5, pairs=True)
    old = {**asdict(progress), "no_longer_there": 1}
    for name, before in (
        ("consecutive_skips", "in_a_row"), ("loss_ema", "usual"), ("validated_at", "judged")
    ):  # fmt: skip
        old[before] = old.pop(name)
    header = {"progress": old, "config": CONFIG}
    save_tensors(tmp_path / "old.safetensors", tensors(1, 4), checkpoints.FORMAT, header)
    _, found, config = checkpoints.load(tmp_path / "old.safetensors")
    assert found == progress
    assert RunConfig.from_json(config) == RunConfig()


@pytest.mark.parametrize("length", [0, 7, 500, 4000, -1])
def test_a_checkpoint_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "step-00000001.safetensors"
    checkpoints.save(path, tensors(1), Progress(1), CONFIG)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(TrainingError, match="damaged or not a checkpoint"):
        checkpoints.load(path)
    assert checkpoints.newest(tmp_path) is None


def test_pruning_keeps_the_last_three_and_sweeps_up(tmp_path: Path) -> None:
    for step in range(1, 6):
        path = tmp_path / f"step-{step:08d}.safetensors"
        checkpoints.save(path, tensors(step, 4), Progress(step), CONFIG)
    (tmp_path / ".step-00000009.safetensors.x1.safetensors").write_bytes(b"half")
    checkpoints.save(tmp_path / "best.safetensors", tensors(1, 4), Progress(1), CONFIG)
    checkpoints.prune(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["best.safetensors", *(f"step-0000000{k}.safetensors" for k in (3, 4, 5))]


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of processes")
def test_a_full_disk_leaves_the_older_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "step-00000001.safetensors"
    checkpoints.save(path, tensors(1), Progress(1), CONFIG)
    before = path.read_bytes()
    # A file may not grow beyond 100 kB: what writing on a full disk meets, without filling one.
    script = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
import torch
from pathlib import Path
from engine.errors import TrainingError
from training import checkpoints
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
values = {{"network.a": torch.ones(50_000)}}
for name in ("step-00000001.safetensors", "step-00000002.safetensors"):
    try:
        checkpoints.save(Path({str(tmp_path)!r}) / name, values, checkpoints.Progress(2), "{{}}")
    except TrainingError as error:
        print(error)
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("make room and resume") == 2
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


#: Saves checkpoints from a step on until it is killed. A fork of this process will not do: it would
#: inherit locks that other threads hold, and wait for them for ever.
SAVING = """
import sys
from pathlib import Path
import torch
from training import checkpoints
folder, step = Path(sys.argv[1]), int(sys.argv[2])
while True:
    values = {"network.a": torch.full((50_000,), float(step))}
    path = folder / f"step-{step:08d}.safetensors"
    checkpoints.save(path, values, checkpoints.Progress(step), "{}")
    checkpoints.prune(folder)
    step += 1
"""


def test_kill_9_while_saving_leaves_a_whole_checkpoint(tmp_path: Path, rounds: int) -> None:
    random = np.random.default_rng(0)
    checkpoints.save(tmp_path / "step-00000000.safetensors", tensors(0), Progress(0), CONFIG)
    reached, newest = 0, checkpoints.newest(tmp_path)
    for _ in range(2 * rounds):
        command = [sys.executable, "-c", SAVING, str(tmp_path), str(reached + 1)]
        with subprocess.Popen(command) as child:
            # On a busy machine the child may not have run at all yet.
            while checkpoints.newest(tmp_path) == newest and child.poll() is None:
                time.sleep(0.002)
            time.sleep(float(random.uniform(0, 0.05)))
            child.kill()
        assert child.returncode == -signal.SIGKILL
        newest = checkpoints.newest(tmp_path)
        assert newest is not None
        values, progress, _ = checkpoints.load(newest)
        assert progress.step > reached
        reached = progress.step
        assert torch.equal(values["network.a"], torch.full((50_000,), float(reached)))

"""The job for Slurm, with stand-ins for Slurm's own commands that start real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
import torch.distributed as dist

from training import checkpoints
from training.run_folder import RunFolder

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not dist.is_available() or not dist.is_gloo_available(),
    reason="needs bash, and PyTorch with gloo",
)

SCRIPT = Path(__file__).parents[2] / "docs" / "slurm.sh"
#: Seconds after which a job is taken to hang.
LONGEST = 600.0

#: Starts a command as on one machine, and kills it at SIGTERM, as srun does.
SRUN = """
words = sys.argv[sys.argv.index("torchrun"):]
(here / "srun").write_text(str(os.getpid()))
# Before the step begins: whoever sees it at work finds its number.
told = lambda: (here / "step").write_text(str(os.getpid()))
step = subprocess.Popen(words, start_new_session=True, preexec_fn=told)
signal.signal(signal.SIGTERM, lambda *_: os.killpg(step.pid, signal.SIGKILL))
sys.exit(abs(step.wait()))
"""
SCANCEL = """
assert sys.argv[1:] == ["--quiet", "--signal=TERM", os.environ["SLURM_JOB_ID"]], sys.argv
os.killpg(int((here / "step").read_text()), signal.SIGTERM)
"""
#: Goes on until srun is gone as well.
SLOWLY = """
srun = int((here / "srun").read_text())
try:
    while True:
        os.kill(srun, 0)
        time.sleep(0.02)
except ProcessLookupError:
    pass
"""
SCONTROL = """
if sys.argv[1:3] == ["show", "hostnames"]:
    print("localhost")
else:
    (here / "asked").write_text(" ".join(sys.argv[1:]))
"""
SQUEUE = 'print((here / "state").read_text())'
#: In place of the real one, where what a run does is of no account: ends badly when it is told to.
TORCHRUN = """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
(here / "begun").touch()
time.sleep(float(os.environ["SECONDS_TO_RUN"]))
sys.exit(int(os.environ["STATUS"]))
"""


def is_free(port: int) -> bool:
    """Whether nobody listens there; the script takes a port by the job's number."""
    with socket.socket() as asked:
        return asked.connect_ex(("localhost", port)) != 0


class Slurm:
    """A cluster as far as the job sees it; `bin` holds its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.jobs: list[subprocess.Popen[bytes]] = []
        self.number = next(n for n in count(os.getpid()) if is_free(20_000 + n % 10_000))
        (folder / "state").write_text("RUNNING")
        for name in ("srun", "scancel", "scontrol", "squeue"):
            self.command(name, globals()[name.upper()])

    def command(self, name: str, content: str) -> None:
        """Write a command in Python."""
        head = f"#!{sys.executable} -IS\nimport os, signal, subprocess, sys, time\n"
        head += f"from pathlib import Path\nhere = Path({str(self.folder)!r})\n"
        (self.bin / name).write_text(head + content, "utf-8")
        (self.bin / name).chmod(0o755)

    def submit(self, *words: object, **variables: object) -> subprocess.Popen[bytes]:
        """Start the job."""
        settings = {
            "PATH": f"{self.bin}:{Path(sys.executable).parent}:/usr/bin:/bin",
            "SLURM_JOB_ID": str(self.number),
            "SLURM_JOB_NODELIST": "localhost",
            "SLURM_NNODES": "1",
            "SLURM_CPUS_PER_TASK": "1",
            "MALLOC_TRIM_THRESHOLD_": "131072",
        }
        with (self.folder / "said").open("ab") as said:
            job = subprocess.Popen(
                ["bash", str(SCRIPT), *map(str, words)],
                stdout=said,
                stderr=said,
                cwd=self.folder,
                env=os.environ | settings | {k: str(v) for k, v in variables.items()},
            )
        self.jobs.append(job)
        return job

    def waited(self, job: subprocess.Popen[bytes], until: Callable[[], bool]) -> None:
        """Wait until something holds while the job goes on."""
        end = time.monotonic() + LONGEST
        while not until():
            assert job.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    @property
    def said(self) -> str:
        """What the jobs have written."""
        return (self.folder / "said").read_text("utf-8")

    @property
    def asked(self) -> str:
        """What `scontrol` was asked for."""
        path = self.folder / "asked"
        return path.read_text() if path.exists() else ""

    def close(self) -> None:
        """End what still runs."""
        for job in self.jobs:
            job.kill()
            job.wait()
        with suppress(FileNotFoundError, ProcessLookupError):
            step = int((self.folder / "step").read_text())
            # What torchrun has started outlives it, unless torchrun itself is asked to end.
            os.killpg(step, signal.SIGTERM)
            end = time.monotonic() + LONGEST
            while time.monotonic() < end:
                os.killpg(step, 0)
                time.sleep(0.05)
            os.killpg(step, signal.SIGKILL)


@pytest.fixture
def slurm(tmp_path: Path) -> Iterator[Slurm]:
    made = Slurm(tmp_path)
    yield made
    made.close()


def steps(folder: Path) -> list[int]:
    return [r["step"] for r in RunFolder(folder).records() if "loss" in r]


def test_a_job_at_the_end_of_its_time_writes_a_checkpoint_and_is_queued_again(
    slurm: Slurm, corpus_file: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    fields = {
        "device": "cpu", "precision": "float32", "samples": 0, "checkpoint_minutes": 60,
        "network.hidden": 12, "data.lines": 8, "data.train": "train", "data.validate": "",
    }  # fmt: skip
    words = [word for name, value in fields.items() for word in (f"--{name}", value)]
    given = {"CORPUS": corpus_file, "RUN": run, "CONFIG": "tiny"}
    job = slurm.submit(*words, "--steps", 1_000_000, **given)
    slurm.waited(job, lambda: len(steps(run)) >= 3)
    job.send_signal(signal.SIGTERM)
    assert job.wait(LONGEST) == 0, slurm.said
    assert slurm.asked == f"requeue {slurm.number}"
    newest = checkpoints.newest(run)
    assert newest is not None, slurm.said
    _, progress, _ = checkpoints.load(newest)
    assert steps(run) == list(range(1, progress.step + 1))
    # Slurm starts the same script again.
    job = slurm.submit(*words, "--steps", 1_000_000, **given)
    slurm.waited(job, lambda: len(steps(run)) > progress.step)
    assert steps(run)[: progress.step + 1] == list(range(1, progress.step + 2))


@pytest.mark.parametrize(
    ("told", "state", "status", "asked"),
    [
        (True, "RUNNING", 0, True),
        (True, "CANCELLED", 1, False),
        (True, "COMPLETING", 1, False),
        (False, "RUNNING", 3, False),
    ],
)
def test_a_job_goes_back_into_the_queue_only_at_the_end_of_its_time(
    slurm: Slurm, told: bool, state: str, status: int, asked: bool
) -> None:
    slurm.command("torchrun", TORCHRUN)
    (slurm.folder / "state").write_text(state)
    job = slurm.submit(SECONDS_TO_RUN=LONGEST if told else 0, STATUS=3)
    if told:
        slurm.waited(job, (slurm.folder / "begun").exists)
        job.send_signal(signal.SIGTERM)
    assert job.wait(LONGEST) == status, slurm.said
    assert bool(slurm.asked) is asked


def test_a_step_that_ends_before_the_signal_is_dealt_with_keeps_its_status(slurm: Slurm) -> None:
    slurm.command("torchrun", TORCHRUN)
    slurm.command("scancel", SCANCEL + SLOWLY)
    (slurm.folder / "state").write_text("CANCELLED")
    job = slurm.submit(SECONDS_TO_RUN=LONGEST, STATUS=3)
    slurm.waited(job, (slurm.folder / "begun").exists)
    job.send_signal(signal.SIGTERM)
    assert job.wait(LONGEST) == 1, slurm.said
    assert not slurm.asked


def test_a_run_that_is_done_as_it_is_told_to_end_is_not_queued_again(slurm: Slurm) -> None:
    slurm.command("torchrun", TORCHRUN.replace("sys.exit(1)", "sys.exit(0)"))
    job = slurm.submit(SECONDS_TO_RUN=LONGEST, STATUS=0)
    slurm.waited(job, (slurm.folder / "begun").exists)
    job.send_signal(signal.SIGTERM)
    assert job.wait(LONGEST) == 0, slurm.said
    assert not slurm.asked


def test_a_job_without_the_environment_says_so(slurm: Slurm) -> None:
    job = slurm.submit(PATH="/usr/bin:/bin")
    assert job.wait(LONGEST) == 2
    assert "There is no torchrun" in slurm.said

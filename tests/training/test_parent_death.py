"""What torchrun started ends with it; anything else outlives the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from training import parent_death

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of it")

#: Asks prctl for something that changes nothing: pytest's own process shall outlive its parent.
PR_GET_DUMPABLE = 3
#: Starts a process and waits for it, as torchrun does.
STAND_IN = "import subprocess, sys; subprocess.run(sys.argv[1:])"
#: The program itself, held where it would begin to work.
WORKER = textwrap.dedent(
    """
    import os, time
    import training.__main__

    def work(**_):
        print(os.getpid(), flush=True)
        time.sleep({seconds})
        print("still here", flush=True)

    training.__main__.training = work
    training.__main__.main()
    """
)


def started(seconds: float, environment: dict[str, str]) -> tuple[subprocess.Popen[str], int]:
    """A stand-in for torchrun, and the number of the process that it has started."""
    process = subprocess.Popen(
        [sys.executable, "-c", STAND_IN, sys.executable, "-c", WORKER.format(seconds=seconds)],
        stdout=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != parent_death.STARTED}
        | environment,
        cwd=Path(parent_death.__file__).parents[1],
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


@pytest.fixture
def ends() -> Iterator[list[int]]:
    """Processes to end whatever happens."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_process_ends_when_its_launcher_is_killed(ends: list[int]) -> None:
    launched, worker = started(600, {parent_death.STARTED: "run"})
    ends.append(worker)
    launched.kill()
    # What it says ends when it does; it would have slept for ten minutes.
    said, _ = launched.communicate(timeout=60)
    assert said == ""


def test_a_process_that_no_launcher_started_lives_on(ends: list[int]) -> None:
    launched, worker = started(1, {})
    ends.append(worker)
    launched.kill()
    said, _ = launched.communicate(timeout=60)
    assert said == "still here\n"


def test_a_launcher_that_has_ended_before_the_tie_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = []
    parents = iter([os.getpid() + 1, 1])
    monkeypatch.setenv(parent_death.STARTED, "run")
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    monkeypatch.setattr(parent_death, "PR_SET_PDEATHSIG", PR_GET_DUMPABLE)
    parent_death.end_with_launcher()
    assert sent == [(os.getpid(), signal.SIGKILL)]


#: A training that is asked to end, and ends in order.
PUPIL = textwrap.dedent(
    """
    import os, time
    import training.__main__
    from training.signals import Interrupt, Interrupted

    @training.__main__.training.command("wait")
    def wait():
        interrupt = Interrupt()
        try:
            with interrupt.installed():
                print(os.getpid(), flush=True)
                for _ in range(6000):
                    interrupt.check()
                    time.sleep(0.1)
        except Interrupted as end:
            print("ended by", end.number, flush=True)

    training.__main__.main()
    """
)


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_a_training_ends_in_order_when_its_input_is_closed(ends: list[int], how: str) -> None:
    words = [sys.executable, "-c", PUPIL, "--end-with-input", "wait"]
    if how == "killed":
        # A stand-in for the studio: it holds the pipe, and is killed.
        holds = "import subprocess, sys; subprocess.run(sys.argv[1:], stdin=subprocess.PIPE)"
        holds = holds.replace("subprocess.run", "subprocess.Popen") + ".wait()"
        words = [sys.executable, "-c", holds, *words]
    process = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(parent_death.__file__).parents[1],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    ends.append(int(process.stdout.readline()))
    if how == "killed":
        process.kill()
    else:
        process.stdin.close()
    assert process.stdout.read() == f"ended by {int(signal.SIGTERM)}\n"
    process.wait()

"""The tie of a process to the launcher that started it: `torchrun`, on each machine of a run."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

#: What torchrun gives each process that it starts.
STARTED = "TORCHELASTIC_RUN_ID"
#: Of Linux's prctl: the signal that a process gets when its parent ends.
PR_SET_PDEATHSIG = 1


def end_with_launcher() -> None:
    """Let this process end when the launcher that started it ends, kill -9 included.

    Else it would train on as an orphan and keep its rank: nothing watches it, and the launchers of
    other machines do not start the run anew with what is left. It is killed at once, as by kill
    -9; what that leaves behind is what a resumed run is made for.

    Nothing happens to a process that torchrun did not start, nor outside Linux, where no signal
    tells of a parent's end: an orphan must be ended by hand there.
    """
    if STARTED not in os.environ or sys.platform != "linux":
        return
    launcher = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Where the launcher has ended before it was asked for, no signal comes any more.
    if os.getppid() != launcher:
        os.kill(os.getpid(), signal.SIGKILL)

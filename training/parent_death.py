"""The tie of a process to the one that started it: `torchrun`, the studio or `scriptorium`."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

#: What torchrun gives each process that it starts.
STARTED = "TORCHELASTIC_RUN_ID"
#: Of Linux's prctl: the signal that a process gets when its parent ends.
PR_SET_PDEATHSIG = 1
#: Seconds in which an orderly end comes to its end, or there is none.
ORDER = 120.0


def end_with_launcher() -> None:
    """Let this process end when the launcher that started it ends, kill -9 included.

    Else it would train on as an orphan and keep its rank: nothing watches it, and the launchers of
    other machines do not restart the run with what is left. It is killed at once, as by kill
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


def end_with_input() -> None:
    """End this process in order when its standard input is closed, as at the end of who started it.

    It ends as by SIGTERM, with a checkpoint where there is something to keep. A closed pipe tells
    of a parent's end on every system, whichever of his threads started it.
    """
    threading.Thread(target=_wait_for_end, name="input", daemon=True).start()


def _wait_for_end() -> None:
    # Not through `sys.stdin`: its lock would be held while the interpreter ends.
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    if hasattr(signal, "pthread_kill"):
        # The main thread may wait for something that only a signal of its own interrupts.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    else:
        signal.raise_signal(signal.SIGTERM)
    time.sleep(ORDER)
    os._exit(128 + signal.SIGTERM)

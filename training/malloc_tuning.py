"""The allocator's settings that training on a CPU wants: the process starts itself again with them.

Each step makes and drops big temporaries. By default glibc gives them back to the system every
time, which then returns zeroed pages; keeping them, in huge pages, took a fifth off a step's
time where that was measured. What is kept falls to pieces as batches differ in length, and grows: a
watch gives it back before the machine runs short.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from pathlib import Path

#: Read by glibc when a process starts, and never later.
SETTINGS = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MALLOC_TRIM_THRESHOLD_": str(16 * 2**30),
    # Else whatever is above some megabytes is given back each time all the same.
    "MALLOC_MMAP_MAX_": "0",
}
#: Memory that must be free for this, in bytes: a good part of it is kept.
ROOM = 12 * 2**30
#: Seconds between two looks at what is kept.
INTERVAL = 1.0
MEMORY = Path("/proc/meminfo")
OWN = Path("/proc/self/statm")
LIMIT = Path("/sys/fs/cgroup/memory.max")


def keep_memory() -> None:
    """Start this process again with `SETTINGS`, where they help and it has not happened yet.

    The number of the process stays the same. Nothing happens beside a GPU, without glibc, with
    little memory, or where any of the settings was made by the user.
    """
    if sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"):
        return
    if all(os.environ.get(name) == value for name, value in SETTINGS.items()):
        threading.Thread(target=_watch, name="memory", daemon=True).start()
        return
    if any(name in os.environ for name in SETTINGS):
        return
    if Path("/dev/nvidia0").exists() or _free() < ROOM:
        return
    os.execve(sys.executable, sys.orig_argv, {**os.environ, **SETTINGS})


def _watch() -> None:
    while True:
        time.sleep(INTERVAL)
        give_back_excess()


def give_back_excess() -> bool:
    """Give back the memory that is not in use, if over half of what the machine has left is held.

    So one process keeps a third of it at most, and many together leave room for other programs.

    Returns
    -------
    bool, whether it was.
    """
    held = _held()
    if 2 * held <= min(_free(), _limit() - held):
        return False
    ctypes.CDLL(None).malloc_trim(0)
    return True


def _held() -> int:
    """What this process holds, in bytes; 0 where the system does not tell."""
    try:
        return int(OWN.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _limit() -> int:
    """The most that the container may hold, in bytes."""
    try:
        limit = LIMIT.read_text("ascii").strip()
        return sys.maxsize if limit == "max" else int(limit)
    except (OSError, ValueError):
        return sys.maxsize


def _free() -> int:
    """Memory that may be used, in bytes: of the machine, or of the container where that is less."""
    try:
        for line in MEMORY.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return min(int(line.split()[1]) * 1024, _limit())
    except (OSError, ValueError):
        pass
    return 0

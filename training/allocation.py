"""The allocator's settings that training on a CPU wants: the process starts itself again with them.

Each step makes and drops big temporaries. By default glibc gives them back to the system every
time, which then hands out zeroed pages anew; keeping them, in huge pages, took a fifth off a step's
time where that was measured.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: Read by glibc when a process starts, and never later.
SETTINGS = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MALLOC_TRIM_THRESHOLD_": str(16 * 2**30),
    # Else whatever is above some megabytes is given back each time all the same.
    "MALLOC_MMAP_MAX_": "0",
}
#: Memory that must be free for this, in bytes: what is kept is not given back.
ROOM = 12 * 2**30
MEMORY = Path("/proc/meminfo")
LIMIT = Path("/sys/fs/cgroup/memory.max")


def keep_memory() -> None:
    """Start this process again with `SETTINGS`, where they help and it has not happened yet.

    The number of the process stays the same. Nothing happens beside a GPU, without glibc, with
    little memory, or where any of the settings was made by the user.
    """
    if sys.platform != "linux" or any(name in os.environ for name in SETTINGS):
        return
    if Path("/dev/nvidia0").exists() or _free() < ROOM:
        return
    os.execve(sys.executable, sys.orig_argv, {**os.environ, **SETTINGS})


def _free() -> int:
    """Memory that may be used, in bytes: of the machine, or of the container where that is less."""
    free = 0
    try:
        for line in MEMORY.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) * 1024
        limit = LIMIT.read_text("ascii").strip() if LIMIT.exists() else "max"
        return free if limit == "max" else min(free, int(limit))
    except (OSError, ValueError):
        return free

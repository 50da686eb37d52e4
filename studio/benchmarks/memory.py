"""How much memory the process has held at most, from a moment on."""

from __future__ import annotations

import sys
from pathlib import Path

_STATUS, _FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def forget_peak() -> None:
    """Let the peak be what is held now, where the system can do that: on Linux."""
    if _FORGET.exists():
        try:
            _FORGET.write_text("5")
        except OSError:
            # Some containers forbid it; the peak is then that of the whole process.
            return


def peak_megabytes() -> float | None:
    """The most memory that was held, where the system tells."""
    if _STATUS.exists():
        found = [line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
        if found:
            return int(found[0].split()[1]) * 1024 / 1e6
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6

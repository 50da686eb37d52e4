"""Teaching: how the studio starts training, as a process of its own that it never imports."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

MALLOC = {
    # Training allocates and frees temporaries of many megabytes at every step: keep them, in huge
    # pages, instead of giving them back to the kernel, which would have to clear them anew.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MALLOC_TRIM_THRESHOLD_": str(16 * 2**30),
}
"""What makes glibc's malloc a fifth faster for training; other systems do not read it."""


def training_command(words: Sequence[str]) -> list[str]:
    """The command that runs a verb of the training package, such as ("run", "--hours", "6")."""
    return [sys.executable, "-m", "training", *words]


def training_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for it: what the caller has set himself stays."""
    return MALLOC | dict(os.environ if environment is None else environment)

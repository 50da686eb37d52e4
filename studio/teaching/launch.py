"""Teaching: how the studio starts training, as a process of its own that it never imports."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def training_command(words: Sequence[str]) -> list[str]:
    """The command that runs a verb of the training package, such as ("run", "--hours", "6")."""
    return [sys.executable, "-m", "training", *words]


def tied_command(words: Sequence[str]) -> list[str]:
    """The command of a training that ends in order when its standard input is closed.

    Who starts it gives it a pipe: the system closes that when he ends, however he ends.
    """
    return training_command(("--end-with-input", *words))

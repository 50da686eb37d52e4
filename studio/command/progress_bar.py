"""Progress: a bar on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

PARTS = 1000


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """Yield a function that is told the share of the work that is done, from 0 to 1.

    The bar never goes back: work that turns up late is done with a full bar.
    """
    hidden = sys.stderr is None or not sys.stderr.isatty()
    with click.progressbar(length=PARTS, label=label, file=sys.stderr, hidden=hidden) as bar:

        def tell(share: float) -> None:
            bar.update(max(0, round(PARTS * min(share, 1.0)) - bar.pos))

        yield tell

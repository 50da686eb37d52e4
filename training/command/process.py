"""A training as a process of its own, alone or as one of many."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.io.terminal import say

if TYPE_CHECKING:
    from training.distributed import Ranks
    from training.monitor.display import Display
    from training.trainer import Trainer


def prepare_process(threads: int | None) -> None:
    """Let the process keep its memory, and use so many threads where that is said."""
    from training.malloc_tuning import keep_memory

    # Only the program itself may start again, not what calls its verbs in a process of its own.
    if Path(sys.argv[0]).parent.name == "training":
        keep_memory()
    import torch

    if threads is not None:
        torch.set_num_threads(threads)


def train_to_end(
    make: Callable[[Ranks], Trainer], folder: Path, device: str, track: Sequence[str] = ()
) -> None:
    """Run to the end, with a view of it, as one process or as one of many."""
    from contextlib import ExitStack

    from training.distributed import Ranks
    from training.monitor.display import display
    from training.monitor.trackers import tracker
    from training.signals import Interrupted

    ranks = Ranks.join(device)
    try:
        trainer = make(ranks)
        with ExitStack() as stack:
            shown: list[Display] = []
            if ranks.first:
                step = trainer.progress.step
                for kind in track:
                    shown.append(tracker(kind, folder, trainer.config, step))
                    stack.callback(shown[-1].close)
                shown.append(display(trainer.config, str(folder)))
                stack.callback(shown[-1].close)

            def told(record: dict[str, Any]) -> None:
                for view in shown:
                    view(record)

            try:
                trainer.fit(told)
            except Interrupted as end:
                if ranks.first:
                    say(f"{end} Its checkpoint is written; resume {folder}.", err=True)
                raise SystemExit(128 + end.number) from end
    finally:
        ranks.leave()
    if ranks.first:
        say(f"The run is done: {folder}.", err=True)

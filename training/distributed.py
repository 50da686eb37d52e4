"""The processes of a run: which of them this one is, and what they agree on."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import torch
import torch.distributed as dist
from torch.distributed import PrefixStore, Store  # type: ignore[attr-defined]
from torch.distributed.rendezvous import rendezvous

from engine.errors import TrainingError

#: How long processes wait for one another.
PATIENCE = timedelta(minutes=10)
#: Seconds between two looks at who has answered.
PAUSE = 0.05


@dataclass(frozen=True)
class Ranks:
    """One process among those that train together; alone by default.

    Attributes
    ----------
    rank : number of this process, from 0; the first one writes the run's files
    count : number of processes
    local : number of this process on its machine, which picks its GPU
    """

    rank: int = 0
    count: int = 1
    local: int = 0

    @property
    def first(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    @classmethod
    def join(cls, device: str = "auto") -> Ranks:
        """Meet the other processes where `torchrun`, or what sets the same, started this one.

        Else it is alone.

        Raises
        ------
        TrainingError
            If the others cannot be reached.
        """
        # Some clusters set the one without the other for a process that is alone.
        if not {"RANK", "WORLD_SIZE"} <= os.environ.keys():
            return cls()
        ranks = cls(
            int(os.environ["RANK"]),
            int(os.environ["WORLD_SIZE"]),
            int(os.environ.get("LOCAL_RANK", "0")),
        )
        cuda = device != "cpu" and torch.cuda.is_available()
        if cuda:
            torch.cuda.set_device(ranks.local % torch.cuda.device_count())
        try:
            store, _, _ = next(rendezvous("env://", timeout=PATIENCE))
            dist.init_process_group(
                "nccl" if cuda else "gloo",
                store=unwritten(store, ranks.rank, ranks.count),
                rank=ranks.rank,
                world_size=ranks.count,
                timeout=PATIENCE,
            )
        except (RuntimeError, ValueError) as error:
            raise TrainingError(
                f"The other processes of the run cannot be reached ({error}); "
                "check --rdzv-endpoint and the network between the machines."
            ) from error
        return ranks

    def leave(self) -> None:
        """Part from the others."""
        if dist.is_initialized():
            dist.destroy_process_group()

    def summed(self, values: Sequence[float], device: torch.device) -> list[float]:
        """The sum of each value over all processes, in float64."""
        if self.count == 1:
            return list(values)
        tensor = torch.tensor(values, dtype=torch.float64, device=device)
        dist.all_reduce(tensor)
        return [float(value) for value in tensor.tolist()]

    def of_first(self, value: float, device: torch.device) -> float:
        """The first process's value."""
        return self.summed([value if self.first else 0.0], device)[0]


def unwritten(store: Store, rank: int, count: int) -> Store:
    """A part of torchrun's store that no earlier attempt of the run has written to.

    The store outlives the processes. One that was started again sooner than another would find the
    other's old address there, and the two would fail or wait for each other in vain. So each writes
    down a name of its own; the first one reads out all names until every process has answered to
    the same roll.

    Raises
    ------
    TrainingError
        If the others do not answer.
    """
    own, end = uuid4().hex, time.monotonic() + PATIENCE.total_seconds()
    store.set(f"name {rank}", own)
    while time.monotonic() < end:
        if rank == 0:
            names = [store.get(f"name {other}").decode() for other in range(count)]
            store.set("roll", " ".join(names))
        roll = store.get("roll").decode()
        if own in roll.split():
            part = hashlib.sha256(roll.encode()).hexdigest()
            store.set(f"{part} {rank}", "here")
            if store.check([f"{part} {other}" for other in range(count)]):
                return PrefixStore(part, store)
        time.sleep(PAUSE)
    raise TrainingError(
        f"The other processes of the run do not answer (this is {rank} of {count}); "
        "start all of them again."
    )

"""The processes of a run: which of them this one is, and what they agree on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist

from engine.errors import TrainingError


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
        """Meet the other processes where `torchrun` started this one, else be alone.

        Raises
        ------
        TrainingError
            If the others cannot be reached.
        """
        if "TORCHELASTIC_RUN_ID" not in os.environ and "WORLD_SIZE" not in os.environ:
            return cls()
        ranks = cls(
            int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]), int(os.environ["LOCAL_RANK"])
        )
        cuda = device != "cpu" and torch.cuda.is_available()
        if cuda:
            torch.cuda.set_device(ranks.local % torch.cuda.device_count())
        try:
            dist.init_process_group("nccl" if cuda else "gloo", timeout=timedelta(minutes=10))
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

"""Checkpoints: all that a run needs to go on, as safetensors, written whole or not at all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from torch import Tensor

from engine.errors import FileError, TrainingError
from engine.io.loading import loading
from engine.io.safetensors import map_tensors, save_tensors

FORMAT = "scriptorium-checkpoint-1"


#: What checkpoints of earlier versions call fields of `Progress`.
_RENAMED = {"in_a_row": "consecutive_skips", "usual": "loss_ema", "judged": "validated_at"}


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes
    ----------
    step : optimiser steps done
    epoch, batch : the batch that comes next
    seconds : time of training so far
    best : lowest validation loss so far, nats a point
    skipped : batches left out because their loss was not finite or far above the usual
    consecutive_skips : how many of these came one after another, up to now
    loss_ema : running mean of the loss of a batch, nats a point
    stage : number of the stage, from 0, of a run in stages
    validated_at : the step after which was last validated
    improved : the step at which the validation loss was last found lower, or the stage began
    pairs : whether the epoch joins lines to pairs, where it has begun
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0
    best: float = float("inf")
    skipped: int = 0
    consecutive_skips: int = 0
    loss_ema: float = math.nan
    stage: int = 0
    validated_at: int = -1
    improved: int = 0
    pairs: bool | None = None


def save(path: Path, tensors: Mapping[str, Tensor], progress: Progress, config: str) -> None:
    """Write a checkpoint; `config` is the run's config as JSON.

    Raises
    ------
    TrainingError
        If it cannot be written (a full disk); a file of that name stays as it was.
    """
    header = {"progress": asdict(progress), "config": config}
    try:
        save_tensors(path, tensors, FORMAT, header)
    except FileError as error:
        raise TrainingError(
            f"The checkpoint {path} cannot be written ({error.__cause__}); make room and resume: "
            "the older checkpoints are unchanged."
        ) from error


def load(path: Path) -> tuple[dict[str, Tensor], Progress, str]:
    """The tensors, progress and config of a checkpoint.

    Raises
    ------
    TrainingError
        If it is missing, damaged or of another kind.
    """
    with loading(path, "checkpoint", TrainingError, "use an older one"):
        header, tensors = map_tensors(path, FORMAT)
        known = {field.name for field in fields(Progress)}
        named = {_RENAMED.get(name, name): v for name, v in header["progress"].items()}
        progress = {name: value for name, value in named.items() if name in known}
        return tensors, Progress(**progress), header["config"]


def newest(folder: Path) -> Path | None:
    """The newest checkpoint below a run's folder that can be read, or None.

    One that is damaged is passed over: a run goes on from the one before it.
    """
    for path in sorted(folder.glob("step-*.safetensors"), reverse=True):
        with suppress(TrainingError):
            load(path)
            return path
    return None


def last_step(folder: Path) -> int:
    """The step of the newest checkpoint that can be read; -1 where there is none."""
    path = newest(folder)
    return -1 if path is None else int(path.stem.removeprefix("step-"))


def prune(folder: Path, keep: int = 3) -> None:
    """Remove all but the newest `keep` checkpoints of a run, and what a killed one half wrote."""
    for path in sorted(folder.glob("step-*.safetensors"))[:-keep]:
        path.unlink(missing_ok=True)
    for path in folder.glob(".*.safetensors"):
        path.unlink(missing_ok=True)

"""Checkpoints: all that a run needs to go on, as safetensors, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.errors import TrainingError
from engine.files import replacing

FORMAT = "scriptorium-checkpoint-1"


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes
    ----------
    step : optimiser steps done
    epoch, batch : the batch that comes next
    seconds : time of training so far
    best : lowest validation loss so far, nats a point
    skipped : batches left out because their loss was not finite
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0
    best: float = float("inf")
    skipped: int = 0


def save(path: Path, tensors: Mapping[str, Tensor], progress: Progress, config: str) -> None:
    """Write a checkpoint; `config` is the run's config as JSON."""
    header = {"progress": asdict(progress), "config": config}
    with replacing(path) as temporary:
        save_file(
            {name: tensor.detach().contiguous() for name, tensor in tensors.items()},
            temporary,
            metadata={FORMAT: json.dumps(header)},
        )


def load(path: Path) -> tuple[dict[str, Tensor], Progress, str]:
    """The tensors, progress and config of a checkpoint.

    Raises
    ------
    TrainingError
        If it is missing, cut short or of another kind.
    """
    try:
        with safe_open(str(path), framework="pt") as file:
            header = json.loads((file.metadata() or {})[FORMAT])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return tensors, Progress(**header["progress"]), header["config"]
    except FileNotFoundError as error:
        raise TrainingError(f"There is no checkpoint {path}.") from error
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(
            f"The checkpoint {path} is damaged or of another kind ({error}); use an older one."
        ) from error


def newest(folder: Path) -> Path | None:
    """The newest checkpoint below a run's folder that can be read, or None."""
    for path in sorted(folder.glob("step-*.safetensors"), reverse=True):
        try:
            with safe_open(str(path), framework="pt") as file:
                if FORMAT in (file.metadata() or {}):
                    return path
        except (SafetensorError, OSError):
            continue
    return None


def prune(folder: Path, keep: int = 3) -> None:
    """Remove all but the newest `keep` checkpoints of a run."""
    for path in sorted(folder.glob("step-*.safetensors"))[:-keep]:
        path.unlink(missing_ok=True)

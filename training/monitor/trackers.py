"""Trackers: TensorBoard and Weights & Biases get the records of the metrics file."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.errors import TrainingError
from training.config import RunConfig
from training.monitor.display import Display

#: Figures of a record, by the name of the group that a tracker shows them in.
FIGURES = {
    "loss": "loss/training",
    "validation": "loss/validation",
    "norm": "optimizer/norm of the gradient",
    "lr": "optimizer/learning rate",
    "points": "speed/points of a batch",
    "step_seconds": "speed/seconds a step",
}


def tracker(kind: str, folder: Path, config: RunConfig, step: int) -> Display:
    """A tracker of a run that goes on after a step.

    Raises
    ------
    TrainingError
        If its package is not installed, or it cannot begin.
    """
    if kind == "tensorboard":
        return TensorBoard(folder, config, step)
    return WeightsAndBiases(folder, config, offline=kind == "wandb-offline")


class TensorBoard:
    """Writes event files into the folder `tensorboard` of a run."""

    def __init__(self, folder: Path, config: RunConfig, step: int) -> None:
        self._folder = folder
        module = _package("torch.utils.tensorboard", "tensorboard", "TensorBoard")
        # Records after the checkpoint that a run goes on from are taken back.
        self._writer = module.SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)
        self._writer.add_text("config", f"```json\n{config.to_json()}\n```", step)

    def __call__(self, record: dict[str, Any]) -> None:
        """Take a record of the metrics."""
        for name, value in figures(record).items():
            self._writer.add_scalar(name, value, record["step"])
        if "sample" in record:
            picture = _picture(self._folder / record["sample"])
            self._writer.add_image("sample", picture, record["step"], dataformats="HWC")

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


class WeightsAndBiases:
    """Logs to an account of Weights & Biases, or into the run's folder, to be sent later."""

    def __init__(self, folder: Path, config: RunConfig, offline: bool) -> None:
        self._folder = folder
        self._wandb = _package("wandb", "wandb", "Weights & Biases")
        try:
            self._run = self._wandb.init(
                project="scriptorium",
                name=folder.name,
                dir=str(folder),
                config=json.loads(config.to_json()),
                mode="offline" if offline else "online",
            )
        except Exception as error:
            # Its errors share no class of their own.
            raise TrainingError(
                f"Weights & Biases cannot begin ({error}); log in, or use wandb-offline."
            ) from error

    def __call__(self, record: dict[str, Any]) -> None:
        """Take a record of the metrics."""
        values: dict[str, Any] = dict(figures(record))
        if "sample" in record:
            values["sample"] = self._wandb.Image(str(self._folder / record["sample"]))
        if values:
            # Its own counter of steps refuses to go back, which a resumed run does.
            self._run.log({**values, "step": record["step"]})

    def close(self) -> None:
        """Write what is left."""
        self._run.finish()


def figures(record: dict[str, Any]) -> dict[str, float]:
    """The figures of a record by the names that trackers show."""
    return {
        shown: float(record[name])
        for name, shown in FIGURES.items()
        if record.get(name) is not None
    }


def _picture(path: Path) -> Any:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _package(module: str, extra: str, name: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise TrainingError(
            f"{name} is not installed ({error}); "
            f"install it with pip install 'scriptorium[{extra}]'."
        ) from error

"""History of a run, read from its folder: config, curves, time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import TrainingError
from engine.io.loading import loading
from training.config import RunConfig
from training.run_folder import RunFolder


@dataclass(frozen=True)
class RunHistory:
    """What a run has done so far.

    Attributes
    ----------
    folder : RunFolder
    config : RunConfig
    records : list of dict
        Its metrics; those without a step are left out.
    """

    folder: RunFolder
    config: RunConfig
    records: list[dict[str, Any]]

    @classmethod
    def of(cls, path: Path) -> RunHistory:
        """The run of a folder.

        Raises
        ------
        TrainingError
            If there is none, or its config is damaged.
        """
        folder = RunFolder(path)
        records = [r for r in folder.records() if isinstance(r.get("step"), int)]
        if not records or not folder.config.exists():
            raise TrainingError(f"{path} holds no run; name the folder of one.")
        # Each checkpoint holds the config, too.
        with loading(folder.config, "run's config", TrainingError, "resume the run to write it"):
            config = RunConfig.from_json(folder.config.read_text("utf-8"))
        return cls(folder, config, records)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.path.resolve().name

    @property
    def steps(self) -> int:
        """Steps done."""
        return max(int(record["step"]) for record in self.records)

    @property
    def seconds(self) -> float:
        """Time of training, validation and samples included."""
        return max((seconds for seconds, _ in self.curve("share", over="seconds")), default=0.0)

    @property
    def points_a_second(self) -> float:
        """Pen points a second while it trained."""
        points = sum(points for _, points in self.curve("points"))
        seconds = sum(seconds for _, seconds in self.curve("step_seconds"))
        return points / seconds if seconds else 0.0

    @property
    def skipped(self) -> list[dict[str, Any]]:
        """The records of the batches that were skipped."""
        return [record for record in self.records if "skipped" in record]

    @property
    def best(self) -> float | None:
        """The lowest validation loss, nats a point; None where there is none yet."""
        return min((loss for _, loss in self.curve("validation")), default=None)

    def curve(self, figure: str, over: str = "step") -> list[tuple[float, float]]:
        """A figure of the metrics over another one, wherever both were recorded."""
        points = []
        for record in self.records:
            x, y = record.get(over), record.get(figure)
            if isinstance(x, int | float) and isinstance(y, int | float):
                points.append((x, y))
        return points

"""Watching the folder of a running training: curves, pace, time and samples."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from engine.errors import MALFORMED


class RunWatch:
    """Reads the metrics of a run's folder as they grow.

    Parameters
    ----------
    folder : Path
        It need not be there yet.

    Attributes
    ----------
    losses : list of (step, nats a point)
    validations : list of (step, nats a point)
        Of held-out lines; of a network with writers' vectors those with vectors, by which the best
        weights are chosen.
    share : from 0 to 1
    times : list of (step, seconds of training when it was done)
    seconds : of training so far
    points_a_second : over the newest step
    sample : the newest picture, or None
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._forget()

    def _forget(self) -> None:
        self.losses: list[tuple[int, float]] = []
        self.validations: list[tuple[int, float]] = []
        self.times: list[tuple[int, float]] = []
        self.share = 0.0
        self.seconds = 0.0
        self.points_a_second = 0.0
        self.sample: Path | None = None
        self._read, self._file = 0, 0

    @property
    def left(self) -> float | None:
        """Seconds until it is done; None where that cannot be told yet."""
        if self.share <= 0.01:
            return None
        return self.seconds * (1 - self.share) / self.share

    def look(self) -> bool:
        """Read what was written since the last look; whether that was anything."""
        try:
            with (self.folder / "metrics.jsonl").open("rb") as file:
                state = os.fstat(file.fileno())
                if state.st_ino != self._file or state.st_size < self._read:
                    # A run that was resumed takes back what came after its checkpoint: another
                    # file lies there, which may have grown beyond the old one by now.
                    self._forget()
                    self._file = state.st_ino
                file.seek(self._read)
                content = file.read()
        except OSError:
            return False
        whole, _, _ = content.rpartition(b"\n")
        self._read += len(whole) + bool(whole)
        for row in whole.splitlines():
            try:
                self._take(json.loads(row))
            except MALFORMED:
                # A row that a full disk cut off, say: the others still tell.
                continue
        return bool(whole)

    def _take(self, record: dict[str, Any]) -> None:
        self.share = float(record.get("share", self.share))
        self.seconds = float(record.get("seconds", self.seconds))
        if "step" in record and "seconds" in record:
            self.times.append((int(record["step"]), self.seconds))
        if record.get("loss") is not None:
            self.losses.append((int(record["step"]), float(record["loss"])))
        held_out = record.get("validation_referenced")
        if held_out is None:
            held_out = record.get("validation")
        if held_out is not None:
            self.validations.append((int(record["step"]), float(held_out)))
        if record.get("points") and record.get("step_seconds"):
            self.points_a_second = float(record["points"]) / float(record["step_seconds"])
        if "sample" in record:
            self.sample = self.folder / str(record["sample"])

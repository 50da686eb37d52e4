"""Two runs of one text set side by side: aligned on the characters, not on the points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError
from studio.inspection.run_recording import RunRecording

#: Places to a character at which two runs are compared.
PLACES = 12


@dataclass(frozen=True, eq=False)
class AlignedRuns:
    """Which point of either run stands at each place of the text.

    Attributes
    ----------
    places : float64 (p,), in characters of the text
    first, second : int64 (p,), points of the runs
    """

    places: npt.NDArray[np.float64]
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]


def arrivals(recording: RunRecording, places: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The first point at which the window has come to each place, int64 (p,)."""
    reached = np.maximum.accumulate(recording["position"])
    return np.minimum(np.searchsorted(reached, places), len(reached) - 1)


def aligned(first: RunRecording, second: RunRecording) -> AlignedRuns:
    """Align two runs of one text.

    Raises
    ------
    SettingError
        If the texts differ, or one has no points.
    """
    if first.text != second.text:
        raise SettingError(
            f"“{first.text}” and “{second.text}” differ; write the same text twice to compare."
        )
    if not (len(first) and len(second)):
        raise SettingError("One of the lines has no points yet.")
    count = max(1, len(first.text) * PLACES)
    places = (np.arange(count) + 0.5) / PLACES - 0.5
    return AlignedRuns(places, arrivals(first, places), arrivals(second, places))

"""Two runs of one text set side by side: aligned on the characters, not on the points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError
from studio.inspection.run_recording import RunRecording, RunSettings

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


def window_shares(
    recording: RunRecording, points: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.floating]:
    """The window at some points, or all, phi divided by its sum: (U, p)."""
    phi = recording["phi"] if points is None else recording["phi"][points]
    return np.asarray((phi / np.maximum(phi.sum(axis=1, keepdims=True), 1e-9)).T)


def differences(first: RunSettings, second: RunSettings) -> tuple[str, str]:
    """What two runs were written with, as far as they differ, shortly."""
    one, two = _told(first), _told(second)
    names = [name for name in one if one[name] != two.get(name)]
    names += [name for name in two if name not in one]
    if not names:
        return "the same", "the same"
    said = [", ".join(run[name] for name in names if name in run) for run in (one, two)]
    return said[0] or "as it is", said[1] or "as it is"


def _told(settings: RunSettings) -> dict[str, str]:
    told = {"hand": f"hand {settings.hand or 'unknown'}"}
    if settings.hand_sha256:
        told["hand"] += f" ({settings.hand_sha256[:8]})"
    if settings.bias is not None:
        told["style"] = f"style {settings.style or 'none'}"
        told["bias"] = f"bias {settings.bias:g}"
        told["seed"] = f"seed {settings.seed}"
    if settings.remark:
        told["remark"] = settings.remark
    return told

"""All views of the inspector in a notebook: one call, and one cursor through all of them."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError
from engine.sampling.step_metrics import STEP_METRICS
from studio.inspection.run_comparison import arrivals
from studio.inspection.run_recording import RunRecording

UNITS = 64
"""Rows at most that a layer's units are shown in: each the mean of its neighbours."""


@dataclass(frozen=True, eq=False)
class NotebookView:
    """What the network did along a line, as a notebook shows it: ink, window, traces, layers,
    mixture and numbers, all of the point that the mouse is over in any of them.

    The arrow keys step, with Shift by ten. It is plain HTML with its numbers in it: it needs no
    extension, and is there again when the notebook is opened later.

    Parameters
    ----------
    recording : RunRecording
    other : RunRecording, optional
        Another run of the same text, whose pen is shown at the same place of the text.
    point : int
        Which point is shown first.

    Raises
    ------
    SettingError
        If the recording has no points, or not that one, or the other run is of another text.
    """

    recording: RunRecording
    other: RunRecording | None = None
    point: int = 0

    def __post_init__(self) -> None:
        if not len(self.recording):
            raise SettingError("The recording has no points; record a line first.")
        if not 0 <= self.point < len(self.recording):
            raise SettingError(
                f"There is no point {self.point}; choose one from 0 to {len(self.recording) - 1}."
            )
        if self.other is not None and self.other.text != self.recording.text:
            raise SettingError("The other run is of another text; compare runs of one text.")

    def data(self) -> dict[str, Any]:
        """What the page is made of, as JSON: arrays are in base64, with their type."""
        runs: list[dict[str, Any]] = [_told(self.recording, whole=True)]
        captions = [self.recording.settings.caption(self.recording.text)]
        if self.other is not None and len(self.other):
            run = _told(self.other, whole=False)
            places = np.asarray(self.recording["position"], np.float64)
            same = np.clip(arrivals(self.other, places), 0, len(self.other) - 1)
            run["arrays"]["same"] = _floats(same)
            runs.append(run)
            captions.append(self.other.settings.caption(self.other.text))
        return {"caption": "  ·  ".join(captions), "runs": runs}

    def _repr_html_(self) -> str:
        page = (files("studio.inspection") / "notebook_view.html").read_text("utf-8")
        # What a text says must not end the script.
        told = json.dumps(self.data()).replace("<", "\\u003c")
        name = f"scriptorium-{uuid.uuid4().hex}"
        page = page.replace('"ID"', f'"{name}"').replace("START", str(self.point))
        return page.replace("= DATA;", f"= {told};")


def _told(recording: RunRecording, *, whole: bool) -> dict[str, Any]:
    """A run: its ink, and all else where it is the one that is looked at."""
    arrays = {"xy": _floats(recording.xy), "ends": _bytes(recording["offsets"][:, 2])}
    told: dict[str, Any] = {"text": recording.text, "points": len(recording), "arrays": arrays}
    if not whole:
        return told
    for name in ("alpha", "beta", "kappa", "pi", "mu", "sigma", "rho", "offsets"):
        arrays[name] = _floats(recording[name])
    arrays["character"] = _floats(recording["character"])
    phi = np.asarray(recording["phi"], np.float32)
    arrays["phi"] = _bytes(phi / np.maximum(phi.sum(axis=1, keepdims=True), 1e-9))
    told["traces"] = [{"key": trace.key, "title": trace.title} for trace in STEP_METRICS]
    for trace in STEP_METRICS:
        arrays[trace.key] = _floats(recording[trace.key])
    layers = recording.layers
    told["layers"] = 0 if layers is None else layers.shape[1]
    for number in range(told["layers"]):
        assert layers is not None
        rows = min(UNITS, int(layers.shape[2]))
        parts = np.array_split(layers[:, number].astype(np.float32), rows, axis=1)
        means = np.stack([part.mean(axis=1) for part in parts], axis=1)
        arrays[f"layer{number}"] = _bytes((1 + means) / 2)
    return told


def _floats(values: npt.NDArray[Any]) -> dict[str, str]:
    """Numbers for the page."""
    return {"type": "f4", "data": _base64(np.asarray(values, "<f4"))}


def _bytes(shares: npt.NDArray[Any]) -> dict[str, str]:
    """Numbers from 0 to 1 for the page, each as a byte."""
    return {"type": "u1", "data": _base64(np.round(255 * np.clip(shares, 0, 1)).astype("u1"))}


def _base64(values: npt.NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()

"""A recording: the steps of one line, growing, as arrays that every view reads from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError
from engine.sampling import step_metrics
from engine.sampling.steering import Steering
from engine.sampling.trace import Floats, SampleTrace, TraceStep
from studio.inspection.growable_array import GrowableArray


@dataclass(frozen=True)
class RunSettings:
    """What a line was written with, for captions.

    Parameters
    ----------
    hand : str
    hand_sha256 : str
    style : str or None
    bias : float or None
        None where ink was given and nothing was sampled.
    seed : int or None
    remark : str
        What else is to be said: "teacher forcing on line.inkml", how it was steered.
    """

    hand: str = ""
    hand_sha256: str = ""
    style: str | None = None
    bias: float | None = None
    seed: int | None = None
    remark: str = ""

    def caption(self, text: str) -> str:
        """All of it in one line."""
        said = [f"“{text}”"]
        if self.hand:
            digest = f" ({self.hand_sha256[:8]})" if self.hand_sha256 else ""
            said.append(f"hand {self.hand}{digest}")
        if self.bias is not None:
            said.append(f"style {self.style or 'none'}")
            said.append(f"bias {self.bias:g}")
        if self.seed is not None:
            said.append(f"seed {self.seed}")
        if self.remark:
            said.append(self.remark)
        return ", ".join(said)


class RunRecording:
    """The steps of one line and what follows from them point by point.

    Parameters
    ----------
    text : str
    settings : RunSettings

    Attributes
    ----------
    steering : Steering or None
        What was different from what the network does by itself.
    low, high : float64 (2,)
        The corners of the ink, its start included, in offsets units from the start.
    """

    def __init__(self, text: str, settings: RunSettings | None = None) -> None:
        self.text = text
        self.settings = settings or RunSettings()
        self.steering: Steering | None = None
        self._arrays: dict[str, GrowableArray] = {}
        self.low, self.high = np.zeros(2), np.zeros(2)

    def __len__(self) -> int:
        return self._arrays["offsets"].count if self._arrays else 0

    @classmethod
    def of(
        cls,
        steps: SampleTrace,
        settings: RunSettings | None = None,
        layers: Floats | None = None,
        log_likelihood: Floats | None = None,
    ) -> RunRecording:
        """A recording of a whole line.

        Parameters
        ----------
        layers : float (n, 3, H), optional
            The outputs of the LSTM layers; without them there is no state to be seen.
        log_likelihood : float (n,), optional
            Where it is known more exactly than from the steps.

        Raises
        ------
        SettingError
            If arrays are not finite or do not fit each other.
        """
        recording = cls(steps.text, settings)
        recording._extend(steps, layers, log_likelihood)
        return recording

    def append(self, steps: Sequence[TraceStep]) -> None:
        """Add steps as a stream yields them."""
        if steps:
            values = np.stack([step.state.values.cpu().numpy() for step in steps])
            layers = np.stack([values[:, place] for place in steps[0].state.places], axis=1)
            self._extend(SampleTrace.stacked(self.text, steps), layers, None)

    def _extend(
        self, steps: SampleTrace, layers: Floats | None, log_likelihood: Floats | None
    ) -> None:
        if len(steps) == 0:
            return
        _check(steps)
        rows: dict[str, npt.NDArray[Any]] = {
            f.name: getattr(steps, f.name) for f in fields(SampleTrace) if f.name != "text"
        }
        pen = self.xy[-1] if len(self) else np.zeros(2)
        rows["xy"] = pen + np.cumsum(steps.offsets[:, :2], axis=0, dtype=np.float64)
        self.low = np.minimum(self.low, rows["xy"].min(axis=0))
        self.high = np.maximum(self.high, rows["xy"].max(axis=0))
        rows["character"] = step_metrics.character(steps).astype(np.int32)
        for trace in step_metrics.STEP_METRICS:
            rows[trace.key] = trace.values(steps)
        if log_likelihood is not None:
            rows["log_likelihood"] = log_likelihood
        before = self._last_position
        rows["position"] = step_metrics.position(steps)
        if before is not None:
            rows["speed"][0] = rows["position"][0] - before
        if layers is not None:
            # Half precision: the values lie within -1 and 1 and are only looked at.
            rows["layers"] = layers.astype(np.float16)
        for name, values in rows.items():
            if name not in self._arrays:
                self._arrays[name] = GrowableArray(values.shape[1:], values.dtype)
            if self._arrays[name].shape != values.shape[1:]:
                raise SettingError(
                    f"The steps' {name} have another shape than those before; begin a new line."
                )
            self._arrays[name].extend(values)

    @property
    def _last_position(self) -> float | None:
        return float(self["position"][-1]) if len(self) else None

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """An array of the steps, a trace by its key, "xy", "character", "position" or "layers"."""
        return self._arrays[name].values

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    @property
    def steps(self) -> SampleTrace:
        """All steps so far, as views."""
        return SampleTrace(
            text=self.text,
            **{f.name: self[f.name] for f in fields(SampleTrace) if f.name != "text"},
        )

    @property
    def xy(self) -> npt.NDArray[np.float64]:
        """Where the pen was after each point, float64 (n, 2), in offsets units from the start."""
        return self["xy"]

    def pen(self, index: int) -> npt.NDArray[np.float64]:
        """Where the pen was before a point."""
        return self.xy[index - 1] if index > 0 else np.zeros(2)

    @property
    def layers(self) -> npt.NDArray[np.float16] | None:
        """The outputs of the LSTM layers, float16 (n, 3, H), where they were recorded."""
        held = self._arrays.get("layers")
        return None if held is None else held.values

    @property
    def bias(self) -> float:
        """The bias that the mixtures have in them."""
        return self.settings.bias or 0.0

    @property
    def point_bytes(self) -> int:
        """Memory that a recorded point takes."""
        return sum(array.row_bytes for array in self._arrays.values())


def _check(steps: SampleTrace) -> None:
    for field in fields(SampleTrace):
        values = getattr(steps, field.name)
        if field.name == "text":
            continue
        if len(values) != len(steps):
            raise SettingError(f"The steps' {field.name} are not as many as the points.")
        if not np.isfinite(values).all():
            raise SettingError(
                f"The steps' {field.name} hold a value that is not finite; the hand is damaged."
            )
    if steps.phi.shape[1] != len(steps.text) + 1:
        raise SettingError(
            f"The steps' phi has {steps.phi.shape[1]} characters, the text {len(steps.text)} and "
            "its closing space; these are steps of another text."
        )

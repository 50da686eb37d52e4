"""Traces: numbers of each step as curves over the points, one below another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg

from engine.sampling.step_metrics import BY_KEY, STEP_METRICS, StepMetric
from studio.desk.inspector.curve import Curve
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.plot_colours import PlotColours
from studio.desk.inspector.plot_view import PointsView
from studio.inspection.run_recording import RunRecording

#: Of a trace's range, left free above it.
HEADROOM = 0.3
#: Height of a plot, in 96ths of an inch, below which its name stands in the head alone.
NAMED = 46
#: The least height of a plot, and of all that is around them.
ROW, AROUND = 28, 66
#: The traces that are shown at first.
USUAL = ("log_likelihood", "entropy", "eos")


class TracesView(PointsView):
    """Curves of the chosen traces."""

    title = "Traces"

    def __init__(
        self, model: InspectorModel, colours: PlotColours, keys: Sequence[str] = USUAL
    ) -> None:
        super().__init__(model, colours)
        self.keys: tuple[str, ...] = ()
        self._plots: list[pg.PlotItem] = []
        self._curves: list[Curve] = []
        self._names: list[pg.LabelItem] = []
        self._named = True
        self.choose(keys)

    @property
    def least_height(self) -> float:
        """Pixels below which it cannot be read."""
        return self.colours.px(AROUND + ROW * len(self.keys))

    def choose(self, keys: Sequence[str]) -> None:
        """Show these traces, in the standard order."""
        chosen = [trace for trace in STEP_METRICS if trace.key in keys] or [STEP_METRICS[0]]
        if tuple(trace.key for trace in chosen) == self.keys:
            return
        for plot in self._plots:
            self.forget_plot(plot)
        self._plots, self._curves, self._names = [], [], []
        self.keys = tuple(trace.key for trace in chosen)
        for number, trace in enumerate(chosen):
            self._add(number, trace, last=number == len(chosen) - 1)
        self.stale = True

    def _add(self, number: int, trace: StepMetric, last: bool) -> None:
        c = self.colours
        plot = self.plot(number + 1, below="pen point" if last else "")
        plot.getAxis("left").setStyle(maxTickLevel=0, hideOverlappingLabels=round(c.px(5)))
        plot.getAxis("left").setTickDensity(0.6)
        self._names.append(self.name(plot, f"{trace.title} ({trace.unit})"))
        self.over_points(plot)
        curve = Curve(c.line(c.distinct(STEP_METRICS.index(trace))))
        plot.addItem(curve, ignoreBounds=True)
        self._plots.append(plot)
        self._curves.append(curve)

    def begin(self) -> None:
        """Forget the curves."""
        super().begin()
        for curve in self._curves:
            curve.clear()

    def refresh(self) -> None:
        """Draw all curves as far as they go."""
        super().refresh()
        recording = self.model.recording
        self._name_plots()
        for key, plot, curve in zip(self.keys, self._plots, self._curves, strict=True):
            if recording is not None and len(recording):
                curve.show(recording[key])
                self._fit(plot, *curve.range, BY_KEY[key])
        self._say(recording)

    def _fit(self, plot: pg.PlotItem, least: float, most: float, trace: StepMetric) -> None:
        """Widen the range in steps, so that the axis stands still while the curve grows."""
        low, high = trace.scale
        step = (high - low) / 4
        low = min(low, math.floor(least / step) * step)
        high = max(high, math.ceil(most / step) * step)
        if trace.key == "eos":
            low, high = -0.05, 1.05
        # The trace's name stands above its curve, where there is room for both.
        above = HEADROOM * (high - low) if self._named else 0.0
        # Without a name the numbers at both ends need the room.
        padding = 0.02 if self._named else 0.25
        plot.getViewBox().setYRange(low, high + above, padding=padding)
        ends = None if self._named else [[(end, f"{end:g}") for end in trace.scale]]
        plot.getAxis("left").setTicks(ends)

    def _name_plots(self) -> None:
        """Let the plots have their names in them, or not, as their height allows."""
        least = self._plots[0].getViewBox().height()
        self._named = least >= self.colours.px(NAMED)
        for name in self._names:
            name.setVisible(self._named)

    def _say(self, recording: RunRecording | None) -> None:
        cursor, brush = self.model.cursor, self.model.brush
        if recording is None or not len(recording):
            self.head.say("")
            return
        if cursor is not None:
            where, part = f"point {cursor}", slice(cursor, cursor + 1)
        else:
            first, last = brush if brush is not None else (0, len(recording) - 1)
            where, part = f"mean of points {first} to {last}", slice(first, last + 1)
        said: list[str | tuple[str, str]] = [where]
        for key in self.keys:
            trace = BY_KEY[key]
            value = recording[key][part].mean()
            colour = self.colours.distinct(STEP_METRICS.index(trace))
            said.append((f"{', ' if len(said) > 1 else ': '}{_short(trace)} {value:.3g}", colour))
        self.head.say(*said)


def _short(trace: StepMetric) -> str:
    return {
        "entropy": "entropy",
        "eos": "end of stroke",
        "log_likelihood": "log-lik.",
        "spread": "mean σ",
        "correlation": "ρ",
        "speed": "speed",
    }[trace.key]

"""Traces: numbers of each step as curves over the points, one below another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg

from engine.traces import BY_KEY, TRACES, Trace
from studio.desk.inspector.colours import Colours
from studio.desk.inspector.curve import Curve
from studio.desk.inspector.model import InspectorModel
from studio.desk.inspector.recording import Recording
from studio.desk.inspector.view import PointsView

#: Of a trace's range, left free above it.
HEADROOM = 0.3
#: The traces that are shown at first.
USUAL = ("log_likelihood", "entropy", "eos")


class TracesView(PointsView):
    """Curves of the chosen traces."""

    title = "Traces"

    def __init__(
        self, model: InspectorModel, colours: Colours, keys: Sequence[str] = USUAL
    ) -> None:
        super().__init__(model, colours)
        self.keys: tuple[str, ...] = ()
        self._plots: list[pg.PlotItem] = []
        self._curves: list[Curve] = []
        self.choose(keys)

    def choose(self, keys: Sequence[str]) -> None:
        """Show these traces, in the standard order."""
        chosen = [trace for trace in TRACES if trace.key in keys] or [TRACES[0]]
        if tuple(trace.key for trace in chosen) == self.keys:
            return
        for plot in self._plots:
            self.forget_plot(plot)
            self.removeItem(plot)
        self._plots, self._curves = [], []
        self.keys = tuple(trace.key for trace in chosen)
        for number, trace in enumerate(chosen):
            self._add(number, trace, last=number == len(chosen) - 1)
        self.stale = True

    def _add(self, number: int, trace: Trace, last: bool) -> None:
        c = self.colours
        plot = self.plot(number + 1, below="pen point" if last else "")
        plot.getAxis("left").setStyle(maxTickLevel=0)
        plot.getAxis("left").setTickDensity(0.6)
        self.name(plot, f"{trace.title} ({trace.unit})")
        self.over_points(plot)
        curve = Curve(c.line(c.distinct(TRACES.index(trace))), c.paper)
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
        for key, plot, curve in zip(self.keys, self._plots, self._curves, strict=True):
            if recording is not None and len(recording):
                curve.show(recording[key])
                self._fit(plot, *curve.range, BY_KEY[key])
        self._say(recording)

    def _fit(self, plot: pg.PlotItem, least: float, most: float, trace: Trace) -> None:
        """Widen the range in steps, so that the axis stands still while the curve grows."""
        low, high = trace.scale
        step = (high - low) / 4
        low = min(low, math.floor(least / step) * step)
        high = max(high, math.ceil(most / step) * step)
        if trace.key == "eos":
            low, high = -0.05, 1.05
        # The trace's name stands above its curve.
        plot.getViewBox().setYRange(low, high + HEADROOM * (high - low), padding=0.02)

    def _say(self, recording: Recording | None) -> None:
        cursor, brush = self.model.cursor, self.model.brush
        if recording is None or not len(recording):
            self.head.say("")
        elif cursor is not None:
            said = [f"{_short(BY_KEY[key])} {recording[key][cursor]:.3g}" for key in self.keys]
            self.head.say(f"point {cursor}: " + ", ".join(said))
        else:
            first, last = brush if brush is not None else (0, len(recording) - 1)
            part = slice(first, last + 1)
            said = [f"{_short(BY_KEY[key])} {recording[key][part].mean():.3g}" for key in self.keys]
            self.head.say(f"mean of points {first} to {last}: " + ", ".join(said))


def _short(trace: Trace) -> str:
    return {
        "entropy": "entropy",
        "eos": "end of stroke",
        "log_likelihood": "log-lik.",
        "spread": "mean σ",
        "correlation": "ρ",
        "speed": "speed",
    }[trace.key]

"""The curves of one training, or of two in one plot, with axes and ticks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from studio.desk.widgets.theme import Theme
from studio.teaching.run_watch import RunWatch

#: Points of a curve at most; a longer one is drawn by the means of its parts.
MOST = 400
#: The colour of the other run: Okabe and Ito's orange (2008), told from the accent by everybody.
OTHER, OTHER_DARK = "#d55e00", "#ff9a4d"
#: Share of the highest values that may lie outside: a run's first steps stand far above.
OUTLIERS = 0.02
#: What the axis at the bottom counts, how it is called, and how far it reaches at least.
STEPS, HOURS = "steps", "hours"
AXES = {STEPS: "steps", HOURS: "hours of training"}
LEAST = {STEPS: 1.0, HOURS: 0.01}


class TrainingPlot(pg.PlotWidget):
    """Loss of the batches (thin), and of held-out lines (with dots), over steps or hours.

    The second run is dashed and in a colour of its own.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runs: tuple[RunWatch, ...] = ()
        self.over = STEPS
        """What the axis at the bottom counts."""
        self.setAccessibleName("Curves of the loss")
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.15)
        # Only what is moved by hand stays where it is.
        item.setMouseEnabled(x=True, y=True)
        self.legend = item.addLegend(offset=(-8, 8))
        self.curves: list[pg.PlotDataItem] = []
        theme.changed.connect(self.dress)
        self.dress()

    def show_runs(self, runs: Sequence[RunWatch]) -> None:
        """Show these runs, the first one in the theme's colours."""
        names = [run.folder for run in self._runs]
        self._runs = tuple(runs)
        if names != [run.folder for run in runs]:
            self.dress()
        self.refresh()

    def show_over(self, axis: str) -> None:
        """Let the axis at the bottom count steps, or hours of training."""
        self.over = axis
        self.dress()

    def dress(self) -> None:
        """Make the curves anew, in the theme's colours."""
        item, text = self.getPlotItem(), self._theme.colour("muted")
        self.setBackground(self._theme.colour("surface"))
        for side, words in (("bottom", AXES[self.over]), ("left", "nats a point")):
            axis = item.getAxis(side)
            axis.setPen(self._theme.colour("line"))
            axis.setTextPen(text)
            axis.setLabel(words, color=text.name())
            axis.enableAutoSIPrefix(False)
        self.legend.setLabelTextColor(self._theme.colour("text"))
        for curve in self.curves:
            item.removeItem(curve)
        self.legend.clear()
        self.curves = []
        for number, run in enumerate(self._runs):
            name = run.folder.name
            thin, strong = self._pens(number)
            self.curves.append(item.plot(pen=thin, name=f"{name}, batches", antialias=True))
            dots = {"symbol": "o", "symbolSize": 5, "symbolPen": strong.color(), "antialias": True}
            held = item.plot(
                pen=strong, name=f"{name}, held-out lines", symbolBrush=strong.color(), **dots
            )
            self.curves.append(held)
        self.refresh()

    def _pens(self, number: int) -> tuple[QPen, QPen]:
        """Of a run's batches and of its held-out lines."""
        if number == 0:
            colour = self._theme.colour("accent")
        else:
            colour = QColor(OTHER_DARK if self._theme.tokens.dark else OTHER)
        pale = QColor(colour)
        pale.setAlphaF(0.45)
        style = Qt.PenStyle.SolidLine if number == 0 else Qt.PenStyle.DashLine
        thin, strong = QPen(pale, 1.0, style), QPen(colour, 1.5, style)
        for pen in (thin, strong):
            pen.setCosmetic(True)
        return thin, strong

    def refresh(self) -> None:
        """Show what the runs have written by now."""
        seen: list[tuple[float, float]] = []
        for run, batches, held in zip(self._runs, self.curves[::2], self.curves[1::2], strict=True):
            for curve, points in (
                (batches, thinned(run.losses)),
                (held, [(float(step), value) for step, value in run.validations]),
            ):
                xs = [x for x, _ in points]
                if self.over == HOURS:
                    xs = hours_of(run, xs)
                ys = [y for _, y in points]
                curve.setData(xs, ys)
                seen += zip(xs, ys, strict=True)
        if seen:
            (left, right), (low, high) = shown_range(seen, LEAST[self.over])
            self.setXRange(left, right, padding=0.02)
            self.setYRange(low, high, padding=0.05)


def hours_of(run: RunWatch, steps: Sequence[float]) -> list[float]:
    """How long a run had been trained when these steps were done."""
    if not run.times:
        return [0.0] * len(steps)
    known, seconds = zip(*sorted(run.times), strict=True)
    return [float(s) / 3600 for s in np.interp(steps, known, seconds)]


def shown_range(
    points: Sequence[tuple[float, float]], least: float = 1.0
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Least and most in x and in y; the highest values, such as a run's first steps, are cut.

    Parameters
    ----------
    points : sequence of (x, y)
    least : float
        How far x reaches at least.
    """
    xs = [x for x, _ in points]
    ys = sorted(y for _, y in points)
    top = ys[min(len(ys) - 1, int((1 - OUTLIERS) * len(ys)))]
    return (min(0.0, *xs), max(least, *xs)), (ys[0], max(top, ys[0] + 1e-3))


def thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A curve of `MOST` points at most, each the mean of as many as it stands for."""
    per = max(1, -(-len(points) // MOST))
    parts = [points[start : start + per] for start in range(0, len(points), per)]
    return [(sum(s for s, _ in p) / len(p), sum(v for _, v in p) / len(p)) for p in parts]

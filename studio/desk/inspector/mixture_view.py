"""The mixture: where the next point may lie, around the pen, at the cursor's step."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from engine.rendering.density import mixture_on, unbiased
from engine.sampling.trace import Floats
from studio.desk.inspector.dots import Dots
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.panel_header import Legend
from studio.desk.inspector.plot_colours import PlotColours, levels
from studio.desk.inspector.plot_ink import InkItem
from studio.desk.inspector.plot_view import PlotView
from studio.inspection.run_recording import RunRecording

#: Cells on the longer side of the density's grid.
CELLS = 160
#: The density's decimal logarithm (to a square offsets unit) at the ends of the colours.
DECADES = (-2.0, 2.0)
#: How far around the pen is seen, in offsets units; twice, four times, ... as far where the point
#: lies further away.
REACH = 0.4
#: Points of ink before the pen that are drawn.
TRAIL = 160


Parameters = tuple[Floats, Floats, Floats, Floats]
"""pi, mu, sigma and rho of a step."""


class Ellipses(pg.GraphicsObject):
    """The mixture's components at one deviation, their opacity by pi."""

    def __init__(self, colours: PlotColours) -> None:
        super().__init__()
        self._colours = colours
        self._parts: list[tuple[float, QPointF, float, float, float]] = []
        self._drawn = -1
        self.setZValue(8)

    def show(
        self,
        pi: npt.NDArray[np.float32],
        mu: npt.NDArray[np.float32],
        sigma: npt.NDArray[np.float32],
        rho: npt.NDArray[np.float32],
        drawn: int,
    ) -> None:
        """Draw these components; `drawn` is the one that the point came from."""
        across, down = sigma[:, 0].astype(float) ** 2, sigma[:, 1].astype(float) ** 2
        both = rho.astype(float) * sigma.prod(axis=1)
        middle, half = (across + down) / 2, np.hypot((across - down) / 2, both)
        long, short = np.sqrt(middle + half), np.sqrt(np.maximum(middle - half, 0))
        angle = np.degrees(0.5 * np.arctan2(2 * both, across - down))
        self._parts = [
            (float(pi[m]), QPointF(*mu[m].tolist()), float(long[m]), float(short[m]), angle[m])
            for m in range(len(pi))
        ]
        self._drawn = drawn
        self.update()

    def clear(self) -> None:
        """Draw nothing."""
        self._parts = []
        self.update()

    def boundingRect(self) -> QRectF:
        """All of the plane that can be of interest."""
        return QRectF(-1e3, -1e3, 2e3, 2e3)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the outlines, the lightest component first."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number in np.argsort([part[0] for part in self._parts]):
            weight, centre, long, short, angle = self._parts[number]
            if weight < 1e-3:
                continue
            token = "accent" if number == self._drawn else "text"
            width = 2.0 if number == self._drawn else 1.2
            painter.save()
            painter.translate(centre)
            painter.rotate(angle)
            # As a path: SVG's own ellipses could not be kept at one width of line.
            outline = QPainterPath()
            outline.addEllipse(QPointF(0, 0), long, short)
            opacity = 0.12 + 0.88 * weight**0.5
            # A rim of the ground's colour: the line is seen on the dense part of the map, too.
            for colour, wide in (("panel", width + 1.6), (token, width)):
                painter.setPen(self._colours.pen(colour, wide, opacity))
                painter.drawPath(outline)
            painter.restore()


class MixtureView(PlotView):
    """The density of the next offset around the pen, the components, and what was drawn."""

    title = "Mixture"
    least = 190.0

    def __init__(
        self,
        model: InspectorModel,
        colours: PlotColours,
        biased: bool = True,
        ellipses: bool = True,
    ) -> None:
        super().__init__(model, colours)
        self.biased = biased
        self.main = self.plot(
            1,
            brushes=False,
            label="Δy (offsets units)",
            below="Δx (offsets units)",
            axis=46,
        )
        box = self.main.getViewBox()
        box.setAspectLocked(True)
        box.invertY(True)
        box.setBackgroundColor(colours.pen(_hex(colours)).color())
        box.setRange(
            xRange=(-REACH, REACH), yRange=(-REACH, REACH), padding=0, disableAutoRange=True
        )
        self._follows = True
        box.emptied.connect(self._home)
        box.zoomed.connect(self._seen)
        box.sigRangeChanged.connect(self._moved)
        self.density: npt.NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self.cell_area = 0.0
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setLookupTable(colours.heat)
        self._image.setZValue(-10)
        box.addItem(self._image, ignoreBounds=True)
        self._ink = InkItem(colours, 1.2)
        self._ink.setOpacity(0.55)
        box.addItem(self._ink, ignoreBounds=True)
        self.ellipses = Ellipses(colours)
        self.ellipses.setVisible(ellipses)
        box.addItem(self.ellipses, ignoreBounds=True)
        ring = colours.colour("panel")
        self._pen = Dots(colours, 7, colours.colour("muted"), ring)
        self._point = Dots(colours, 6, colours.colour("accent"), ring)
        for dots in (self._pen, self._point):
            dots.setZValue(12)
            box.addItem(dots, ignoreBounds=True)
        self.head.explain(Legend("log₁₀ p", f"≤{DECADES[0]:g}", f"≥{DECADES[1]:g}", colours.heat))

    @property
    def remark(self) -> str:
        """Which point it is of, and what holds of it."""
        return self.head.note

    def show_biased(self, on: bool) -> None:
        """Show the mixture as it was drawn from, or as it was before the bias."""
        self.biased = on
        self.stale = True

    def show_ellipses(self, on: bool) -> None:
        """Draw the components' outlines."""
        self.ellipses.setVisible(on)

    def _home(self) -> None:
        self._follows = True
        self.model.hold(None)
        self.stale = True

    def _seen(self) -> None:
        self._follows = False

    def _fit(self, dx: float, dy: float, parameters: Parameters) -> None:
        """Show the point, with the least of the usual ranges."""
        box = self.main.getViewBox()
        away = max(abs(dx), abs(dy), 1e-9) * 1.15
        reach = REACH * 2 ** max(0.0, np.ceil(np.log2(away / REACH)))
        box.setRange(
            xRange=(-reach, reach), yRange=(-reach, reach), padding=0, disableAutoRange=True
        )

    def parameters(self, recording: RunRecording, index: int) -> Parameters:
        """pi, mu, sigma and rho as they are shown."""
        pi, mu, sigma, rho = (recording[name][index] for name in ("pi", "mu", "sigma", "rho"))
        if not self.biased and recording.bias:
            pi, sigma = unbiased(pi, sigma, recording.bias)
        return pi, mu, sigma, rho

    def refresh(self) -> None:
        """Compute the density on the part of the plane that is seen."""
        super().refresh()
        recording = self.model.recording
        index = self._index()
        if recording is None or index is None:
            self._image.clear()
            self.ellipses.clear()
            for dots in (self._pen, self._point):
                dots.show(np.zeros((0, 2)))
            self._ink.show(np.zeros((0, 2)), np.zeros(0, dtype=bool))
            self.head.say("")
            return
        parameters = self.parameters(recording, index)
        dx, dy, end = recording["offsets"][index].tolist()
        if self._follows:
            self._fit(dx, dy, parameters)
        self._paint(*parameters)
        self.ellipses.show(*parameters, int(recording["component"][index]))
        self._pen.show(np.zeros((1, 2)))
        self._point.show(np.array([[dx, dy]]))
        first = max(0, index - TRAIL)
        self._show_trail(
            recording.xy[first:index] - recording.pen(index),
            recording["offsets"][first:index, 2] > 0.5,
        )
        self.head.say(self._said(recording, index, end))
        self.stale = False

    def _show_trail(self, xy: npt.NDArray[np.float64], ends: npt.NDArray[np.bool_]) -> None:
        self._ink.show(xy, ends)

    def _index(self) -> int | None:
        """The cursor's point, or the last one."""
        if self.model.cursor is not None:
            return self.model.cursor
        return self.model.count - 1 if self.model.count else None

    def _paint(self, *parameters: Floats) -> None:
        (left, right), (top, bottom) = self.main.getViewBox().viewRange()
        cell = max(right - left, bottom - top) / CELLS
        x = np.arange(left + cell / 2, right, cell)
        y = np.arange(top + cell / 2, bottom, cell)
        if len(x) < 2 or len(y) < 2:
            return
        self.density = mixture_on(x, y, *parameters)
        self.cell_area = cell * cell
        shown = levels(np.log10(np.maximum(self.density, 1e-12)), *DECADES)
        self._image.setImage(shown, autoLevels=False, levels=(0, 255))
        self._image.setRect(QRectF(left, top, len(x) * cell, len(y) * cell))

    def _said(self, recording: RunRecording, index: int, end: float) -> str:
        said = f"point {index}, log-lik. {recording['log_likelihood'][index]:.2f}"
        if recording.settings.bias is None:
            said += ", ink given"
        else:
            said += f", bias {recording.bias:g} {'applied' if self.biased else 'taken back'}"
        said += f", end of stroke {recording['eos'][index]:.2f}"
        return said + (" (pen up)" if end > 0.5 else "")


def _hex(colours: PlotColours) -> str:
    red, green, blue, _ = colours.heat[0].tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"

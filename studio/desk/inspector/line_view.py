"""The line: its ink in offsets units, over the densities that its points were drawn from."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from engine.rendering.density import DensityMap, Grid, unbiased
from engine.sampling.step_metrics import BY_KEY
from studio.desk.inspector.dots import Dots
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.panel_header import Legend
from studio.desk.inspector.partial_image import PartialImage
from studio.desk.inspector.plot_colours import PlotColours, levels
from studio.desk.inspector.plot_ink import InkItem
from studio.desk.inspector.plot_view import PlotView
from studio.desk.inspector.trace_colours import ink_table
from studio.inspection.run_recording import RunRecording

#: Side of a cell in offsets units; twice as much, four times, ... where a line is very long.
CELL = 1 / 20
#: Cells to a side, at most.
MOST_CELLS = 4096
#: Offsets units around the ink that are painted.
MARGIN = 3.0
#: Offsets units that a character takes across, at most.
ROOM = 3.0
#: The density's decimal logarithm (points to a square offsets unit) at the ends of the colours.
DECADES = (-1.5, 2.5)
#: Points whose densities are painted at once.
TOGETHER = 24
#: Seconds that a refresh may paint densities for; the rest waits for the next.
BUDGET = 0.0015
NOTHING = np.zeros((0, 2))


class LineView(PlotView):
    """The whole line, as in figure 10 of Graves 2013."""

    title = "Line"
    least = 120.0

    def __init__(
        self,
        model: InspectorModel,
        colours: PlotColours,
        density: bool = True,
        biased: bool = True,
    ) -> None:
        super().__init__(model, colours)
        self.density, self.biased = density, biased
        self.main = self.plot(1, brushes=False, label="y", below="x and y in offsets units")
        box = self.main.getViewBox()
        box.setAspectLocked(True)
        box.invertY(True)
        box.setBackgroundColor(QColor(*colours.heat[0].tolist()))
        box.pointed.connect(lambda at: model.hover(None if at is None else self.nearest(at)))
        box.clicked.connect(lambda at: model.hold(self.nearest(at)))
        box.emptied.connect(self._home)
        box.zoomed.connect(self._seen)
        box.sigResized.connect(self._resized)
        self._follows = True
        self._fitted: tuple[tuple[float, float], ...] = ()
        self._painting: DensityMap | None = None
        self._painted = 0
        self._picture = PartialImage(colours.heat)
        self._picture.setVisible(density)
        box.addItem(self._picture, ignoreBounds=True)
        self._ink = InkItem(colours, 1.3)
        box.addItem(self._ink, ignoreBounds=True)
        self._marks = Dots(colours, 6, colours.colour("accent", 0.35))
        box.addItem(self._marks, ignoreBounds=True)
        self._cursor = Dots(colours, 10, colours.colour("accent"), colours.colour("panel"))
        self._cursor.setZValue(12)
        box.addItem(self._cursor, ignoreBounds=True)
        self._drawn: tuple[int, str] = (-1, "")
        for signal in (model.colouring_changed, model.brush_changed, model.character_changed):
            self.follow(signal, self._moved)

    def show_density(self, on: bool) -> None:
        """Paint the densities below the ink."""
        self.density = on
        self._picture.setVisible(on)
        self.stale = True

    def show_biased(self, on: bool) -> None:
        """Paint the mixtures as they were drawn from, or as they were before the bias."""
        self.biased = on
        self._painting = None
        self.stale = True

    def nearest(self, at: QPointF) -> int | None:
        """The point of the ink that lies nearest to a place."""
        recording = self.model.recording
        if recording is None or not len(recording):
            return None
        away = ((recording.xy - (at.x(), at.y())) ** 2).sum(axis=1)
        return int(away.argmin())

    def _seen(self) -> None:
        self._follows = False

    def _home(self) -> None:
        self._follows, self._fitted = True, ()
        self.model.hold(None)
        self.stale = True

    def _resized(self) -> None:
        self._fitted = ()
        self.stale = True

    def begin(self) -> None:
        """Forget the old line."""
        self._painting, self._painted = None, 0
        self._drawn = (-1, "")
        self._follows, self._fitted = True, ()

    @property
    def finished(self) -> bool:
        """Whether all points' densities are painted."""
        return not self.density or self._painted >= self.model.count

    def refresh(self) -> None:
        """Draw the ink, and paint densities for a while."""
        super().refresh()
        recording = self.model.recording
        if recording is None or not len(recording):
            self._picture.clear()
            self._marks.show(NOTHING)
            self._cursor.show(NOTHING)
            self._ink.show(NOTHING, np.zeros(0, dtype=bool))
            self.head.say("")
            return
        self._draw_ink(recording)
        if self.density:
            self._paint(recording)
        self._mark(recording)
        if self._follows:
            self._fit(recording)
        if not self.finished:
            self.stale = True

    def _draw_ink(self, recording: RunRecording) -> None:
        key = self.model.colouring
        if self._drawn == (len(recording), key):
            return
        grown = self._drawn[0] > 0 and self._drawn[1] == key
        self._drawn = (len(recording), key)
        ends = recording["offsets"][:, 2] > 0.5
        legends = []
        if self.density:
            legends.append(
                Legend("log₁₀ density", f"≤{DECADES[0]:g}", f"≥{DECADES[1]:g}", self.colours.heat)
            )
        if key:
            trace = BY_KEY[key]
            low, high = trace.scale
            table = ink_table(self.colours, key == "correlation")
            shades = levels(recording[key], low, high)
            self._ink.show(recording.xy, ends, shades, table, grown)
            legends.append(Legend(f"{trace.title} ({trace.unit})", f"{low:g}", f"{high:g}", table))
        else:
            self._ink.show(recording.xy, ends, grown=grown)
        self.head.explain(*legends)

    def _paint(self, recording: RunRecording) -> None:
        self._make_room(recording)
        assert self._painting is not None
        end = time.perf_counter() + BUDGET
        first = self._painted
        names = ("pi", "mu", "sigma", "rho")
        while self._painted < len(recording):
            some = slice(self._painted, self._painted + TOGETHER)
            pi, mu, sigma, rho = (recording[name][some] for name in names)
            if not self.biased and recording.bias:
                pi, sigma = unbiased(pi, sigma, recording.bias)
            before = recording.pen(some.start)[None]
            pens = np.concatenate([before, recording.xy[some][:-1]]).astype(np.float32)
            self._painting.add(pens, pi, mu, sigma, rho)
            self._painted += len(pens)
            if time.perf_counter() > end:
                break
        if self._painted > first:
            self._show_painting(self._painting)

    def _show_painting(self, painting: DensityMap) -> None:
        """Bring the picture up to date, where something was painted."""
        grid, columns = painting.grid, painting.fresh()
        area = QRectF(grid.left, grid.top, grid.width * grid.cell, grid.height * grid.cell)
        if self._picture.rect != area:
            self._picture.begin(grid.width, grid.height, area)
        part = painting.density[:, columns]
        shown = np.zeros(part.shape, dtype=np.uint8)
        # Most of the plane is empty.
        lit = part > 10 ** DECADES[0]
        shown[lit] = levels(np.log10(part[lit]), *DECADES)
        self._picture.write(columns.start, shown)

    def _make_room(self, recording: RunRecording) -> None:
        """Let the painting reach as far as the ink; what is painted already is kept."""
        low, high = recording.low - MARGIN, recording.high + MARGIN
        if self._painting is None:
            if self.model.live:
                # The picture need not be made again and again while the line grows.
                high[0] = max(high[0], low[0] + ROOM * (len(recording.text) + 4))
                low[1], high[1] = low[1] - MARGIN, high[1] + MARGIN
            cell = CELL
            while (high - low).max() / cell > MOST_CELLS:
                cell *= 2
            self._painting = DensityMap(Grid.around(np.stack([low, high]), 0, cell))
            self._painted = 0
        grid = self._painting.grid
        end = np.array([grid.left + grid.width * grid.cell, grid.top + grid.height * grid.cell])
        # A unit less than the margin: the ink of one frame does not ask for room each time.
        if (low + 1 < (grid.left, grid.top)).any() or (high - 1 > end).any():
            if self.model.live:
                # Room for the line to go on.
                high = high + np.array([max(8.0, 0.2 * (high[0] - low[0])), 0.5])
                low = low - (0.0, 0.5)
            self._painting = self._painting.on(grid.reaching(low, high))
        while max(self._painting.grid.width, self._painting.grid.height) > MOST_CELLS:
            self._painting = self._painting.on(self._painting.grid.coarser())

    @property
    def painting(self) -> DensityMap | None:
        """The densities painted so far."""
        return self._painting

    def _mark(self, recording: RunRecording) -> None:
        cursor = self.model.cursor
        shown = cursor is not None
        at = slice(cursor, cursor + 1) if cursor is not None and shown else slice(0)
        self._cursor.show(recording.xy[at])
        points = np.zeros(0, dtype=np.int64)
        if self.model.brush is not None:
            points = np.arange(self.model.brush[0], self.model.brush[1] + 1)
        if self.model.character is not None:
            points = np.union1d(points, self.model.points_on(self.model.character))
        self._marks.show(recording.xy[points])
        if cursor is not None:
            x, y = recording.xy[cursor]
            letter = recording.text[int(recording["character"][cursor])]
            self.head.say(f"point {cursor}: “{letter}” at ({x:.2f}, {y:.2f})")
        else:
            self.head.say("")

    def _fit(self, recording: RunRecording) -> None:
        """Show all of the ink; while it grows, make room in steps."""
        (left, top), (right, bottom) = recording.low, recording.high
        if self.model.live:
            wide = 8.0
            while wide < right - left + 2:
                wide = max(wide + 8, np.ceil(1.25 * wide))
            right = left + wide
            top, bottom = np.floor(top), np.ceil(bottom)
        seen = (left - 0.7, right + 0.7), (top - 0.7, bottom + 0.7)
        if seen != self._fitted:
            self._fitted = seen
            self.main.getViewBox().setRange(xRange=seen[0], yRange=seen[1], padding=0)

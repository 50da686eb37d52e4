"""The line: its ink in offsets units, over the densities that its points were drawn from."""

from __future__ import annotations

import time

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from engine.painting import Grid, Painting, unbiased
from engine.traces import BY_KEY
from studio.desk.inspector.colours import Colours, levels
from studio.desk.inspector.head import Legend
from studio.desk.inspector.ink_colours import ink_table
from studio.desk.inspector.inks import InkItem
from studio.desk.inspector.model import InspectorModel
from studio.desk.inspector.picture import Picture
from studio.desk.inspector.recording import Recording
from studio.desk.inspector.view import View

#: Cells to an offsets unit; fewer where a line is very long.
FINENESS = 20
#: Offsets units around the ink that are painted.
MARGIN = 3.0
#: The density's decimal logarithm (points to a square offsets unit) at the ends of the colours.
DECADES = (-1.5, 2.5)
#: Seconds that a refresh may paint densities for; the rest waits for the next.
BUDGET = 0.004


class LineView(View):
    """The whole line, as in figure 10 of Graves 2013."""

    title = "Line"

    def __init__(
        self,
        model: InspectorModel,
        colours: Colours,
        density: bool = True,
        biased: bool = True,
    ) -> None:
        super().__init__(model, colours)
        self.density, self.biased = density, biased
        self.main = self.plot(
            1, brushes=False, label="y (offsets units)", below="x (offsets units)"
        )
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
        self._painting: Painting | None = None
        self._painted = 0
        self._picture = Picture(colours.heat)
        self._picture.setVisible(density)
        box.addItem(self._picture, ignoreBounds=True)
        self._ink = InkItem(colours, 1.0 if colours.paper else 1.3)
        box.addItem(self._ink, ignoreBounds=True)
        self._marks = pg.ScatterPlotItem(
            size=colours.px(5), pen=None, pxMode=True, useCache=not colours.paper
        )
        self._marks.setZValue(10)
        box.addItem(self._marks, ignoreBounds=True)
        self._cursor = pg.ScatterPlotItem(
            size=colours.px(10),
            pen=colours.pen(colours.tokens.panel, 1.5),
            brush=colours.colour("accent"),
            pxMode=True,
            useCache=not colours.paper,
        )
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
        self._follows = True
        self.model.hold(None)
        self.stale = True

    def _resized(self) -> None:
        self.stale = True

    def begin(self) -> None:
        """Forget the old line."""
        self._painting, self._painted = None, 0
        self._drawn = (-1, "")
        self._follows = True

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
            self._marks.clear()
            self._cursor.clear()
            self._ink.show(np.zeros((0, 2)), np.zeros(0, dtype=bool))
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

    def _draw_ink(self, recording: Recording) -> None:
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

    def _paint(self, recording: Recording) -> None:
        if self._painting is None or not self._covers(recording):
            self._painting, self._painted = self._empty(recording), 0
            self._picture.clear()
        end = time.perf_counter() + BUDGET
        first = self._painted
        names = ("pi", "mu", "sigma", "rho")
        while self._painted < len(recording):
            pi, mu, sigma, rho = (recording[name][self._painted] for name in names)
            if not self.biased and recording.bias:
                pi, sigma = unbiased(pi, sigma, recording.bias)
            self._painting.add(recording.pen(self._painted).astype(np.float32), pi, mu, sigma, rho)
            self._painted += 1
            if time.perf_counter() > end and not self.colours.paper:
                break
        if self._painted > first:
            self._show_painting(self._painting)

    def _show_painting(self, painting: Painting) -> None:
        """Bring the picture up to date, where something was painted."""
        grid, columns = painting.grid, painting.fresh()
        if self._picture.size != (grid.width, grid.height):
            area = QRectF(grid.left, grid.top, grid.width * grid.cell, grid.height * grid.cell)
            self._picture.begin(grid.width, grid.height, area)
        part = np.log10(np.maximum(painting.density[:, columns], 1e-12))
        self._picture.write(columns.start, levels(part, *DECADES))

    def _covers(self, recording: Recording) -> bool:
        """Whether the grid holds all of the ink."""
        assert self._painting is not None
        grid = self._painting.grid
        (left, top), (right, bottom) = recording.xy.min(axis=0), recording.xy.max(axis=0)
        return bool(
            left > grid.left + 1
            and top > grid.top + 1
            and right < grid.left + grid.width * grid.cell - 1
            and bottom < grid.top + grid.height * grid.cell - 1
        )

    def _empty(self, recording: Recording) -> Painting:
        """A painting with room for the line to go on."""
        xy = recording.xy
        if self.model.live:
            ahead = max(8.0, 0.6 * float(np.ptp(xy[:, 0])))
            xy = np.concatenate([xy, xy[-1:] + np.array([ahead, 0.0])])
        span = float(np.ptp(xy[:, 0]))
        fineness = FINENESS if span < 200 else FINENESS * 200 / span
        return Painting(Grid.around(xy, MARGIN, 1 / fineness))

    @property
    def painting(self) -> Painting | None:
        """The densities painted so far."""
        return self._painting

    def _mark(self, recording: Recording) -> None:
        cursor = self.model.cursor
        shown = cursor is not None and (self.model.held or not self.colours.paper)
        if cursor is not None and shown:
            self._cursor.setData(
                recording.xy[cursor : cursor + 1, 0], recording.xy[cursor : cursor + 1, 1]
            )
        else:
            self._cursor.clear()
        points = np.zeros(0, dtype=np.int64)
        if self.model.brush is not None:
            points = np.arange(self.model.brush[0], self.model.brush[1] + 1)
        if self.model.character is not None:
            points = np.union1d(points, self.model.points_on(self.model.character))
        at = recording.xy[points]
        self._marks.setData(at[:, 0], at[:, 1], brush=self.colours.colour("accent", 0.55))
        if cursor is not None:
            x, y = recording.xy[cursor]
            letter = recording.text[int(recording["character"][cursor])]
            self.head.say(f"point {cursor}: “{letter}” at ({x:.2f}, {y:.2f})")
        else:
            self.head.say("")

    def _fit(self, recording: Recording) -> None:
        """Show all of the ink; while it grows, make room in steps."""
        (left, top), (right, bottom) = recording.xy.min(axis=0), recording.xy.max(axis=0)
        if self.model.live:
            right = left + 8 * np.ceil((right - left + 2) / 8)
        box = self.main.getViewBox()
        box.setRange(xRange=(left - 0.7, right + 0.7), yRange=(top - 0.7, bottom + 0.7), padding=0)

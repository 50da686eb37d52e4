"""The state: what each unit of an LSTM layer put out at each point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF

from engine.errors import SettingError
from studio.desk.inspector.curve import Curve
from studio.desk.inspector.heatmap import HeatmapItem
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.panel_header import Legend
from studio.desk.inspector.plot_colours import PlotColours, levels
from studio.desk.inspector.plot_view import PointsView
from studio.inspection.layer_units import QUANTITIES, by_peak, correlations, quantity
from studio.inspection.run_recording import RunRecording

#: Outputs at the ends of the colours: they lie within -1 and 1, most of them near 0.
MOST = 0.5
#: The orders in which units can stand, in words.
ORDERS = {"number": "by number", "peak": "by peak", "correlation": "by correlation"}
#: What the axis beside the units is called in each order.
LABELS = {"number": "unit", "peak": "rank by peak", "correlation": "rank by correlation"}


class StateView(PointsView):
    """A layer's units against the points; a unit's trace below where one is chosen.

    Parameters
    ----------
    layer : int
        0, 1 or 2.
    order : str
        One of `ORDERS`.
    against : str
        One of `layer_units.QUANTITIES`.
    """

    title = "State"
    least = 150.0

    def __init__(
        self,
        model: InspectorModel,
        colours: PlotColours,
        layer: int = 0,
        order: str = "number",
        against: str = "",
    ) -> None:
        super().__init__(model, colours)
        self.layer, self.order, self.against = layer, order, against
        self.unit: int | None = None
        self.main = self.plot(1, label="unit", below="pen point")
        box = self.main.getViewBox()
        box.invertY(True)
        self.over_points(self.main)
        box.clicked.disconnect()
        box.clicked.connect(self._clicked)
        self.map = HeatmapItem(colours.signed)
        box.addItem(self.map, ignoreBounds=True)
        self._strip = pg.ImageItem(axisOrder="row-major")
        self._strip.setLookupTable(colours.signed)
        self._strip.setZValue(15)
        box.addItem(self._strip, ignoreBounds=True)
        self._line = pg.InfiniteLine(angle=0, pen=colours.pen("accent", 1.0, 0.7))
        self._line.setVisible(False)
        box.addItem(self._line, ignoreBounds=True)
        self.trace: pg.PlotItem | None = None
        self._curve: Curve | None = None
        self._drawn_unit: tuple[int, int] | None = None
        self.ranks: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.correlations: npt.NDArray[np.float32] | None = None
        self._sorted_at = 0
        self.follow(model.character_changed, self._resort)
        self.begin()

    @property
    def remark(self) -> str:
        """Which layer, and what its units go with."""
        return self.head.note

    def choose_layer(self, layer: int) -> None:
        """Show another layer."""
        self.layer, self.unit = layer, None
        self._begin()

    def choose_order(self, order: str, against: str) -> None:
        """Let the units stand in another order, and tell how they go with something."""
        self.order, self.against = order, against
        self._begin()

    def choose_unit(self, unit: int | None) -> None:
        """Show the trace of a unit, by its number."""
        self.unit = unit
        self.stale = True

    def begin(self) -> None:
        """Forget what is drawn."""
        super().begin()
        self._sorted_at, self._drawn_unit = 0, None
        recording = self.model.recording
        units = 1
        if recording is not None and "layers" in recording:
            units = recording["layers"].shape[2]
        self.map.clear(units)
        self.main.getViewBox().setYRange(-0.5, units - 0.5, padding=0)
        self.ranks = np.arange(units)

    def _resort(self) -> None:
        if self.against == "character":
            self._begin()

    def refresh(self) -> None:
        """Add the points that are new; sort again when the line is complete."""
        self._show_trace()
        super().refresh()
        recording = self.model.recording
        if recording is None or not len(recording):
            self.head.say("")
            return
        if "layers" not in recording:
            self.head.say("")
            self.tell("The layers' outputs were not recorded; write the line again to see them.")
            return
        self.tell("")
        if self.map.count == 0:
            self.begin()
        if not self.model.live and self._sorted_at != len(recording):
            try:
                self._sort(recording)
            except SettingError as error:
                self.correlations = None
                self.head.say(str(error))
                self._sorted_at = len(recording)
        if len(recording) > self.map.count:
            fresh = recording["layers"][self.map.count :, self.layer].astype(np.float32)
            self.map.append(levels(fresh, -MOST, MOST).T[self.ranks])
        self._show_strip()
        self._show_unit(recording)
        self._explain()

    def _sort(self, recording: RunRecording) -> None:
        """Put the units in order, now that all points are there."""
        values = recording["layers"][:, self.layer]
        units = values.shape[1]
        self.correlations = None
        if self.against:
            wanted = quantity(recording, self.against, self.model.character)
            self.correlations = correlations(values, wanted)
        order = np.arange(units)
        if self.order == "peak":
            order = by_peak(values)
        elif self.order == "correlation" and self.correlations is not None:
            order = np.argsort(-self.correlations, kind="stable")
        self.main.getAxis("left").setLabel(LABELS[self.order])
        if not np.array_equal(order, self.ranks):
            self.ranks = order
            self.map.clear(units)
        self._sorted_at = len(recording)

    def _show_strip(self) -> None:
        """The correlations as a strip at the right edge."""
        if self.correlations is None:
            self._strip.clear()
            return
        first, last = self.model.span
        shown = levels(self.correlations[self.ranks], -1.0, 1.0)[:, None]
        self._strip.setImage(shown, autoLevels=False, levels=(0, 255))
        width = (last - first) * 0.025
        self._strip.setRect(QRectF(last - width, -0.5, width, len(shown)))

    def _show_trace(self) -> None:
        """Make room for a unit's trace, or take it back."""
        on = self.unit is not None
        if on == (self.trace is not None):
            return
        c = self.colours
        if on:
            self.trace = self.plot(2, below="pen point")
            self.over_points(self.trace)
            self._name = self.name(self.trace, "")
            self.trace.getViewBox().setYRange(-1.05, 1.5, padding=0)
            self.trace.getAxis("left").setTickDensity(0.5)
            self._curve = Curve(c.line(c.distinct(0)))
            self.trace.addItem(self._curve, ignoreBounds=True)
            self.layout.setRowStretchFactor(1, 5)
            self.layout.setRowStretchFactor(2, 3)
        else:
            self.forget_plot(self.trace)
            self.trace = self._curve = None
        bottom = self.main.getAxis("bottom")
        bottom.setStyle(showValues=not on)
        bottom.showLabel(not on)
        bottom.setHeight(round(c.px(4 if on else 32)))

    def _show_unit(self, recording: RunRecording) -> None:
        self._line.setVisible(self.unit is not None)
        if self.unit is None:
            said = f"layer {self.layer + 1}, {len(self.ranks)} units {ORDERS[self.order]}"
            if self.correlations is not None:
                best = np.argsort(-np.abs(self.correlations))[:3]
                named = ", ".join(f"{u} ({self.correlations[u]:+.2f})" for u in best)
                said += f"; most with {QUANTITIES[self.against]}: {named}"
            self.head.say(said)
            return
        self._line.setValue(int(np.flatnonzero(self.ranks == self.unit)[0]))
        values = recording["layers"][:, self.layer, self.unit]
        assert self._curve is not None
        if self._drawn_unit != (self.layer, self.unit):
            self._curve.clear()
            self._drawn_unit = (self.layer, self.unit)
        self._curve.show(values)
        said = f"layer {self.layer + 1}, unit {self.unit}"
        self._name.setText(f"output of unit {self.unit}")
        if self.model.cursor is not None:
            said += f": {values[self.model.cursor]:+.3f} at point {self.model.cursor}"
        if self.correlations is not None:
            r = self.correlations[self.unit]
            said += f"; correlation with {QUANTITIES[self.against]} {r:+.2f}"
        self.head.say(said)

    def _explain(self) -> None:
        legends = [Legend("output", f"≤−{MOST:g}", f"≥{MOST:g}", self.colours.signed)]
        if self.correlations is not None:
            legends.append(Legend("correlation (right)", "−1", "1", self.colours.signed))
        self.head.explain(*legends)

    def _clicked(self, at: QPointF) -> None:
        """A click chooses the unit and holds the point."""
        rank = round(at.y())
        if 0 <= rank < len(self.ranks) and self.model.count:
            unit = int(self.ranks[rank])
            self.unit = None if unit == self.unit else unit
        self.model.hold(round(at.x()))
        self.stale = True

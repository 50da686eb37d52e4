"""The window: its weight on each character at each point, as a heat map beside the text."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF

from studio.desk.inspector.character_axis import CharacterAxis
from studio.desk.inspector.dots import Dots
from studio.desk.inspector.heatmap import HeatmapItem
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.panel_header import Legend
from studio.desk.inspector.plot_colours import PlotColours, Table, levels
from studio.desk.inspector.plot_view import PointsView
from studio.desk.inspector.window_overlay import WindowOverlay
from studio.inspection.run_recording import RunRecording

#: phi at the upper end of the colours; what is above takes the end's colour.
MOST_PHI = 4.0


def window_levels(recording: RunRecording, first: int, shares: bool) -> Table:
    """The colours' places for phi from a point on, uint8 (U, n).

    Parameters
    ----------
    shares : bool
        phi divided by its sum over the text, from 0 to 1, instead of phi from 0 to `MOST_PHI`.
    """
    phi = recording["phi"][first:]
    if shares:
        phi = phi / np.maximum(phi.sum(axis=1, keepdims=True), 1e-9)
        return levels(phi, 0.0, 1.0).T
    return levels(phi, 0.0, MOST_PHI).T


class WindowView(PointsView):
    """phi over the characters against the points; kappa's tracks over it where asked for."""

    title = "Window"
    least = 140.0

    def __init__(
        self,
        model: InspectorModel,
        colours: PlotColours,
        tracks: bool = False,
        bands: bool = True,
        shares: bool = True,
    ) -> None:
        super().__init__(model, colours)
        self.shares = shares
        self.axis = CharacterAxis(colours, model.select_character, model.hover_character)
        self.main = self.plot(1, left=self.axis, below="pen point")
        box = self.main.getViewBox()
        box.invertY(True)
        box.pulled.connect(self._pull)
        self.over_points(self.main)
        self.map = HeatmapItem(colours.heat)
        box.addItem(self.map, ignoreBounds=True)
        self.tracks = WindowOverlay(colours, bands)
        self.tracks.setVisible(tracks)
        box.addItem(self.tracks, ignoreBounds=True)
        self._chosen = Dots(colours, 4, colours.colour("accent"))
        box.addItem(self._chosen, ignoreBounds=True)
        self.follow(model.character_changed, self._moved)
        self._explain()
        self.begin()

    def show_tracks(self, on: bool, bands: bool = True) -> None:
        """Draw kappa's tracks over the map, with beta as their width."""
        self.tracks.bands = bands
        self.tracks.setVisible(on)
        self.stale = True

    def show_shares(self, on: bool) -> None:
        """Show phi divided by its sum, or phi itself."""
        self.shares = on
        self._explain()
        self._begin()

    def _explain(self) -> None:
        title, high = ("φ/Σφ", "1") if self.shares else ("φ", f"≥{MOST_PHI:g}")
        self.head.explain(Legend(title, "0", high, self.colours.heat))

    def begin(self) -> None:
        """Another text stands on the axis."""
        super().begin()
        text = self.model.recording.text if self.model.recording is not None else ""
        self.axis.show_text(text)
        self.map.clear(len(text) + 1)
        self.main.getViewBox().setYRange(-0.5, len(text) + 0.5, padding=0)

    def refresh(self) -> None:
        """Add the points that are new."""
        super().refresh()
        recording = self.model.recording
        if recording is None or not len(recording):
            self.head.say("")
            self.axis.mark(None, None)
            self._chosen.show(np.zeros((0, 2)))
            return
        if len(recording) > self.map.count:
            self.map.append(window_levels(recording, self.map.count, self.shares))
        if self.tracks.isVisible():
            self.tracks.show(recording["kappa"], recording["beta"])
        cursor = self.model.cursor
        under = None if cursor is None else int(recording["character"][cursor])
        self.axis.mark(under, self.model.character)
        self._mark_points()
        self._say(recording, cursor)

    def _say(self, recording: RunRecording, cursor: int | None) -> None:
        if cursor is None:
            self.head.say(f"{len(recording)} points, {len(recording.text)} characters")
            return
        number = int(recording["character"][cursor])
        phi = recording["phi"][cursor]
        self.head.say(
            f"point {cursor}: “{recording.text[number]}” (character {number + 1}), "
            f"φ {phi[number]:.2f} of {phi.sum():.2f}, "
            f"window at {recording['position'][cursor]:.2f}"
        )

    def _mark_points(self) -> None:
        number = self.model.character
        points = np.zeros(0) if number is None else self.model.points_on(number)
        self._chosen.show(np.stack([points, np.full(len(points), float(number or 0))], axis=1))

    def _pull(self, start: QPointF, stop: QPointF) -> None:
        """The window is to stand elsewhere from the point on where the pull began."""
        self.model.pull(round(start.x()), stop.y() - start.y())

"""Colours for ink on the page by a trace of its points."""

from __future__ import annotations

import numpy as np

from engine.sampling.step_metrics import BY_KEY
from studio.desk.inspector.plot_colours import PlotColours, Table, levels
from studio.desk.widgets.theme import LIGHT
from studio.inspection.run_recording import RunRecording


def ink_table(colours: PlotColours, signed: bool = False) -> Table:
    """Colours for lines: the heat map's without the end that looks like the ground."""
    if signed:
        return colours.signed
    return colours.heat[np.linspace(70, 255, 256).astype(int)]


def ink_colours(recording: RunRecording | None, key: str) -> Table | None:
    """uint8 (n, 4) of a recording's points, for light paper; None where no trace is chosen."""
    if recording is None or not key or not len(recording):
        return None
    table = ink_table(PlotColours(LIGHT), key == "correlation")
    return table[levels(recording[key], *BY_KEY[key].scale)]

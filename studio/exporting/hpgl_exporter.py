"""The HPGL exporter: pen movements for plotters of Hewlett-Packard's language, in 1/40 mm.

Source: HP 7475A Interfacing and Programming Manual (1983): only what that plotter knows is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from engine.ink.ink import Array
from studio.document.page import Page, Pages
from studio.exporting.page_files import HPGL_BEGINNING, OnPageDone, write_page_files
from studio.exporting.plot_path import PlotPath, plot_path, to_machine
from studio.exporting.plotter import Plotter

UNITS = 40
"""In a millimetre."""
_PAIRS = 50
"""Points in one command: plotters keep them in a small memory."""


def export(
    pages: Pages, path: Path, *, plotter: Plotter | None = None, tell: OnPageDone | None = None
) -> list[Path]:
    """Write each page to an HPGL file of its own.

    The pens are numbered from 1, by their layers; the plotter takes them from its carousel, or
    asks for them.

    Parameters
    ----------
    pages : Pages
    path : Path
        The file for a single page; note-1.hpgl, note-2.hpgl, ... for several.
    plotter : Plotter, optional
    tell : function, optional

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    machine = plotter or Plotter()

    def write(page: Page, target: Path) -> None:
        commands = _commands(plot_path(page, machine), machine)
        target.write_text("\n".join(commands) + "\n", encoding="ascii")

    return write_page_files(pages, path, write, tell)


def _commands(path: PlotPath, machine: Plotter) -> Iterator[str]:
    yield HPGL_BEGINNING
    # Centimetres a second, and no faster than the fastest of the plotters that it was made for.
    speed = min(max(machine.draw_feed / 600, 0.38), 127.0)
    for pen, layer in enumerate(path.layers, 1):
        yield f"SP{pen};VS{speed:.2f};"
        for line in layer.lines:
            points = _whole(to_machine(line, path))
            yield f"PU{points[0]};"
            after = points[1:] or points
            for first in range(0, len(after), _PAIRS):
                yield f"PD{','.join(after[first : first + _PAIRS])};"
        yield "PU;"
    yield "PU0,0;SP0;"


def _whole(points: Array) -> list[str]:
    """Points in whole units, none twice in a row."""
    pairs = np.rint(UNITS * points).astype(int).tolist()
    return [f"{x},{y}" for (x, y), _ in groupby(pairs)]

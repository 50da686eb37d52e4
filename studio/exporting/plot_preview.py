"""The preview of a plot: each page with the path of the pens, up and down, and its time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.ink.ink import Array
from studio.document.page import Page, Pages
from studio.exporting.page_files import OnPageDone, write_page_files
from studio.exporting.page_layers import short
from studio.exporting.plot_path import PlotPath, plot_path
from studio.exporting.plotter import Plotter
from studio.exporting.provenance import program

_FOOT = 8.0
"""Millimetres below the sheet, for the words."""


def draw_preview(
    pages: Pages, path: Path, *, plotter: Plotter | None = None, tell: OnPageDone | None = None
) -> list[Path]:
    """Draw each page to an SVG of its own.

    What is drawn stands in the colours of the pens, and thin red lines show where the pen moves
    while it is up, from the machine's zero (a ring) and back. The time stands below the sheet.

    Parameters
    ----------
    pages : Pages
    path : Path
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
        parts = _document(plot_path(page, machine), machine)
        target.write_text("\n".join(parts) + "\n", encoding="utf-8")

    return write_page_files(pages, path, write, tell)


def _document(path: PlotPath, machine: Plotter) -> Iterator[str]:
    width, height = path.size
    size = f"{short(width)} {short(height + _FOOT)}"
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'width="{short(width)}mm" height="{short(height + _FOOT)}mm" viewBox="0 0 {size}">'
    )
    yield f"<metadata><dc:publisher>{program()}</dc:publisher></metadata>"
    yield f'<rect width="{short(width)}" height="{short(height + _FOOT)}" fill="#e4e4e4"/>'
    yield f'<rect width="{short(width)}" height="{short(height)}" fill="#ffffff"/>'
    yield '<g fill="none" stroke-linecap="round" stroke-linejoin="round">'
    for layer in path.layers:
        yield f'<g stroke="{layer.colour}" stroke-width="{short(layer.width)}">'
        yield from (f'<path d="{_data(line)}"/>' for line in layer.lines)
        yield "</g>"
    moves = "".join("M{:.2f},{:.2f}L{:.2f},{:.2f}".format(*a, *b) for a, b in path.moves)
    yield f'<path d="{moves}" stroke="#e0402a" stroke-width="0.1" opacity="0.7"/>'
    x, y = path.home
    yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2" stroke="#e0402a" stroke-width="0.4"/>'
    yield "</g>"
    room = short(min(3.5, width / 30))
    yield (
        f'<text x="2" y="{short(height + 0.65 * _FOOT)}" font-family="sans-serif" '
        f'font-size="{room}" fill="#333333">{path.describe(machine)}</text>'
    )
    yield "</svg>"


def _data(line: Array) -> str:
    return "M" + "L".join(f"{x:.2f},{y:.2f}" for x, y in line.tolist())

"""The Xournal++ exporter: packed XML, a page of strokes that can be written on further.

Source: Xournal++ 1.1's own files (`src/core/control/xojfile` says how they are read).
"""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from engine.ink.ink import Array
from engine.io.atomic import atomic_write
from engine.rendering.pens import Pen, widths
from studio.document.page import Inked, Page, Pages, PlacedLine
from studio.document.paper import INCH
from studio.exporting.page_files import OnPageDone
from studio.exporting.page_layers import clean, hex_colour
from studio.exporting.plot_path import DOT
from studio.exporting.provenance import Provenance, program

_POINT = 72 / INCH
"""Points of a 72nd inch in a millimetre: what Xournal++ counts in."""


def export(pages: Pages, path: Path, *, tell: OnPageDone | None = None) -> list[Path]:
    """Write the pages to one Xournal++ note.

    Each page is as large as its paper, of the paper's colour. The ruling, where it is printed, is
    a layer of its own below the ink; strokes are as wide as the pen leaves them.

    Parameters
    ----------
    pages : Pages
    path : Path
    tell : function, optional

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    told = Provenance.of(pages)
    root = ElementTree.Element("xournal", {"creator": program(), "fileversion": "4"})
    title = ElementTree.SubElement(root, "title")
    title.text = clean(f"{told.title} ({told.sentence})")
    for done, page in enumerate(pages, 1):
        _write_page(root, page)
        if tell is not None:
            tell(done)
    ElementTree.indent(root, "")
    data = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    with atomic_write(path) as temporary:
        # The same pages give the same file, whenever it is written.
        temporary.write_bytes(gzip.compress(data, mtime=0))
    return [path]


def _write_page(root: ElementTree.Element, page: Page) -> None:
    sides = {"width": page.paper.width, "height": page.paper.height}
    sheet = ElementTree.SubElement(
        root, "page", {name: f"{side * _POINT:.4f}" for name, side in sides.items()}
    )
    colour = f"{hex_colour(page.paper.colour)}ff"
    ElementTree.SubElement(
        sheet, "background", {"type": "solid", "color": colour, "style": "plain"}
    )
    if page.ruling_printed:
        ruling = page.ruling
        layer = ElementTree.SubElement(sheet, "layer", {"name": "Ruling"})
        for line in ruling.lines(page.paper, page.margins).reshape(-1, 2, 2):
            _write_stroke(layer, line, ruling.colour, f"{ruling.width * _POINT:.3f}")
        for dot in ruling.dots(page.paper):
            _write_stroke(layer, dot[None], ruling.colour, f"{ruling.dot_width * _POINT:.3f}")
    layer = ElementTree.SubElement(sheet, "layer", {"name": "Ink"})
    for inked in page.inked:
        if inked.ink:
            _write_ink(layer, inked)


def _write_ink(layer: ElementTree.Element, inked: Inked) -> None:
    label = inked.text if isinstance(inked, PlacedLine) else inked.name
    layer.append(ElementTree.Comment(clean(label).replace("-", "\N{HYPHEN}")))
    wide = widths(inked.ink, inked.pen) * _POINT
    first = 0
    for stroke in inked.ink.strokes:
        here = wide[first : first + len(stroke)]
        first += len(stroke)
        _write_stroke(layer, stroke.xy, inked.colour, _widths(here, inked.pen), inked.pen.opacity)


def _widths(wide: Array, pen: Pen) -> str:
    """The pen's own width, then that of each piece between two points where it varies."""
    own = f"{pen.width * _POINT:.3f}"
    if pen.constant or len(wide) < 2:
        return own
    return " ".join([own, *(f"{width:.3f}" for width in (wide[1:] + wide[:-1]) / 2)])


def _write_stroke(
    layer: ElementTree.Element, xy: Array, colour: str, width: str, opacity: float = 1.0
) -> None:
    # A stroke of one point is not drawn.
    points = (np.vstack([xy, xy + np.array([DOT, 0.0])]) if len(xy) == 1 else xy) * _POINT
    shade = f"{hex_colour(colour)}{round(255 * opacity):02x}"
    stroke = ElementTree.SubElement(
        layer, "stroke", {"tool": "pen", "color": shade, "width": width, "capStyle": "round"}
    )
    stroke.text = " ".join(["%.3f"] * points.size) % tuple(points.ravel().tolist())

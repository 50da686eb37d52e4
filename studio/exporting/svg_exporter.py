"""The SVG exporter: one path a stroke in millimetres, as lines for plotters or as outlines."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from PIL import Image

from engine.ink.ink import Array
from engine.rendering.colours import rgb
from engine.rendering.curves import beziers
from engine.rendering.paper_grain import MILLIMETRES, grained, tile
from engine.rendering.pens import Pen, outline
from studio.document.page import Inked, Page, Pages, PlacedLine
from studio.exporting.background_image import svg_parts
from studio.exporting.page_files import OnPageDone, write_page_files
from studio.exporting.page_layers import SVG_DECIMALS, clean, fixed, hex_colour, layers_of, short
from studio.exporting.provenance import Provenance, program

_NAMESPACES = (
    'xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)

#: A number of path data, and how many of its last decimals make a millimetre.
_NUMBER = f"%.{SVG_DECIMALS}f"
_PARTS = 10**SVG_DECIMALS


def export(
    pages: Pages,
    path: Path,
    *,
    outlines: bool = False,
    background: bool = False,
    tell: OnPageDone | None = None,
) -> list[Path]:
    """Write each page to an SVG file of its own.

    A layer (a group on top) holds what one pen writes in one colour, as plotters want it; the
    ruling, where it is printed, is a layer of its own. Within, each line of text and each
    drawing is a group, and each stroke a path.

    Parameters
    ----------
    pages : Pages
    path : Path
        The file for a single page; note-1.svg, note-2.svg, ... for several.
    outlines : bool
        Draw the pen's varying width as filled outlines; else each stroke is a single line, as
        wide as the pen.
    background : bool
        Whether the paper's colour is drawn behind outlines; single lines are for plotters, which
        draw no paper.
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
    told = Provenance.of(pages)

    def write(page: Page, target: Path) -> None:
        parts = _document(page, told, outlines, background and outlines)
        target.write_text("\n".join(parts) + "\n", encoding="utf-8")

    return write_page_files(pages, path, write, tell)


def _document(page: Page, told: Provenance, outlines: bool, background: bool) -> Iterator[str]:
    width, height = short(page.paper.width), short(page.paper.height)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f'<svg {_NAMESPACES} version="1.1" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">'
    )
    yield f"<title>{_text(told.title)}</title>"
    yield f"<desc>{_text(told.sentence)}</desc>"
    yield '<metadata><rdf:RDF><rdf:Description rdf:about="">'
    for name, value in (
        ("title", told.title),
        ("creator", told.author),
        ("description", told.sentence),
        ("rights", told.rights),
        ("publisher", program()),
        ("format", "image/svg+xml"),
    ):
        if value:
            yield f"<dc:{name}>{_text(value)}</dc:{name}>"
    yield "</rdf:Description></rdf:RDF></metadata>"
    if background:
        yield f'<rect width="{width}" height="{height}" fill="{hex_colour(page.paper.colour)}"/>'
    for placed in page.printed_backgrounds:
        yield from svg_parts(placed)
    if page.ruling_printed:
        yield from _ruling(page, outlines)
    layers = list(layers_of(page))
    if outlines:
        rough = (colour for _, colour, pen, _ in layers if grained(pen))
        yield from map(_grain, dict.fromkeys(rough))
    for name, colour, pen, written in layers:
        yield f"<g {_layer(name)} {_paint(colour, pen, outlines)}>"
        for number, line in written:
            fine = outlines and not grained(pen)
            unit = f' transform="scale({short(1 / _PARTS)})"' if fine else ""
            kind, label = (
                ("line", line.text) if isinstance(line, PlacedLine) else ("drawing", line.name)
            )
            yield f'<g id="{kind}-{number}" aria-label={quoteattr(clean(label))}{unit}>'
            yield from (_outlined(line, fine) if outlines else _single(line))
            yield "</g>"
        yield "</g>"
    yield "</svg>"


def _layer(name: str) -> str:
    return f'inkscape:groupmode="layer" inkscape:label={quoteattr(name)}'


def _paint(colour: str, pen: Pen, outlines: bool) -> str:
    # Opacity belongs to the whole layer: strokes that cross must be no darker there.
    opacity = "" if pen.opacity == 1 else f' opacity="{short(pen.opacity)}"'
    if outlines:
        fill = f"url(#{_grain_id(colour)})" if grained(pen) else hex_colour(colour)
        return f'fill="{fill}" stroke="none"{opacity}'
    return (
        f'fill="none" stroke="{hex_colour(colour)}" stroke-width="{short(pen.width)}" '
        f'stroke-linecap="round" stroke-linejoin="round"{opacity}'
    )


def _grain_id(colour: str) -> str:
    return f"pencil-{hex_colour(colour)[1:]}"


def _grain(colour: str) -> str:
    """The paper's grain in that colour, as a pattern."""
    shares = np.rint(255 * tile()).astype(np.uint8)
    picture = Image.new("RGBA", shares.shape[::-1], (*rgb(colour), 255))
    picture.putalpha(Image.fromarray(shares))
    data = BytesIO()
    picture.save(data, "PNG")
    side = short(MILLIMETRES)
    return (
        f'<defs><pattern id="{_grain_id(colour)}" patternUnits="userSpaceOnUse" width="{side}" '
        f'height="{side}"><image width="{side}" height="{side}" '
        f'xlink:href="data:image/png;base64,{b64encode(data.getvalue()).decode()}"/>'
        "</pattern></defs>"
    )


def _single(line: Inked) -> Iterator[str]:
    """A path for each stroke: cubic Béziers along its middle."""
    control = beziers(line.ink)
    first = 0
    for stroke in line.ink.strokes:
        curves = control[first : first + len(stroke) - 1, 1:].reshape(-1, 2)
        first += len(stroke)
        yield f'<path d="{_curve(np.concatenate([stroke.xy[:1], curves]))}"/>'


def _outlined(line: Inked, fine: bool) -> Iterator[str]:
    """A path for each stroke: the closed curves around it, in whole `_PARTS` where `fine`.

    A page has some hundred thousand control points: counted from where their pieces begin, as
    whole numbers, they take half the room. A pencil's grain, which is measured in the unit of the
    path, wants millimetres: some programs draw no pattern that is thousands of units wide.
    """
    shape = outline(line.ink, line.pen)
    whole = np.rint(shape.xy * _PARTS).astype(np.int64)
    first = np.repeat(shape.starts[:-1], np.diff(shape.starts))
    place = np.arange(len(whole)) - first
    begins = np.maximum(first + 3 * ((place - 1) // 3), 0)
    numbers = np.where((place == 0)[:, None], whole, whole - whole[begins])
    pieces = np.diff(shape.starts) // 3
    digit, unit = ("%d", 1) if fine else (_NUMBER, _PARTS)
    six = " ".join([digit] * 6)
    patterns = [f"M{digit} {digit}c" + " ".join([six] * count) + "z" for count in pieces]
    strokes = groupby(zip(shape.strokes, patterns, strict=True), lambda item: item[0])
    template = "\n".join("".join(pattern for _, pattern in curves) for _, curves in strokes)
    for data in (template % tuple((numbers / unit).ravel().tolist())).splitlines():
        yield f'<path d="{data}"/>'


def _curve(points: Array) -> str:
    """Path data of a point to begin at and three control points for each cubic; a dot of one."""
    if len(points) == 1:
        # A line of no length to speak of: some readers drop what has none at all.
        return f"M{_place(*points[0])}h0.01"
    pair = f"{_NUMBER},{_NUMBER}"
    pattern = f"M{pair}C" + " ".join([pair] * (len(points) - 1))
    return pattern % tuple(points.ravel().tolist())


def _ruling(page: Page, outlines: bool) -> Iterator[str]:
    """The printed ruling: single lines, or shapes as wide as those."""
    ruling = page.ruling
    lines, dots = ruling.lines(page.paper, page.margins), ruling.dots(page.paper)
    if len(lines) + len(dots) == 0:
        return
    width = ruling.width if len(lines) else ruling.dot_width
    if outlines:
        yield f'<g {_layer("1 ruling")} fill="{hex_colour(ruling.colour)}" stroke="none">'
        yield from (_bar(line, width) for line in lines)
        for x, y in dots:
            yield f'<circle cx="{fixed(x)}" cy="{fixed(y)}" r="{short(width / 2)}"/>'
        yield "</g>"
        return
    yield (
        f'<g {_layer("1 ruling")} fill="none" stroke="{hex_colour(ruling.colour)}" '
        f'stroke-width="{short(width)}" stroke-linecap="round">'
    )
    for x0, y0, x1, y1 in lines:
        yield f'<path d="M{_place(x0, y0)}L{_place(x1, y1)}"/>'
    for dot in dots:
        yield f'<path d="{_curve(dot[None])}"/>'
    yield "</g>"


def _bar(line: Array, width: float) -> str:
    """The shape of a straight line of a width."""
    x0, y0, x1, y1 = line.tolist()
    length = float(np.hypot(x1 - x0, y1 - y0)) or 1.0
    dx, dy = width / 2 * (y1 - y0) / length, width / 2 * (x1 - x0) / length
    corners = ((x0 - dx, y0 + dy), (x1 - dx, y1 + dy), (x1 + dx, y1 - dy), (x0 + dx, y0 - dy))
    return f'<path d="M{"L".join(_place(x, y) for x, y in corners)}z"/>'


def _place(x: float, y: float) -> str:
    return f"{fixed(x)},{fixed(y)}"


def _text(value: str) -> str:
    return escape(clean(value))

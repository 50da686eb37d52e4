"""The PDF exporter: vector ink on real pages, with its text behind it to be found and copied."""

from __future__ import annotations

import math
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from engine.ink.ink import Array, Ink
from engine.io.atomic import atomic_write
from engine.rendering.colours import rgb
from engine.rendering.curves import beziers
from engine.rendering.paper_grain import grained
from engine.rendering.pens import Outline, outline
from studio.document.page import Inked, Page, Pages, PlacedLine, PlacedWord
from studio.document.placement import turned
from studio.exporting.invisible_text import ADVANCE, InvisibleFont
from studio.exporting.page_files import OnPageDone
from studio.exporting.pencil_pattern import PencilPattern
from studio.exporting.provenance import Provenance, program

POINT = 72 / 25.4
"""PDF's points a millimetre."""

WHITE = (255, 255, 255)

_GRID = 50
"""Coordinates are written as whole numbers of 1 / 50 point: 7 micrometres."""

_FONT = "Helvetica"
_ASCENT = 0.72
"""Height of the letters of `_FONT` that stand tall, in font sizes."""

_GAP = 0.2
"""The least space between words that are to be found, in font sizes."""


def export(
    pages: Pages, path: Path, *, background: bool = False, tell: OnPageDone | None = None
) -> list[Path]:
    """Write the pages to one PDF file.

    The same pages make the same bytes.

    Parameters
    ----------
    pages : Pages
    path : Path
    background : bool
        Whether the paper's colour is drawn; white never is.
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
    with atomic_write(path) as temporary:
        canvas = Canvas(str(temporary), invariant=1)
        canvas.setTitle(told.title)
        canvas.setAuthor(told.author)
        canvas.setSubject(told.sentence)
        canvas.setKeywords(", ".join(f"{name}={value}" for name, value in told.fields.items()))
        canvas.setCreator(program())
        canvas.setProducer(program())
        canvas.setViewerPreference("DisplayDocTitle", "true")
        unseen, grain = InvisibleFont(), PencilPattern(_document(canvas), POINT)
        for done, page in enumerate(pages, 1):
            _draw_page(canvas, page, unseen, grain, background)
            _finish_page(canvas, grain)
            if tell is not None:
                tell(done)
        unseen.embed(_document(canvas))
        canvas.save()
    return [path]


def _document(canvas: Canvas) -> Any:
    """The document that a canvas writes, which reportlab gives no public name."""
    return canvas._doc  # type: ignore[attr-defined]


def _finish_page(canvas: Canvas, grain: PencilPattern) -> None:
    """End the page and pack it at once: reportlab would keep all pages in full until the end.

    At this level zlib takes a fifth of the time of its usual one, for some per cent of room.
    """
    canvas.showPage()
    page = _document(canvas).Pages.pages[-1]
    packed = zlib.compress(page.stream.encode("ascii"), 4)
    form = pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode")})
    page.Contents = pdfdoc.PDFStream(form, packed)
    page.stream = None
    if grain:
        page.Resources = grain.resources(page)


def _draw_page(
    canvas: Canvas, page: Page, unseen: InvisibleFont, grain: PencilPattern, background: bool
) -> None:
    width, height = page.paper.width * POINT, page.paper.height * POINT
    canvas.setPageSize((width, height))
    if background and rgb(page.paper.colour) != WHITE:
        canvas.setFillColorRGB(*_share(page.paper.colour))
        canvas.rect(0, 0, width, height, stroke=0, fill=1)
    for line in page.written:
        _write_unseen(canvas, line, height, unseen)
    # From here on y points down and a unit is the grid's.
    canvas.transform(1 / _GRID, 0, 0, -1 / _GRID, 0, height)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    if page.ruling_printed:
        _draw_ruling(canvas, page)
    for inked in page.inked:
        if inked.ink:
            _draw_ink(canvas, inked, grain, height)


def _draw_ruling(canvas: Canvas, page: Page) -> None:
    ruling = page.ruling
    canvas.setStrokeColorRGB(*_share(ruling.colour))
    lines, dots = ruling.lines(page.paper, page.margins), ruling.dots(page.paper)
    # A line to where it is, with round ends, is a dot.
    dots = np.concatenate([dots, dots], axis=1)
    for ends, width in ((lines, ruling.width), (dots, ruling.dot_width)):
        if len(ends):
            canvas.setLineWidth(width * POINT * _GRID)
            canvas.addLiteral("%d %d m %d %d l\n" * len(ends) % tuple(_whole(ends)) + "S")


def _draw_ink(canvas: Canvas, line: Inked, grain: PencilPattern, height: float) -> None:
    if line.pen.constant:
        canvas.setStrokeColorRGB(*_share(line.colour))
        canvas.setStrokeAlpha(line.pen.opacity)
        canvas.setLineWidth(line.pen.width * POINT * _GRID)
        canvas.addLiteral(_stroked(line.ink))
    elif grained(line.pen):
        canvas.setFillAlpha(line.pen.opacity)
        name = grain.name(line.colour, height)
        shape = _filled(outline(line.ink, line.pen))
        canvas.addLiteral(f"q /Pattern cs /{name} scn\n{shape} Q")
    else:
        canvas.setFillColorRGB(*_share(line.colour))
        canvas.setFillAlpha(line.pen.opacity)
        canvas.addLiteral(_filled(outline(line.ink, line.pen)))


def _share(colour: str) -> tuple[float, float, float]:
    red, green, blue = rgb(colour)
    return red / 255, green / 255, blue / 255


def _whole(millimetres: Array) -> list[int]:
    whole: list[int] = np.rint(millimetres * (POINT * _GRID)).astype(np.int64).ravel().tolist()
    return whole


def _stroked(ink: Ink) -> str:
    """Operators that stroke the smooth curves of ink: one path, so that overlaps stay even."""
    control = beziers(ink)
    template, rows, first = [], [], 0
    for stroke in ink.strokes:
        curves = control[first : first + len(stroke) - 1]
        first += len(stroke)
        rows.append(stroke.xy[0])
        if len(curves):
            template.append("%d %d m\n" + "%d %d %d %d %d %d c\n" * len(curves))
            rows.append(curves[:, 1:].ravel())
        else:
            template.append("%d %d m %d %d l\n")
            rows.append(stroke.xy[0])
    return "".join(template) % tuple(_whole(np.concatenate(rows))) + "S"


def _filled(shape: Outline) -> str:
    """Operators that fill an outline by the non-zero rule."""
    template = "".join(
        "%d %d m\n" + "%d %d %d %d %d %d c\n" * ((stop - start) // 3)
        for start, stop in pairwise(shape.starts.tolist())
    )
    return template % tuple(_whole(shape.xy)) + "f"


def _write_unseen(canvas: Canvas, line: PlacedLine, height: float, unseen: InvisibleFont) -> None:
    """The line's words at the places of their ink, in PDF's invisible mode."""
    words = [word for word in line.words if word.text]
    if not words and line.text and line.ink:
        words = [PlacedWord(line.text, line.ink.rotated(-line.turned).bounds)]
    if not words:
        return
    tall = max(line.baseline - min(word.box[1] for word in words), 1.0)
    size = tall * POINT / _ASCENT
    operators = ["BT 3 Tr"]
    along = " ".join(f"{part:.5g}" for part in _directions(line.turned))
    for k, word in enumerate(words):
        left, _, right, _ = word.box
        if k < len(words) - 1:
            # Readers join words that nearly touch: these keep their distance from each other.
            clear = words[k + 1].box[0] - _GAP * size / POINT
            right = max(min(right, clear), left + (right - left) / 4)
        # The space after a word belongs to it: else some readers run words together.
        text = word.text + (" " if k < len(words) - 1 else "")
        pieces, natural = _encoded(canvas, word.text, text, unseen)
        squeeze = max((right - left) * POINT / (natural * size), 0.01)
        x, y = turned((left, line.baseline), line.turned)
        place = f"{x * POINT:.2f} {height - y * POINT:.2f}"
        operators.append(f"{100 * squeeze:.2f} Tz {along} {place} Tm")
        operators += [f"/{font} {size:.2f} Tf <{codes.hex()}> Tj" for font, codes in pieces]
    # The mode and the squeeze outlive a text object.
    operators.append("100 Tz 0 Tr ET")
    canvas.addLiteral("\n".join(operators))


def _directions(angle: float) -> tuple[float, float, float, float]:
    """Where a text matrix lets the line and its height point; y is up."""
    if angle == 0.0:
        return 1, 0, 0, 1
    c, s = math.cos(angle), math.sin(angle)
    return c, -s, s, c


def _encoded(
    canvas: Canvas, word: str, text: str, unseen: InvisibleFont
) -> tuple[list[tuple[str, bytes]], float]:
    """Text as pieces (font, codes), and the width of the word in it in font sizes."""
    try:
        codes = text.encode("cp1252")
    except UnicodeEncodeError:
        return unseen.encoded(text), ADVANCE * len(word)
    font = _document(canvas).getInternalFontName(_FONT).lstrip("/")
    return [(font, codes)], stringWidth(word, _FONT, 1)

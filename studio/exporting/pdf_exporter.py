"""The PDF exporter: vector ink on real pages, with its text behind it to be found and copied."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import SettingError
from engine.ink.ink import Array, Ink
from engine.io.atomic import atomic_write
from engine.rendering.colours import rgb
from engine.rendering.curves import beziers
from engine.rendering.paper_grain import grained
from engine.rendering.pens import Outline, outline
from studio.document.page import Inked, Page, Pages, PlacedDrawing, PlacedLine, PlacedWord
from studio.document.placement import turned
from studio.exporting.background_image import PdfBackgrounds, holds_foreign_pages
from studio.exporting.invisible_text import ADVANCE, ASCENT, InvisibleFont
from studio.exporting.page_files import OnPageDone
from studio.exporting.pdf_inks import Inks, PressInks, ScreenInks
from studio.exporting.pdf_metadata import Standard, describe
from studio.exporting.pdf_objects import PdfFile, array, number, packed, text_string
from studio.exporting.pdf_tags import StructureTree
from studio.exporting.print_shop import MARK_LENGTH, PrintShop
from studio.exporting.provenance import Provenance

POINT = 72 / 25.4
"""PDF's points a millimetre."""

WHITE = (255, 255, 255)

_GRID = 50
"""Coordinates are written as whole numbers of 1 / 50 point: 7 micrometres."""

_FONT = "Invisible"

_GAP = 0.2
"""The least space between words that are to be found, in font sizes."""

_EDGE = 0.05
"""A line of the ruling that ends so near to an edge, in millimetres, reaches over it."""

_SOFT_HYPHEN = "\N{SOFT HYPHEN}"


def export(
    pages: Pages,
    path: Path,
    *,
    background: bool = False,
    shop: PrintShop | None = None,
    tell: OnPageDone | None = None,
) -> list[Path]:
    """Write the pages to one PDF file.

    It keeps PDF/A-2u, or PDF/X-1a:2003 for a print shop, and is tagged: a screen reader reads its
    paragraphs. Words that two lines share are found and copied as one. The same pages make the
    same bytes; for a print shop, at the same time.

    Parameters
    ----------
    pages : Pages
    path : Path
    background : bool
        Whether the paper's colour is drawn; white never is.
    shop : PrintShop, optional
        For a print shop: inks, bleed and marks to cut along.
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
    with atomic_write(path) as temporary:
        _Document(pages, background, shop).write(temporary, tell)
    return [path]


class _Document:
    """One document as it is written, page by page."""

    def __init__(self, pages: Pages, background: bool, shop: PrintShop | None) -> None:
        self._pages, self._background, self._shop = pages, background, shop
        self._file = PdfFile()
        self._font, self._tags = InvisibleFont(), StructureTree()
        self._inks: Inks
        self._marks: PressInks | None = None
        self._under = PdfBackgrounds(self._file, POINT)
        if shop is not None and any(page.printed_backgrounds for page in pages):
            raise SettingError(
                "A background cannot be printed in a print shop's inks; leave out the background, "
                "or export the PDF without them."
            )
        if shop is None:
            self._inks = ScreenInks(self._file, POINT)
        else:
            colours = (line.colour for line in pages.lines)
            self._inks = press = PressInks(self._file, POINT, shop, next(colours, "#000000"))
            self._marks = press if shop.marks else None
        self._done = 0
        self._whole = dict(_whole_words(pages))

    def write(self, path: Path, tell: OnPageDone | None) -> None:
        """Write all pages."""
        # What pages may name is known when the last one is drawn.
        resources = self._file.reserve()
        made = []
        for done, page in enumerate(self._pages, 1):
            self._done = done - 1
            made.append(self._page(page, resources.reference))
            if tell is not None:
                tell(done)
        fonts = f"<< /{_FONT} {self._font.embed(self._file).reference.decode()} >>"
        resources.update({"Font": fonts, **self._inks.resources(), **self._under.resources()})
        self._tags.embed(self._file, made)
        if self._pages.language:
            # For the voice of a screen reader.
            language = self._pages.language.replace("_", "-")
            self._file.pdf.catalog["Lang"] = text_string(language)
        standard = Standard.PDF_A
        if self._shop is not None:
            standard = Standard.PDF_X
        elif holds_foreign_pages(self._pages):
            standard = Standard.NONE
        describe(self._file, Provenance.of(self._pages), standard, self._pages.duplex)
        self._file.write(path, "1.4" if self._shop is not None else "1.7")
        self._under.finish(path)

    def _page(self, page: Page, resources: bytes) -> Any:
        """Add a page to the file."""
        edge = 0.0 if self._shop is None else self._shop.edge
        bleed = 0.0 if self._shop is None else self._shop.bleed
        width, height = page.paper.width, page.paper.height
        boxes = {
            "MediaBox": _box(0, 0, width + 2 * edge, height + 2 * edge),
            "TrimBox": _box(edge, edge, width, height),
        }
        if self._shop is not None:
            out = edge - bleed
            boxes["BleedBox"] = _box(out, out, width + 2 * bleed, height + 2 * bleed)
        content = "\n".join(self._content(page, edge, bleed))
        # At this level zlib takes a fifth of the time of its usual one, for some per cent of room.
        stream = self._file.stream(packed(content.encode("ascii"), level=4))
        made = self._file.reserve()
        made.update(
            {
                "Type": "/Page",
                "Parent": self._file.pdf.pages.reference,
                **boxes,
                "Contents": stream.reference,
                "Resources": resources,
            }
        )
        if self._shop is None:
            made["Group"] = "<< /S /Transparency /CS /DeviceRGB >>"
        pages = self._file.pdf.pages
        pages["Count"] += 1
        pages["Kids"].extend([made.number, 0, "R"])
        return made

    def _content(self, page: Page, edge: float, bleed: float) -> Iterator[str]:
        """The operators of a page."""
        self._tags.begin_page()
        corner = edge * POINT, (page.paper.height + edge) * POINT
        if self._background and rgb(page.paper.colour) != WHITE:
            place = [edge - bleed] * 2 + [2 * bleed + page.paper.width]
            place.append(2 * bleed + page.paper.height)
            area = " ".join(number(part * POINT) for part in place)
            yield f"/Artifact BMC q {self._inks.set_paper(page.paper.colour)} {area} re f Q EMC"
        for placed in page.printed_backgrounds:
            yield from self._under.operators(placed, self._done, page.paper.height)
        for line in page.lines:
            yield from self._text(line, corner, self._tags.paragraph(line))
        if page.folio is not None:
            # A page's number is none of its text.
            yield from self._text(page.folio, corner, "/Artifact << /Type /Pagination >> BDC")
        # From here on y points down and a unit is the grid's.
        x, y = (number(part) for part in corner)
        yield f"q {1 / _GRID} 0 0 {-1 / _GRID} {x} {y} cm 1 J 1 j"
        if page.ruling_printed:
            yield "/Artifact BMC"
            yield from self._ruling(page, bleed)
            yield "EMC"
        for inked in page.inked:
            if inked.ink:
                named = isinstance(inked, PlacedDrawing) and inked.name
                yield self._tags.figure(str(named)) if named else "/Artifact BMC"
                yield self._ink(inked, corner)
                yield "EMC"
        yield "Q"
        if self._marks is not None:
            yield self._crop_marks(self._marks, page, edge)

    def _ruling(self, page: Page, bleed: float) -> Iterator[str]:
        ruling = page.ruling
        yield self._inks.set_paper(ruling.colour, stroking=True)
        lines, dots = ruling.lines(page.paper, page.margins), ruling.dots(page.paper)
        if bleed:
            for axis, size in ((0, page.paper.width), (1, page.paper.height)):
                ends = lines[:, axis::2]
                ends[ends <= _EDGE] -= bleed
                ends[ends >= size - _EDGE] += bleed
        # A line to where it is, with round ends, is a dot.
        dots = np.concatenate([dots, dots], axis=1)
        for ends, width in ((lines, ruling.width), (dots, ruling.dot_width)):
            if len(ends):
                yield f"{number(width * POINT * _GRID)} w"
                yield "%d %d m %d %d l\n" * len(ends) % tuple(_on_grid(ends)) + "S"

    def _ink(self, line: Inked, corner: tuple[float, float]) -> str:
        pen, inks = line.pen, self._inks
        if pen.constant:
            colour = inks.set(line.colour, pen.opacity, stroking=True)
            return f"{colour} {number(pen.width * POINT * _GRID)} w\n{_stroked(line.ink)}"
        shape = _filled(outline(line.ink, pen))
        if grained(pen):
            return f"q {inks.set_pencil(line.colour, pen.opacity, corner)}\n{shape} Q"
        return f"{inks.set(line.colour, pen.opacity)}\n{shape}"

    def _crop_marks(self, inks: PressInks, page: Page, edge: float) -> str:
        """Short lines at the corners, outside of what is printed, along which the page is cut."""
        parts = [f"/Artifact BMC q {inks.set_marks()} 0.25 w 0 J"]
        across = edge, edge + page.paper.width, page.paper.width + 2 * edge
        down = edge, edge + page.paper.height, page.paper.height + 2 * edge
        for flip, (along, other) in enumerate(((across, down), (down, across))):
            for place in along[:2]:
                for ends in ((0.0, MARK_LENGTH), (other[2] - MARK_LENGTH, other[2])):
                    points = [(place, end)[:: -1 if flip else 1] for end in ends]
                    (x0, y0), (x1, y1) = ((number(a * POINT) for a in p) for p in points)
                    parts.append(f"{x0} {y0} m {x1} {y1} l S")
        return "\n".join([*parts, "Q EMC"])

    def _text(self, line: PlacedLine, corner: tuple[float, float], begin: str) -> Iterator[str]:
        """The line's words at the places of their ink, in PDF's invisible mode."""
        words = list(line.readable)
        if not words and line.text and line.ink:
            words = [PlacedWord(line.text, line.ink.rotated(-line.turned).bounds)]
        tall = max(line.baseline - min((word.box[1] for word in words), default=0.0), 1.0)
        size = tall * POINT / ASCENT
        yield f"{begin} BT 3 Tr /{_FONT} {size:.2f} Tf"
        along = " ".join(map(number, _directions(line.turned)))
        for k, word in enumerate(words):
            left, _, right, _ = word.box
            if k < len(words) - 1:
                # Readers join words that nearly touch: these keep their distance from each other.
                clear = words[k + 1].box[0] - _GAP * size / POINT
                right = max(min(right, clear), left + (right - left) / 4)
            text = word.text.replace("\n", " ")
            natural = ADVANCE * len(text)
            squeeze = max((right - left) * POINT / (natural * size), 0.01)
            x, y = turned((left, line.baseline), line.turned)
            place = f"{corner[0] + x * POINT:.2f} {corner[1] - y * POINT:.2f}"
            yield f"{100 * squeeze:.2f} Tz {along} {place} Tm"
            codes = f"<{self._font.encode(text).hex()}> Tj"
            whole = self._whole.get(id(word))
            if whole is not None:
                told = text_string(whole).decode()
                codes = f"/Span << /ActualText {told} >> BDC {codes} EMC"
            yield codes
            if not word.goes_on:
                # The space after a word belongs to it: else some readers run words together.
                yield f"<{self._font.encode(' ').hex()}> Tj"
        # The mode and the squeeze outlive a text object.
        yield "100 Tz 0 Tr ET EMC"


def _whole_words(pages: Pages) -> Iterator[tuple[int, str]]:
    """What each part of a word that lines share stands for: its first part all of it, the others
    nothing. Parts are told by their ids.
    """
    lines = [line for line in pages.lines if any(word.text for word in line.words)]
    joined = ""
    first: PlacedWord | None = None
    for line, after in zip(lines, [*lines[1:], None], strict=False):
        words = [word for word in line.words if word.text]
        if first is not None:
            yield id(words[0]), ""
            joined += words[0].text.removesuffix(_SOFT_HYPHEN)
            if not (len(words) == 1 and words[0].goes_on and _follows(line, after)):
                yield id(first), joined
                first = None
        if first is None and words[-1].goes_on and _follows(line, after):
            first, joined = words[-1], words[-1].text.removesuffix(_SOFT_HYPHEN)


def _follows(line: PlacedLine, after: PlacedLine | None) -> bool:
    """Whether a line goes on in the next one."""
    if after is None or line.key is None or after.key is None:
        return after is not None
    return line.key.block == after.key.block


def _box(left: float, bottom: float, width: float, height: float) -> Any:
    corners = (left, bottom, left + width, bottom + height)
    return array(number(part * POINT) for part in corners)


def _on_grid(millimetres: Array) -> list[int]:
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
    return "".join(template) % tuple(_on_grid(np.concatenate(rows))) + "S"


def _filled(shape: Outline) -> str:
    """Operators that fill an outline by the non-zero rule."""
    template = "".join(
        "%d %d m\n" + "%d %d %d %d %d %d c\n" * ((stop - start) // 3)
        for start, stop in pairwise(shape.starts.tolist())
    )
    return template % tuple(_on_grid(shape.xy)) + "f"


def _directions(angle: float) -> tuple[float, float, float, float]:
    """Where a text matrix lets the line and its height point; y is up."""
    if angle == 0.0:
        return 1, 0, 0, 1
    c, s = math.cos(angle), math.sin(angle)
    return c, -s, s, c

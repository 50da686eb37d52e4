"""The paper's grain in a PDF: a pattern with which a pencil's outlines are filled."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from reportlab.pdfbase import pdfdoc

from engine.rendering.colours import rgb
from engine.rendering.paper_grain import MILLIMETRES, PIXELS, tile


class PencilPattern:
    """The patterns of one document, each in a colour, for pages of one height.

    Parameters
    ----------
    document
        reportlab's document.
    point : float
        PDF's points a millimetre.
    """

    def __init__(self, document: Any, point: float) -> None:
        self._document, self._side = document, MILLIMETRES * point
        self._patterns: dict[str, Any] = {}
        self._images: dict[str, Any] = {}
        self._mask: Any = None

    def name(self, colour: str, height: float) -> str:
        """The name of the pattern of a colour on a page so many points high."""
        name = f"Grain{colour.lstrip('#').lower()}x{round(height * 100)}"
        if name not in self._patterns:
            self._patterns[name] = self._document.Reference(self._pattern(colour, height))
        return name

    def resources(self, page: Any) -> Any:
        """What a page's content may name: all that reportlab knows of, and these patterns."""
        # Its attributes are set by name, which no type checker sees.
        resources: Any = pdfdoc.PDFResourceDictionary()
        resources.basicFonts()
        if page.ExtGState:
            resources.ExtGState = page.ExtGState
        resources.Pattern = dict(self._patterns)
        return resources

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def _pattern(self, colour: str, height: float) -> Any:
        """A tile that is repeated from the sheet's top left corner on (PDF 32000-1, 8.7.3)."""
        side = f"{self._side:.4f}"
        xobjects = pdfdoc.PDFDictionary({"Tile": self._image(colour)})
        about = {
            "Type": pdfdoc.PDFName("Pattern"),
            "PatternType": 1,
            "PaintType": 1,
            "TilingType": 1,
            "BBox": pdfdoc.PDFArray([0, 0, self._side, self._side]),
            "XStep": self._side,
            "YStep": self._side,
            "Matrix": pdfdoc.PDFArray([1, 0, 0, 1, 0, height - self._side]),
            "Resources": pdfdoc.PDFDictionary({"XObject": xobjects}),
        }
        return _stream(f"q {side} 0 0 {side} 0 0 cm /Tile Do Q".encode(), about)

    def _image(self, colour: str) -> Any:
        """The colour as a picture of one pixel, its opacity that of the tile."""
        if colour not in self._images:
            if self._mask is None:
                shares = np.rint(255 * tile()).astype(np.uint8)
                self._mask = self._document.Reference(_picture(shares.tobytes(), PIXELS, "Gray"))
            about = {"SMask": self._mask}
            pixel = _picture(bytes(rgb(colour)), 1, "RGB", about)
            self._images[colour] = self._document.Reference(pixel)
        return self._images[colour]


def _picture(data: bytes, side: int, space: str, about: dict[str, Any] | None = None) -> Any:
    return _stream(
        data,
        {
            "Type": pdfdoc.PDFName("XObject"),
            "Subtype": pdfdoc.PDFName("Image"),
            "Width": side,
            "Height": side,
            "ColorSpace": pdfdoc.PDFName(f"Device{space}"),
            "BitsPerComponent": 8,
            **(about or {}),
        },
    )


def _stream(data: bytes, about: dict[str, Any]) -> Any:
    packed = {**about, "Filter": pdfdoc.PDFName("FlateDecode")}
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary(packed), zlib.compress(data))

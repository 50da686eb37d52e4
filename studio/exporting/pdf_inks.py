"""The colours of a PDF: as light for screens (RGB), or as the inks of a print shop."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pydyf

from engine.rendering.colours import rgb
from engine.rendering.paper_grain import MILLIMETRES, PIXELS, tile
from studio.exporting.pdf_objects import PdfFile, array, number, packed
from studio.exporting.print_shop import BLACK, PROCESS, PrintShop, cmyk, darkness

_DOTS = 3
"""Printed dots of the paper's grain across one of its pixels."""


class Inks(Protocol):
    """How the colours of one document are written."""

    def set(self, colour: str, opacity: float = 1.0, stroking: bool = False) -> str:
        """Operators that set a colour of the handwriting, for filling or for stroking."""

    def set_paper(self, colour: str, stroking: bool = False) -> str:
        """Operators that set a colour of the paper or its ruling."""

    def set_pencil(self, colour: str, opacity: float, corner: tuple[float, float]) -> str:
        """Operators that set the paper's grain in a colour, for filling.

        `corner` is the page's top left one on the sheet, in points.
        """

    def resources(self) -> dict[str, Any]:
        """What the pages' resources need for that."""


class ScreenInks:
    """Colours as light, with opacity.

    Parameters
    ----------
    file : PdfFile
    point : float
        PDF's points a millimetre.
    """

    def __init__(self, file: PdfFile, point: float) -> None:
        self._file, self._side = file, MILLIMETRES * point
        self._opacities: dict[float, str] = {}
        self._patterns: dict[str, Any] = {}
        self._images: dict[str, pydyf.Stream] = {}
        self._mask: pydyf.Stream | None = None

    def set(self, colour: str, opacity: float = 1.0, stroking: bool = False) -> str:
        """See `Inks`."""
        shares = " ".join(number(part / 255) for part in rgb(colour))
        return f"{self._opacity(opacity)} gs {shares} {'RG' if stroking else 'rg'}"

    def set_paper(self, colour: str, stroking: bool = False) -> str:
        """See `Inks`."""
        return self.set(colour, 1.0, stroking)

    def set_pencil(self, colour: str, opacity: float, corner: tuple[float, float]) -> str:
        """See `Inks`."""
        name = (
            f"Grain{colour.lstrip('#').lower()}x{round(corner[0] * 100)}x{round(corner[1] * 100)}"
        )
        if name not in self._patterns:
            content = f"q {number(self._side)} 0 0 {number(self._side)} 0 0 cm /Tile Do Q"
            image = self._image(colour)
            pattern = tiling(self._side, corner, content, image)
            self._patterns[name] = self._file.stream(pattern).reference
        return f"{self._opacity(opacity)} gs /Pattern cs /{name} scn"

    def resources(self) -> dict[str, Any]:
        """See `Inks`."""
        states = {
            name: pydyf.Dictionary({"CA": share, "ca": share}).data
            for share, name in self._opacities.items()
        }
        found: dict[str, Any] = {"ExtGState": pydyf.Dictionary(states).data} if states else {}
        if self._patterns:
            found["Pattern"] = pydyf.Dictionary(self._patterns).data
        return found

    def _opacity(self, opacity: float) -> str:
        return f"/{self._opacities.setdefault(opacity, f'Opacity{len(self._opacities)}')}"

    def _image(self, colour: str) -> pydyf.Stream:
        """The colour as a picture of one pixel, its opacity that of the grain."""
        if colour not in self._images:
            if self._mask is None:
                shares = np.rint(255 * tile()).astype(np.uint8)
                about = {"ColorSpace": "/DeviceGray", "BitsPerComponent": 8}
                self._mask = self._file.stream(_picture(shares.tobytes(), PIXELS, about))
            about = {
                "ColorSpace": "/DeviceRGB",
                "BitsPerComponent": 8,
                "SMask": self._mask.reference,
            }
            self._images[colour] = self._file.stream(_picture(bytes(rgb(colour)), 1, about))
        return self._images[colour]


class PressInks:
    """Colours as the inks of a press, without opacity: what shines through is a tint.

    Parameters
    ----------
    file : PdfFile
    point : float
        PDF's points a millimetre.
    shop : PrintShop
    colour : str
        The handwriting's, which a spot colour is shown as where it is not printed.
    """

    def __init__(self, file: PdfFile, point: float, shop: PrintShop, colour: str) -> None:
        self._file, self._side, self._shop = file, MILLIMETRES * point, shop
        self._spaces: dict[str, Any] = {}
        self._patterns: dict[str, Any] = {}
        self._mask: pydyf.Stream | None = None
        if shop.spot:
            self._spaces["Spot"] = self._separation(shop.spot, cmyk(colour))
        if shop.marks:
            self._spaces["All"] = self._separation("All", (1.0, 1.0, 1.0, 1.0))

    def set(self, colour: str, opacity: float = 1.0, stroking: bool = False) -> str:
        """See `Inks`."""
        if self._shop.ink.strip().lower() == PROCESS:
            return self._process([opacity * part for part in cmyk(colour)], stroking)
        return self._tint(opacity, stroking)

    def set_paper(self, colour: str, stroking: bool = False) -> str:
        """See `Inks`."""
        if self._shop.ink.strip().lower() == PROCESS:
            return self._process(cmyk(colour), stroking)
        return self._tint(darkness(colour), stroking)

    def set_marks(self) -> str:
        """Operators that set the colour of marks to cut along, for stroking: on all plates."""
        return "/All CS 1 SCN"

    def set_pencil(self, colour: str, opacity: float, corner: tuple[float, float]) -> str:
        """See `Inks`. The grain is of dots: a press knows no opacity."""
        place = f"{round(corner[0] * 100)}x{round(corner[1] * 100)}"
        name = f"Grain{colour.lstrip('#').lower()}x{round(opacity * 100)}x{place}"
        if name in self._patterns:
            return f"/Pattern cs /{name} scn"
        if self._mask is None:
            shares = tile().repeat(_DOTS, axis=0).repeat(_DOTS, axis=1)
            light = np.random.default_rng(11).random(shares.shape) >= shares
            about = {"ImageMask": "true", "BitsPerComponent": 1}
            dots = np.packbits(light, axis=1).tobytes()
            self._mask = self._file.stream(_picture(dots, _DOTS * PIXELS, about))
        content = (
            f"{self.set(colour, opacity)} "
            f"q {number(self._side)} 0 0 {number(self._side)} 0 0 cm /Tile Do Q"
        )
        pattern = tiling(self._side, corner, content, self._mask, self._spaces)
        self._patterns[name] = self._file.stream(pattern).reference
        return f"/Pattern cs /{name} scn"

    def resources(self) -> dict[str, Any]:
        """See `Inks`."""
        found: dict[str, Any] = {}
        if self._spaces:
            found["ColorSpace"] = pydyf.Dictionary(self._spaces).data
        if self._patterns:
            found["Pattern"] = pydyf.Dictionary(self._patterns).data
        return found

    def _process(self, shares: Any, stroking: bool) -> str:
        return " ".join([*(number(part) for part in shares), "K" if stroking else "k"])

    def _tint(self, share: float, stroking: bool) -> str:
        if self._shop.ink.strip().lower() == BLACK:
            return self._process((0, 0, 0, share), stroking)
        return f"/Spot {'CS' if stroking else 'cs'} {number(share)} {'SCN' if stroking else 'scn'}"

    def _separation(self, name: str, inks: tuple[float, ...]) -> bytes:
        """A colour of one plate (PDF 32000-1, 8.6.6.4), and what it is in the process's inks."""
        function = pydyf.Dictionary(
            {
                "FunctionType": 2,
                "Domain": array([0, 1]),
                "C0": array([0, 0, 0, 0]),
                "C1": array(number(part) for part in inks),
                "N": 1,
            }
        )
        parts = ["/Separation", name_object(name), "/DeviceCMYK", function.data]
        return bytes(array(parts).data)


def name_object(text: str) -> str:
    """A name of any characters (PDF 32000-1, 7.3.5)."""
    return "/" + "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 else f"#{byte:02X}"
        for byte in text.encode()
    )


def tiling(
    side: float,
    corner: tuple[float, float],
    content: str,
    image: pydyf.Stream,
    spaces: dict[str, Any] | None = None,
) -> pydyf.Stream:
    """A tile that is repeated from a corner of the page on (PDF 32000-1, 8.7.3)."""
    resources: dict[str, Any] = {
        "XObject": pydyf.Dictionary({"Tile": image.reference}).data,
    }
    if spaces:
        resources["ColorSpace"] = pydyf.Dictionary(spaces).data
    return packed(
        content.encode(),
        {
            "Type": "/Pattern",
            "PatternType": 1,
            "PaintType": 1,
            "TilingType": 1,
            "BBox": array([0, 0, number(side), number(side)]),
            "XStep": number(side),
            "YStep": number(side),
            "Matrix": array([1, 0, 0, 1, number(corner[0]), number(corner[1] - side)]),
            "Resources": pydyf.Dictionary(resources).data,
        },
    )


def _picture(data: bytes, side: int, about: dict[str, Any]) -> pydyf.Stream:
    return packed(
        data,
        {"Type": "/XObject", "Subtype": "/Image", "Width": side, "Height": side, **about},
    )

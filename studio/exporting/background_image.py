"""Backgrounds as pictures, and as what a PDF holds: drawn by the libraries of their formats."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import cache, lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf
from PIL import Image, ImageOps

from engine.errors import FileError, ScriptoriumError, SettingError
from studio.document.background import Background, BackgroundKind, PlacedBackground
from studio.document.page import Box, Pages
from studio.document.paper import INCH
from studio.exporting.page_layers import fixed
from studio.exporting.pdf_objects import PdfFile, number, packed

_DPI = 400
"""At which an SVG is drawn for a PDF, and a PDF for an SVG."""
_MOST_PIXELS = 120_000_000
_EXTRA = 'install what draws it: pip install "scriptorium[background]"'


def placed_picture(placed: PlacedBackground, scale: float) -> tuple[Image.Image, tuple[int, int]]:
    """A background's page as a picture, and the pixel of the page where its corner lies.

    Parameters
    ----------
    placed : PlacedBackground
    scale : float
        Pixels a millimetre.

    Raises
    ------
    FileError
        If the file is damaged, or too large.
    SettingError
        If the library that draws it is not installed.
    """
    left, top, _, _ = placed.box
    size = _pixels(placed.box, scale)
    image = fitted(placed.background, placed.number, size)
    if placed.upside_down:
        image = image.transpose(Image.Transpose.ROTATE_180)
    x = round(left * scale) + (size[0] - image.width) // 2
    y = round(top * scale) + (size[1] - image.height) // 2
    return image, (x, y)


def _pixels(box: Box, scale: float) -> tuple[int, int]:
    """How large a box of millimetres is in pixels: one at least, however small the picture."""
    left, top, right, bottom = box
    return max(round((right - left) * scale), 1), max(round((bottom - top) * scale), 1)


@lru_cache(maxsize=8)
def fitted(background: Background, page: int, size: tuple[int, int]) -> Image.Image:
    """A page of a background, RGBA, as large as it is within a size, in its proportions."""
    if size[0] * size[1] > _MOST_PIXELS:
        raise SettingError(
            f"A background of {size[0]} x {size[1]} pixels is too large; choose fewer dots an inch."
        )
    try:
        if background.kind is BackgroundKind.PDF:
            return _pdf_page(background, page, size)
        if background.kind is BackgroundKind.SVG:
            return _svg(background, size)
        image = _raster(background).convert("RGBA")
        share = min(size[0] / image.width, size[1] / image.height)
        there = max(round(share * image.width), 1), max(round(share * image.height), 1)
        return image.resize(there, Image.Resampling.LANCZOS)
    except ScriptoriumError:
        raise
    except ImportError as error:
        raise SettingError(f"{background.name} cannot be drawn here; {_EXTRA}.") from error
    except Exception as error:
        # Whatever a library makes of a damaged file.
        raise _damaged(background) from error


def _damaged(background: Background) -> FileError:
    return FileError(
        f"The background {background.name} cannot be drawn: it is damaged, locked or too large; "
        "choose another file."
    )


def _pdf_page(background: Background, page: int, size: tuple[int, int]) -> Image.Image:
    import pypdfium2

    document = pypdfium2.PdfDocument(background.data)
    try:
        there = document[min(page, len(document) - 1)]
        width, height = there.get_size()
        bitmap = there.render(
            scale=min(size[0] / width, size[1] / height), fill_color=(255, 255, 255, 0)
        )
        image: Image.Image = bitmap.to_pil().convert("RGBA")
        return image
    finally:
        document.close()


def _svg(background: Background, size: tuple[int, int]) -> Image.Image:
    import resvg_py

    text = background.data.decode("utf-8-sig")
    # In its own size first: the library keeps no proportions where both sides are given.
    drawn = partial(resvg_py.svg_to_bytes, svg_string=text, dpi=96, **_usual_fonts())
    width, height = Image.open(BytesIO(bytes(drawn()))).size
    data = drawn(zoom=min(size[0] / width, size[1] / height))
    return Image.open(BytesIO(bytes(data))).convert("RGBA")


@cache
def _usual_fonts() -> dict[str, Any]:
    """What text is set in whose font is not there, and which the library would leave out."""
    from matplotlib import get_data_path

    fonts = Path(get_data_path(), "fonts", "ttf")
    sans = "DejaVu Sans"
    return {
        "font_files": [str(path) for path in sorted(fonts.glob("DejaVuS*.ttf"))],
        "font_family": sans,
        "sans_serif_family": sans,
        "serif_family": "DejaVu Serif",
        "monospace_family": "DejaVu Sans Mono",
        "cursive_family": sans,
        "fantasy_family": sans,
    }


def _raster(background: Background) -> Image.Image:
    image = Image.open(BytesIO(background.data))
    if image.width * image.height > _MOST_PIXELS:
        raise _damaged(background)
    return ImageOps.exif_transpose(image)


# In an SVG -----------------------------------------------------------------------------------


def svg_parts(placed: PlacedBackground) -> Iterator[str]:
    """An SVG's image of it: SVG, PNG and JPEG as they are, a page of a PDF as a picture."""
    background, (left, top, right, bottom) = placed.background, placed.box
    kinds = {
        BackgroundKind.SVG: "image/svg+xml",
        BackgroundKind.PNG: "image/png",
        BackgroundKind.JPEG: "image/jpeg",
    }
    if background.kind in kinds:
        kind, data = kinds[background.kind], background.data
    else:
        file = BytesIO()
        fitted(background, placed.number, _pixels(placed.box, _DPI / INCH)).save(file, "PNG")
        kind, data = "image/png", file.getvalue()
    place = [fixed(value) for value in (left, top, right - left, bottom - top)]
    turn = ""
    if placed.upside_down:
        turn = f' transform="rotate(180 {fixed((left + right) / 2)} {fixed((top + bottom) / 2)})"'
    yield (
        f'<image x="{place[0]}" y="{place[1]}" width="{place[2]}" height="{place[3]}"{turn} '
        f'xlink:href="data:{kind};base64,{base64.b64encode(data).decode()}"/>'
    )


# In a PDF ------------------------------------------------------------------------------------


class PdfBackgrounds:
    """The backgrounds of a PDF: pictures are in the file; pages of PDFs come when it is written.

    Parameters
    ----------
    file : PdfFile
    point : float
        PDF's points a millimetre.
    """

    def __init__(self, file: PdfFile, point: float) -> None:
        self._file, self._point = file, point
        self._pictures: dict[tuple[str, tuple[int, int]], tuple[str, tuple[int, int], Any]] = {}
        self._sheets: list[tuple[int, float, PlacedBackground]] = []

    def operators(self, placed: PlacedBackground, page: int, height: float) -> Iterator[str]:
        """What draws a background on a page, from 0, of that height in millimetres."""
        if placed.background.kind is BackgroundKind.PDF:
            self._sheets.append((page, height, placed))
            return
        name, (across, down), _ = self._picture(placed)
        left, top, right, bottom = placed.box
        share = min((right - left) / across, (bottom - top) / down)
        wide, high = share * across, share * down
        x = left + (right - left - wide) / 2
        y = height - (top + (bottom - top + high) / 2)
        matrix = [wide, 0.0, 0.0, high, x, y]
        if placed.upside_down:
            matrix = [-wide, 0.0, 0.0, -high, x + wide, y + high]
        numbers = " ".join(number(part * self._point) for part in matrix)
        yield f"/Artifact BMC q {numbers} cm /{name} Do Q EMC"

    def resources(self) -> dict[str, Any]:
        """The pictures by their names."""
        images = {name: image.reference for name, _, image in self._pictures.values()}
        return {"XObject": pydyf.Dictionary(images).data} if images else {}

    def _picture(self, placed: PlacedBackground) -> tuple[str, tuple[int, int], Any]:
        size = _pixels(placed.box, _DPI / INCH)
        # A drawing is as fine as its place wants it; other pictures are as they are.
        drawn = placed.background.kind is BackgroundKind.SVG
        key = placed.background.sha256, size if drawn else (0, 0)
        if key not in self._pictures:
            made = self._embedded(placed.background, size)
            self._pictures[key] = (f"Background{len(self._pictures)}", *made)
        return self._pictures[key]

    def _embedded(
        self, background: Background, size: tuple[int, int]
    ) -> tuple[tuple[int, int], Any]:
        about: dict[str, Any] = {"Type": "/XObject", "Subtype": "/Image", "BitsPerComponent": 8}
        if background.kind is BackgroundKind.SVG:
            image = fitted(background, 0, size)
        else:
            try:
                image = _raster(background)
                plain = image.mode in ("RGB", "L") and image.getexif().get(0x0112, 1) == 1
                if background.kind is BackgroundKind.JPEG and plain:
                    space = "/DeviceRGB" if image.mode == "RGB" else "/DeviceGray"
                    sides = {"Width": image.width, "Height": image.height}
                    stream = pydyf.Stream(
                        [background.data],
                        {**about, **sides, "ColorSpace": space, "Filter": "/DCTDecode"},
                    )
                    return image.size, self._file.stream(stream)
                image = image.convert("RGBA")
            except ScriptoriumError:
                raise
            except Exception as error:
                raise _damaged(background) from error
        about |= {"Width": image.width, "Height": image.height}
        opacity = image.getchannel("A")
        grey = {**about, "ColorSpace": "/DeviceGray"}
        if opacity.getextrema() != (255, 255):
            mask = self._file.stream(packed(opacity.tobytes(), grey))
            about["SMask"] = mask.reference
        colours = packed(image.convert("RGB").tobytes(), {**about, "ColorSpace": "/DeviceRGB"})
        return image.size, self._file.stream(colours)

    def finish(self, path: Path) -> None:
        """Lay the pages of PDFs under those of the file that was written.

        Raises
        ------
        FileError
            If a background is damaged or locked.
        SettingError
            If the library for it is not installed.
        """
        if not self._sheets:
            return
        try:
            import pikepdf
        except ImportError as error:
            name = self._sheets[0][2].background.name
            raise SettingError(f"{name} cannot be laid under a PDF here; {_EXTRA}.") from error
        with pikepdf.Pdf.open(path, allow_overwriting_input=True) as pdf:
            sources: dict[str, Any] = {}
            forms: dict[tuple[str, int], Any] = {}
            for page, height, placed in self._sheets:
                background = placed.background
                try:
                    if background.sha256 not in sources:
                        sources[background.sha256] = pikepdf.Pdf.open(BytesIO(background.data))
                    source = sources[background.sha256]
                    which = min(placed.number, len(source.pages) - 1)
                    key = background.sha256, which
                    if key not in forms:
                        forms[key] = pdf.copy_foreign(source.pages[which].as_form_xobject())
                except (pikepdf.PdfError, pikepdf.PasswordError) as error:
                    raise _damaged(background) from error
                self._lay(pikepdf, pdf.pages[page], forms[key], placed, height)
            pdf.save(path, deterministic_id=True)

    def _lay(
        self, pikepdf: Any, page: Any, form: Any, placed: PlacedBackground, height: float
    ) -> None:
        """Draw a form below all that is on a page."""
        left, top, right, bottom = (self._point * side for side in placed.box)
        height *= self._point
        area = pikepdf.Rectangle(left, height - bottom, right, height - top)
        # Pages share their resources in our files; this one gets its own.
        page.Resources = page.obj.Resources.__copy__()
        # A name of its own: the library's are made by chance.
        name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name.Sheet)
        draw = page.calc_form_xobject_placement(form, name, area, allow_expand=True)
        if placed.upside_down:
            x, y = left + right, 2 * height - top - bottom
            draw = f"q -1 0 0 -1 {number(x)} {number(y)} cm\n".encode() + draw + b"\nQ"
        page.contents_add(b"/Artifact BMC\n" + draw + b"\nEMC\n", prepend=True)


def holds_foreign_pages(pages: Pages) -> bool:
    """Whether a PDF lies under some page: what it holds keeps no standard that we know of."""
    return any(
        placed.background.kind is BackgroundKind.PDF
        for page in pages
        for placed in page.printed_backgrounds
    )

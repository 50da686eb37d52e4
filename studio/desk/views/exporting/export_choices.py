"""What can be chosen about an export, and what it means for the pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.rendering.pens import Pen
from studio.desk.widgets.segmented import Segment
from studio.document.page import Page, Pages
from studio.document.paper import PAPERS, Paper
from studio.exporting.formats import DEFAULT_DPI, ExportOptions
from studio.exporting.imposition import Imposition, impose
from studio.exporting.print_shop import BLACK, PROCESS, PrintShop

FORMATS = (
    Segment("pdf", "PDF"),
    Segment("svg", "SVG lines"),
    Segment("outlines", "SVG outlines"),
    Segment("png", "PNG"),
    Segment("inkml", "InkML"),
)
WORDS = {
    "pdf": "All pages in one file, to print and to send; its text can be found and copied.",
    "svg": "One file per page: each stroke a single line in millimetres, for plotters.",
    "outlines": "One file per page: the pen's varying width as filled shapes, for designers.",
    "png": "One picture per page.",
    "inkml": "All points with their times, for programs that read ink.",
}
PRINT_INKS = {"CMYK": PROCESS, "Black (K) alone": BLACK}
"""What is offered as the ink for print; another word is the name of a spot colour."""
SHEETS: tuple[tuple[str, Paper | None], ...] = (
    ("Each page by itself", None),
    *((f"Several on {name}, with cut marks", PAPERS[name]) for name in ("A4", "A3", "Letter")),
)
"""What pages may stand on."""
ON_PAPER = ("pdf", "outlines", "png")
"""The formats that can have the paper's colour behind the ink."""


def pages_meant(text: str, count: int) -> list[int]:
    """The pages, from 0, that "1-3, 5" means; all where it says nothing.

    Raises
    ------
    ValueError
        If it names a page that there is not, or is no such list.
    """
    if not text.strip():
        return list(range(count))
    meant: list[int] = []
    for part in text.replace("–", "-").split(","):
        first, dash, last = part.strip().partition("-")
        start, stop = int(first), int(last) if dash else int(first)
        if not 1 <= start <= stop <= count:
            raise ValueError(f"There are pages 1 to {count}.")
        meant += [n - 1 for n in range(start, stop + 1) if n - 1 not in meant]
    return meant


@dataclass(frozen=True)
class ExportChoices:
    """What is to be exported and how.

    Parameters
    ----------
    form : str
        One of `FORMATS`.
    pages : tuple of int
        From 0.
    ruling, paper : bool
        Whether the ruling is drawn, and the paper's colour.
    dpi : int
    shop : PrintShop, optional
        What a print shop wants of a PDF, where it is for one.
    sheet : Paper, optional
        On which several pages stand, with marks to cut them by.
    """

    form: str
    pages: tuple[int, ...]
    ruling: bool = False
    paper: bool = True
    dpi: int = DEFAULT_DPI
    shop: PrintShop | None = None
    sheet: Paper | None = None

    @property
    def suffix(self) -> str:
        """Of the file."""
        return ".svg" if self.form == "outlines" else f".{self.form}"

    @property
    def options(self) -> ExportOptions:
        """As the exporters take them."""
        return ExportOptions(
            self.dpi,
            transparent=not self.paper,
            outlines=self.form == "outlines",
            background=self.paper,
            shop=self.shop,
        )

    def of(self, pages: Pages) -> Pages:
        """The pages as they are to be exported.

        Raises
        ------
        SettingError
            If not even one of them has room on the sheet.
        """
        chosen = (replace(pages.pages[n], ruling_printed=self.ruling) for n in self.pages)
        cards = replace(pages, pages=tuple(chosen))
        return cards if self.sheet is None else impose(cards, Imposition(self.sheet))

    def seen(self, page: Page) -> Page:
        """A page as programs will show what comes of it."""
        if self.form not in ("svg", "inkml"):
            return page
        # These hold the middle of each stroke, and one width for all of it.
        lines = tuple(replace(line, pen=Pen(width=line.pen.width)) for line in page.written)
        drawings = tuple(replace(d, pen=Pen(width=d.pen.width)) for d in page.drawings)
        return replace(page, lines=lines, folio=None, drawings=drawings)

"""The formats: which exporter writes a file, by its suffix."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from importlib import import_module
from os import PathLike
from pathlib import Path

from engine.errors import FileError, SettingError
from studio.document.page import Pages
from studio.exporting.page_files import OnPageDone
from studio.exporting.plotter import Plotter
from studio.exporting.print_shop import PrintShop

FORMATS = {
    ".pdf": "PDF, all pages in one file, text to be found and copied",
    ".svg": "SVG, a file a page, single lines (or outlines) in millimetres",
    ".png": "PNG, a file a page",
    ".inkml": "InkML, all points with their time in one file",
    ".npz": "NumPy, the network's steps in one file",
    ".gcode": "G-code for pen plotters, a file a page",
    ".hpgl": "HPGL for pen plotters, a file a page",
    ".xopp": "Xournal++, all pages in one note",
}
"""What each suffix stands for."""

DEFAULT_DPI = 300
"""Of a picture, where nothing else is asked for: dots an inch."""

PLOTTED = (".gcode", ".hpgl")
"""The formats for pen plotters."""


@dataclass(frozen=True)
class ExportOptions:
    """What the user may choose about files; each format takes what concerns it.

    Parameters
    ----------
    dpi : float
        Of PNG.
    transparent : bool
        PNG without paper.
    outlines : bool
        SVG with the pen's width as filled outlines instead of single lines.
    background : bool
        PDF and SVG outlines on the paper's colour.
    shop : PrintShop, optional
        PDF for a print shop.
    plotter : Plotter, optional
        What draws G-code and HPGL.
    """

    dpi: float = DEFAULT_DPI
    transparent: bool = False
    outlines: bool = False
    background: bool = False
    shop: PrintShop | None = None
    plotter: Plotter | None = None

    def for_suffix(self, suffix: str) -> dict[str, object]:
        """The keyword arguments of that format's exporter."""
        if suffix == ".png":
            return {"dpi": self.dpi, "transparent": self.transparent}
        if suffix == ".svg":
            return {"outlines": self.outlines, "background": self.background}
        if suffix == ".pdf":
            return {"background": self.background, "shop": self.shop}
        if suffix in PLOTTED:
            return {"plotter": self.plotter}
        return {}


def suffix_of(path: Path) -> str:
    """The suffix that says the format of a file, in lower case.

    Raises
    ------
    FileError
        If there is none that is known; the known ones are told.
    """
    suffix = path.suffix.lower()
    if suffix in FORMATS:
        return suffix
    near = difflib.get_close_matches(suffix, FORMATS, 1, 0.5)
    advice = f"did you mean {near[0]}?" if near else f"use {', '.join(FORMATS)}."
    what = f"the suffix {path.suffix}" if path.suffix else "no suffix"
    raise FileError(f"{path} has {what}, which says no format that can be written; {advice}")


def export(
    pages: Pages,
    path: Path | str,
    options: ExportOptions | None = None,
    tell: OnPageDone | None = None,
) -> list[Path]:
    """Write pages to the format that the file's suffix says.

    Parameters
    ----------
    pages : Pages
    path : Path or str
    options : ExportOptions, optional
    tell : function, optional
        Told after each page how many are done; what it raises ends the export, and no file is
        left.

    Returns
    -------
    list of Path
        The files written: several where the format holds one page a file.

    Raises
    ------
    FileError
        If the suffix is unknown or a file cannot be written.
    SettingError
        If an option is out of range, or the pages lack what the format is for.
    """
    if not isinstance(pages, Pages):
        raise SettingError("There are no pages to export; give those of a layout.")
    if not isinstance(path, str | PathLike):
        raise FileError(f"Cannot write {path!r:.40}: it is no path; name a file.")
    path = Path(path)
    suffix = suffix_of(path)
    # Each exporter brings its own libraries: only the one that is needed is imported.
    exporter = import_module(f"studio.exporting.{suffix[1:]}_exporter")
    chosen = (options or ExportOptions()).for_suffix(suffix)
    if tell is not None:
        chosen["tell"] = tell
    pages = replace(pages, pages=tuple(page.as_typed() for page in pages))
    written: list[Path] = exporter.export(pages, path, **chosen)
    return written

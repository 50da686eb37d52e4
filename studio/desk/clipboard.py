"""Copying ink to the clipboard: what is selected, or the page, as SVG or as a picture."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from studio.desk.selection import Selected, ink_of
from studio.export.formats import ExportOptions, export
from studio.note.page import Inked, Page, Pages, PlacedDrawing, PlacedLine
from studio.note.paper import Margins, Paper, Ruling
from studio.note.placement import turned

BORDER = 2.0
"""Millimetres left around copied ink."""


def copy(pages: Pages, selected: Selected | None, page: int, form: str) -> None:
    """Put the selection, or the page where nothing is selected, onto the clipboard.

    Parameters
    ----------
    pages : Pages
    selected : Selected or None
    page : int
        From 0.
    form : str
        "svg" or "png".
    """
    inked: list[Inked] = list(pages.pages[page].inked)
    if selected is not None:
        found = ink_of(pages.pages, selected)
        inked = [part for number, part in found if number == found[0][0]]
    inked = [part for part in inked if part.ink]
    if not inked:
        return
    cut = replace(pages, pages=(_cut(inked),))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ink.{form}"
        export(cut, path, ExportOptions(transparent=True, outlines=True))
        data = path.read_bytes()
    mime = QMimeData()
    if form == "svg":
        mime.setData("image/svg+xml", QByteArray(data))
        mime.setText(data.decode())
    else:
        mime.setImageData(QImage.fromData(QByteArray(data)))
        mime.setData("image/png", QByteArray(data))
    QGuiApplication.clipboard().setMimeData(mime)


def _cut(inked: list[Inked]) -> Page:
    """A page as large as the ink."""
    xy = np.concatenate([part.ink.xy for part in inked])
    left, top = (float(v) for v in xy.min(axis=0) - BORDER)
    right, bottom = (float(v) for v in xy.max(axis=0) + BORDER)
    lines: list[PlacedLine] = []
    drawings: list[PlacedDrawing] = []
    for part in inked:
        ink = part.ink.moved(-left, -top)
        if isinstance(part, PlacedDrawing):
            drawings.append(replace(part, ink=ink))
            continue
        dx, dy = turned((-left, -top), -part.turned)
        words = tuple(
            replace(w, box=(w.box[0] + dx, w.box[1] + dy, w.box[2] + dx, w.box[3] + dy))
            for w in part.words
        )
        lines.append(replace(part, ink=ink, words=words, baseline=part.baseline + dy))
    paper = Paper("custom", max(right - left, 20.0), max(bottom - top, 20.0))
    margins = Margins(0, 0, 0, 0)
    return Page(paper, margins, tuple(lines), ruling=Ruling(), drawings=tuple(drawings))

"""Ink on the clipboard: what is selected, or the page, as SVG and as a picture; and back again."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from engine.errors import FileError, ScriptoriumError
from engine.ink.ink import Ink
from studio.document.drawing import Drawing, framed
from studio.document.note import Look, Note
from studio.document.page import Inked, Page, Pages, PlacedDrawing, PlacedLine
from studio.document.paper import Margins, Paper, Ruling
from studio.document.placement import Placement, turned
from studio.document.selection import Selected, ink_of
from studio.exporting.formats import ExportOptions, export
from studio.storage.note_file import SUFFIX, NoteFile, load, packed

BORDER = 2.0
"""Millimetres left around copied ink."""


OWN = "application/x-scriptorium-note"
"""A note whose drawings are the copied ink, with its pens and colours: for this program."""
SVG, PNG, INKML = "image/svg+xml", "image/png", "application/inkml+xml"


def copy(pages: Pages, selected: Selected | None, page: int, form: str) -> bool:
    """Put the selection, or the page where nothing is selected, onto the clipboard.

    Parameters
    ----------
    pages : Pages
    selected : Selected or None
    page : int
        From 0.
    form : str
        "svg", "png", or "all": both, and its text.

    Returns
    -------
    bool
        Whether there was any ink.
    """
    seen = pages.pages[page]
    inked: list[Inked] = [*seen.written, *seen.drawings]
    if selected is not None:
        found = ink_of(pages.pages, selected)
        inked = [part for number, part in found if number == found[0][0]]
    inked = [part for part in inked if part.ink]
    if not inked:
        return False
    cut = replace(pages, pages=(_cut(inked),))
    mime = QMimeData()
    mime.setData(OWN, QByteArray(_own(inked)))
    if form in ("svg", "all"):
        svg = _exported(cut, "svg")
        mime.setData(SVG, QByteArray(svg))
        mime.setText(svg.decode() if form == "svg" else cut.text)
    if form in ("png", "all"):
        png = QByteArray(_exported(cut, "png"))
        mime.setImageData(QImage.fromData(png))
        mime.setData(PNG, png)
    QGuiApplication.clipboard().setMimeData(mime)
    return True


def _exported(cut: Pages, form: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ink.{form}"
        export(cut, path, ExportOptions(transparent=True, outlines=True))
        return path.read_bytes()


def _own(inked: list[Inked]) -> bytes:
    """The ink as a note's file: a drawing for each pen and colour."""
    pens = dict.fromkeys((part.pen, part.colour) for part in inked)
    drawings = []
    for ident, (pen, colour) in enumerate(pens):
        parts = [part for part in inked if (part.pen, part.colour) == (pen, colour)]
        ink = Ink.joined(part.ink for part in parts)
        left, top, _, _ = ink.bounds
        names = (p.text if isinstance(p, PlacedLine) else p.name for p in parts)
        place = Placement(0, left, top)
        name = " ".join(names)[:60]
        drawings.append(Drawing(ident, place, framed(ink), colour, pen, name))
    return packed(NoteFile(Note((), drawings=tuple(drawings)), {}))


def pasted(mime: QMimeData, width: float, look: Look) -> tuple[Drawing, ...]:
    """The ink on the clipboard, as drawings that stand to each other as they did.

    Parameters
    ----------
    mime : QMimeData
    width : float
        Millimetres that ink of unknown size is brought to.
    look : Look
        Whose pen and colour foreign ink gets.

    Raises
    ------
    ScriptoriumError
        If there is none, or it cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        for form, suffix in ((OWN, SUFFIX), (INKML, ".inkml"), (SVG, ".svg")):
            if mime.hasFormat(form):
                return _read(
                    bytes(mime.data(form).data()), Path(folder) / f"ink{suffix}", width, look
                )
        text = mime.text().lstrip()
        if _is_svg(text):
            return _read(text.encode(), Path(folder) / "ink.svg", width, look)
    if mime.hasImage():
        raise FileError("A picture has no strokes; copy ink as SVG or InkML to paste it here.")
    raise FileError("There is no ink on the clipboard; copy some as SVG or InkML.")


def holds_ink(mime: QMimeData) -> bool:
    """Whether what is on the clipboard says that it is ink."""
    return any(map(mime.hasFormat, (OWN, INKML, SVG))) or _is_svg(mime.text().lstrip())


def _is_svg(text: str) -> bool:
    return text.startswith(("<svg", "<?xml")) and "<svg" in text


def _read(data: bytes, path: Path, width: float, look: Look) -> tuple[Drawing, ...]:
    # Brings what reads foreign files, which a start need not wait for.
    from studio.importing.drawing_reader import read_drawing

    path.write_bytes(data)
    try:
        if path.suffix == SUFFIX:
            return load(path).note.drawings
        ink = framed(read_drawing(path, width))
        return (Drawing(0, Placement(), ink, look.colour, look.pen),)
    except ScriptoriumError as error:
        raise FileError(str(error).replace(str(path), "What is on the clipboard")) from error


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

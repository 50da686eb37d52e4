"""Copying ink to the clipboard: what is selected, or the page, as SVG or as a picture."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from engine.ink import Ink, Stroke
from studio.desk.selection import Reach, Selected, lines_of
from studio.export.formats import ExportOptions, export
from studio.note.page import Page, Pages, PlacedLine
from studio.note.paper import Margins, Paper, Ruling

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
    lines = list(pages.pages[page].inked)
    if selected is not None:
        found = lines_of(pages.pages, selected)
        lines = [f.line for f in found if f.page == found[0].page]
        if selected.reach is Reach.WORD and lines:
            lines = [_word(lines[0], selected.word)]
    lines = [line for line in lines if line.ink]
    if not lines:
        return
    cut = replace(pages, pages=(_cut(lines),))
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


def _word(line: PlacedLine, number: int) -> PlacedLine:
    """The line with only the ink of one word."""
    word = line.words[number]
    strokes, at = [], 0
    for stroke in line.ink.strokes:
        low, high = max(word.start - at, 0), min(word.stop - at, len(stroke))
        if low < high:
            strokes.append(
                Stroke(
                    stroke.xy[low:high],
                    None if stroke.time is None else stroke.time[low:high],
                    None if stroke.pressure is None else stroke.pressure[low:high],
                )
            )
        at += len(stroke)
    return replace(
        line, text=word.text, ink=Ink(tuple(strokes)), words=(replace(word, start=0, stop=at),)
    )


def _cut(lines: list[PlacedLine]) -> Page:
    """A page as large as the ink."""
    xy = np.concatenate([line.ink.xy for line in lines])
    left, top = xy.min(axis=0) - BORDER
    right, bottom = xy.max(axis=0) + BORDER
    moved = []
    for line in lines:
        words = tuple(
            replace(w, box=(w.box[0] - left, w.box[1] - top, w.box[2] - left, w.box[3] - top))
            for w in line.words
        )
        ink = line.ink.moved(-left, -top)
        moved.append(replace(line, ink=ink, words=words, baseline=line.baseline - top))
    paper = Paper("custom", max(right - left, 20.0), max(bottom - top, 20.0))
    return Page(paper, Margins(0, 0, 0, 0), tuple(moved), ruling=Ruling())

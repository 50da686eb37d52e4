"""Ink that the user writes onto a page: strokes become drawings, and are erased from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.ink.ink import Ink, Stroke
from studio.document.drawing import Drawing, framed
from studio.document.note import Note
from studio.document.placement import Placement


def strokes_on_page(drawing: Drawing) -> tuple[Stroke, ...]:
    """The strokes of a drawing in millimetres of its page."""
    return tuple(
        Stroke(drawing.place.on_page(stroke.xy), stroke.time, stroke.pressure)
        for stroke in drawing.ink.strokes
    )


def add_stroke(note: Note, page: int, stroke: Stroke, ident: int | None = None) -> tuple[Note, int]:
    """Put a stroke onto a page, in the note's ink and pen.

    Parameters
    ----------
    note : Note
    page : int
        From 0.
    stroke : Stroke
        In millimetres of the page.
    ident : int, optional
        The drawing that it goes on with; another is begun where that is gone, stands on another
        page, was turned or scaled, or is of another ink.

    Returns
    -------
    Note
    int
        The drawing that has the stroke.

    Raises
    ------
    SettingError
        If the drawing becomes too large.
    """
    look = note.look
    known = None if ident is None else note.drawing(ident)
    if known is not None and (
        known.place.page != page
        or known.place.angle != 0.0
        or known.place.scale != 1.0
        or (known.colour, known.pen) != (look.colour, look.pen)
    ):
        known = None
    before = () if known is None else strokes_on_page(known)
    ink = Ink((*before, stroke))
    left, top, _, _ = ink.bounds
    number = note.free_id if known is None else known.id
    drawing = Drawing(
        number, Placement(page, left, top), framed(ink), look.colour, look.pen, "by hand"
    )
    return note.with_drawing(drawing), number


def erase_at(note: Note, page: int, x: float, y: float, reach: float) -> Note:
    """Take the strokes of drawings away that come near to a place of a page.

    Parameters
    ----------
    note : Note
    page : int
    x, y : float
        In millimetres of the page.
    reach : float
        Millimetres within which a stroke is taken away.
    """
    for drawing in note.drawings:
        if drawing.place.page != page:
            continue
        there = strokes_on_page(drawing)
        kept = tuple(
            own
            for own, stroke in zip(drawing.ink.strokes, there, strict=True)
            if _distance(stroke, x, y) > reach
        )
        if len(kept) == len(there):
            continue
        if kept:
            note = note.with_drawing(replace(drawing, ink=Ink(kept)))
        else:
            note = note.without(drawing.id)
    return note


def _distance(stroke: Stroke, x: float, y: float) -> float:
    """From a place to the nearest point of a stroke's line."""
    points = np.asarray(stroke.xy, dtype=np.float64) - (x, y)
    if len(points) == 1:
        return float(np.hypot(*points[0]))
    start, way = points[:-1], np.diff(points, axis=0)
    length = np.maximum((way**2).sum(axis=1), 1e-12)
    share = np.clip(-(start * way).sum(axis=1) / length, 0.0, 1.0)
    return float(np.hypot(*(start + share[:, None] * way).T).min())

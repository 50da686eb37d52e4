"""Ink as Qt paints it: a placed line made into painter paths once, drawn as often as needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from engine.ink.ink import Array, Ink
from engine.rendering.curves import beziers
from engine.rendering.paper_grain import MILLIMETRES, PIXELS, grained, tile
from engine.rendering.pens import Pen, outline
from studio.document.page import Inked


@dataclass(frozen=True)
class InkPicture:
    """A line's strokes as paths in millimetres.

    Parameters
    ----------
    parts : tuple of (QRectF, QPainterPath)
        Each path with its bounds, widened by half the pen.
    bounds : QRectF
        Of all parts.
    pen : Pen
    colour : str
        '#rrggbb'.
    filled : bool
        Whether the paths are outlines to fill, or centre lines to draw with the pen.
    """

    parts: tuple[tuple[QRectF, QPainterPath], ...]
    bounds: QRectF
    pen: Pen
    colour: str
    filled: bool

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw what lies in the area, in millimetres."""
        if not self.bounds.intersects(area):
            return
        prepare(painter, self.pen, self.colour, self.filled)
        for bounds, path in self.parts:
            if bounds.intersects(area):
                painter.drawPath(path)


def picture(line: Inked) -> InkPicture:
    """The picture of what is placed on a page."""
    return ink_picture(line.ink, line.pen, line.colour)


def ink_picture(ink: Ink, pen: Pen, colour: str) -> InkPicture:
    """The picture of ink in millimetres, drawn with that pen."""
    paths = (
        [_dot_or_curve(control) for control in _by_stroke(ink)]
        if pen.constant
        else [_closed(curve) for curve in outline(ink, pen).curves]
    )
    if pen.opacity < 1 or grained(pen):
        # What shows the paper through must be no darker where strokes cross.
        paths = [_joined(paths)]
    reach = 0.0 if not pen.constant else pen.width / 2 + 0.05
    parts = tuple(
        (path.boundingRect().adjusted(-reach, -reach, reach, reach), path) for path in paths
    )
    bounds = QRectF()
    for rect, _ in parts:
        bounds = bounds.united(rect)
    return InkPicture(parts, bounds, pen, colour, not pen.constant)


def prepare(painter: QPainter, pen: Pen, colour: str, filled: bool) -> None:
    """Set the painter to leave that pen's line."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = QColor(colour)
    ink.setAlphaF(pen.opacity)
    brush = QBrush(ink)
    if grained(pen):
        brush = QBrush(_grain(colour, pen.opacity))
        # The grain belongs to the paper: it keeps its size in millimetres.
        transform = brush.transform()
        transform.scale(MILLIMETRES / PIXELS, MILLIMETRES / PIXELS)
        brush.setTransform(transform)
    if filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(
                brush,
                pen.width,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )


def _by_stroke(ink: Ink) -> list[Array]:
    control, at = beziers(ink), 0
    result = []
    for stroke in ink.strokes:
        result.append(control[at : at + len(stroke)])
        at += len(stroke)
    return result


def _dot_or_curve(control: Array) -> QPainterPath:
    path = QPainterPath(QPointF(*control[0, 0]))
    if len(control) == 1:
        # Qt draws nothing for a path without length; the shortest line gets its round caps.
        path.lineTo(QPointF(control[0, 0, 0] + 0.01, control[0, 0, 1]))
        return path
    for _, (ax, ay), (bx, by), (x, y) in control[:-1]:
        path.cubicTo(ax, ay, bx, by, x, y)
    return path


def _joined(paths: list[QPainterPath]) -> QPainterPath:
    whole = QPainterPath()
    whole.setFillRule(Qt.FillRule.WindingFill)
    for path in paths:
        whole.addPath(path)
    return whole


def _closed(curve: Array) -> QPainterPath:
    """The path of a point to begin at and three control points for each cubic."""
    path = QPainterPath(QPointF(*curve[0]))
    path.setFillRule(Qt.FillRule.WindingFill)
    for ax, ay, bx, by, x, y in curve[1:].reshape(-1, 6).tolist():
        path.cubicTo(ax, ay, bx, by, x, y)
    path.closeSubpath()
    return path


@cache
def _grain(colour: str, opacity: float) -> QPixmap:
    """The paper's grain in that colour, a tile."""
    ink = QColor(colour)
    argb = np.empty((PIXELS, PIXELS, 4), dtype=np.uint8)
    argb[..., 0], argb[..., 1], argb[..., 2] = ink.blue(), ink.green(), ink.red()
    argb[..., 3] = np.rint(255 * opacity * tile())
    image = QImage(argb.tobytes(), PIXELS, PIXELS, QImage.Format.Format_ARGB32)
    return QPixmap.fromImage(image)

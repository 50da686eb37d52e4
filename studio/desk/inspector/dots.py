"""Dots of one size on a plot, whatever its zoom."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath

from studio.desk.inspector.plot_colours import PlotColours


class Dots(pg.GraphicsObject):
    """Points drawn as discs, with a ring around each where one is asked for.

    Parameters
    ----------
    colours : PlotColours
    size : float
        Across, in 96ths of an inch.
    colour : QColor
    ring : QColor, optional
    """

    def __init__(
        self, colours: PlotColours, size: float, colour: QColor, ring: QColor | None = None
    ) -> None:
        super().__init__()
        self._discs = [(colours.px(size) / 2, QBrush(colour))]
        if ring is not None:
            self._discs.insert(0, (colours.px(size) / 2 + colours.px(1.5), QBrush(ring)))
        self.xy: npt.NDArray[np.float64] = np.zeros((0, 2))
        self._box = QRectF()
        self.setZValue(10)

    def show(self, xy: npt.NDArray[np.floating]) -> None:
        """Draw these, (n, 2), instead of those before."""
        if np.array_equal(xy, self.xy):
            return
        self.prepareGeometryChange()
        self.xy = np.array(xy, dtype=np.float64)
        self._box = QRectF()
        if len(xy):
            (left, top), (right, bottom) = self.xy.min(axis=0), self.xy.max(axis=0)
            self._box = QRectF(left, top, right - left, bottom - top)
        self.update()

    def boundingRect(self) -> QRectF:
        """Around the discs."""
        if not len(self.xy):
            return QRectF()
        across, down = self.pixelVectors()
        half = self._discs[0][0] + 1
        wide = 0.0 if across is None else half * across.length()
        tall = 0.0 if down is None else half * down.length()
        return self._box.adjusted(-wide, -tall, wide, tall)

    def viewTransformChanged(self) -> None:
        """The discs take another part of the plane."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw rings, then discs."""
        if not len(self.xy):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Drawn in the device's own dots: discs are round in whatever scale the axes have.
        scale = painter.worldTransform()
        places = [scale.map(QPointF(x, y)) for x, y in self.xy.tolist()]
        painter.save()
        painter.resetTransform()
        for half, brush in self._discs:
            # As one shape: discs that are seen through are no darker where they overlap.
            discs = QPainterPath()
            discs.setFillRule(Qt.FillRule.WindingFill)
            for place in places:
                discs.addEllipse(place, half, half)
            painter.fillPath(discs, brush)
        painter.restore()

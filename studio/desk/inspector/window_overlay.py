"""The window's Gaussians over a line: their places (kappa) and widths (beta)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from studio.desk.inspector.plot_colours import PlotColours

#: Most corners to a side of a track; more than a screen shows apart.
CORNERS = 1200


def half_widths(beta: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Deviation of exp(-beta (kappa - u)^2), in characters."""
    return 1 / np.sqrt(2 * np.maximum(beta, 1e-9))


class WindowOverlay(pg.GraphicsObject):
    """K tracks over points: a line at kappa, and a band of one deviation to both sides."""

    def __init__(self, colours: PlotColours, bands: bool = True) -> None:
        super().__init__()
        self._colours = colours
        self.bands = bands
        self._kappa: npt.NDArray[Any] = np.zeros((0, 0))
        self._beta: npt.NDArray[Any] = self._kappa
        self.setZValue(5)

    def show(self, kappa: npt.NDArray[np.floating], beta: npt.NDArray[np.floating]) -> None:
        """Draw these, (n, K) each."""
        self._kappa, self._beta = kappa, beta
        self.update()

    def boundingRect(self) -> QRectF:
        """All that there may be one day: the tracks do not stop to tell that they have grown."""
        return QRectF(-1, -1e4, 1e7, 2e4)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw bands, then lines."""
        count = len(self._kappa)
        if count < 2:
            return
        view = self.getViewBox()
        low, high = view.viewRange()[0] if view is not None else (0, count)
        first, last = max(0, int(low)), min(count, int(np.ceil(high)) + 1)
        places = np.arange(first, last, max(1, (last - first) // CORNERS))
        if len(places) < 2:
            return
        kappa, wide = self._kappa[places], half_widths(self._beta[places])
        polygon = pg.functions.arrayToQPolygonF
        dark = self._colours.tokens.dark
        for k in range(kappa.shape[1]):
            colour = self._colours.distinct(k)
            if self.bands:
                painter.setPen(Qt.PenStyle.NoPen)
                fill = self._colours.pen(colour, opacity=0.20 if dark else 0.14).color()
                painter.setBrush(fill)
                above, below = kappa[:, k] - wide[:, k], kappa[:, k] + wide[:, k]
                painter.drawPolygon(
                    polygon(
                        np.concatenate([places, places[::-1]]),
                        np.concatenate([above, below[::-1]]),
                    )
                )
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._colours.pen(colour, 1.1))
            painter.drawPolyline(polygon(places, kappa[:, k]))

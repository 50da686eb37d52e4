"""An axis that draws the same on a screen, a picture and a page."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter


def unclipped(painter: QPainter) -> None:
    """Say that nothing is clipped: QSvgGenerator else goes on with the clip of what came before."""
    painter.setClipRect(QRectF(-1e5, -1e5, 2e5, 2e5))


class Axis(pg.AxisItem):
    """pyqtgraph's axis, its drawing kept between repaints on a screen only.

    A kept drawing (QPicture) is replayed in inches, so that its letters would come out larger on
    a device of more dots an inch.
    """

    def __init__(self, side: str, keeps: bool) -> None:
        super().__init__(side)
        self._keeps = keeps

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Draw ticks and numbers."""
        if self._keeps:
            super().paint(painter, *args)
            return
        unclipped(painter)
        painter.setFont(self.style["tickFont"])
        specs = self.generateDrawSpecs(painter)
        if specs is not None:
            self.drawPicture(painter, *specs)

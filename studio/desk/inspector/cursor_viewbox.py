"""The area of a plot, telling where the mouse is: hover, click, brush and zoom."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

#: Either key pulls: some window managers take Alt and the mouse for themselves.
PULLS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier


class CursorViewBox(pg.ViewBox):
    """A view box whose left button marks; the middle one pans, the wheel zooms.

    With Ctrl or Alt held the left button pulls.

    Parameters
    ----------
    brushes : bool
        Whether dragging with the left button brushes a range; else it pans.
    """

    pointed = Signal(object)
    """The point (QPointF) that the mouse is over, in the plot's coordinates; None: it left."""
    clicked = Signal(object)
    """The point that was clicked."""
    brushed = Signal(float, float)
    """The range of x that was dragged over."""
    pulled = Signal(object, object)
    """With Ctrl or Alt held, the mouse was dragged from one point to another."""
    emptied = Signal()
    """A double click: nothing is to be marked, and all is to be seen."""
    zoomed = Signal()
    """The user changed the range that is seen."""

    def __init__(self, brushes: bool = True, **settings: Any) -> None:
        super().__init__(enableMenu=False, defaultPadding=0, **settings)
        self._brushes = brushes
        self.disableAutoRange()
        self.setAcceptHoverEvents(True)
        self.sigRangeChangedManually.connect(lambda *_: self.zoomed.emit())

    def hoverEvent(self, ev: Any) -> None:
        """Tell where the mouse is."""
        if ev.isExit():
            self.pointed.emit(None)
        else:
            self.pointed.emit(self.mapToView(ev.pos()))

    def mouseClickEvent(self, ev: Any) -> None:
        """Tell of a click."""
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            if ev.double():
                self.emptied.emit()
            else:
                self.clicked.emit(self.mapToView(ev.pos()))

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Brush with the left button, pan with the others."""
        if self._brushes and ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            start: QPointF = self.mapToView(ev.buttonDownPos())
            if ev.modifiers() & PULLS:
                if ev.isFinish():
                    self.pulled.emit(start, self.mapToView(ev.pos()))
                return
            self.brushed.emit(start.x(), self.mapToView(ev.pos()).x())
            return
        super().mouseDragEvent(ev, axis)

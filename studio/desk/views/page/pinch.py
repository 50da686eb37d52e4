"""Two fingers on a touch screen zoom the pages; those on a touch pad come as native gestures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from studio.desk.views.page.page_view import PageView


class Pinch(QObject):
    """Zooms a page view about the middle of two fingers."""

    def __init__(self, pages: PageView) -> None:
        super().__init__(pages)
        self._pages = pages
        pages.viewport().grabGesture(Qt.GestureType.PinchGesture)
        pages.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the gesture; what one finger does stays the mouse's."""
        if event.type() != QEvent.Type.Gesture:
            return super().eventFilter(watched, event)
        assert isinstance(event, QGestureEvent)
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(gesture, QPinchGesture):
            return False
        self.zoom(gesture.scaleFactor(), gesture.centerPoint())
        event.accept(gesture)
        return True

    def zoom(self, factor: float, middle: QPointF) -> None:
        """Zoom by a factor about a place of the screen."""
        if factor > 0:
            about = self._pages.viewport().mapFromGlobal(middle)
            self._pages.set_zoom(self._pages.zoom * factor, about)

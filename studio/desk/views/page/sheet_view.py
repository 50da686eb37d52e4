"""Sheets of paper one below another: their places, zoom and scrolling."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from studio.document.page import Box, Page

SMALLEST, LARGEST = 0.1, 8.0
DOTS_PER_MM = 96 / 25.4
"""Logical pixels a millimetre at 100 %."""
GAP = 28
"""Desk around and between the sheets, in pixels."""
STEPS = (0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)


@dataclass(frozen=True)
class Spot:
    """A place on a page, in millimetres; `inside` tells whether it lies on the sheet."""

    page: int
    x: float
    y: float
    inside: bool = True


class SheetView(QAbstractScrollArea):
    """Knows where the sheets stand; what is on them is painted by who inherits it."""

    zoomed = Signal(float)
    view_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: tuple[Page, ...] = ()
        self._zoom, self._fit = 1.0, "width"
        self._tops: list[float] = []
        self._widest = 210.0
        self._zooming = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(320)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that are shown."""
        return self._pages

    def _lay(self, pages: tuple[Page, ...]) -> None:
        """Take other pages; where their sheets have other sizes, fit them."""
        before, self._pages = self._pages, pages
        sizes = [(p.paper.width, p.paper.height) for p in pages]
        if sizes != [(p.paper.width, p.paper.height) for p in before]:
            self._widest = max((width for width, _ in sizes), default=210.0)
            self._measure()
            self._refit()

    # Places ----------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """1 is the paper's own size at 96 dots an inch."""
        return self._zoom

    @property
    def fit(self) -> str:
        """'width', 'page', or '' where the zoom was chosen."""
        return self._fit

    @property
    def _mm(self) -> float:
        """Logical pixels a millimetre."""
        return self._zoom * DOTS_PER_MM

    def _sheet(self, number: int) -> QRectF:
        """A sheet in logical pixels of the viewport."""
        paper, mm = self.pages[number].paper, self._mm
        width = max(self.viewport().width(), self._widest * mm + 2 * GAP)
        left = (width - paper.width * mm) / 2 - self.horizontalScrollBar().value()
        top = self._tops[number] - self.verticalScrollBar().value()
        return QRectF(round(left), round(top), paper.width * mm, paper.height * mm)

    def _sheets(self, top: float, bottom: float) -> range:
        """The sheets, by number, that stand between two heights of the viewport, or near it."""
        scrolled = self.verticalScrollBar().value()
        first = bisect_right(self._tops, top + scrolled) - 1
        return range(max(0, first), bisect_left(self._tops, bottom + scrolled + GAP))

    def to_view(self, page: int, area: QRectF) -> QRectF:
        """An area of a page in millimetres, in logical pixels of the viewport."""
        if page >= len(self._tops):
            return QRectF()
        sheet, mm = self._sheet(page), self._mm
        return QRectF(
            sheet.left() + area.left() * mm,
            sheet.top() + area.top() * mm,
            area.width() * mm,
            area.height() * mm,
        )

    def around(self, page: int, box: Box, turned: float = 0.0) -> QRectF:
        """Around a box that may be turned, in logical pixels of the viewport."""
        left, top, right, bottom = box
        area = self.to_view(page, QRectF(left, top, right - left, bottom - top))
        return self.turning(page, turned).mapRect(area)

    def turning(self, page: int, angle: float) -> QTransform:
        """Turns what is upright in a turned frame, in logical pixels."""
        if angle == 0.0 or page >= len(self._tops):
            return QTransform()
        corner = self._sheet(page).topLeft()
        turning = QTransform.fromTranslate(corner.x(), corner.y())
        turning.rotateRadians(angle)
        return turning.translate(-corner.x(), -corner.y())

    def spot_on(self, page: int, at: QPointF) -> Spot:
        """The place that a point of the viewport means on a certain page, on it or off.

        Where that page is gone, it is the last one.
        """
        page = min(page, len(self._tops) - 1)
        sheet = self._sheet(page)
        x, y = (at.x() - sheet.left()) / self._mm, (at.y() - sheet.top()) / self._mm
        return Spot(page, x, y, sheet.contains(at))

    def spot(self, at: QPointF) -> Spot | None:
        """The place on the nearest page that a point of the viewport means."""
        if not self._tops:
            return None

        def away(number: int) -> float:
            sheet = self._sheet(number)
            return max(sheet.top() - at.y(), at.y() - sheet.bottom(), 0.0)

        near = self._sheets(at.y(), at.y()) or range(1)
        return self.spot_on(min(near, key=away), at)

    @property
    def current_page(self) -> int:
        """The page in the middle of the view, from 0."""
        spot = self.spot(QPointF(self.viewport().width() / 2, self.viewport().height() / 2))
        return spot.page if spot else 0

    def go_to_page(self, number: int) -> None:
        """Scroll to the top of a page, from 0."""
        if 0 <= number < len(self._tops):
            self.verticalScrollBar().setValue(round(self._tops[number] - GAP))

    # Zoom ------------------------------------------------------------------------------------

    def set_zoom(self, zoom: float, about: QPointF | None = None, fit: str = "") -> None:
        """Zoom about a point of the viewport (its middle where not given)."""
        zoom = min(max(zoom, SMALLEST), LARGEST)
        view = self.viewport()
        about = about or QPointF(view.width() / 2, view.height() / 2)
        spot = self.spot(about)
        self._zoom, self._fit = zoom, fit
        self._zooming = True
        self._measure()
        if spot is not None:
            now = self._sheet(spot.page)
            dx = now.left() + spot.x * self._mm - about.x()
            dy = now.top() + spot.y * self._mm - about.y()
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(dx))
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(dy))
        self._zooming = False
        self.zoomed.emit(zoom)
        self.view_moved.emit()
        view.update()

    def zoom_step(self, direction: int) -> None:
        """Go to the next larger (1) or smaller (-1) of the usual zooms."""
        if direction > 0:
            self.set_zoom(next((s for s in STEPS if s > self._zoom * 1.01), LARGEST))
        else:
            self.set_zoom(next((s for s in STEPS[::-1] if s < self._zoom / 1.01), SMALLEST))

    def fit_to(self, what: str) -> None:
        """Keep the width of the paper ('width') or the whole sheet ('page') in the view."""
        self._fit = what
        self._refit()

    def _refit(self) -> None:
        if self._fit and self.pages:
            view = self.viewport()
            page = self.pages[min(self.current_page, len(self.pages) - 1)]
            # With the scroll bar, be it there or not: else it and the zoom might chase each other.
            width = self.maximumViewportSize().width() - self.verticalScrollBar().sizeHint().width()
            zoom = (width - 2 * GAP) / (self._widest * DOTS_PER_MM)
            if self._fit == "page":
                tall = (view.height() - 2 * GAP) / (page.paper.height * DOTS_PER_MM)
                zoom = min(zoom, tall)
            else:
                zoom = min(zoom, 1.6)
            self.set_zoom(zoom, QPointF(view.width() / 2, 0), self._fit)
        else:
            self._measure()

    def _measure(self) -> None:
        """Place the sheets and set the scroll bars' ranges."""
        top, self._tops = float(GAP), []
        for page in self.pages:
            self._tops.append(top)
            top += round(page.paper.height * self._mm) + GAP
        view = self.viewport()
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, round(top) - view.height()))
        vertical.setPageStep(view.height())
        vertical.setSingleStep(40)
        wide = round(self._widest * self._mm + 2 * GAP)
        horizontal.setRange(0, max(0, wide - view.width()))
        horizontal.setPageStep(view.width())
        horizontal.setSingleStep(40)

    # Wheel and fingers -----------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, zoom about the mouse."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * 1.0015 ** event.angleDelta().y(), event.position())
            event.accept()
            return
        super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Zoom by pinching."""
        if event.type() == QEvent.Type.NativeGesture:
            assert isinstance(event, QNativeGestureEvent)
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.set_zoom(self._zoom * (1 + event.value()), event.position())
                return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again, where the zoom follows the window."""
        super().resizeEvent(event)
        self._refit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint at the new place."""
        self.viewport().update()
        if not self._zooming:
            self.view_moved.emit()

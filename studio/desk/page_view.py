"""The pages on the desk: paper one below another, zoomed and scrolled, with the pen at work."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QCursor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from engine.ink import Array
from studio.desk.carried import Carried
from studio.desk.icons import drawn
from studio.desk.ink_trace import InkTrace
from studio.desk.live_line import LiveLine
from studio.desk.theme import Theme
from studio.desk.tiles import SIDE, Tiles
from studio.note.page import Box, LineKey, Page
from studio.note.placement import turned

SMALLEST, LARGEST = 0.1, 8.0
DOTS_PER_MM = 96 / 25.4
"""Logical pixels a millimetre at 100 %."""
GAP = 28
"""Desk around and between the sheets, in pixels."""
BUDGET = 0.010
"""Seconds that one repaint may spend on painting new tiles, unless told otherwise."""
NUDGE = 0.5
"""Millimetres that an arrow key with Alt moves the selection; without, twice that a placed one."""
STRIDE = 10.0
"""Millimetres that an arrow key with Shift moves what is placed."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
STEPS = (0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)


CORNERS = ("nw", "ne", "se", "sw")
TURN = "turn"
"""The handle above a frame by which it is turned."""
PADDING = 4
"""Between what is marked and its frame, in pixels."""
TURN_AWAY = 26
"""How far that stands above the frame, in pixels."""


@dataclass(frozen=True)
class Mark:
    """A frame around something on a page: what is selected, pointed at, or locked.

    Parameters
    ----------
    page : int
    box : Box
        Upright in a frame that is turned about the sheet's top left corner.
    kind : str
        "selected", "hover" or "locked".
    turned : float
        By so many radians clockwise.
    handles : tuple of str
        Of `CORNERS`, "e" for the right edge, and `TURN`.
    """

    page: int
    box: Box
    kind: str = "selected"
    turned: float = 0.0
    handles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spot:
    """A place on a page, in millimetres; `inside` tells whether it lies on the sheet."""

    page: int
    x: float
    y: float
    inside: bool = True


@dataclass
class _Drag:
    """What the mouse is doing with its button down."""

    start: QPointF
    spot: Spot
    kind: str
    moved: bool = False
    handle: str = ""
    grip: QPointF = field(default_factory=QPointF)
    scroll: tuple[int, int] = field(default=(0, 0))


class PageView(QAbstractScrollArea):
    """Paints pages and tells where they are clicked; knows nothing of what a note is."""

    zoomed = Signal(float)
    pressed = Signal(Spot, Qt.KeyboardModifier)
    double_clicked = Signal(Spot)
    hovered = Signal(object)
    drag_moved = Signal(float, float)
    """Millimetres that the selection was dragged so far."""
    drag_ended = Signal(float, float)
    handle_moved = Signal(str, Spot, Qt.KeyboardModifier)
    """A handle of the selection, and the place on its page that it was pulled to so far."""
    handle_ended = Signal(str, Spot, Qt.KeyboardModifier)
    menu_wanted = Signal(Spot, QPoint)
    word_wanted = Signal(int)
    """An arrow key: the next word (1) or the one before (-1) is to be selected."""
    nudged = Signal(float, float)
    """Millimetres by which the selection is to be moved."""
    left = Signal()
    """Escape: nothing is to be selected."""
    view_moved = Signal()
    pages_shown = Signal()
    """Other pages are shown: what was marked may stand elsewhere."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.tiles = Tiles()
        self.trace = InkTrace()
        self.budget = BUDGET
        self.hint = ""
        """What an empty first page says."""
        self._zoom, self._fit = 1.0, "width"
        self._marks: tuple[Mark, ...] = ()
        self._hover: tuple[Mark, ...] = ()
        self._carried: Carried | None = None
        self._head: LiveLine | None = None
        self._fading: list[LiveLine] = []
        self._drag: _Drag | None = None
        self._space = False
        self._pages_top: list[float] = []
        self._measured: tuple[Page, ...] = ()
        self._width = 210.0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Pages")
        self.setAccessibleDescription("The note as it will be printed. Click a word to select it.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumWidth(320)
        self._fade_timer = QTimer(self)
        self._fade_timer.setInterval(16)
        self._fade_timer.timeout.connect(self._fade)
        self._sharpen = QTimer(self)
        self._sharpen.setSingleShot(True)
        self._sharpen.setInterval(250)
        self._sharpen.timeout.connect(self._sharpened)
        theme.changed.connect(self.viewport().update)

    # Pages -----------------------------------------------------------------------------------

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that are shown."""
        return self.tiles.pages

    def show_pages(
        self,
        pages: tuple[Page, ...],
        ghosts: frozenset[LineKey] = frozenset(),
    ) -> None:
        """Show other pages; what has not changed is not painted again."""
        sizes = [(p.paper.width, p.paper.height) for p in self.pages]
        self.tiles.show(pages, ghosts)
        if [(p.paper.width, p.paper.height) for p in pages] != sizes:
            self._refit()
        self.viewport().update()
        self.pages_shown.emit()

    def mark(self, marks: tuple[Mark, ...]) -> None:
        """Frame what is selected."""
        if marks != self._marks:
            self._marks = marks
            self.viewport().update()

    def point_at(self, marks: tuple[Mark, ...]) -> None:
        """Tint what the mouse is over."""
        if marks != self._hover:
            self._hover = marks
            self.viewport().update()

    def carry(self, carried: Carried | None) -> None:
        """Show ink where the mouse has it, or let the pages be as they are."""
        hidden: frozenset[int] = frozenset() if carried is None else carried.hidden
        if self._carried is not None or carried is not None:
            self._carried = carried
            self.tiles.hide(set(hidden))
            self.viewport().update()

    # Live ink --------------------------------------------------------------------------------

    def begin_line(self, live: LiveLine) -> None:
        """Start to show a line that is being written."""
        self.tiles.live.append(live)
        self.tiles.drop_ghost(live)
        self.viewport().update()

    def extend_line(self, live: LiveLine, points: Array, ends: npt.NDArray[np.bool_]) -> None:
        """Paint more of it: points in millimetres, and whether each ends its stroke."""
        previous = live.head
        fresh = live.add(points, ends)
        self._head = live
        box = self.tiles.paint_fresh(live, fresh)
        head = live.head
        for place in (previous, head):
            if place is not None:
                box = box.united(QRectF(place[0] - 0.1, place[1] - 0.1, 0.2, 0.2))
        self.viewport().update(
            self.to_view(live.page, box).toAlignedRect().adjusted(-3, -26, 26, 3)
        )

    def lift_pen(self) -> None:
        """Take the pen away and leave what it drew."""
        self._head = None
        self.viewport().update()

    def end_line(self, live: LiveLine) -> None:
        """The line is finished; its place is taken by the page's own ink."""
        if live in self.tiles.live:
            self.tiles.live.remove(live)
            self.tiles.drop(live.page, live.bounds)
        self._head = None
        self.viewport().update()

    def reject_line(self, live: LiveLine) -> None:
        """The line is not good enough: let it fade."""
        self.end_line(live)
        self._fading.append(live)
        self._fade_timer.start()

    def _fade(self) -> None:
        for live in self._fading:
            live.opacity -= 0.06
        self._fading = [live for live in self._fading if live.opacity > 0]
        if not self._fading:
            self._fade_timer.stop()
        self.viewport().update()

    def follow(self, page: int, box: Box) -> None:
        """Scroll so that the box is seen, where it is not, by as little as needed."""
        area = self.to_view(page, QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1]))
        bar = self.verticalScrollBar()
        margin = min(80.0, self.viewport().height() / 6)
        if area.bottom() > self.viewport().height() - margin:
            bar.setValue(bar.value() + round(area.bottom() - self.viewport().height() + margin * 2))
        elif area.top() < 0:
            bar.setValue(bar.value() + round(area.top() - margin))

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
        width = max(self.viewport().width(), self._widest() * mm + 2 * GAP)
        left = (width - paper.width * mm) / 2 - self.horizontalScrollBar().value()
        top = self._pages_top[number] - self.verticalScrollBar().value()
        return QRectF(round(left), round(top), paper.width * mm, paper.height * mm)

    def _widest(self) -> float:
        if self._measured is not self.pages:
            self._measured = self.pages
            self._width = max((page.paper.width for page in self.pages), default=210.0)
        return self._width

    def to_view(self, page: int, area: QRectF) -> QRectF:
        """An area of a page in millimetres, in logical pixels of the viewport."""
        if page >= len(self._pages_top):
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
        return self._turning(page, turned).mapRect(area)

    def _turning(self, page: int, angle: float) -> QTransform:
        """Turns what is upright in a turned frame, in logical pixels."""
        if angle == 0.0 or page >= len(self._pages_top):
            return QTransform()
        corner = self._sheet(page).topLeft()
        turning = QTransform.fromTranslate(corner.x(), corner.y())
        turning.rotateRadians(angle)
        return turning.translate(-corner.x(), -corner.y())

    def spot_on(self, page: int, at: QPointF) -> Spot:
        """The place that a point of the viewport means on a certain page, on it or off."""
        sheet = self._sheet(page)
        x, y = (at.x() - sheet.left()) / self._mm, (at.y() - sheet.top()) / self._mm
        return Spot(page, x, y, sheet.contains(at))

    def spot(self, at: QPointF) -> Spot | None:
        """The place on the nearest page that a point of the viewport means."""
        best: tuple[float, Spot] | None = None
        for number in range(len(self._pages_top)):
            sheet = self._sheet(number)
            away = max(sheet.top() - at.y(), at.y() - sheet.bottom(), 0.0)
            if best is None or away < best[0]:
                best = (away, self.spot_on(number, at))
        return best[1] if best else None

    @property
    def current_page(self) -> int:
        """The page in the middle of the view, from 0."""
        spot = self.spot(QPointF(self.viewport().width() / 2, self.viewport().height() / 2))
        return spot.page if spot else 0

    def go_to_page(self, number: int) -> None:
        """Scroll to the top of a page, from 0."""
        if 0 <= number < len(self._pages_top):
            self.verticalScrollBar().setValue(round(self._pages_top[number] - GAP))

    # Zoom ------------------------------------------------------------------------------------

    def set_zoom(self, zoom: float, about: QPointF | None = None, fit: str = "") -> None:
        """Zoom about a point of the viewport (its middle where not given)."""
        zoom = min(max(zoom, SMALLEST), LARGEST)
        view = self.viewport()
        about = about or QPointF(view.width() / 2, view.height() / 2)
        spot = self.spot(about)
        self._zoom, self._fit = zoom, fit
        self._measure()
        if spot is not None:
            now = self._sheet(spot.page)
            dx = now.left() + spot.x * self._mm - about.x()
            dy = now.top() + spot.y * self._mm - about.y()
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(dx))
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(dy))
        self._sharpen.start()
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
            zoom = (view.width() - 2 * GAP) / (self._widest() * DOTS_PER_MM)
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
        top, self._pages_top = float(GAP), []
        for page in self.pages:
            self._pages_top.append(top)
            top += round(page.paper.height * self._mm) + GAP
        view = self.viewport()
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, round(top) - view.height()))
        vertical.setPageStep(view.height())
        vertical.setSingleStep(40)
        wide = round(self._widest() * self._mm + 2 * GAP)
        horizontal.setRange(0, max(0, wide - view.width()))
        horizontal.setPageStep(view.width())
        horizontal.setSingleStep(40)

    def _sharpened(self) -> None:
        self.tiles.forget_other_scales(self._scale)

    @property
    def _scale(self) -> float:
        """Device pixels a millimetre."""
        return round(self._mm * self.devicePixelRatioF(), 6)

    # Painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint desk, sheets, ink, marks and the pen's head."""
        painter = QPainter(self.viewport())
        painter.setClipRegion(event.region())
        exposed = QRectF(event.rect())
        painter.fillRect(exposed, self._theme.colour("desk"))
        started, unfinished = time.perf_counter(), False
        for number in range(len(self._pages_top)):
            sheet = self._sheet(number)
            if sheet.adjusted(-GAP, -GAP, GAP, GAP).intersects(exposed):
                # Most repaints are a pen's width on the paper, far from any shadow.
                if not sheet.contains(exposed):
                    self._paint_shadow(painter, sheet)
                late = time.perf_counter() - started > self.budget
                unfinished |= self._paint_sheet(painter, number, sheet, exposed, started, late)
        self._paint_over(painter)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        painter.end()
        if unfinished:
            self.viewport().update()

    def _paint_shadow(self, painter: QPainter, sheet: QRectF) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.colour("shadow")
        painter.setPen(Qt.PenStyle.NoPen)
        deep = 2.2 if self._theme.tokens.dark else 1.0
        for reach in range(14, 0, -2):
            colour.setAlphaF(0.013 * deep)
            painter.setBrush(colour)
            painter.drawRoundedRect(
                sheet.adjusted(-reach, -reach + 5, reach, reach + 5), reach + 1, reach + 1
            )
        colour.setAlphaF(0.16)
        painter.setBrush(colour)
        painter.drawRect(sheet.adjusted(-0.5, -0.5, 0.5, 1.0))
        painter.restore()

    def _paint_sheet(
        self,
        painter: QPainter,
        number: int,
        sheet: QRectF,
        exposed: QRectF,
        started: float,
        late: bool,
    ) -> bool:
        """Paint a sheet's tiles; return whether some are still to be painted."""
        mm, scale, missing = self._mm, self._scale, False
        seen = sheet.intersected(exposed)
        painter.save()
        painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
        painter.fillRect(seen, QColor(self.pages[number].paper.colour))
        area = QRectF(
            (seen.left() - sheet.left()) / mm,
            (seen.top() - sheet.top()) / mm,
            seen.width() / mm,
            seen.height() / mm,
        )
        side = SIDE / self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for key in self.tiles.keys(number, scale, area):
            tile = self.tiles.get(key)
            if tile is None and not late:
                tile = self.tiles.render(key)
                late = time.perf_counter() - started > self.budget
            place = QRectF(
                sheet.left() + key.column * side, sheet.top() + key.row * side, side, side
            )
            if tile is not None:
                painter.drawPixmap(place, tile, QRectF(tile.rect()))
                continue
            missing = True
            for old, image in self.tiles.stale(number, scale, key.area):
                common = old.area.intersected(key.area)
                source = QRectF(
                    (common.left() - old.area.left()) * old.scale,
                    (common.top() - old.area.top()) * old.scale,
                    common.width() * old.scale,
                    common.height() * old.scale,
                )
                painter.drawPixmap(self.to_view(number, common), image, source)
        painter.restore()
        return missing

    def _paint_over(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hint and self._pages_top:
            sheet = self._sheet(0)
            painter.setPen(QColor("#8b8b92"))
            painter.drawText(
                sheet.adjusted(0, 0, 0, -0.4 * sheet.height()),
                Qt.AlignmentFlag.AlignCenter,
                self.hint,
            )
        if self._carried is not None:
            self._paint_carried(painter, self._carried)
        for mark in self._hover:
            self._paint_mark(painter, mark, hover=True)
        for mark in self._marks:
            self._paint_mark(painter, mark, hover=False)
        for live in self._fading:
            self._paint_fading(painter, live)
        if self.trace.page < len(self._pages_top):
            painter.save()
            painter.translate(self._sheet(self.trace.page).topLeft())
            painter.scale(self._mm, self._mm)
            self.trace.paint(painter, self._mm, self._theme.colour("accent"))
            painter.restore()
        if self._head is not None and self._head.head is not None:
            x, y = self._head.head
            at = self.to_view(self._head.page, QRectF(x, y, 0, 0)).topLeft()
            self._paint_pen(painter, at, self._head)

    def _paint_carried(self, painter: QPainter, carried: Carried) -> None:
        if carried.page >= len(self._pages_top):
            return
        painter.save()
        painter.translate(self._sheet(carried.page).topLeft())
        painter.scale(self._mm, self._mm)
        for shown in carried.still:
            shown.paint(painter, shown.bounds)
        painter.setTransform(carried.by, combine=True)
        for shown in carried.moving:
            shown.paint(painter, shown.bounds)
        painter.restore()

    def _paint_mark(self, painter: QPainter, mark: Mark, hover: bool) -> None:
        area = self._mark_area(mark)
        accent = self._theme.colour("accent") if not self._theme.tokens.dark else QColor("#2d55c9")
        painter.save()
        painter.setTransform(self._turning(mark.page, mark.turned), combine=True)
        if mark.kind == "locked":
            image = drawn("lock", accent, 14, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(area.left() - 12, area.center().y() - 7), image)
            painter.restore()
            return
        wash = QColor(accent)
        wash.setAlpha(16 if hover else 22)
        painter.setBrush(wash)
        painter.setPen(Qt.PenStyle.NoPen if hover else QPen(accent, 1.5))
        painter.drawRoundedRect(area, 5, 5)
        painter.setBrush(QColor("#ffffff"))
        for name in mark.handles:
            handle = _handle(name, area)
            if name == TURN:
                painter.drawLine(
                    handle.center() + QPointF(0, 5), QPointF(area.center().x(), area.top())
                )
                painter.drawEllipse(handle)
            else:
                painter.drawRoundedRect(handle, 2, 2)
        painter.restore()

    def _mark_area(self, mark: Mark) -> QRectF:
        """A mark's frame in logical pixels, upright."""
        left, top, right, bottom = mark.box
        area = self.to_view(mark.page, QRectF(left, top, right - left, bottom - top))
        return area.adjusted(-PADDING, -PADDING, PADDING, PADDING)

    def _paint_fading(self, painter: QPainter, live: LiveLine) -> None:
        sheet = self._sheet(live.page)
        painter.save()
        painter.setOpacity(max(live.opacity, 0.0))
        painter.translate(sheet.topLeft())
        painter.scale(self._mm, self._mm)
        live.paint(painter, live.bounds)
        painter.restore()

    def _paint_pen(self, painter: QPainter, at: QPointF, live: LiveLine) -> None:
        """A slender pen whose tip is at the point; lifted a little when it is up."""
        painter.save()
        painter.translate(at if live.down else at + QPointF(1.5, -2.5))
        painter.rotate(38)
        ink = QColor(live.colour)
        dark = QColor("#2b2d33")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF([QPointF(0, 0), QPointF(-1.6, -5), QPointF(1.6, -5)]))
        painter.setBrush(QColor("#b98a3c"))
        painter.drawPolygon(
            QPolygonF([QPointF(-1.6, -5), QPointF(1.6, -5), QPointF(2.8, -9), QPointF(-2.8, -9)])
        )
        painter.setBrush(dark)
        painter.drawRoundedRect(QRectF(-2.8, -28, 5.6, 19.5), 2.2, 2.2)
        painter.restore()

    # Mouse, wheel and keys -------------------------------------------------------------------

    def _handle_at(self, at: QPointF) -> tuple[Mark, str] | None:
        """The handle under a point of the viewport, with its mark."""
        for mark in self._marks:
            back, _ = self._turning(mark.page, mark.turned).inverted()
            area, upright = self._mark_area(mark), back.map(at)
            for name in mark.handles:
                if _handle(name, area).adjusted(-3, -3, 3, 3).contains(upright):
                    return mark, name
        return None

    def _pulled_point(self, mark: Mark, name: str) -> QPointF:
        """The point of the frame that a handle stands for; it keeps its way to the mouse."""
        area = self._mark_area(mark)
        if name != TURN:
            area = area.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        return self._turning(mark.page, mark.turned).map(_handle(name, area).center())

    def _on_mark(self, spot: Spot) -> bool:
        for mark in self._marks:
            x, y = turned((spot.x, spot.y), -mark.turned)
            left, top, right, bottom = mark.box
            inside = left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1
            if mark.kind == "selected" and mark.page == spot.page and inside:
                return True
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, begin to drag, or begin to move the desk (middle button, or space)."""
        spot = self.spot(event.position())
        if spot is None:
            return
        scroll = (self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        middle = event.button() == Qt.MouseButton.MiddleButton
        if middle or (self._space and event.button() == Qt.MouseButton.LeftButton):
            self._drag = _Drag(event.position(), spot, "pan", scroll=scroll)
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            pulled = self._handle_at(event.position())
            again = self._on_mark(spot)
            self._drag = _Drag(event.position(), spot, "move")
            if pulled is not None:
                at, home = event.position(), self._pulled_point(*pulled)
                spot = self.spot_on(pulled[0].page, at)
                self._drag = _Drag(at, spot, "pull", handle=pulled[1], grip=at - home)
            elif not again:
                self.pressed.emit(spot, event.modifiers())
                self._drag.moved = False
                self._drag.kind = "move" if self._on_mark(spot) else "none"
                self._drag.scroll = (1, 0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on dragging, or tell where the mouse is."""
        drag, at = self._drag, event.position()
        if drag is None:
            spot = self.spot(at)
            pulled = self._handle_at(at)
            if pulled is not None:
                self.viewport().setCursor(self._handle_cursor(*pulled))
            elif self._space:
                self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            else:
                self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
            self.hovered.emit(spot if spot and spot.inside else None)
            return
        way = at - drag.start
        if not drag.moved and way.manhattanLength() < 5:
            return
        drag.moved = True
        if drag.kind == "pan":
            self.horizontalScrollBar().setValue(drag.scroll[0] - round(way.x()))
            self.verticalScrollBar().setValue(drag.scroll[1] - round(way.y()))
        elif drag.kind == "move":
            self.viewport().setCursor(Qt.CursorShape.SizeAllCursor)
            self.drag_moved.emit(way.x() / self._mm, way.y() / self._mm)
        elif drag.kind == "pull":
            spot = self.spot_on(drag.spot.page, at - drag.grip)
            self.handle_moved.emit(drag.handle, spot, event.modifiers())

    def _handle_cursor(self, mark: Mark, name: str) -> QCursor:
        if name == TURN:
            colour = self._theme.colour("accent")
            return QCursor(drawn("rotate-cw", colour, 20, self.devicePixelRatioF()))
        if name == "e":
            return QCursor(Qt.CursorShape.SizeHorCursor)
        # The arrows of the cursor follow the frame, as near as there is one.
        turned_by = round(math.degrees(mark.turned) / 90) % 2 == 1
        falling = (name in ("nw", "se")) != turned_by
        shape = Qt.CursorShape.SizeFDiagCursor if falling else Qt.CursorShape.SizeBDiagCursor
        return QCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish the drag; a click on what is selected already asks for more of it."""
        drag, self._drag = self._drag, None
        self.viewport().unsetCursor()
        if drag is None or event.button() == Qt.MouseButton.RightButton:
            return
        way = event.position() - drag.start
        if drag.kind == "move" and drag.moved:
            self.drag_ended.emit(way.x() / self._mm, way.y() / self._mm)
        elif drag.kind == "pull" and drag.moved:
            spot = self.spot_on(drag.spot.page, event.position() - drag.grip)
            self.handle_ended.emit(drag.handle, spot, event.modifiers())
        elif drag.kind == "move" and drag.scroll != (1, 0):
            self.pressed.emit(drag.spot, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask to edit what was clicked."""
        spot = self.spot(event.position())
        if spot is not None and event.button() == Qt.MouseButton.LeftButton:
            self._drag = None
            self.double_clicked.emit(spot)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of what was clicked."""
        spot = self.spot(QPointF(event.pos()))
        if spot is not None:
            self.menu_wanted.emit(spot, event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self.hovered.emit(None)
        super().leaveEvent(event)

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from word to word, or with Alt move it; what is placed they move.

        Space lets the mouse move the desk.
        """
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif self._marks and event.key() in ARROWS:
            x, y = ARROWS[Qt.Key(event.key())]
            modifiers = event.modifiers()
            placed = any(TURN in mark.handles for mark in self._marks)
            if modifiers & Qt.KeyboardModifier.AltModifier:
                self.nudged.emit(x * NUDGE, y * NUDGE)
            elif placed:
                far = STRIDE if modifiers & Qt.KeyboardModifier.ShiftModifier else 2 * NUDGE
                self.nudged.emit(x * far, y * far)
            else:
                self.word_wanted.emit(x + y)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space is up: the mouse selects again."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().unsetCursor()
            return
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are the page's now."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys are another's."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again, where the zoom follows the window."""
        super().resizeEvent(event)
        self._refit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint at the new place."""
        self.viewport().update()
        self.view_moved.emit()

    def picture_of(self, page: int, area: QRectF, scale: float) -> QPixmap:
        """Part of a page as a picture, at `scale` pixels a millimetre, transparent ground."""
        pixmap = QPixmap(max(1, round(area.width() * scale)), max(1, round(area.height() * scale)))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.scale(scale, scale)
        painter.translate(-area.topLeft())
        self.tiles.paint(painter, page, area, ruled=False)
        painter.end()
        return pixmap


def _handle(name: str, area: QRectF) -> QRectF:
    """A handle of a frame in logical pixels, upright."""
    x = {"w": area.left(), "e": area.right()}.get(name[-1], area.center().x())
    y = {"n": area.top(), "s": area.bottom()}.get(name[0], area.center().y())
    if name == TURN:
        x, y = area.center().x(), area.top() - TURN_AWAY
    return QRectF(x - 4.5, y - 4.5, 9, 9)

"""The pages on the desk: paper with its ink, the pen at work, and what is marked or carried."""

from __future__ import annotations

import math
import time

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.ink.ink import Array
from studio.desk.views.page.drag_preview import DragPreview
from studio.desk.views.page.ink_trace import InkTrace
from studio.desk.views.page.live_line import LiveLine
from studio.desk.views.page.marks import paint_mark
from studio.desk.views.page.pen_picture import REACH, paint_pen
from studio.desk.views.page.pointer_view import PointerView
from studio.desk.views.page.shadow import Shadow
from studio.desk.views.page.sheet_view import GAP
from studio.desk.views.page.tiles import EVERYWHERE, SIDE, Tiles
from studio.desk.widgets.theme import Theme
from studio.document.background import Background
from studio.document.page import Box, LineKey, Page

BUDGET = 0.005
"""Seconds of a frame that go to painting tiles, unless told otherwise; the rest waits its turn."""
RESTING = 150
"""Milliseconds without another zoom after which the pages are painted sharp."""
STRETCHED = math.sqrt(2.0)
"""How far tiles are stretched, or shrunk, while the zoom goes on."""


class PageView(PointerView):
    """Paints pages; knows nothing of what a note is."""

    pages_shown = Signal()
    """Other pages are shown: what was marked may stand elsewhere."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.tiles = Tiles()
        self.trace = InkTrace()
        self.budget = BUDGET
        self._hint = ""
        self._shadow = Shadow()
        self._carried: DragPreview | None = None
        self._head: LiveLine | None = None
        self._scale = 0.0
        """Device pixels a millimetre of the tiles that are shown."""
        self.setAccessibleName("Pages")
        self.setAccessibleDescription("The note as it will be printed. Click a word to select it.")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(RESTING)
        self._rest.timeout.connect(self.viewport().update)
        self.zoomed.connect(self._zoom_changed)
        theme.changed.connect(self.viewport().update)

    # Pages -----------------------------------------------------------------------------------

    def show_pages(
        self,
        pages: tuple[Page, ...],
        ghosts: frozenset[LineKey] = frozenset(),
    ) -> None:
        """Show other pages; what has not changed is not painted again."""
        self.tiles.show(pages, ghosts)
        self._lay(pages)
        self._repaint_changed()
        self.pages_shown.emit()

    def repaint_background(self, background: Background) -> None:
        """A background's picture is there now: paint it."""
        for number, page in enumerate(self.pages):
            if any(placed.background.sha256 == background.sha256 for placed in page.backgrounds):
                self.tiles.tear(number, EVERYWHERE)
        self._repaint_changed()

    @property
    def hint(self) -> str:
        """What an empty first page says."""
        return self._hint

    @hint.setter
    def hint(self, sentence: str) -> None:
        if sentence != self._hint:
            self._hint = sentence
            self.viewport().update()

    def hide_ink(self, lines: set[int]) -> None:
        """Leave out these lines (ids of the objects), and show all others."""
        self.tiles.hide(lines)
        self._repaint_changed()

    def carry(self, carried: DragPreview | None) -> None:
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
        self._repaint_changed()

    def extend_line(self, live: LiveLine, points: Array, ends: npt.NDArray[np.bool_]) -> None:
        """Paint more of it: points in millimetres, and whether each ends its stroke."""
        self._repaint_pen()
        fresh = live.add(points, ends)
        self._head = live
        self._repaint(live.page, self.tiles.paint_fresh(live, fresh))
        self._repaint_pen()

    def lift_pen(self) -> None:
        """Take the pen away and leave what it drew."""
        self._repaint_pen()
        self._head = None

    def end_line(self, live: LiveLine) -> None:
        """The line is finished; its place is taken by the page's own ink."""
        if live in self.tiles.live:
            self.tiles.live.remove(live)
            self.tiles.tear(live.page, live.bounds)
        self._repaint_changed()

    def follow(self, page: int, box: Box) -> None:
        """Scroll so that the box is seen, where it is not, by as little as needed."""
        area = self.to_view(page, QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1]))
        bar = self.verticalScrollBar()
        margin = min(80.0, self.viewport().height() / 6)
        if area.bottom() > self.viewport().height() - margin:
            bar.setValue(bar.value() + round(area.bottom() - self.viewport().height() + margin * 2))
        elif area.top() < 0:
            bar.setValue(bar.value() + round(area.top() - margin))

    # What is to be painted -------------------------------------------------------------------

    def _repaint(self, page: int, area: QRectF) -> None:
        """Have an area of a page painted, in millimetres."""
        seen = self.to_view(page, area).intersected(QRectF(self.viewport().rect()))
        if not seen.isEmpty():
            self.viewport().update(seen.toAlignedRect().adjusted(-2, -2, 2, 2))

    def _repaint_changed(self) -> None:
        for page, area in self.tiles.changed():
            self._repaint(page, area)

    def _repaint_pen(self) -> None:
        if self._head is not None and self._head.head is not None:
            at = self.to_view(self._head.page, QRectF(*self._head.head, 0, 0)).topLeft()
            self.viewport().update(REACH.translated(at).toAlignedRect())

    def _zoom_changed(self) -> None:
        """Stretch the tiles that there are, where one zoom follows another; else paint new ones."""
        exact = self._exact
        near = 1 / STRETCHED <= exact / max(self._scale, 1e-9) <= STRETCHED
        if not (self._rest.isActive() and near):
            self._scale = exact
        self._rest.start()

    @property
    def _exact(self) -> float:
        """Device pixels a millimetre at this zoom."""
        return round(self._mm * self.devicePixelRatioF(), 6)

    # Painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint desk, sheets, ink, marks and the pen's head."""
        if not self._rest.isActive() or math.isinf(self.budget):
            self._scale = self._exact
        painter = QPainter(self.viewport())
        try:
            unfinished = self._paint(painter, event)
        finally:
            # A painter that is left to itself takes the program down with it.
            painter.end()
        if unfinished:
            self.viewport().update(event.region())
        elif self._scale == self._exact and QRectF(event.rect()).contains(
            QRectF(self.viewport().rect())
        ):
            self.tiles.forget_other_scales(self._scale)

    def _paint(self, painter: QPainter, event: QPaintEvent) -> bool:
        """Paint all that is exposed; return whether some of it is still to be painted."""
        painter.setClipRegion(event.region())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        exposed = QRectF(event.rect())
        painter.fillRect(exposed, self._theme.colour("desk"))
        until, unfinished = time.perf_counter() + self.budget, False
        for number in self._sheets(exposed.top() - GAP, exposed.bottom() + GAP):
            sheet = self._sheet(number)
            # Most repaints are a pen's width on the paper, far from any shadow.
            if not sheet.contains(exposed):
                ratio = self.devicePixelRatioF()
                self._shadow.paint(painter, sheet, self._theme.tokens, ratio)
            unfinished |= self._paint_sheet(painter, number, sheet, exposed, until)
        self._paint_over(painter)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        return unfinished

    def _paint_sheet(
        self, painter: QPainter, number: int, sheet: QRectF, exposed: QRectF, until: float
    ) -> bool:
        """Paint a sheet's tiles; return whether some are still to be painted."""
        mm, missing = self._mm, False
        seen = sheet.intersected(exposed)
        if seen.isEmpty():
            return False
        painter.save()
        painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
        painter.fillRect(seen, QColor(self.pages[number].paper.colour))
        area = QRectF(
            (seen.left() - sheet.left()) / mm,
            (seen.top() - sheet.top()) / mm,
            seen.width() / mm,
            seen.height() / mm,
        )
        side = SIDE / self.devicePixelRatioF() * (self._exact / self._scale)
        for key in self.tiles.keys(number, self._scale, area):
            tile = self.tiles.mended(key, until)
            missing = missing or not tile.torn.isEmpty()
            if not tile.whole:
                self._paint_stretched(painter, number, key.area)
            place = QRectF(
                sheet.left() + key.column * side,
                sheet.top() + key.row * side,
                side,
                side * tile.rows / SIDE,
            )
            painter.drawPixmap(place, tile.picture, QRectF(0, 0, SIDE, tile.rows))
        painter.restore()
        return missing

    def _paint_stretched(self, painter: QPainter, number: int, area: QRectF) -> None:
        """Paint what there is of other scales where a tile is still to be painted."""
        for key, tile in self.tiles.stretched(number, self._scale, area):
            common = key.area.intersected(area)
            source = QRectF(
                (common.left() - key.area.left()) * key.scale,
                (common.top() - key.area.top()) * key.scale,
                common.width() * key.scale,
                common.height() * key.scale,
            )
            painter.drawPixmap(self.to_view(number, common), tile.picture, source)

    def _paint_over(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._hint and self._tops:
            sheet = self._sheet(0)
            painter.setPen(QColor("#8b8b92"))
            painter.drawText(
                sheet.adjusted(0, 0, 0, -0.4 * sheet.height()),
                Qt.AlignmentFlag.AlignCenter,
                self._hint,
            )
        if self._carried is not None:
            self._paint_carried(painter, self._carried)
        # What is marked or written may stand on a page that is gone, or not yet there.
        pages = len(self._tops)
        for hover, marks in ((True, self._hover), (False, self._doubtful), (False, self._marks)):
            for mark in marks:
                if mark.page < pages:
                    paint_mark(painter, self, mark, hover=hover)
        if self.trace.page < pages:
            self._onto(painter, self.trace.page)
            self.trace.paint(painter, self._mm, self._theme.colour("accent"))
            painter.restore()
        if self._head is not None and self._head.head is not None and self._head.page < pages:
            x, y = self._head.head
            at = self.to_view(self._head.page, QRectF(x, y, 0, 0)).topLeft()
            paint_pen(painter, at, QColor(self._head.colour), self._head.down)

    def _onto(self, painter: QPainter, page: int) -> None:
        """Let a painter draw in millimetres of a page, until it is restored."""
        painter.save()
        painter.translate(self._sheet(page).topLeft())
        painter.scale(self._mm, self._mm)

    def _paint_carried(self, painter: QPainter, carried: DragPreview) -> None:
        if carried.page >= len(self._tops):
            return
        self._onto(painter, carried.page)
        for shown in carried.still:
            shown.paint(painter, shown.bounds)
        painter.setTransform(carried.by, combine=True)
        for shown in carried.moving:
            shown.paint(painter, shown.bounds)
        painter.restore()

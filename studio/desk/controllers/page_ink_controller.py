"""Writing on the page with a pen, a finger or the mouse: ink beside the network's."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPointingDevice, QTabletEvent

from engine.errors import SettingError
from engine.ink.ink import Stroke
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.page.live_line import LiveLine
from studio.desk.views.window import Window
from studio.document.page_ink import add_stroke, erase_at
from studio.layout.draft_layout import DraftLayout

ERASER = 1.5
"""Millimetres within which the pen's other end takes a stroke away."""
PALM = 700
"""Milliseconds after the pen was last heard of during which the mouse is the palm's."""

HINT = "Write on the page; Esc ends it"
"""Stands at the foot of the window while the page is written on."""


class PageInkController(QObject):
    """Takes the mouse and the pen from the page while ink is written on it.

    Every event that Qt delivers is a point. Each stroke is a step that can be undone.
    """

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._context, self._view, self._window = context, window.pages, window
        self._document = context.document
        self.on = False
        self._live: LiveLine | None = None
        self._by_pen = False
        self._points: list[tuple[float, float, float, float]] = []
        self._shown: list[LiveLine] = []
        self._ident: int | None = None
        self._clock = QElapsedTimer()
        self._clock.start()
        self._pen_heard = -10 * PALM
        self._view.viewport().installEventFilter(self)
        self._view.installEventFilter(self)
        context.session.drafted.connect(self._drafted)
        context.document.opened.connect(self._opened)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("insert.ink", "Write on the page", self.switch, "Insert", "Ctrl+Alt+D",
                   "pen-line", "With a pen, a finger or the mouse, beside what the hand writes",
                   checkable=True),
        )  # fmt: skip

    def switch(self, on: bool) -> None:
        """Begin to write on the page, or let the mouse select again."""
        self.on, self._ident = on, None
        self._leave()
        self._context.actions.check("insert.ink", on)
        self._context.selection.select(None)
        if on:
            self._view.setFocus()
            self._view.viewport().setCursor(Qt.CursorShape.CrossCursor)
            self._window.say(HINT)
        else:
            self._view.viewport().unsetCursor()
            self._window.say("")

    def _opened(self) -> None:
        self._ident = None
        self._leave()

    def _drafted(self, _: DraftLayout) -> None:
        """The page has the ink itself now."""
        for live in self._shown:
            self._view.end_line(live)
        self._shown.clear()
        if self.on and not self._window.message.text():
            self._window.say(HINT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is written; Escape ends it."""
        if not self.on:
            return False
        if watched is self._view:
            escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
            if escape and event.type() == QEvent.Type.ShortcutOverride:
                # Else Escape would stop the network's pen, where that is at work, and not this one.
                event.accept()
                return True
            if escape and event.type() == QEvent.Type.KeyPress:
                self.switch(False)
                return True
            return False
        if isinstance(event, QTabletEvent):
            return self._tablet(event)
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        return False

    def _tablet(self, event: QTabletEvent) -> bool:
        self._pen_heard = self._clock.elapsed()
        kind, place = event.type(), event.position()
        if event.pointerType() == QPointingDevice.PointerType.Eraser:
            if event.buttons() != Qt.MouseButton.NoButton:
                self._erase(place)
        elif kind == QEvent.Type.TabletPress:
            self._begin(place, event.timestamp(), event.pressure(), by_pen=True)
        elif kind == QEvent.Type.TabletMove and self._by_pen:
            self._go_on(place, event.timestamp(), event.pressure())
        elif kind == QEvent.Type.TabletRelease and self._by_pen:
            self._finish()
        event.accept()
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, left = event.type(), event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or self._view.moves_desk:
            return False
        if self._by_pen or self._clock.elapsed() - self._pen_heard < PALM:
            return True
        if kind == QEvent.Type.MouseButtonPress and left:
            self._begin(event.position(), event.timestamp(), None)
        elif kind == QEvent.Type.MouseMove and self._live is not None:
            self._go_on(event.position(), event.timestamp(), None)
        elif kind == QEvent.Type.MouseButtonRelease and left and self._live is not None:
            self._finish()
        # A double click is two strokes, and no menu comes between them.
        elif kind == QEvent.Type.MouseButtonDblClick and left:
            self._begin(event.position(), event.timestamp(), None)
        return True

    def _begin(
        self, place: QPointF, stamp: int, pressure: float | None, *, by_pen: bool = False
    ) -> None:
        spot = self._view.spot(place)
        self._leave()
        if spot is None or not spot.inside:
            return
        look = self._document.note.look
        self._live, self._by_pen = LiveLine(spot.page, look.pen, look.colour), by_pen
        self._view.begin_line(self._live)
        self._go_on(place, stamp, pressure)

    def _go_on(self, place: QPointF, stamp: int, pressure: float | None) -> None:
        live = self._live
        if live is None:
            return
        spot = self._view.spot_on(live.page, place)
        now = (stamp if stamp > 0 else self._clock.elapsed()) / 1000
        last = self._points[-1][2] if self._points else now
        self._points.append(
            (spot.x, spot.y, max(now, last), -1.0 if pressure is None else pressure)
        )
        self._view.extend_line(live, np.array([(spot.x, spot.y)]), np.array([False]))

    def _finish(self) -> None:
        """A stroke has ended: it is the note's."""
        live, values = self._live, np.array(self._points)
        self._live, self._by_pen, self._points = None, False, []
        if live is None or not len(values):
            return
        self._view.extend_line(live, values[-1:, :2], np.array([True]))
        self._view.lift_pen()
        pressure = values[:, 3] if (values[:, 3] >= 0).all() else None
        stroke = Stroke(values[:, :2], values[:, 2] - values[0, 2], pressure)
        try:
            note, ident = add_stroke(self._document.note, live.page, stroke, self._ident)
        except SettingError as error:
            self._view.end_line(live)
            self._context.notices.say(str(error), "drawing")
            return
        self._ident = ident
        self._shown.append(live)
        self._document.close_step()
        self._document.edit("Write by hand", note)

    def _leave(self) -> None:
        """Forget a stroke that was begun."""
        if self._live is not None:
            self._view.lift_pen()
            self._view.end_line(self._live)
        self._live, self._by_pen, self._points = None, False, []

    def _erase(self, place: QPointF) -> None:
        spot = self._view.spot(place)
        if spot is None or not spot.inside:
            return
        note = erase_at(self._document.note, spot.page, spot.x, spot.y, ERASER)
        self._document.edit("Erase", note, merges="erase")

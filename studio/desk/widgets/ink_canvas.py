"""The ruled sheet that is written on with a pen, a finger or the mouse."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QInputDevice,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.ink.ink import Ink, Stroke
from studio.desk.widgets.theme import LIGHT, Theme

PAPER = "#fffefb"
RULE = "#c9d3e6"
MARGIN = "#e9edf5"
INK = "#1b2a49"
SEEN = LIGHT.accent
BAND = "#f3f6fc"

#: Milliseconds after the pen was last heard of during which fingers and mouse are the palm's.
PALM = 700
#: Pixels within which the eraser takes a stroke away.
REACH = 9.0
#: Width of the line in pixels, without pressure and at full pressure.
THIN, THICK = 1.1, 3.4


class Tool(Enum):
    """What draws: where a stroke comes from decides what may interrupt it."""

    PEN = "pen"
    TOUCH = "touch"
    MOUSE = "mouse"


class InkCanvas(QWidget):
    """Takes strokes in pixels of its own, y down, with time in seconds and pressure.

    Nothing is thrown away between the device and the stroke: every event that Qt delivers is a
    point. What has been drawn stays in a pixmap; an event paints its own segment alone.
    """

    stroke_ended = Signal(object)
    """A `Stroke` that was drawn to its end."""
    erased = Signal(float, float, float)
    """Erasing at x, y within a reach."""
    tool_used = Signal(str)
    """What drew: "pen", "touch" or "mouse"."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, ruled: bool = True) -> None:
        super().__init__(parent)
        self._theme, self._ruled = theme, ruled
        self.setAccessibleName("Sheet to write on")
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(theme.px(60), theme.px(18))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.erasing = False
        self.letters = 40
        self._strokes: tuple[Stroke, ...] = ()
        self._seen: Ink | None = None
        self._tool: Tool | None = None
        self._points: list[tuple[float, float, float, float]] = []
        self._clock = QElapsedTimer()
        self._clock.start()
        self._began: float | None = None
        self._pen_heard = -10 * PALM
        self._drawn = QPixmap()

    # What is shown.

    def show_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """Show these strokes instead of what was there."""
        self._strokes = strokes
        if not strokes:
            self._began = None
        self._redraw()

    def show_seen(self, ink: Ink | None) -> None:
        """Show points over the strokes (what the network sees), in pixels; None shows none."""
        self._seen = ink
        self.update()

    def show_text(self, text: str) -> None:
        """Rule the sheet for a text of this length."""
        self.letters = max(12, len(text))
        self._redraw()

    @property
    def drawing(self) -> bool:
        """Whether a stroke is being drawn."""
        return self._tool is not None

    @property
    def x_height(self) -> float:
        """The ruled height of a small x, in pixels."""
        return float(min(0.2 * self.height(), max(12.0, 0.92 * self.width() / self.letters)))

    @property
    def baseline(self) -> float:
        """The ruled baseline's y in pixels."""
        return 0.5 * self.height() + 0.6 * self.x_height

    def picture(self) -> QPixmap:
        """The sheet as it is drawn now."""
        return self._drawn

    # Devices.

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw or erase with a pen's own points."""
        self._pen_heard = self._clock.elapsed()
        if self._tool in (Tool.TOUCH, Tool.MOUSE):
            self._drop()  # the palm was there before the pen
        kind = event.type()
        eraser = event.pointerType() == QPointingDevice.PointerType.Eraser or self.erasing
        place = event.position()
        if eraser:
            if kind != QEvent.Type.TabletRelease and event.buttons() != Qt.MouseButton.NoButton:
                self.erased.emit(place.x(), place.y(), REACH)
        elif kind == QEvent.Type.TabletPress:
            self._press(Tool.PEN, place, event.timestamp(), event.pressure())
        elif kind == QEvent.Type.TabletMove and self._tool is Tool.PEN:
            self._move(place, event.timestamp(), event.pressure())
        elif kind == QEvent.Type.TabletRelease and self._tool is Tool.PEN:
            self._release()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Take touches; everything else goes its way."""
        kinds = (
            QEvent.Type.TouchBegin,
            QEvent.Type.TouchUpdate,
            QEvent.Type.TouchEnd,
            QEvent.Type.TouchCancel,
        )
        if event.type() in kinds and isinstance(event, QTouchEvent):
            return self._touch(event)
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> bool:
        if event.device().type() != QInputDevice.DeviceType.TouchScreen:
            return False  # a touch pad moves the mouse
        points = event.points()
        if event.type() == QEvent.Type.TouchCancel or len(points) > 1:
            # A second finger makes it a gesture, or the palm.
            if self._tool is Tool.TOUCH:
                self._drop()
        elif self._palm():
            pass
        elif event.type() == QEvent.Type.TouchBegin:
            self._begin_by_hand(Tool.TOUCH, points[0].position(), event.timestamp())
        elif self._tool is Tool.TOUCH:
            if event.type() == QEvent.Type.TouchUpdate:
                self._move(points[0].position(), event.timestamp(), None)
            else:
                self._release()
        elif self.erasing:
            self._erase_at(points[0].position())
        event.accept()
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke with the mouse."""
        if event.button() == Qt.MouseButton.LeftButton and self._real_mouse(event):
            self._begin_by_hand(Tool.MOUSE, event.position(), event.timestamp())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a stroke."""
        if self._tool is Tool.MOUSE:
            self._move(event.position(), event.timestamp(), None)
        elif self.erasing and event.buttons() & Qt.MouseButton.LeftButton:
            self._erase_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a stroke."""
        if self._tool is Tool.MOUSE and event.button() == Qt.MouseButton.LeftButton:
            self._release()

    def _real_mouse(self, event: QMouseEvent) -> bool:
        """Whether it is no echo of a pen or a finger."""
        return (
            not self._palm()
            and self._tool is None
            and event.source() == Qt.MouseEventSource.MouseEventNotSynthesized
        )

    def _palm(self) -> bool:
        """Whether the pen is near, or was a moment ago: then the hand rests on the tablet."""
        return self._tool is Tool.PEN or self._clock.elapsed() - self._pen_heard < PALM

    # Strokes.

    def _begin_by_hand(self, tool: Tool, place: QPointF, stamp: int) -> None:
        if self.erasing:
            self._erase_at(place)
        else:
            self._press(tool, place, stamp, None)

    def _erase_at(self, place: QPointF) -> None:
        self.erased.emit(place.x(), place.y(), REACH)

    def _press(self, tool: Tool, place: QPointF, stamp: int, pressure: float | None) -> None:
        self._tool, self._points = tool, []
        self.tool_used.emit(tool.value)
        self._move(place, stamp, pressure)

    def _move(self, place: QPointF, stamp: int, pressure: float | None) -> None:
        # Devices that tell no time are timed by when their event comes.
        now = (stamp if stamp > 0 else self._clock.elapsed()) / 1000
        if self._began is None:
            last = self._strokes[-1].time if self._strokes else None
            self._began = now - (float(last[-1]) + 0.5 if last is not None else 0.0)
        force = -1.0 if pressure is None else pressure
        time = max(now - self._began, self._points[-1][2] if self._points else 0.0)
        self._points.append((place.x(), place.y(), time, force))
        painter = QPainter(self._drawn)
        dirty = self._segment(painter, len(self._points) - 1)
        painter.end()
        self.update(dirty.toAlignedRect())

    def _release(self) -> None:
        values = np.array(self._points)
        self._tool, self._points = None, []
        pressure = values[:, 3] if (values[:, 3] >= 0).all() else None
        stroke = Stroke(values[:, :2], values[:, 2], pressure)
        self._strokes = (*self._strokes, stroke)
        self.stroke_ended.emit(stroke)

    def _drop(self) -> None:
        """Forget a stroke that was none."""
        self._tool, self._points = None, []
        self._redraw()

    # Painting.

    def _segment(self, painter: QPainter, place: int) -> QRectF:
        """Paint the piece that ends at a point of the current stroke; the area that has changed."""
        x, y, _, force = self._points[place]
        before = self._points[max(place - 1, 0)]
        return self._piece(painter, QPointF(before[0], before[1]), QPointF(x, y), force)

    @staticmethod
    def _piece(painter: QPainter, begin: QPointF, end: QPointF, force: float) -> QRectF:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = THIN + (THICK - THIN) * (force if force >= 0 else 0.45)
        painter.setPen(QPen(QColor(INK), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if begin == end:
            painter.drawPoint(end)
        else:
            painter.drawLine(begin, end)
        reach = width + 2
        return QRectF(begin, end).normalized().adjusted(-reach, -reach, reach, reach)

    def _redraw(self) -> None:
        ratio = self.devicePixelRatioF()
        self._drawn = QPixmap(self.size() * ratio)
        self._drawn.setDevicePixelRatio(ratio)
        self._drawn.fill(QColor(PAPER))
        painter = QPainter(self._drawn)
        if self._ruled:
            self._rule(painter)
        for stroke in self._strokes:
            points = [QPointF(x, y) for x, y in stroke.xy]
            forces = stroke.pressure if stroke.pressure is not None else [-1.0] * len(points)
            for place, (point, force) in enumerate(zip(points, forces, strict=True)):
                self._piece(painter, points[max(place - 1, 0)], point, float(force))
        for place in range(len(self._points)):
            self._segment(painter, place)
        painter.end()
        self.update()

    def _rule(self, painter: QPainter) -> None:
        base, height, width = self.baseline, self.x_height, self.width()
        painter.fillRect(QRectF(0, base - height, width, height), QColor(BAND))
        painter.setPen(QPen(QColor(RULE), 1.4))
        painter.drawLine(QPointF(0, base), QPointF(width, base))
        painter.setPen(QPen(QColor(MARGIN), 1))
        for y in (base - height, base - 2.1 * height, base + 0.9 * height):
            painter.drawLine(QPointF(0, y), QPointF(width, y))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show what has been drawn, and over it what the network sees where that is asked for."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        if self._seen is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            veil = QColor(PAPER)
            veil.setAlpha(190)
            painter.fillRect(self.rect(), veil)
            accent = QColor(SEEN)
            for stroke in self._seen.strokes:
                points = [QPointF(x, y) for x, y in stroke.xy]
                painter.setPen(QPen(accent, 0.8))
                painter.drawPolyline(points)
                painter.setPen(QPen(accent, 3.2, c=Qt.PenCapStyle.RoundCap))
                painter.drawPoints(points)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw all again at the new size."""
        self._redraw()

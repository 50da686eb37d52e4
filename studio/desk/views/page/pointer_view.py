"""Mouse and keys on the pages: what is pressed, pulled, dragged or stepped to, in millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from studio.desk.views.page.marks import (
    TURN,
    SelectionMark,
    frame_of,
    handle_at,
    on_mark,
    pulled_point,
)
from studio.desk.views.page.sheet_view import SheetView, Spot
from studio.desk.widgets.icons import icon_pixmap
from studio.desk.widgets.theme import Theme

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
AROUND = 34
"""Pixels around a frame within which its handles lie."""


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


class PointerView(SheetView):
    """Tells what is done to the pages; knows nothing of what a note is."""

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

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks: tuple[SelectionMark, ...] = ()
        self._hover: tuple[SelectionMark, ...] = ()
        self._doubtful: tuple[SelectionMark, ...] = ()
        self._drag: _Drag | None = None
        self._space = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)

    @property
    def moves_desk(self) -> bool:
        """Whether the mouse moves the desk: the space bar is down."""
        return self._space

    def mark(self, marks: tuple[SelectionMark, ...]) -> None:
        """Frame what is selected."""
        if marks != self._marks:
            self._retouch(self._marks, marks)
            self._marks = marks

    def doubt(self, marks: tuple[SelectionMark, ...]) -> None:
        """Underline words that may be misread."""
        if marks != self._doubtful:
            self._doubtful = marks
            self.viewport().update()

    def point_at(self, marks: tuple[SelectionMark, ...]) -> None:
        """Tint what the mouse is over."""
        if marks != self._hover:
            self._retouch(self._hover, marks)
            self._hover = marks

    def _retouch(self, *groups: tuple[SelectionMark, ...]) -> None:
        """Have marks painted, or what lies below them."""
        for marks in groups:
            for mark in marks:
                frame = self.turning(mark.page, mark.turned).mapRect(frame_of(self, mark))
                area = frame.adjusted(-AROUND, -AROUND, AROUND, AROUND)
                self.viewport().update(area.toAlignedRect())

    # The mouse -------------------------------------------------------------------------------

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
            pulled = handle_at(self, self._marks, event.position())
            again = on_mark(self._marks, spot)
            self._drag = _Drag(event.position(), spot, "move")
            if pulled is not None:
                at, home = event.position(), pulled_point(self, *pulled)
                spot = self.spot_on(pulled[0].page, at)
                self._drag = _Drag(at, spot, "pull", handle=pulled[1], grip=at - home)
            elif not again:
                self.pressed.emit(spot, event.modifiers())
                self._drag.moved = False
                self._drag.kind = "move" if on_mark(self._marks, spot) else "none"
                self._drag.scroll = (1, 0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on dragging, or tell where the mouse is."""
        drag, at = self._drag, event.position()
        if drag is None:
            spot = self.spot(at)
            pulled = handle_at(self, self._marks, at)
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

    def _handle_cursor(self, mark: SelectionMark, name: str) -> QCursor:
        if name == TURN:
            colour = self._theme.colour("accent")
            return QCursor(icon_pixmap("rotate-cw", colour, 20, self.devicePixelRatioF()))
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

    # Keys ------------------------------------------------------------------------------------

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

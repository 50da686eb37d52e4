"""Frames around what is selected, pointed at or locked on a page, and the handles to pull."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.desk.views.page.sheet_view import SheetView, Spot
from studio.desk.widgets.icons import icon_pixmap
from studio.desk.widgets.theme import LIGHT
from studio.document.page import Box
from studio.document.placement import turned

CORNERS = ("nw", "ne", "se", "sw")
TURN = "turn"
"""The handle above a frame by which it is turned."""
PADDING = 4
"""Between what is marked and its frame, in pixels."""
TURN_AWAY = 26
"""How far that stands above the frame, in pixels."""


@dataclass(frozen=True)
class SelectionMark:
    """A frame around something on a page: what is selected, pointed at, or locked.

    Parameters
    ----------
    page : int
    box : Box
        Upright in a frame that is turned about the sheet's top left corner.
    kind : str
        "selected", "hover", "locked" or "doubtful": that may be misread.
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


def frame_of(view: SheetView, mark: SelectionMark) -> QRectF:
    """A mark's frame in logical pixels, upright."""
    left, top, right, bottom = mark.box
    area = view.to_view(mark.page, QRectF(left, top, right - left, bottom - top))
    return area.adjusted(-PADDING, -PADDING, PADDING, PADDING)


def handle(name: str, area: QRectF) -> QRectF:
    """A handle of a frame in logical pixels, upright."""
    x = {"w": area.left(), "e": area.right()}.get(name[-1], area.center().x())
    y = {"n": area.top(), "s": area.bottom()}.get(name[0], area.center().y())
    if name == TURN:
        x, y = area.center().x(), area.top() - TURN_AWAY
    return QRectF(x - 4.5, y - 4.5, 9, 9)


def handle_at(
    view: SheetView, marks: tuple[SelectionMark, ...], at: QPointF
) -> tuple[SelectionMark, str] | None:
    """The handle under a point of the viewport, with its mark."""
    for mark in marks:
        back, _ = view.turning(mark.page, mark.turned).inverted()
        area, upright = frame_of(view, mark), back.map(at)
        for name in mark.handles:
            if handle(name, area).adjusted(-3, -3, 3, 3).contains(upright):
                return mark, name
    return None


def pulled_point(view: SheetView, mark: SelectionMark, name: str) -> QPointF:
    """The point of the frame that a handle stands for; it keeps its way to the mouse."""
    area = frame_of(view, mark)
    if name != TURN:
        area = area.adjusted(PADDING, PADDING, -PADDING, -PADDING)
    return view.turning(mark.page, mark.turned).map(handle(name, area).center())


def on_mark(marks: tuple[SelectionMark, ...], spot: Spot) -> bool:
    """Whether a place lies on what is selected."""
    for mark in marks:
        x, y = turned((spot.x, spot.y), -mark.turned)
        left, top, right, bottom = mark.box
        inside = left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1
        if mark.kind == "selected" and mark.page == spot.page and inside:
            return True
    return False


def paint_mark(painter: QPainter, view: SheetView, mark: SelectionMark, hover: bool) -> None:
    """Draw the frame with its handles."""
    area = frame_of(view, mark)
    # The paper is light in either theme.
    accent = QColor(LIGHT.accent)
    painter.save()
    painter.setTransform(view.turning(mark.page, mark.turned), combine=True)
    if mark.kind == "doubtful":
        pen = QPen(QColor(LIGHT.danger), 2.0, Qt.PenStyle.DotLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.restore()
        return
    if mark.kind == "locked":
        image = icon_pixmap("lock", accent, 14, view.devicePixelRatioF())
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
        grip = handle(name, area)
        if name == TURN:
            painter.drawLine(grip.center() + QPointF(0, 5), QPointF(area.center().x(), area.top()))
            painter.drawEllipse(grip)
        else:
            painter.drawRoundedRect(grip, 2, 2)
    painter.restore()

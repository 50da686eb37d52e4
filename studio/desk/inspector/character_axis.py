"""An axis whose places are the characters of the text, to be read, pointed at and chosen."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from studio.desk.inspector.plot_colours import PlotColours

#: What stands for a space.
SPACE = "␣"


class _Wrapped(NamedTuple):
    """Letters in columns: how many columns there are, how many are drawn, and where."""

    columns: int
    shown: int
    left: float
    width: float


class CharacterAxis(pg.AxisItem):
    """The left axis of a plot with a row for each character, the first at the top.

    Where rows are lower than letters, the text is wrapped into columns: each letter stands at its
    own row's height, one column further right than the letter before it, so that the text still
    reads from left to right, a piece on each slanting line.

    Parameters
    ----------
    colours : PlotColours
    chosen : callable
        Told a character's number when it is clicked.
    pointed : callable
        Told it when the mouse is over it, or None.
    """

    def __init__(
        self,
        colours: PlotColours,
        chosen: Callable[[int], None],
        pointed: Callable[[int | None], None],
    ) -> None:
        super().__init__("left")
        self._colours = colours
        self._chosen, self._pointed = chosen, pointed
        self._text = ""
        self._marked: tuple[int | None, int | None] = (None, None)
        self.setAcceptHoverEvents(True)

    def show_text(self, text: str) -> None:
        """Name the rows by the characters of a text and its closing space."""
        self._text = text
        self.update()

    def mark(self, under_cursor: int | None, chosen: int | None) -> None:
        """Mark the character at the cursor and the one that is chosen."""
        if (under_cursor, chosen) != self._marked:
            self._marked = (under_cursor, chosen)
            self.update()

    def at(self, where: QPointF) -> int | None:
        """The number of the character whose letter stands nearest, left or right of its own row."""
        view = self.linkedView()
        if view is None or not self._text:
            return None
        row = view.height() / max(view.viewRange()[1][1] - view.viewRange()[1][0], 1e-9)
        place = view.mapToView(view.mapFromItem(self, where)).y()
        wrapped = self._wrapped(row)
        column = max(0, min(int((where.x() - wrapped.left) // wrapped.width), wrapped.shown - 1))
        if wrapped.shown < wrapped.columns:
            # Letters are left out: only the height tells.
            number = round(place)
        else:
            number = column + wrapped.columns * round((place - column) / wrapped.columns)
        return number if 0 <= number < len(self._text) else None

    def hoverEvent(self, ev: Any) -> None:
        """Tell which character the mouse is over."""
        self._pointed(None if ev.isExit() else self.at(ev.pos()))

    def mouseClickEvent(self, ev: Any) -> None:
        """Choose a character."""
        place = self.at(ev.pos())
        if ev.button() == Qt.MouseButton.LeftButton and place is not None:
            ev.accept()
            self._chosen(place)

    def mouseDragEvent(self, ev: Any) -> None:
        """The axis itself cannot be dragged."""
        ev.ignore()

    def wheelEvent(self, event: Any) -> None:
        """The axis itself cannot be zoomed."""
        event.ignore()

    def columns(self, row: float) -> int:
        """Into how many columns rows of a height in pixels are wrapped."""
        letter = QFontMetricsF(self._font(row)).height() * 0.86
        return max(1, math.ceil(letter / max(row, 0.1)))

    def _wrapped(self, row: float) -> _Wrapped:
        """Where the columns stand, for rows of a height in pixels."""
        area, count = self.rect(), self.columns(row)
        letter = QFontMetricsF(self._font(row)).horizontalAdvance("m")
        width = letter * (1.0 if count > 1 else 1.3)
        right = area.right() - self._colours.px(4)
        shown = min(count, max(1, int((right - area.left()) // width)))
        # The last column stands next to the map.
        return _Wrapped(count, shown, right - shown * width, width)

    def _font(self, row: float) -> Any:
        """As large as the rows allow, within what is legible."""
        font = self._colours.font()
        size = min(font.pixelSize() * 1.15, max(row * 0.95, font.pixelSize() * 0.82))
        font.setPixelSize(max(1, round(size)))
        return font

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the letters beside their rows."""
        view = self.linkedView()
        if view is None or not self._text:
            return
        c = self._colours
        (low, high), area = view.viewRange()[1], self.rect()
        top = self.mapFromItem(view, QPointF(0, 0)).y()
        row = view.height() / max(high - low, 1e-9)
        wrapped, font = self._wrapped(row), self._font(row)
        under, chosen = self._marked
        painter.setFont(font)
        for place in range(max(0, math.floor(low)), min(len(self._text), math.ceil(high)) + 1):
            centre = top + (place - low) * row
            if not top - row <= centre <= top + view.height() + row:
                continue
            # The row after the last letter is that of the closing space.
            letter = self._text[place] if place < len(self._text) else " "
            column = place % wrapped.columns
            if column >= wrapped.shown:
                continue
            x = wrapped.left + column * wrapped.width
            box = QRectF(x, centre - font.pixelSize(), wrapped.width, 2 * font.pixelSize())
            token, weight = "text", 1.0
            if place in (under, chosen):
                token = "accent"
                stripe = QRectF(area.left(), centre - row / 2, area.width(), row)
                painter.fillRect(stripe, c.colour("accent", 0.30 if place == chosen else 0.16))
            elif letter == " ":
                token, weight = "muted", 0.7
            painter.setPen(c.colour(token, weight))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, SPACE if letter == " " else letter)

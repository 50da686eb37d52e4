"""A flow layout: widgets side by side, wrapped into rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Rows of widgets; in each row those that expand share what room the others leave.

    Parameters
    ----------
    parent : QWidget
    spacing : int
        Pixels between two parts and between two rows.
    """

    def __init__(self, parent: QWidget, spacing: int) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take a part in at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many parts there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """A part, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take a part out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Rows are as wide as there is room."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """The less wide, the more rows."""
        return True

    def rows_of(self, widgets: Sequence[QWidget], width: int) -> int:
        """How many rows some widgets would take in a width, hidden or not."""
        room = width - self.contentsMargins().left() - self.contentsMargins().right()
        rows, used = 0, 0
        for widget in widgets:
            wide = widget.sizeHint().expandedTo(widget.minimumSizeHint()).width()
            fits = rows and used + self.spacing() + wide <= room
            rows, used = (rows, used + self.spacing() + wide) if fits else (rows + 1, wide)
        return rows

    def heightForWidth(self, width: int) -> int:
        """Height of all rows at a width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        """All in one row."""
        margins = self.contentsMargins()
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(len(sizes) - 1, 0)
        height = max((size.height() for size in sizes), default=0)
        return QSize(width, height).grownBy(margins)

    def minimumSize(self) -> QSize:
        """The widest part alone."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def setGeometry(self, rect: QRect) -> None:
        """Put all parts into their places."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, move: bool) -> int:
        """The height of all rows; the parts are put there where asked for."""
        left, top, right, bottom = (getattr(self.contentsMargins(), side)() for side in _SIDES)
        room, y = rect.width() - left - right, rect.y() + top
        for row in self._rows(room):
            height = max(_wanted(item).height() for item in row)
            if move:
                self._place(row, QRect(rect.x() + left, y, room, height))
            y += height + self.spacing()
        return y - self.spacing() + bottom - rect.y()

    def _rows(self, room: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = [[]]
        used = 0
        for item in self._shown():
            width = _wanted(item).width()
            if rows[-1] and used + self.spacing() + width > room:
                rows.append([])
            used = width if not rows[-1] else used + self.spacing() + width
            rows[-1].append(item)
        return [row for row in rows if row]

    def _place(self, row: list[QLayoutItem], area: QRect) -> None:
        used = sum(_wanted(item).width() for item in row) + self.spacing() * (len(row) - 1)
        growing = sum(map(_grows, row))
        x = area.x()
        for item in row:
            size = _wanted(item)
            width = min(size.width(), area.width())
            if _grows(item):
                width += max(0, area.width() - used) // growing
            at = QPoint(x, area.y() + (area.height() - size.height()) // 2)
            item.setGeometry(QRect(at, QSize(width, size.height())))
            x += width + self.spacing()


_SIDES = ("left", "top", "right", "bottom")


def _grows(item: QLayoutItem) -> bool:
    return bool(item.expandingDirections() & Qt.Orientation.Horizontal)


def _wanted(item: QLayoutItem) -> QSize:
    return item.sizeHint().expandedTo(item.minimumSize())

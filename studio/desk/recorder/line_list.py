"""The lines of a recording, each as a small picture with its words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from engine.ink.ink import Ink
from engine.ink.recorded_line import RecordedLine
from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.ink_canvas import INK, PAPER
from studio.desk.widgets.theme import Theme


def thumbnail(ink: Ink, size: QSize, ratio: float = 1.0, most: float = 0.0) -> QPixmap:
    """A picture of a line, as large as it fits.

    Parameters
    ----------
    ink : Ink
    size : QSize
    ratio : float
        Device pixels to one of the size's.
    most : float
        Pixels to the ink's unit at most; 0 for no limit.
    """
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(PAPER))
    if not ink:
        return pixmap
    left, top, right, bottom = ink.bounds
    margin = 6
    scale = min(
        (size.width() - 2 * margin) / max(right - left, 1e-6),
        (size.height() - 2 * margin) / max(bottom - top, 1e-6),
    )
    if most:
        scale = min(scale, most)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(INK), 1.2, c=Qt.PenCapStyle.RoundCap))
    middle = size.height() / 2 - scale * (top + bottom) / 2
    for stroke in ink.strokes:
        points = [QPointF(margin + scale * (x - left), middle + scale * y) for x, y in stroke.xy]
        if len(points) == 1:
            painter.drawPoint(points[0])
        else:
            painter.drawPolyline(points)
    painter.end()
    return pixmap


class LineList(QListWidget):
    """Lines by their places; Delete removes those marked, a double click writes one again."""

    again_wanted = Signal(int)
    removal_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("Lines recorded so far")
        self.setIconSize(QSize(theme.px(24), theme.px(4)))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.itemActivated.connect(
            lambda item: self.again_wanted.emit(item.data(Qt.ItemDataRole.UserRole))
        )

    def show_lines(self, lines: dict[int, RecordedLine]) -> None:
        """Show these lines."""
        self.clear()
        for place, line in lines.items():
            picture = thumbnail(line.ink, self.iconSize(), self.devicePixelRatioF())
            icon = QIcon(picture)
            icon.addPixmap(picture, QIcon.Mode.Selected)
            item = QListWidgetItem(icon, line.text)
            item.setData(Qt.ItemDataRole.UserRole, place)
            item.setToolTip(plain_tip(f"Line {place}: {line.text}"))
            self.addItem(item)

    def chosen_places(self) -> tuple[int, ...]:
        """The places of all lines that are marked, in their order."""
        role = Qt.ItemDataRole.UserRole
        return tuple(sorted(int(item.data(role)) for item in self.selectedItems()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes the chosen line."""
        places = self.chosen_places()
        if places and event.key() == Qt.Key.Key_Delete:
            for place in places:
                self.removal_wanted.emit(place)
        else:
            super().keyPressEvent(event)

"""How a style looks in a list: its name and a line in it, under the heading of its kind."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.ink.ink import Ink
from engine.rendering.pens import Pen
from studio.desk.models.style_list import KIND_ROLE, SAMPLE_ROLE
from studio.desk.views.page.ink_picture import ink_picture
from studio.desk.widgets.ink_canvas import INK, PAPER
from studio.desk.widgets.theme import Theme

Index = QModelIndex | QPersistentModelIndex

PIXELS_PER_MM = 2.6
"""At which lines are shown: one scale for all, so that they are seen to differ in size."""
PEN = Pen()
PENDING = "being written …"
"""Stands for a line that is not there yet."""
HEADING, ROW, MARGIN = 3.5, 7.5, 1.0
"""Heights of a heading and of a style, and what is left free, in steps of the theme's grid."""


def draw_sample(
    painter: QPainter,
    ink: Ink,
    area: QRectF,
    scale: float = PIXELS_PER_MM,
    pen: Pen = PEN,
    colour: str = INK,
) -> None:
    """Draw a line in millimetres into an area, from its left; smaller where it has no room."""
    left, top, right, bottom = ink.bounds
    width, height = max(right - left, 1e-6), max(bottom - top, 1e-6)
    scale = min(scale, area.width() / width, area.height() / height)
    # Where it is shown small it must not be too fine to be seen.
    shown = ink_picture(ink, replace(pen, width=max(pen.width, 1.1 / scale)), colour)
    painter.save()
    painter.setClipRect(area)
    painter.translate(QPointF(area.left(), area.center().y() - scale * (top + bottom) / 2))
    painter.scale(scale, scale)
    painter.translate(-left, 0.0)
    shown.paint(painter, shown.bounds)
    painter.restore()


class StyleDelegate(QStyledItemDelegate):
    """Paints the rows of a `StyleList`, or of any list with its roles.

    Parameters
    ----------
    theme : Theme
    row : float
        Height of a style, in steps of the theme's grid.
    scale : float
        Pixels a millimetre.
    """

    def __init__(self, theme: Theme, row: float = ROW, scale: float = PIXELS_PER_MM) -> None:
        super().__init__(theme)
        self._theme, self._row, self._scale = theme, row, scale
        self.pen, self.colour = PEN, INK

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A row, with its heading where it is the first of its kind; none is a plain row."""
        px = self._theme.px
        if not index.data(KIND_ROLE):
            return QSize(px(44), px(4))
        return QSize(px(44), px(self._row) + (px(HEADING) if self._begins(index) else 0))

    def _begins(self, index: Index) -> bool:
        before = index.model().index(index.row() - 1, 0) if index.row() else QModelIndex()
        return bool(before.data(KIND_ROLE) != index.data(KIND_ROLE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the heading, the name, and the sample on paper."""
        kind = index.data(KIND_ROLE)
        if not kind:
            super().paint(painter, option, index)
            return
        px, theme = self._theme.px, self._theme
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._begins(index):
            heading = QRectF(area.left() + px(1), area.top(), area.width() - px(2), px(HEADING))
            painter.setPen(theme.colour("muted"))
            low = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(heading, low, kind)
            area.setTop(area.top() + px(HEADING))
        chosen = bool(option.state & (QStyle.StateFlag.State_Selected))
        if chosen:
            painter.fillRect(area, theme.colour("accent"))
        words = QRectF(area.left() + px(1), area.top(), px(9), area.height())
        painter.setPen(theme.colour("on_accent" if chosen else "text"))
        name = str(index.data(Qt.ItemDataRole.DisplayRole))
        shown = painter.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideRight, round(words.width())
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, flags, shown)
        sheet = area.adjusted(px(11), px(0.5), -px(0.75), -px(0.5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(PAPER))
        painter.drawRoundedRect(sheet, 3, 3)
        ink = index.data(SAMPLE_ROLE)
        if ink is None:
            painter.setPen(QColor("#77777d"))
            painter.drawText(sheet, Qt.AlignmentFlag.AlignCenter, PENDING)
        else:
            area = sheet.adjusted(px(MARGIN), 2, -px(MARGIN), -2)
            draw_sample(painter, ink, area, self._scale, self.pen, self.colour)
        painter.restore()

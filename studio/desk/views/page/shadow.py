"""The soft shadow around a sheet: painted once, then laid along its edges."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from studio.desk.widgets.theme import Tokens

OUT, IN = 20, 10
"""Pixels outside and inside of the sheet's corner within which the shadow is not alike."""
MIDDLE = 4
"""Pixels between two corners of the picture: what is stretched along an edge."""


class Shadow:
    """Lays the shadow around sheets of any size; the sheet itself is left as it is."""

    def __init__(self) -> None:
        self._known: tuple[Tokens, float] | None = None
        self._picture = QPixmap()

    def paint(self, painter: QPainter, sheet: QRectF, tokens: Tokens, ratio: float) -> None:
        """Paint it.

        Parameters
        ----------
        painter : QPainter
        sheet : QRectF
            In logical pixels.
        tokens : Tokens
            Of the theme that holds.
        ratio : float
            Device pixels to a logical one.
        """
        if self._known != (tokens, ratio):
            self._known, self._picture = (tokens, ratio), _drawn(tokens, ratio)
        left, top = round(sheet.left()), round(sheet.top())
        right, bottom = round(sheet.right()), round(sheet.bottom())
        side = OUT + IN
        # Where it begins, how long it is, and which part of the picture it is.
        across = ((left - OUT, side, 0, side), (left + IN, right - left - 2 * IN, side, MIDDLE),
                  (right - IN, side, side + MIDDLE, side))  # fmt: skip
        down = ((top - OUT, side, 0, side), (top + IN, bottom - top - 2 * IN, side, MIDDLE),
                (bottom - IN, side, side + MIDDLE, side))  # fmt: skip
        for column, (x, width, u, wide) in enumerate(across):
            for row, (y, height, v, high) in enumerate(down):
                if (row, column) != (1, 1) and min(width, height) > 0:
                    source = QRectF(u * ratio, v * ratio, wide * ratio, high * ratio)
                    painter.drawPixmap(QRectF(x, y, width, height), self._picture, source)


def _drawn(tokens: Tokens, ratio: float) -> QPixmap:
    """The shadow of a small sheet."""
    within = 2 * IN + MIDDLE
    size = within + 2 * OUT
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    sheet = QRectF(OUT, OUT, within, within)
    painter = QPainter(picture)
    painter.scale(ratio, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    colour = QColor(tokens.shadow)
    deep = 2.2 if tokens.dark else 1.0
    for reach in range(14, 0, -2):
        colour.setAlphaF(0.013 * deep)
        painter.setBrush(colour)
        painter.drawRoundedRect(
            sheet.adjusted(-reach, -reach + 5, reach, reach + 5), reach + 1, reach + 1
        )
    colour.setAlphaF(0.16)
    painter.setBrush(colour)
    painter.drawRect(sheet.adjusted(-0.5, -0.5, 0.5, 1.0))
    painter.end()
    return picture

"""The pen that is seen to write."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

REACH = QRectF(-6, -34, 36, 40)
"""Pixels around its tip within which it is painted."""


def paint_pen(painter: QPainter, at: QPointF, ink: QColor, down: bool) -> None:
    """Paint a slender pen whose tip is at the point; lifted a little when it is up."""
    painter.save()
    painter.translate(at if down else at + QPointF(1.5, -2.5))
    painter.rotate(38)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawPolygon(QPolygonF([QPointF(0, 0), QPointF(-1.6, -5), QPointF(1.6, -5)]))
    painter.setBrush(QColor("#b98a3c"))
    painter.drawPolygon(
        QPolygonF([QPointF(-1.6, -5), QPointF(1.6, -5), QPointF(2.8, -9), QPointF(-2.8, -9)])
    )
    painter.setBrush(QColor("#2b2d33"))
    painter.drawRoundedRect(QRectF(-2.8, -28, 5.6, 19.5), 2.2, 2.2)
    painter.restore()

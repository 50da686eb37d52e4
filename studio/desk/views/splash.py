"""The splash: the studio's name and icon on the screen while the program is still being read."""

from __future__ import annotations

import time
from importlib.resources import files

from PySide6.QtCore import QByteArray, QEventLoop, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from studio.desk.widgets.theme import DARK, LIGHT

WIDTH, HEIGHT, ICON = 360, 136, 88
PATIENCE = 0.2
"""Seconds that the screen is given to show the splash before the start goes on."""


class Splash(QWidget):
    """A small sheet in the middle of the screen; knows nothing of the studio, so it is there first.

    It goes when the window has come.
    """

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Scriptorium is starting")
        self.setFixedSize(WIDTH, HEIGHT)
        middle = self.screen().availableGeometry().center()
        self.move(middle.x() - WIDTH // 2, middle.y() - HEIGHT // 2)
        svg = (files("resources") / "icons" / "scriptorium.svg").read_bytes()
        self._icon = QSvgRenderer(QByteArray(svg))

    def appear(self) -> None:
        """Show it, and wait for the screen to have it: what comes next leaves no time to paint."""
        self.show()
        due = time.perf_counter() + PATIENCE
        while not self.windowHandle().isExposed() and time.perf_counter() < due:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 10)
        self.repaint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet, the icon and the name."""
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        tokens = DARK if dark else LIGHT
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.panel))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        edge = (HEIGHT - ICON) / 2
        self._icon.render(painter, QRectF(edge, edge, ICON, ICON))
        words = QRectF(2 * edge + ICON, edge + 12, WIDTH, ICON - 24)
        font = QFont(self.font())
        font.setPixelSize(26)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignTop, "Scriptorium")
        font.setPixelSize(14)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom, "A handwriting studio")
        painter.end()

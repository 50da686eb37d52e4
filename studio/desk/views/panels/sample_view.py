"""A small sheet with two short lines, on which every slider acts before it acts on the note."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.ink.ink import Ink
from studio.desk.views.page.ink_picture import InkPicture, ink_picture, picture
from studio.desk.views.page.sheet_view import DOTS_PER_MM
from studio.desk.widgets.theme import Theme
from studio.document.page import PlacedLine

FRAME = 33
"""Milliseconds between two looks at how far the pen is."""


class SampleView(QWidget):
    """Paints placed lines in their real size, ink and pen; shows how fast the pen would write."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: tuple[PlacedLine, ...] = ()
        self._pictures: tuple[InkPicture, ...] = ()
        self._bounds = QRectF()
        self.message = "Loading the hand …"
        self.paper_colour = "#ffffff"
        self._rate, self._clock = 0.0, QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._go_on)
        self.setAccessibleName("Sample of these settings")
        self.setMinimumHeight(theme.px(12))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def ink(self) -> Ink:
        """The sample's ink in millimetres."""
        return Ink.joined(line.ink for line in self._lines)

    def show_lines(self, lines: Sequence[PlacedLine]) -> None:
        """Show other lines, or the same ones set otherwise."""
        self._lines, self.message = tuple(line for line in lines if line.ink), ""
        self._pictures = tuple(map(picture, self._lines))
        self._bounds = QRectF()
        for shown in self._pictures:
            self._bounds = self._bounds.united(shown.bounds)
        self.update()

    def show_message(self, message: str) -> None:
        """Say why there is no sample."""
        self.message, self._lines, self._pictures = message, (), ()
        self._timer.stop()
        self.update()

    def replay(self, rate: float) -> None:
        """Let the lines be seen written, at so many points a second."""
        self._rate = rate
        if self._lines and self.isVisible():
            self._clock.start()
            self._timer.start()
            self.update()

    def _go_on(self) -> None:
        if self._shown() >= self.ink.points:
            self._timer.stop()
        self.update()

    def _shown(self) -> int:
        """Points that the pen has come to."""
        return round(self._clock.elapsed() * self._rate / 1000)

    def _painted(self) -> Sequence[InkPicture]:
        """The lines as far as they are to be seen."""
        if not self._timer.isActive():
            return self._pictures
        left, pictures = self._shown(), []
        for line, whole in zip(self._lines, self._pictures, strict=True):
            if left <= 0:
                break
            begun = left < line.ink.points
            drawn = line.ink.part(0, left) if begun else line.ink
            pictures.append(ink_picture(drawn, line.pen, line.colour) if begun else whole)
            left -= line.ink.points
        return pictures

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks on."""
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet and what is written on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(QColor(self.paper_colour))
        painter.drawRoundedRect(sheet, 6, 6)
        if not self._lines:
            painter.setPen(QColor("#77777d"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(sheet.adjusted(8, 4, -8, -4), flags, self.message)
            painter.end()
            return
        # Large writing is shown smaller rather than cut.
        scale = min(
            DOTS_PER_MM,
            (sheet.width() - 24) / max(self._bounds.width(), 1.0),
            (sheet.height() - 12) / max(self._bounds.height(), 1.0),
        )
        painter.translate(sheet.center())
        painter.scale(scale, scale)
        painter.translate(-self._bounds.center())
        for shown in self._painted():
            shown.paint(painter, self._bounds)
        painter.end()

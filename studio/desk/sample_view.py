"""A small sheet with a word or two, on which every slider acts before it acts on the note."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.ink import Ink
from studio.desk.ink_picture import ink_picture
from studio.desk.sheet_view import DOTS_PER_MM
from studio.desk.theme import Theme
from studio.note.note import Look


class SampleView(QWidget):
    """Paints ink in x-heights the way a look sets it: at its real size, ink and pen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ink: Ink | None = None
        self._look = Look()
        self.message = "Warming up …"
        self.paper_colour = "#ffffff"
        self.setAccessibleName("Sample of these settings")
        self.setMinimumHeight(theme.px(12))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def ink(self) -> Ink | None:
        """The sample's ink in x-heights, y = 0 the baseline."""
        return self._ink

    def show_ink(self, ink: Ink) -> None:
        """Show other ink."""
        self._ink = ink
        self.message = ""
        self.update()

    def show_message(self, message: str) -> None:
        """Say why there is no sample."""
        self.message, self._ink = message, None
        self.update()

    def show_look(self, look: Look) -> None:
        """Set the ink otherwise; bias, seed and style need other ink."""
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet and what is written on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(QColor(self.paper_colour))
        painter.drawRoundedRect(sheet, 6, 6)
        if self._ink is None or not self._ink:
            painter.setPen(QColor("#77777d"))
            painter.drawText(sheet, Qt.AlignmentFlag.AlignCenter, self.message)
            painter.end()
            return
        look = self._look
        ink = self._ink.slanted(look.slant).scaled(look.x_height)
        scale = DOTS_PER_MM
        left, top, right, bottom = ink.bounds
        # Large writing is shown smaller rather than cut.
        scale *= min(
            1.0,
            (sheet.width() - 24) / (max(right - left, 1.0) * scale),
            (sheet.height() - 12) / (max(bottom - top, 1.0) * scale),
        )
        painter.translate(sheet.center())
        painter.scale(scale, scale)
        middle = (top + bottom) / 2 if bottom - top > look.x_height * 1.6 else -look.x_height / 2
        picture = ink_picture(ink.moved(-(left + right) / 2, -middle), look.pen, look.colour)
        picture.paint(painter, picture.bounds)
        painter.end()

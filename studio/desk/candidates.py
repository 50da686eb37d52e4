"""Four candidates beside each other, to pick one from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.ink import Ink
from studio.desk.ink_picture import ink_picture
from studio.desk.theme import Theme
from studio.note.note import Look

COUNT = 4


class _Candidate(QAbstractButton):
    """One candidate on a scrap of paper, or the place where it will be."""

    def __init__(self, number: int, theme: Theme) -> None:
        super().__init__()
        self._theme, self._number = theme, number
        self._ink: Ink | None = None
        self._look = Look()
        self.setEnabled(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Candidate {number + 1}")
        self.setToolTip(f"Take this one ({number + 1})")

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(24), self._theme.px(9))

    def show_ink(self, ink: Ink, look: Look) -> None:
        """Show what can be taken."""
        self._ink, self._look = ink, look
        self.setEnabled(True)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scrap, the ink as large as fits, and the number."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        lit = self.underMouse() or self.hasFocus()
        painter.setPen(QColor(tokens.accent if lit else tokens.line))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRoundedRect(area, px(0.75), px(0.75))
        painter.setPen(QColor("#9a9aa2"))
        corner = area.adjusted(px(0.75), px(0.5), 0, 0)
        painter.drawText(corner, Qt.AlignmentFlag.AlignLeft, str(self._number + 1))
        if self._ink is None or not self._ink:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#ececef"))
            bar = QRectF(0, 0, area.width() * 0.6, px(0.75))
            bar.moveCenter(area.center())
            painter.drawRoundedRect(bar, 3, 3)
            painter.end()
            return
        ink = self._ink.slanted(self._look.slant).scaled(self._look.x_height)
        left, top, right, bottom = ink.bounds
        scale = min(
            4.5,
            (area.width() - px(4)) / max(right - left, 1e-3),
            (area.height() - px(2)) / max(bottom - top, 1e-3),
        )
        painter.translate(area.center())
        painter.scale(scale, scale)
        centred = ink.moved(-(left + right) / 2, -(top + bottom) / 2)
        shown = ink_picture(centred, self._look.pen, self._look.colour)
        shown.paint(painter, shown.bounds)
        painter.end()


class Candidates(QFrame):
    """A popup with four candidates; 1 to 4 take one, Escape none."""

    picked = Signal(int)

    def __init__(self, theme: Theme, columns: int, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("floating")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Candidates")
        px = theme.px
        self.label = QLabel("Writing four …")
        self.label.setObjectName("muted")
        grid = QGridLayout()
        grid.setSpacing(px(1))
        self.buttons = [_Candidate(number, theme) for number in range(COUNT)]
        for number, button in enumerate(self.buttons):
            if columns == 1:
                button.setMinimumWidth(px(70))
            grid.addWidget(button, number // columns, number % columns)
            button.clicked.connect(lambda _=False, n=number: self._take(n))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(1.5), px(1), px(1.5), px(1.5))
        column.addWidget(self.label)
        column.addLayout(grid)

    def open_at(self, at: QPoint) -> None:
        """Show the popup with its top in the middle at a place of the screen."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        left = min(max(at.x() - self.width() // 2, screen.left()), screen.right() - self.width())
        top = min(at.y(), screen.bottom() - self.height())
        self.move(left, top)
        self.show()
        self.setFocus()

    def show_inks(self, inks: Sequence[Ink], look: Look) -> None:
        """The candidates are written."""
        self.label.setText("Take one")
        for button, ink in zip(self.buttons, inks, strict=False):
            button.show_ink(ink, look)
        self.buttons[0].setFocus()

    def _take(self, number: int) -> None:
        self.picked.emit(number)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 to 4 take a candidate, the arrows go from one to the next."""
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < COUNT and self.buttons[number].isEnabled():
            self._take(number)
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

"""Four candidates beside each other, to pick one from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QVBoxLayout, QWidget

from engine.ink.ink import Ink
from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.page.ink_picture import InkPicture, ink_picture
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import LIGHT, Theme
from studio.document.note import Look

COUNT = 4


WORD, LINE = (24, 9), (70, 9)
"""Width and height of a word's scrap of paper, and of a line's, in steps of the grid."""
WIDEST, HIGHEST = 60, 30
"""Those of a block's scrap, at most."""


class _Candidate(QAbstractButton):
    """One candidate on a scrap of paper, or the place where it will be."""

    def __init__(self, number: int, size: QSize, theme: Theme) -> None:
        super().__init__()
        self._theme, self._number, self._size = theme, number, size
        self._picture: InkPicture | None = None
        self.setEnabled(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Candidate {number + 1}")
        self.setToolTip(plain_tip(f"Take this one ({number + 1})"))

    def sizeHint(self) -> QSize:
        """What was asked for."""
        return self._size

    def show_ink(self, ink: Ink, look: Look) -> None:
        """Show what can be taken: ink in millimetres."""
        self._picture = ink_picture(ink, look.pen, look.colour)
        self.setEnabled(True)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scrap, the ink as large as fits, and the number.

        The one that the keys are at has a broad frame, the one under the mouse a tinted ground.
        """
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        # The paper is light in either theme, and so are its marks.
        frame = QPen(QColor(LIGHT.accent), 3) if self.hasFocus() else QPen(QColor(tokens.line), 1)
        pointed = self.underMouse() and self.isEnabled()
        painter.setPen(frame)
        painter.setBrush(QColor(LIGHT.accent_soft if pointed else "#ffffff"))
        painter.drawRoundedRect(area, px(0.75), px(0.75))
        painter.setPen(QColor(LIGHT.muted))
        corner = area.adjusted(px(0.75), px(0.5), 0, 0)
        painter.drawText(corner, Qt.AlignmentFlag.AlignLeft, str(self._number + 1))
        if self._picture is None or self._picture.bounds.isEmpty():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#ececef"))
            bar = QRectF(0, 0, area.width() * 0.6, px(0.75))
            bar.moveCenter(area.center())
            painter.drawRoundedRect(bar, 3, 3)
            painter.end()
            return
        bounds = self._picture.bounds
        scale = min(
            4.5,
            (area.width() - px(4)) / bounds.width(),
            (area.height() - px(2)) / bounds.height(),
        )
        painter.translate(area.center())
        painter.scale(scale, scale)
        painter.translate(-bounds.center())
        self._picture.paint(painter, bounds)
        painter.end()


class CandidatesDialog(QFrame):
    """A popup with four candidates; 1 to 4 take one, Escape none.

    Parameters
    ----------
    theme : Theme
    shape : str
        "word", "line" or "block": how much room each needs.
    extent : (float, float)
        About how wide and high each is: a block's scrap has that shape.
    parent : QWidget
    """

    picked = Signal(int)
    closed = Signal()

    def __init__(
        self, theme: Theme, shape: str, extent: tuple[float, float], parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("floating")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Candidates")
        px = theme.px
        self.label = PlainLabel("Writing four …")
        self.label.setObjectName("muted")
        self.label.setWordWrap(True)
        grid = QGridLayout()
        grid.setSpacing(px(1))
        columns = 1 if shape == "line" else 2
        wide, high = {"word": WORD, "line": LINE}.get(shape) or _block(*extent)
        size = QSize(px(wide), px(high))
        self.buttons = [_Candidate(number, size, theme) for number in range(COUNT)]
        for number, button in enumerate(self.buttons):
            grid.addWidget(button, number // columns, number % columns)
            button.clicked.connect(lambda _=False, n=number: self._take(n))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(1.5), px(1), px(1.5), px(1.5))
        column.addWidget(self.label)
        column.addLayout(grid)

    def open_beside(self, area: QRect) -> None:
        """Show the popup below an area of the screen, or above it where there is more room."""
        self.adjustSize()
        screen, gap = self.screen().availableGeometry(), 12
        left = area.center().x() - self.width() // 2
        left = min(max(left, screen.left()), screen.right() - self.width())
        top = area.bottom() + gap
        if top + self.height() > screen.bottom() and area.top() - gap > self.height():
            top = area.top() - gap - self.height()
        self.move(left, max(min(top, screen.bottom() - self.height()), screen.top()))
        self.show()
        self.setFocus()

    def show_inks(self, inks: Sequence[Ink], look: Look) -> None:
        """The candidates are written: each in millimetres."""
        self.label.setText("Choose one: click it, or press its number")
        for button, ink in zip(self.buttons, inks, strict=False):
            button.show_ink(ink, look)
        self.buttons[0].setFocus()

    def show_error(self, sentence: str) -> None:
        """They cannot be written: say why."""
        self.label.setObjectName("error")
        self.label.setText(sentence)
        self.label.style().polish(self.label)
        for button in self.buttons:
            button.hide()
        self.setFixedWidth(self.width())
        self.adjustSize()

    def _take(self, number: int) -> None:
        self.picked.emit(number)
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that nothing more is awaited."""
        super().closeEvent(event)
        self.closed.emit()

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


def _block(wide: float, high: float) -> tuple[float, float]:
    """A block's scrap of paper, in steps of the grid: of its shape, as large as there is room."""
    size = min(WIDEST / max(wide, 1e-3), HIGHEST / max(high, 1e-3))
    return max(size * wide, WORD[0]), max(size * high + 2, WORD[1])

"""A preview: pages as they will come out, one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.page.background_picture import paint_background
from studio.desk.views.page.ink_picture import picture
from studio.desk.views.page.tiles import paint_ruling
from studio.desk.widgets.icons import icon
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.document.page import Page


class PreviewPage(QWidget):
    """One page, or nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page: Page | None = None
        self._on_paper = True
        self.setMinimumSize(theme.px(36), theme.px(38))
        self.setAccessibleName("Preview")

    def show_page(self, page: Page | None, on_paper: bool) -> None:
        """Show another page."""
        self._page, self._on_paper = page, on_paper
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet, or a chequered ground where there is no paper."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.colour("desk"))
        if self._page is None:
            painter.end()
            return
        paper, room = self._page.paper, self._theme.px(3)
        scale = min((self.width() - room) / paper.width, (self.height() - room) / paper.height)
        left = (self.width() - paper.width * scale) / 2
        top = (self.height() - paper.height * scale) / 2
        sheet = QRectF(left, top, paper.width * scale, paper.height * scale)
        shadow = self._theme.colour("shadow")
        shadow.setAlpha(28)
        painter.fillRect(sheet.adjusted(-1, 0, 1, 3), shadow)
        painter.fillRect(sheet, QColor(paper.colour if self._on_paper else "#ffffff"))
        if not self._on_paper:
            self._paint_chequers(painter, sheet)
        painter.setClipRect(sheet)
        painter.translate(left, top)
        painter.scale(scale, scale)
        paint_background(painter, self._page, printed_only=True)
        if self._page.ruling_printed:
            paint_ruling(painter, self._page)
        area = QRectF(0, 0, paper.width, paper.height)
        for line in self._page.inked:
            picture(line).paint(painter, area)
        painter.end()

    def _paint_chequers(self, painter: QPainter, sheet: QRectF) -> None:
        size, grey = self._theme.px(1), QColor("#e4e4e6")
        for row in range(int(sheet.height() / size) + 1):
            for column in range(row % 2, int(sheet.width() / size) + 1, 2):
                square = QRectF(sheet.left() + column * size, sheet.top() + row * size, size, size)
                painter.fillRect(square.intersected(sheet), grey)


class PagePreview(QWidget):
    """A sheet, with buttons to turn the pages by where there are several."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: Sequence[Page] = ()
        self._at, self._on_paper = 0, True
        self.sheet = PreviewPage(theme)
        self.words = PlainLabel()
        self.words.setObjectName("muted")
        self.back = self._button("chevron-left", "The page before", theme)
        self.on = self._button("chevron-right", "The next page", theme)
        self.back.clicked.connect(lambda: self._turn(-1))
        self.on.clicked.connect(lambda: self._turn(1))
        row = QHBoxLayout()
        row.addStretch()
        for part in (self.back, self.words, self.on):
            row.addWidget(part)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sheet, 1)
        column.addLayout(row)

    def _button(self, image: str, name: str, theme: Theme) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(image, theme.tokens))
        button.setIconSize(QSize(16, 16))
        button.setAccessibleName(name)
        button.setToolTip(plain_tip(name))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def show_pages(self, pages: Sequence[Page], on_paper: bool) -> None:
        """Show other pages, or the same ones otherwise."""
        numbers = [page.number for page in self._pages], [page.number for page in pages]
        self._pages, self._on_paper = pages, on_paper
        self._turn(0 if numbers[0] == numbers[1] else -self._at)

    def _turn(self, by: int) -> None:
        count = len(self._pages)
        self._at = min(max(self._at + by, 0), max(count - 1, 0))
        self.sheet.show_page(self._pages[self._at] if count else None, self._on_paper)
        for part in (self.back, self.words, self.on):
            part.setVisible(count > 1)
        if count:
            self.words.setText(f"Page {self._pages[self._at].number}")
        self.back.setEnabled(self._at > 0)
        self.on.setEnabled(self._at < count - 1)

"""The pages as small pictures: to go to, to move, and to delete."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.page.background_picture import paint_background
from studio.desk.views.page.ink_picture import picture
from studio.desk.views.page.tiles import paint_ruling
from studio.desk.widgets.icons import icon
from studio.desk.widgets.theme import Theme
from studio.document.page import LineKey, Page

TOOLS = (
    ("up", "chevron-up", "Move the page up (Alt+Up)"),
    ("down", "chevron-down", "Move the page down (Alt+Down)"),
    ("delete", "trash-2", "Delete the page (Del)"),
)


EDGE = "#b9b9b4"
"""Of the paper in a small picture."""


def page_picture(
    page: Page, size: QSize, ratio: float = 1.0, ghosts: Collection[LineKey] = ()
) -> QPixmap:
    """A small picture of a page, without the lines that are not written."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    scale = min(size.width() / page.paper.width, size.height() / page.paper.height)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(
        (size.width() - page.paper.width * scale) / 2,
        (size.height() - page.paper.height * scale) / 2,
    )
    painter.scale(scale, scale)
    area = QRectF(0, 0, page.paper.width, page.paper.height)
    painter.fillRect(area, QColor(page.paper.colour))
    paint_background(painter, page)
    paint_ruling(painter, page)
    for line in page.inked:
        if line.key not in ghosts:
            picture(line).paint(painter, area)
    # On a white list white paper is seen by its edge alone.
    edge = QPen(QColor(EDGE), 1)
    edge.setCosmetic(True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(edge)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = 1 / scale
    painter.drawRect(area.adjusted(inset, inset, -inset, -inset))
    painter.end()
    return pixmap


class PagesList(QListWidget):
    """The list; what is dragged or asked for by keys goes out as signals."""

    moved = Signal(int, int)
    deletion_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pages")
        self.setIconSize(QSize(theme.px(22), theme.px(26)))
        self.setSpacing(theme.px(0.5))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.model().rowsMoved.connect(self._rows_moved)

    def _rows_moved(self, _: object, start: int, _stop: int, _to: object, row: int) -> None:
        self.moved.emit(start, row if row < start else row - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete deletes; Alt with an arrow moves."""
        row = self.currentRow()
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Delete and row >= 0:
            self.deletion_wanted.emit(row)
        elif by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if 0 <= row + by < self.count():
                self.moved.emit(row, row + by)
        else:
            super().keyPressEvent(event)


class PagesPanel(QWidget):
    """Shows every page; changes nothing itself."""

    go_wanted = Signal(int)
    """Show that page, from 0."""
    moved = Signal(int, int)
    """Let a page stand in the place of another."""
    deletion_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pages: tuple[Page, ...] = ()
        self._ghosts: Collection[LineKey] = ()
        self._drawn: list[Page | None] = []
        self.list = PagesList(theme)
        self.tools: dict[str, QToolButton] = {}
        row = QHBoxLayout()
        row.addStretch()
        for name, _, tip in TOOLS:
            button = QToolButton()
            button.setToolTip(plain_tip(tip))
            button.setAccessibleName(tip)
            button.setIconSize(QSize(18, 18))
            self.tools[name] = button
            row.addWidget(button)
        column = QVBoxLayout(self)
        px = theme.px
        column.setContentsMargins(px(1), px(1), px(1), px(1))
        column.addLayout(row)
        column.addWidget(self.list, 1)
        self.list.currentRowChanged.connect(self._chosen)
        self.list.itemClicked.connect(lambda _: self.go_wanted.emit(self.list.currentRow()))
        self.list.moved.connect(self.moved)
        self.list.deletion_wanted.connect(self.deletion_wanted)
        self.list.verticalScrollBar().valueChanged.connect(lambda _: self._draw())
        self.tools["up"].clicked.connect(lambda: self._move(-1))
        self.tools["down"].clicked.connect(lambda: self._move(1))
        self.tools["delete"].clicked.connect(
            lambda: self.deletion_wanted.emit(self.list.currentRow())
        )
        theme.changed.connect(self._tint)
        self._tint()
        self._chosen()

    def _tint(self) -> None:
        for name, image, _ in TOOLS:
            self.tools[name].setIcon(icon(image, self._theme.tokens))

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        if 0 <= row + by < self.list.count():
            self.moved.emit(row, row + by)

    def show_pages(self, pages: Sequence[Page], ghosts: Collection[LineKey] = ()) -> None:
        """Show other pages, some of whose lines may be ghosts; those in sight are drawn."""
        self._pages, self._ghosts = tuple(pages), ghosts
        blocked = self.list.blockSignals(True)
        while self.list.count() < len(self._pages):
            item = QListWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter)
            self.list.addItem(item)
        while self.list.count() > len(self._pages):
            self.list.takeItem(self.list.count() - 1)
        self._drawn = (self._drawn + [None] * len(self._pages))[: len(self._pages)]
        for number, page in enumerate(self._pages):
            item = self.list.item(number)
            item.setText(f"Page {page.number}")
            item.setSizeHint(QSize(self._theme.px(30), self._theme.px(27)))
            if self._drawn[number] is None:
                item.setIcon(QIcon())
        self.list.blockSignals(blocked)
        self._draw()
        self._chosen()

    def choose(self, page: int) -> None:
        """Mark a page as the one that is seen."""
        blocked = self.list.blockSignals(True)
        self.list.setCurrentRow(page)
        self.list.blockSignals(blocked)
        self._chosen()

    def _draw(self) -> None:
        """Draw the pages in sight that are not drawn as they are."""
        if not self.isVisible():
            return
        seen = self.list.viewport().rect()
        for number, page in enumerate(self._pages):
            item = self.list.item(number)
            if self._drawn[number] is page or not self.list.visualItemRect(item).intersects(seen):
                continue
            ratio = self.devicePixelRatioF()
            drawn = page_picture(page, self.list.iconSize(), ratio, self._ghosts)
            shown = QIcon(drawn)
            # What is chosen must not be tinted: it is paper.
            shown.addPixmap(drawn, QIcon.Mode.Selected)
            item.setIcon(shown)
            self._drawn[number] = page

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was not drawn while nobody looked."""
        super().showEvent(event)
        self._draw()

    def _chosen(self, *_: object) -> None:
        row, count = self.list.currentRow(), len(self._pages)
        self.tools["up"].setEnabled(row > 0)
        self.tools["down"].setEnabled(0 <= row < count - 1)
        self.tools["delete"].setEnabled(row >= 0)

"""A scrolling column of settings, in sections; what is below is named at its foot."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from studio.desk.widgets.icons import icon_pixmap
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.scroll_column import ScrollColumn
from studio.desk.widgets.theme import Theme


class SettingsColumn(ScrollColumn):
    """Settings one below another.

    Parameters
    ----------
    theme : Theme
    gap : int
        Between two of them, in pixels.
    top : int
        Above the first.
    side : int
        Left and right of them, and below the last.
    """

    def __init__(
        self, theme: Theme, gap: int, top: int, side: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(side, top, side, side)
        self._column.setSpacing(gap)
        self.more = MoreBelow(theme, self)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._look_below)
        bar.rangeChanged.connect(self._look_below)

    def fill(self, *parts: QWidget | QLayout) -> None:
        """Put all settings into the column."""
        for part in parts:
            if isinstance(part, QLayout):
                self._column.addLayout(part)
            else:
                self._column.addWidget(part)
        self._column.addStretch()
        self.setWidget(self._inner)
        self.more.raise_()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Let nothing at the foot cover the control that has the keys."""
        if now is not None and self._inner.isAncestorOf(now):
            # All of it: `ensureWidgetVisible` goes by the text cursor where there is one.
            middle, size = now.mapTo(self._inner, now.rect().center()), now.size() / 2
            margin = size.height() + self.more.height()
            self.ensureVisible(middle.x(), middle.y(), size.width(), margin)

    def turn(self, event: QWheelEvent) -> None:
        """Scroll by a wheel that was turned beside the column, over what belongs to it."""
        QCoreApplication.sendEvent(self.verticalScrollBar(), event)

    def go_on(self) -> None:
        """Scroll to the first section that is below."""
        bar = self.verticalScrollBar()
        below = self._below()
        top = self._top(below[0]) if below else bar.maximum()
        bar.setValue(min(top, bar.value() + bar.pageStep()))

    def _below(self) -> list[QLabel]:
        """The titles of sections that are not seen yet, from above."""
        seen = self.verticalScrollBar().value() + self.viewport().height() - self.more.height()
        labels = self._inner.findChildren(QLabel, "section")
        below = [x for x in labels if x.isVisibleTo(self._inner) and self._top(x) > seen]
        return sorted(below, key=self._top)

    def _top(self, label: QLabel) -> int:
        return label.mapTo(self._inner, QPoint()).y()

    def _look_below(self) -> None:
        bar = self.verticalScrollBar()
        self.more.show_titles([label.text() for label in self._below()])
        self.more.setVisible(bar.value() < bar.maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what names the rest at the foot."""
        super().resizeEvent(event)
        area = self.viewport().geometry()
        height = self.more.height()
        self.more.setGeometry(QRect(area.left(), area.bottom() + 1 - height, area.width(), height))
        self._look_below()

    def event(self, event: QEvent) -> bool:
        """Look again when settings come, go or move."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._look_below()
        return done


class MoreBelow(QWidget):
    """A strip over the foot of a column that fades it out and names what is below.

    A click goes there. The Tab key needs no such thing: what it comes to is scrolled into view.
    """

    def __init__(self, theme: Theme, column: SettingsColumn) -> None:
        super().__init__(column)
        self._theme, self._column = theme, column
        self.titles: tuple[str, ...] = ()
        self.setFixedHeight(theme.px(5))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("More settings below: turn the wheel, or click")
        self.setAccessibleName("More settings below")
        self.hide()
        theme.changed.connect(self.update)

    def show_titles(self, titles: list[str]) -> None:
        """Name the sections that are below."""
        if tuple(titles) != self.titles:
            self.titles = tuple(titles)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to what is below."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._column.go_on()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the fading, the chevron and the names."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        shade = QLinearGradient(0, 0, 0, self.height())
        clear = QColor(tokens.panel)
        clear.setAlpha(0)
        shade.setColorAt(0.0, clear)
        shade.setColorAt(0.4, QColor(tokens.panel))
        painter.fillRect(self.rect(), shade)
        size, side = px(2), px(2)
        row = self.rect().adjusted(side, px(2), -side, 0)
        image = icon_pixmap("chevron-down", tokens.accent, size, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(row.left(), row.center().y() - size // 2), image)
        painter.setPen(QColor(tokens.accent))
        row.setLeft(row.left() + size + px(0.75))
        words = ", ".join(self.titles) or "More"
        words = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, row.width())
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()


def section(title: str) -> QLabel:
    """The title of a section."""
    label = PlainLabel(title)
    label.setObjectName("section")
    return label


def rule() -> QFrame:
    """A line between two sections."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line

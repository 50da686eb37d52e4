"""The command palette: every action, found by typing a few letters of it."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.actions import Action, ActionModel
from studio.desk.widgets.icons import icon
from studio.desk.widgets.theme import Theme

ID = Qt.ItemDataRole.UserRole
KEY = Qt.ItemDataRole.UserRole + 1
MENU = Qt.ItemDataRole.UserRole + 2


def score(query: str, text: str) -> float | None:
    """How well the letters of the query fit the text, in order; None where they do not.

    Letters at the beginnings of words and letters side by side count more.
    """
    text, query = text.lower(), query.lower().replace(" ", "")
    at, total, last = 0, 0.0, -2
    for letter in query:
        found = text.find(letter, at)
        if found < 0:
            return None
        starts = found == 0 or not text[found - 1].isalnum()
        total += 1.0 + (2.0 if starts else 0.0) + (1.5 if found == last + 1 else 0.0)
        at, last = found + 1, found
    return total - 0.01 * len(text)


def rank(query: str, title: str, more: str) -> float | None:
    """How well a query fits an action: words of its title that are typed come first, then others.

    Parameters
    ----------
    query, title : str
    more : str
        What else is said of the action: its menu and its tip.
    """
    fits = score(query, f"{title} {more}")
    if fits is None:
        return None
    for word in query.lower().split():
        if any(one.startswith(word) for one in title.lower().split()):
            fits += 4.0 * len(word)
        elif any(one.startswith(word) for one in more.lower().split()):
            fits += 2.0 * len(word)
    return fits


class _Row(QStyledItemDelegate):
    """Draws an action's row: icon, title, menu in grey, key at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(100, self._theme.px(4.5))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        area: QRect = option.rect.adjusted(px(0.5), 1, -px(0.5), -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(area, px(0.75), px(0.75))
        image = index.data(Qt.ItemDataRole.DecorationRole)
        box = QRect(area.left() + px(1), area.center().y() - px(1), px(2), px(2))
        if image is not None:
            image.paint(painter, box)
        painter.setPen(QColor(tokens.text))
        text_area = area.adjusted(px(4.5), 0, -px(1.5), 0)
        title = index.data(Qt.ItemDataRole.DisplayRole)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text_area, flags | Qt.AlignmentFlag.AlignLeft, title)
        used = painter.fontMetrics().horizontalAdvance(title) + px(1.5)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(
            text_area.adjusted(used, 0, 0, 0), flags | Qt.AlignmentFlag.AlignLeft, index.data(MENU)
        )
        painter.drawText(text_area, flags | Qt.AlignmentFlag.AlignRight, index.data(KEY))
        painter.restore()


class CommandPalette(QDialog):
    """A line to type into and the actions that fit it; Return does the chosen one."""

    def __init__(self, actions: ActionModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Command palette")
        self._actions, self._theme = actions, theme
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("What would you like to do?")
        self.line.setAccessibleName("Search the commands")
        self.line.addAction(
            icon("search", theme.tokens, "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        for button in self.line.findChildren(QToolButton):
            button.setAccessibleName("Search")
        self.line.setMinimumHeight(theme.px(5))
        self.list = QListWidget(self)
        self.list.setAccessibleName("Commands")
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setItemDelegate(_Row(theme, self.list))
        # Without a frame, but for the one that says that the keys are its own.
        accent = theme.tokens.accent
        self.list.setStyleSheet(
            "QListWidget { border: 1px solid transparent; padding: 0; }"
            f"QListWidget:focus {{ border: 1px solid {accent}; }}"
        )
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(1), theme.px(1), theme.px(1), theme.px(1))
        box.setSpacing(theme.px(1))
        box.addWidget(self.line)
        box.addWidget(self.list)
        ground = self.palette()
        ground.setColor(QPalette.ColorRole.Window, theme.colour("surface"))
        self.setPalette(ground)
        self.setStyleSheet(
            f"CommandPalette {{ background: {theme.tokens.surface};"
            f" border: 1px solid {theme.tokens.line}; }}"
        )
        self.line.textChanged.connect(self.fill)
        self.line.installEventFilter(self)
        self.list.itemActivated.connect(self._activated)
        self.list.itemClicked.connect(self._activated)
        self.fill("")

    def open_above(self, window: QWidget) -> None:
        """Show the palette in the upper middle of the window."""
        width = min(self._theme.px(80), window.width() - self._theme.px(8))
        self.setFixedSize(width, self._theme.px(52))
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - width) // 2, corner.y() + self._theme.px(10))
        self.show()
        self.line.setFocus()

    def fill(self, query: str) -> None:
        """List the actions that fit, the best first."""
        found: list[tuple[float, Action]] = []
        for place, action in enumerate(self._actions):
            if action.id == "view.palette" or not self._actions.enabled(action.id):
                continue
            value = rank(query, self._actions.title(action.id), f"{action.menu} {action.tip}")
            if value is not None:
                found.append((value - 1e-4 * place, action))
        if query:
            found.sort(key=lambda pair: -pair[0])
        self.list.clear()
        for _, action in found:
            item = QListWidgetItem(self._actions.title(action.id))
            item.setData(ID, action.id)
            item.setData(MENU, action.menu)
            key = QKeySequence(self._actions.shortcut(action.id))
            item.setData(KEY, key.toString(QKeySequence.SequenceFormat.NativeText))
            item.setIcon(icon(action.icon or "command", self._theme.tokens, "muted"))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Send the arrow keys from the line to the list, and let Return choose."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            step = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: 8,
                Qt.Key.Key_PageUp: -8,
            }.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                row = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
                self.list.setCurrentRow(row)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.list.currentItem()
                if item is not None:
                    self._activated(item)
                return True
        return super().eventFilter(watched, event)

    def _activated(self, item: QListWidgetItem) -> None:
        ident = item.data(ID)
        self.close()
        self._actions.trigger(ident)

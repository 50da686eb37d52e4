"""The guide and the keys, without a network: the manuals that come with the program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeySequence, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from studio.desk.actions import MENUS, ActionModel
from studio.desk.widgets.item_list import ItemList
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.window_size import resize_on_screen

MANUALS = (
    ("studio.md", "The studio"),
    ("own-handwriting.md", "Your own handwriting"),
    ("inspector.md", "The inspector"),
    ("command-line.md", "The command line"),
    ("merge.md", "Many letters"),
    ("service.md", "The service"),
    ("rights.md", "Whose ink it is"),
    ("note-format.md", "The format of notes"),
    ("speed.md", "Speed"),
)
"""Files of the manuals and what they are called here."""
KEYS = "keys"
"""The page of all keys."""


def manuals() -> Path | None:
    """The folder of the manuals: in the installed program, or in the checkout."""
    for folder in (
        Path(str(resources.files("resources"))) / "guide",
        Path(__file__).parents[3] / "docs",
    ):
        if (folder / MANUALS[0][0]).is_file():
            return folder
    return None


def keys_page(actions: ActionModel) -> str:
    """All commands with the keys that they have now, as Markdown."""
    lines = ["# Keys", "", "Settings, Keys gives each command a key of your choice.", ""]
    for menu in MENUS:
        rows = [
            (action.title.replace("|", "\\|"), _native(actions.shortcut(action.id)))
            for action in actions
            if action.menu == menu and actions.shortcut(action.id)
        ]
        if rows:
            lines += [f"## {menu}", "", "| command | key |", "|---|---|"]
            lines += [f"| {title} | {key} |" for title, key in rows]
            lines.append("")
    return "\n".join(lines)


def _native(key: str) -> str:
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return re.sub(r"([|*_`\[\]])", r"\\\1", shown)


def headings(text: str) -> Iterable[str]:
    """The headings of the second level."""
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


class GuidePage(QTextBrowser):
    """A page whose pictures are no wider than it is."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load a picture as wide as there is room."""
        found = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return found
        local = QUrl(name).path()
        path = next((Path(folder) / local for folder in self.searchPaths()), Path(local))
        image = QImage(str(path))
        room = max(self.viewport().width() - 40, 300)
        if image.isNull() or image.width() <= room:
            return image if not image.isNull() else found
        return image.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)


class HelpWindow(QDialog):
    """A list of manuals and their chapters, and the page that is read; it stays open beside."""

    def __init__(self, actions: ActionModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Guide")
        self._actions, self._folder = actions, manuals()
        self._texts: dict[str, str] = {}
        px = theme.px
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find in the guide …")
        self.search.setAccessibleName("Find in the guide")
        self.search.returnPressed.connect(self.seek)
        self.contents = ItemList()
        self.contents.setAccessibleName("Chapters")
        self.contents.setMaximumWidth(px(30))
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = GuidePage()
        self.page.setAccessibleName("Page of the guide")
        self.page.setOpenLinks(False)
        self.page.anchorClicked.connect(self._follow)
        if self._folder is not None:
            self.page.setSearchPaths([str(self._folder)])
        self.notice = PlainLabel()
        self.notice.setObjectName("muted")
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.contents, 1)
        halves = QHBoxLayout()
        halves.setSpacing(px(2))
        halves.addLayout(left)
        halves.addWidget(self.page, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.notice, 1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(2), px(2), px(2), px(2))
        column.addLayout(halves, 1)
        column.addLayout(foot)
        resize_on_screen(self, px(120), px(88))
        self._name = ""
        self._fill()
        self.contents.currentItemChanged.connect(lambda *_: self._chosen())

    def _text(self, name: str) -> str:
        """A manual's Markdown, without pictures that are not there."""
        if name == KEYS:
            return keys_page(self._actions)
        if name not in self._texts:
            folder = self._folder
            text = "The guide is not on this computer; install the program again."
            if folder is not None and (folder / name).is_file():
                text = (folder / name).read_text("utf-8")
                text = re.sub(
                    r"!\[[^\]]*\]\(([^)]+)\)",
                    lambda match: match[0] if (folder / match[1]).is_file() else "",
                    text,
                )
            self._texts[name] = text
        return self._texts[name]

    def _fill(self) -> None:
        for name, title in (*MANUALS, (KEYS, "Keys")):
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, (name, ""))
            font = item.font()
            font.setBold(True)
            item.setFont(font)
            self.contents.addItem(item)
            if name != MANUALS[0][0]:
                continue
            for heading in headings(self._text(name)):
                chapter = QListWidgetItem(f"   {heading}")
                chapter.setData(Qt.ItemDataRole.UserRole, (name, heading))
                self.contents.addItem(chapter)

    def show_page(self, name: str, heading: str = "") -> None:
        """Show a manual, from a heading on."""
        if name != self._name or name == KEYS:
            self._name = name
            self.page.setMarkdown(self._text(name))
        self.show()
        self.raise_()
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self.page.verticalScrollBar().setValue(0)
        if heading:
            block = self.page.document().begin()
            while block.isValid():
                if block.blockFormat().headingLevel() and block.text() == heading:
                    layout = self.page.document().documentLayout()
                    top = layout.blockBoundingRect(block).top()
                    self.page.verticalScrollBar().setValue(round(top))
                    break
                block = block.next()

    def _chosen(self) -> None:
        item = self.contents.currentItem()
        if item is not None:
            self.show_page(*item.data(Qt.ItemDataRole.UserRole))

    def _follow(self, url: QUrl) -> None:
        """Go to another page; what lies elsewhere is the browser's."""
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
            return
        name, anchor = url.path(), url.fragment()
        known = [manual for manual, _ in MANUALS]
        if name in known or not name:
            page = name or self._name
            wanted = anchor.replace("-", " ").lower()
            found = (h for h in headings(self._text(page)) if h.lower() == wanted)
            self.show_page(page, next(found, ""))
        else:
            self.notice.setText(f"{name} is not part of the guide here.")

    def seek(self) -> None:
        """Go to the next place of the words that are looked for, in this page or a later one."""
        words = self.search.text()
        self.notice.setText("")
        if not words or self.page.find(words):
            return
        names = [name for name, _ in MANUALS] + [KEYS]
        here = names.index(self._name) if self._name in names else 0
        for name in (*names[here + 1 :], *names[: here + 1]):
            if words.lower() in self._text(name).lower():
                self.show_page(name)
                cursor = self.page.textCursor()
                cursor.setPosition(0)
                self.page.setTextCursor(cursor)
                if self.page.find(words):
                    return
        self.notice.setText(f"“{words}” is not in the guide.")

"""The gallery: a text of one's own in every style, side by side, to choose from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.ink.ink import Ink
from studio.desk.models.plain_tip import plain_tip
from studio.desk.models.style_list import KIND_ROLE, SAMPLE_ROLE, StyleList
from studio.desk.views.panels.style_delegate import StyleDelegate
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.window_size import resize_on_screen
from studio.document.note import Look

LONGEST = 120
"""Characters of the text that is tried."""


class StyleGallery(QDialog):
    """Shows a text in every style; what is asked for goes out as signals.

    Parameters
    ----------
    styles : StyleList
    theme : Theme
    text : str
        What is tried first.
    parent : QWidget, optional
    """

    write_wanted = Signal(str)
    use_wanted = Signal(str)
    """Write in the style of this name."""
    left = Signal()
    """Nobody waits for the rest."""

    def __init__(
        self, styles: StyleList, theme: Theme, text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._styles = styles
        self.setWindowTitle("Gallery of styles")
        px = theme.px
        heading = PlainLabel("Your words in every style")
        heading.setObjectName("heading")
        about = PlainLabel(
            "Written with the note's neatness, size, ink and pen. A double click chooses a style."
        )
        about.setObjectName("muted")
        about.setWordWrap(True)
        self.text = QLineEdit(text[:LONGEST])
        self.text.setMaxLength(LONGEST)
        self.text.setAccessibleName("Words to try")
        self.text.returnPressed.connect(self._ask)
        self.write = QPushButton("Write")
        self.write.setAutoDefault(False)
        self.write.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        row.addWidget(self.write)
        self.list = QListWidget()
        self.list.setAccessibleName("Styles")
        self._rows = StyleDelegate(theme, row=10.0, scale=3.2)
        self.list.setItemDelegate(self._rows)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.itemActivated.connect(self._use)
        self.status = PlainLabel()
        self.status.setObjectName("muted")
        self.status.setAccessibleName("What is being written")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(px(0.5))
        self.use = QPushButton("Use this style")
        self.use.setObjectName("primary")
        self.use.setAutoDefault(False)
        self.use.setEnabled(False)
        self.use.clicked.connect(self._use)
        self.list.currentRowChanged.connect(self._chosen)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.status, 1)
        foot.addWidget(close)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(3), px(2.5), px(3), px(2.5))
        column.setSpacing(px(1.5))
        for widget in (heading, about):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.progress)
        column.addLayout(foot)
        resize_on_screen(self, px(100), px(84))
        self.finished.connect(lambda _: self.left.emit())

    def begin(self, look: Look) -> None:
        """Show every style without a line, which is about to be written in that ink and pen."""
        self._rows.pen, self._rows.colour = look.pen, look.colour
        self.list.clear()
        for name in self._styles.names:
            item = QListWidgetItem(name)
            item.setData(KIND_ROLE, self._styles.kind(name).value)
            item.setToolTip(plain_tip(self._styles.about(name)))
            self.list.addItem(item)
        self.show_progress(0, len(self._styles.names), "")

    def show_sample(self, name: str, ink: Ink) -> None:
        """Show the text as a style writes it."""
        for item in self.list.findItems(name, Qt.MatchFlag.MatchExactly):
            item.setData(SAMPLE_ROLE, ink)

    def show_progress(self, done: int, total: int, left: str) -> None:
        """Say how many styles are written, and how long the rest takes."""
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        more = f", {left}" if left else ""
        self.status.setText(f"Writing style {done + 1} of {total}{more} …" if done < total else "")
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        self.progress.setVisible(done < total)

    def say(self, sentence: str) -> None:
        """Say why nothing is written."""
        self.progress.hide()
        self.status.setText(sentence)

    def _ask(self) -> None:
        if self.text.text().strip():
            self.write_wanted.emit(self.text.text().strip())

    def _chosen(self, row: int) -> None:
        self.use.setEnabled(row >= 0)

    def _use(self, *_: object) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.use_wanted.emit(item.text())
            self.accept()

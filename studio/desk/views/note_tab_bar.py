"""The tabs above the text and the page: one for each open note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QTabBar, QToolButton, QWidget

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.plain_text import plain_name
from studio.desk.widgets.theme import Theme


@dataclass(frozen=True)
class TabLabel:
    """What a tab says.

    Parameters
    ----------
    name : str
        Of the note.
    tip : str
        Its file, or why it has none.
    modified : bool
        Whether there is something that no file holds.
    writing : bool
        Whether it is being written while another note is shown.
    """

    name: str
    tip: str
    modified: bool = False
    writing: bool = False

    @property
    def told(self) -> str:
        """The name with the mark of a note that is not saved."""
        return f"{self.name} •" if self.modified else self.name


class NoteTabBar(QTabBar):
    """Shows one tab a note; hidden where there is one note alone.

    A click shows a note, the middle button or the cross closes it, and a tab is drawn to its place.
    """

    chosen = Signal(int)
    close_wanted = Signal(int)
    moved = Signal(int, int)
    """From which place to which."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._labels: list[TabLabel] = []
        self.setObjectName("notes")
        self.setAccessibleName("Open notes")
        self.setDocumentMode(True)
        self.setExpanding(False)
        self.setMovable(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setUsesScrollButtons(True)
        self.setIconSize(QSize(theme.px(1.75), theme.px(1.75)))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()
        self.currentChanged.connect(self.chosen)
        self.tabMoved.connect(self._moved)
        theme.changed.connect(self._redraw)

    def show_tabs(self, labels: Sequence[TabLabel], shown: int) -> None:
        """Show these tabs.

        Parameters
        ----------
        labels : sequence of TabLabel
            From left to right.
        shown : int
            Whose note is shown.
        """
        with QSignalBlocker(self):
            while self.count() > len(labels):
                self.removeTab(self.count() - 1)
                self._labels.pop()
            while self.count() < len(labels):
                place = self.addTab("")
                self.setTabButton(place, QTabBar.ButtonPosition.RightSide, self._cross())
                self._labels.append(TabLabel("", ""))
            for place, label in enumerate(labels):
                if label != self._labels[place]:
                    self._labels[place] = label
                    self._show(place)
            self.setCurrentIndex(shown)
        self.setVisible(len(labels) > 1)

    def _show(self, place: int) -> None:
        label = self._labels[place]
        self.setTabText(place, plain_name(label.told))
        self.setTabToolTip(place, plain_tip(label.tip))
        state = ", not saved" if label.modified else ""
        self.setAccessibleTabName(place, f"{label.name}{state}")
        tokens = self._theme.tokens
        self.setTabIcon(place, icon("feather", tokens) if label.writing else QIcon())
        cross = self.tabButton(place, QTabBar.ButtonPosition.RightSide)
        if isinstance(cross, QToolButton):
            cross.setAccessibleName(f"Close {label.name}")

    def _cross(self) -> QToolButton:
        cross = QToolButton(self)
        self._dress(cross)
        cross.setToolTip("Close this note")
        # The keyboard has a command for it.
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cross.clicked.connect(lambda: self._cross_clicked(cross))
        return cross

    def _dress(self, cross: QToolButton) -> None:
        px = self._theme.px
        cross.setIcon(icon("x", self._theme.tokens))
        cross.setIconSize(QSize(px(1.75), px(1.75)))
        # A tab has the size for good that its button has before it is styled.
        cross.setFixedSize(px(3.75), px(3.75))

    def _cross_clicked(self, cross: QToolButton) -> None:
        for place in range(self.count()):
            if self.tabButton(place, QTabBar.ButtonPosition.RightSide) is cross:
                self.close_wanted.emit(place)
                return

    def _redraw(self) -> None:
        for place in range(self.count()):
            self._show(place)
            cross = self.tabButton(place, QTabBar.ButtonPosition.RightSide)
            if isinstance(cross, QToolButton):
                self._dress(cross)

    def _moved(self, start: int, stop: int) -> None:
        self._labels.insert(stop, self._labels.pop(start))
        self.moved.emit(start, stop)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close a note by the middle button."""
        place = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and place >= 0:
            self.close_wanted.emit(place)
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the notes as they are: who scrolls past would open another one."""
        event.ignore()

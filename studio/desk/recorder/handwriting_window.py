"""The window of the user's own handwriting: recording, styles and hands, teaching, in tabs."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.desk.recorder.library_view import LibraryView
from studio.desk.recorder.recorder_view import RecorderView
from studio.desk.recorder.teaching_view import TeachingView
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import Tabs
from studio.desk.widgets.window_size import resize_on_screen


class HandwritingWindow(QWidget):
    """Stays above the studio's window, and goes away with Escape; the page is seen beside it.

    Parameters
    ----------
    recorder, library, teaching
        What the tabs hold.
    theme : Theme
    parent : QWidget
        The studio's window.
    """

    turned_to = Signal(object)
    """The view whose tab the user has turned to."""
    hidden = Signal()
    """None of it is seen any more."""

    def __init__(
        self,
        recorder: RecorderView,
        library: LibraryView,
        teaching: TeachingView,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self.setWindowTitle("Your handwriting")
        self._areas: dict[QWidget, QScrollArea] = {}
        self.tabs = Tabs()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Your handwriting")
        for view, title in (
            (recorder, "Record"),
            (library, "Styles and hands"),
            (teaching, "Teach a hand"),
        ):
            # On a small or a much enlarged screen a part of it is scrolled to.
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.setWidget(view)
            self._areas[view] = area
            self.tabs.addTab(area, title)
        self.tabs.currentChanged.connect(self._turned)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        resize_on_screen(self, theme.px(132), theme.px(98))

    @property
    def view(self) -> QWidget:
        """The view that is seen."""
        return list(self._areas)[self.tabs.currentIndex()]

    def _turned(self, _: int) -> None:
        self.turned_to.emit(self.view)

    def show_view(self, view: QWidget) -> None:
        """Show one of the views, before all other windows; `turned_to` does not tell of it."""
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentWidget(self._areas[view])
        self.show()
        self.raise_()
        self.activateWindow()

    def setVisible(self, visible: bool) -> None:
        """Tell when it is hidden, once its parts are."""
        super().setVisible(visible)
        if not visible:
            self.hidden.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it; what is recorded is kept."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

"""The window: the places of the views, without behaviour."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QMainWindow,
    QSplitter,
    QStatusBar,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.context import StudioContext
from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.editor import Editor
from studio.desk.views.menus import Menus
from studio.desk.views.note_tab_bar import NoteTabBar
from studio.desk.views.page.context_bar import ContextBar
from studio.desk.views.page.page_view import PageView
from studio.desk.views.page.pinch import Pinch
from studio.desk.views.page.zoom_bar import ZoomBar
from studio.desk.views.panels.look_panel import LookPanel
from studio.desk.views.panels.page_panel import PagePanel
from studio.desk.views.playback_bar import PlaybackBar
from studio.desk.widgets.icons import application_icon
from studio.desk.widgets.notice_bar import NoticeBar
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.wheel import Tabs
from studio.desk.widgets.window_size import resize_on_screen

TOOLBAR = (
    "file.new",
    "file.open",
    "file.save",
    "",
    "edit.undo",
    "edit.redo",
    "",
    "insert.box",
    "insert.drawing",
    "",
    "view.palette",
    None,
    "view.text",
    "view.inspector",
    "view.settings_panel",
    "",
    "file.print",
    "file.export",
)
"""Ids from left to right; "" is a line, None pushes what follows to the right."""


class Window(QMainWindow):
    """Text on the left, pages in the middle, settings on the right, the inspector below."""

    close_wanted = Signal(QCloseEvent)
    files_dropped = Signal(list)
    left = Signal()
    """The window is no longer the active one."""
    painted = Signal()
    """The window was painted for the first time."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        theme, self._actions = context.theme, context.actions
        self._seen = False
        self.setWindowTitle("Scriptorium")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(760, 480)
        resize_on_screen(self, 1440, 900)
        self._theme = theme
        self.menus = Menus(self, context.actions, theme)
        self.note_tabs = NoteTabBar(theme)
        self.editor = Editor(theme)
        self.pages = PageView(theme)
        self.look_panel = LookPanel(theme, context.styles)
        self.page_panel = PagePanel(theme)
        self.transport = PlaybackBar(theme, context.actions)
        self.notice = NoticeBar(theme, model=context.notices)
        self.pinch = Pinch(self.pages)
        self.zoom_bar = ZoomBar(theme, self.pages)
        self.context_bar = ContextBar(theme, self.pages)
        self._build()
        self.pages.zoomed.connect(self.zoom_bar.show_zoom)
        self._actions.changed.connect(self._key_changed)
        self._actions.added.connect(self._key_changed)
        self.pages.viewport().installEventFilter(self)

    def _build(self) -> None:
        px = self._theme.px
        self._build_toolbar()
        left = QFrame()
        left.setObjectName("column")
        column = QVBoxLayout(left)
        column.setContentsMargins(px(2), px(2), px(2), px(2))
        column.setSpacing(px(1.5))
        column.addWidget(self.editor, 1)
        column.addWidget(self.transport)
        middle = QWidget()
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.notice)
        stack.addWidget(self.pages, 1)
        self.inspector_slot = QFrame()
        self.inspector_slot.setObjectName("column")
        slot = QVBoxLayout(self.inspector_slot)
        slot.setContentsMargins(0, 0, 0, 0)
        # The pane's own least width would take it from the columns beside it.
        self.inspector_slot.setMinimumSize(px(40), px(20))
        self.inspector_slot.hide()
        self.centre = QSplitter(Qt.Orientation.Vertical)
        self.centre.setChildrenCollapsible(False)
        self.centre.addWidget(middle)
        self.centre.addWidget(self.inspector_slot)
        self.centre.setStretchFactor(0, 3)
        self.centre.setStretchFactor(1, 2)
        self.side = Tabs()
        self.side.setDocumentMode(True)
        self.side.addTab(self.look_panel, "Writing")
        self.side.addTab(self.page_panel, "Paper")
        right = QFrame()
        right.setObjectName("column")
        side = QVBoxLayout(right)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.side)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setChildrenCollapsible(False)
        for place, (part, stretch) in enumerate(((left, 0), (self.centre, 1), (right, 0))):
            self.columns.addWidget(part)
            self.columns.setStretchFactor(place, stretch)
        self.columns.setSizes([px(42), px(100), px(40)])
        self.text_column, self.settings_column = left, right
        self._fit_columns()
        self._theme.changed.connect(self._fit_columns)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.note_tabs)
        rows.addWidget(self.columns, 1)
        self.setCentralWidget(whole)
        self._build_status()

    def _fit_columns(self) -> None:
        """Let the columns beside the pages be no narrower and no wider than their words need."""
        self.text_column.setMinimumWidth(self._theme.px(32))
        self.settings_column.setMaximumWidth(self._theme.px(52))

    def _build_toolbar(self) -> None:
        self.toolbar = QToolBar("Toolbar")
        self.toolbar.setObjectName("toolbar")
        self.toolbar.setMovable(False)
        self.toolbar.setIconSize(QSize(20, 20))
        self.toolbar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.title = PlainLabel()
        self.title.setObjectName("muted")
        self.title.setAccessibleName("Name of the note")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        policy = self.title.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        self.title.setSizePolicy(policy)
        self.addToolBar(self.toolbar)
        # What Qt shows where the window is too narrow for all of them.
        for button in self.toolbar.findChildren(QToolButton, "qt_toolbar_ext_button"):
            button.setAccessibleName("More")

    def fill_bars(self) -> None:
        """Take buttons for the actions that stand in the bars, once all are there."""
        actions = self._actions
        self.transport.fill(self.menus)
        self.zoom_bar.fill(actions, self.menus)
        for ident in TOOLBAR:
            if ident == "":
                self.toolbar.addSeparator()
            elif ident is None:
                self.toolbar.addWidget(self.title)
            elif ident in actions:
                self.toolbar.addAction(self.menus.action(ident))
                button = self.toolbar.widgetForAction(self.menus.action(ident))
                button.setAccessibleName(actions[ident].title)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                if ident == "file.export" and isinstance(button, QToolButton):
                    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.context_bar.fill(actions, self.menus)

    def _build_status(self) -> None:
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        self.message = PlainLabel()
        self.counts = PlainLabel()
        self.counts.setAccessibleName("Words and pages")
        self.device = PlainLabel()
        self.device.setAccessibleName("Device")
        self.otherwise = QToolButton()
        self.otherwise.setToolTip("List what is written otherwise than it was typed")
        self.otherwise.setAccessibleName("Written otherwise")
        self.otherwise.hide()
        self.to_check = QToolButton()
        self.to_check.setAccessibleName("Words to check")
        self.to_check.hide()
        bar.addWidget(self.message, 1)
        bar.addPermanentWidget(self.to_check)
        bar.addPermanentWidget(self.otherwise)
        bar.addPermanentWidget(self.counts)
        bar.addPermanentWidget(self.device)
        self.setStatusBar(bar)

    def say(self, sentence: str) -> None:
        """Put a sentence into the status bar."""
        self.message.setText(sentence)

    def _key_changed(self, ident: str) -> None:
        if ident == "selection.check":
            self.to_check.setToolTip(plain_tip(self._actions.tip(ident)))

    def fill_inspector(self, pane: QWidget) -> None:
        """Put the inspector into its place below the pages."""
        layout = self.inspector_slot.layout()
        assert layout is not None
        layout.addWidget(pane)

    def show_inspector(self, on: bool) -> None:
        """Fold the inspector away, or show it."""
        self.inspector_slot.setVisible(on)
        if on and self.centre.sizes()[1] < self._theme.px(20):
            height = self.centre.height()
            self.centre.setSizes([height // 2, height // 2])

    def keep_layout(self) -> tuple[str, str]:
        """The window's place and the splitter's, to be restored."""
        return (
            self.saveGeometry().toBase64().toStdString(),
            self.columns.saveState().toBase64().toStdString(),
        )

    def restore_layout(self, geometry: str, columns: str) -> None:
        """Stand where the window stood."""
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if columns:
            self.columns.restoreState(QByteArray.fromBase64(columns.encode()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what floats over the pages in its corner."""
        moved = event.type() in (QEvent.Type.Resize, QEvent.Type.Show)
        if moved and watched is self.pages.viewport():
            self._place_floating()
        return super().eventFilter(watched, event)

    def _place_floating(self) -> None:
        bar, view = self.zoom_bar, self.pages.viewport()
        bar.adjustSize()
        px = self._theme.px
        bar.move(view.width() - bar.width() - px(2), view.height() - bar.height() - px(2))
        bar.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first time, once all of it is painted."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self.painted.emit)

    def changeEvent(self, event: QEvent) -> None:
        """Tell when another window becomes the active one."""
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.left.emit()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what is to become of what is not saved."""
        self.close_wanted.emit(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which files were dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)
